"""What batches a model is given, and how much of them is padding."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from torch import Tensor

from blner_allennlp.speed.timed_methods import replaced_method
from blner_allennlp.token_embedders import WordPieceEmbedder


@dataclass(frozen=True, slots=True)
class EncoderInput:
    """What the encoder reads of one batch.

    Args:
        token_ids: the pieces, integer (B, P).
        piece_mask: True at real pieces, bool (B, P).
        offsets: first and last piece of each word, integer (B, W, 2).
        type_ids: the pieces' segments, integer (B, P); None without.
    """

    token_ids: Tensor
    piece_mask: Tensor
    offsets: Tensor
    type_ids: Tensor | None


@dataclass(slots=True)
class BatchCounts:
    """The batches of a pass.

    Args:
        num_batches: how many.
        num_sentences: their rows.
        num_pieces: their pieces, special ones included.
        num_places: rows times the length of the longest, batch by batch: pieces and padding.
        inputs: what the encoder read, where that is kept.
    """

    num_batches: int = 0
    num_sentences: int = 0
    num_pieces: int = 0
    num_places: int = 0
    inputs: list[EncoderInput] = field(default_factory=list)

    @property
    def padding_share(self) -> float:
        """Which share of the places is padding."""
        return 1 - self.num_pieces / self.num_places if self.num_places else 0.0

    def to_json(self) -> dict[str, int | float]:
        """As plain JSON values."""
        return {
            "num_batches": self.num_batches,
            "num_sentences": self.num_sentences,
            "num_pieces": self.num_pieces,
            "num_places": self.num_places,
            "padding_share": self.padding_share,
        }


@contextmanager
def counted_batches(embedder: WordPieceEmbedder, *, keep_inputs: bool = False) -> Iterator[BatchCounts]:
    """Count the batches that go through an embedder while this context lasts.

    Args:
        embedder: the embedder.
        keep_inputs: whether to keep what it read, too.

    Yields:
        The counts, which grow.
    """
    counts = BatchCounts()
    lock = Lock()  # batches may be read side by side
    encode = embedder.encode
    signature = inspect.signature(encode)

    def count(*args: Any, **kwargs: Any) -> Any:
        given = signature.bind(*args, **kwargs).arguments
        token_ids, piece_mask = given["token_ids"], given["wordpiece_mask"]
        with lock:
            counts.num_batches += 1
            counts.num_sentences += len(token_ids)
            counts.num_pieces += int(piece_mask.sum())
            counts.num_places += token_ids.numel()
            if keep_inputs:
                counts.inputs.append(
                    EncoderInput(token_ids, piece_mask, given["offsets"], given.get("type_ids"))
                )
        return encode(*args, **kwargs)

    with replaced_method(embedder, "encode", count):
        yield counts
