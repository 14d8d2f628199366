"""Batches that do not fit in memory, read in parts that do."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from blner_allennlp.nn.device_memory import is_out_of_memory, release_cached_memory

logger = logging.getLogger(__name__)

ReadRows = Callable[[Tensor, Tensor, Tensor | None], Tensor]


class RowsInParts:
    """Reads all rows of a batch at once; half as many at a time where memory runs out, and so on.

    So it is in training and evaluation. In inference mode, which is the predictor's, nothing is done: the predictor
    makes smaller batches itself.

    What did not fit is remembered: later batches as large are read in parts right away. Where gradients are wanted,
    parts would together need as much memory as the whole, so each is read anew in the backward pass, with the same
    random numbers, and needs memory only then. The vectors and gradients are those of the whole batch, but for what
    dropout draws.
    """

    def __init__(self) -> None:
        # In places for pieces, padding included, by whether gradients are wanted.
        self._most_at_once: dict[bool, int] = {}
        self._last_at_once: dict[bool, int] = {}
        self._last_length = 0

    def __call__(
        self, read_rows: ReadRows, token_ids: Tensor, piece_mask: Tensor, type_ids: Tensor | None
    ) -> Tensor:
        """Read a batch.

        Args:
            read_rows: reads rows, whatever their number.
            token_ids: the pieces, integer (B, P).
            piece_mask: True at real pieces, bool (B, P).
            type_ids: the pieces' segments, integer (B, P).

        Returns:
            The pieces' vectors, float (B, P, H0). Where not even a single row fits, the error of torch is raised.
        """
        if torch.is_inference_mode_enabled():
            return read_rows(token_ids, piece_mask, type_ids)
        wants_gradients = torch.is_grad_enabled()
        while True:
            vectors = self._read(read_rows, token_ids, piece_mask, type_ids, wants_gradients)
            if vectors is not None:
                return vectors
            # Only here has the error, with all tensors that it holds on to, gone.
            release_cached_memory()
            self.read_less(wants_gradients)

    def read_less(self, wants_gradients: bool) -> bool:
        """Read half as much at a time from now on as of the last batch.

        Args:
            wants_gradients: whether this is about batches whose gradients are wanted, or about the others.

        Returns:
            Whether there is less than that: not where single rows were read, and not before anything was.
        """
        at_once = self._last_at_once.get(wants_gradients, 0)
        if at_once <= self._last_length:
            return False
        if wants_gradients not in self._most_at_once:
            logger.warning(
                "a batch does not fit in memory: the encoder reads half of its sentences at a time from now on, and "
                "less if need be%s; a smaller batch size or the sampler token_budget would say so beforehand",
                ", and each twice, since gradients need them again" if wants_gradients else "",
            )
        self._most_at_once[wants_gradients] = at_once // 2
        return True

    def _read(
        self,
        read_rows: ReadRows,
        token_ids: Tensor,
        piece_mask: Tensor,
        type_ids: Tensor | None,
        wants_gradients: bool,
    ) -> Tensor | None:
        """Vectors, or None where not all rows of a part fit in memory."""
        num_rows, num_pieces = token_ids.shape
        part_size = max(
            1, min(self._most_at_once.get(wants_gradients, num_rows * num_pieces) // num_pieces, num_rows)
        )
        self._last_at_once[wants_gradients], self._last_length = part_size * num_pieces, num_pieces
        try:
            if part_size == num_rows:
                return read_rows(token_ids, piece_mask, type_ids)
            read_part = partial(checkpoint, read_rows, use_reentrant=False) if wants_gradients else read_rows
            segments = [None] * -(-num_rows // part_size) if type_ids is None else type_ids.split(part_size)
            parts = zip(token_ids.split(part_size), piece_mask.split(part_size), segments, strict=True)
            return torch.cat([read_part(*part) for part in parts])
        except (RuntimeError, MemoryError) as error:
            if part_size == 1 or not is_out_of_memory(error):
                raise
        return None
