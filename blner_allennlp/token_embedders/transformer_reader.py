"""Running a transformer over rows of pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import torch
from torch import Tensor

if TYPE_CHECKING:  # naming a class of transformers loads its code, which a command may not need
    from transformers import PreTrainedModel


class TransformerReader:
    """Gives every piece the vector of a transformer's last layer.

    Args:
        autocast_type: the precision in which the transformer, and only it, runs where that is safe; None for that of
            whoever calls.
        reads_type_ids: whether it knows segments.
    """

    def __init__(self, autocast_type: torch.dtype | None, reads_type_ids: bool) -> None:
        self.autocast_type = autocast_type
        self._reads_type_ids = reads_type_ids

    def __call__(
        self, transformer: PreTrainedModel, token_ids: Tensor, piece_mask: Tensor, type_ids: Tensor | None
    ) -> Tensor:
        """Read a batch.

        Args:
            transformer: the encoder.
            token_ids: the pieces, special ones included, integer (B, P).
            piece_mask: True at real pieces, which come first in every row, bool (B, P).
            type_ids: the pieces' segments, integer (B, P).

        Returns:
            Float (B, P, H0); at padding of no meaning.
        """
        attention_mask = piece_mask.long()
        # A row of padding alone attends to something, too, or its vectors would not be numbers.
        attention_mask[:, 0] = 1
        inputs = {"input_ids": token_ids, "attention_mask": attention_mask}
        if self._reads_type_ids and type_ids is not None:
            inputs["token_type_ids"] = type_ids
        if self.autocast_type is None:
            # No autocast is not autocast switched off: the trainer may have switched it on for all.
            return cast(Tensor, transformer(**inputs).last_hidden_state)
        with torch.autocast(token_ids.device.type, dtype=self.autocast_type):
            return cast(Tensor, transformer(**inputs).last_hidden_state).float()
