"""What a batch costs, padding included."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class SentenceSize(NamedTuple):
    """How long a sentence is.

    Args:
        num_pieces: its pieces, special ones included.
        num_words: its words.
    """

    num_pieces: int
    num_words: int


@dataclass(frozen=True, slots=True)
class BatchBudget:
    """How much a batch may cost. The unit is what an encoder spends on one piece of a short sentence.

    Every row costs as much as if it were as long as the longest one, since it is padded to that. To this cost of P
    pieces comes attention, which looks from every piece at every other, and so adds P / `attention_length` to each; and
    the span head's grid of W words by ε widths. A sentence that the encoder reads in windows costs all of them.

    Args:
        max_pieces: the budget of a batch.
        max_width: widest span ε that is scored, in words; 0 without a span head.
        max_pieces_at_once: the most pieces that the encoder reads at once, special ones included; None for no limit.
        num_special_pieces: how many of these are special.
        attention_length: at how many pieces attention costs as much as everything else.
        spans_per_piece: how many spans cost as much as a piece.

    Raises:
        ValueError: a number is out of range.
    """

    max_pieces: float
    max_width: int = 0
    max_pieces_at_once: int | None = None
    num_special_pieces: int = 2
    attention_length: int = 2048
    spans_per_piece: int = 256

    def __post_init__(self) -> None:
        for name, value, lowest in (
            ("max_pieces", self.max_pieces, 1),
            ("max_width", self.max_width, 0),
            ("num_special_pieces", self.num_special_pieces, 0),
            ("attention_length", self.attention_length, 1),
            ("spans_per_piece", self.spans_per_piece, 1),
        ):
            if not value >= lowest:
                raise ValueError(f"{name} is {value}, but must be at least {lowest}")
        if self.max_pieces_at_once is not None and self.max_pieces_at_once <= self.num_special_pieces:
            raise ValueError(
                f"max_pieces_at_once is {self.max_pieces_at_once}, but {self.num_special_pieces} of these are "
                "special; raise it, so that there is room for text"
            )

    def row_cost(self, longest: SentenceSize) -> float:
        """Price one row of a batch.

        Args:
            longest: the most pieces and the most words of any row of the batch.

        Returns:
            The cost, in pieces; it grows with either number.
        """
        num_windows, row_length = self._windows(longest.num_pieces)
        num_read = num_windows * row_length
        span_cost = longest.num_words * self.max_width / self.spans_per_piece
        return num_read + num_read * row_length / self.attention_length + span_cost

    def batch_cost(self, sizes: list[SentenceSize]) -> float:
        """Price a batch.

        Args:
            sizes: its sentences.

        Returns:
            The cost, in pieces; 0 for no sentence.
        """
        if not sizes:
            return 0.0
        longest = SentenceSize(max(size.num_pieces for size in sizes), max(size.num_words for size in sizes))
        return len(sizes) * self.row_cost(longest)

    def _windows(self, num_pieces: int) -> tuple[int, int]:
        """How many windows a sentence takes, and how long they are."""
        if self.max_pieces_at_once is None or num_pieces <= self.max_pieces_at_once:
            return 1, num_pieces
        # As `blner_allennlp.nn.windows` cuts them: neighbours share half of their content.
        capacity = self.max_pieces_at_once - self.num_special_pieces
        stride = capacity - capacity // 2
        num_content = num_pieces - self.num_special_pieces
        return 1 + -((capacity - num_content) // stride), self.max_pieces_at_once
