"""What an encoder's tokenizer makes of a corpus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from blner_allennlp.corpus_tools.counting.distribution import Distribution


@dataclass(frozen=True, slots=True)
class SentencePieces:
    """The pieces of one sentence.

    Args:
        num_pieces: how many there are, those included that stand for unreadable words; special pieces do not count.
        unreadable: the indices of the words of which the tokenizer leaves nothing.
    """

    num_pieces: int
    unreadable: tuple[int, ...] = ()


PieceCounter = Callable[[Sequence[Sequence[str]]], Iterable[SentencePieces]]
"""Cuts the words of many sentences into pieces and counts them."""


@dataclass(frozen=True, slots=True)
class EncoderLimits:
    """What an encoder can read at once.

    Args:
        name: the encoder, as the user names it.
        max_pieces: the most pieces, special ones included; None where there is no limit.
        num_special_pieces: how many special pieces every text has.
    """

    name: str
    max_pieces: int | None
    num_special_pieces: int


@dataclass(slots=True)
class PieceStatistics:
    """Counts over the pieces of many sentences.

    Args:
        limits: what the encoder can read at once.
        num_words: how many words were cut.
        lengths: pieces by sentence, without special ones.
        unreadable_words: the words of which the tokenizer leaves nothing, and how often each occurs.
    """

    limits: EncoderLimits
    num_words: int = 0
    lengths: Distribution = field(default_factory=Distribution)
    unreadable_words: Counter[str] = field(default_factory=Counter)

    def add(self, sentences: Sequence[Sequence[str]], counter: PieceCounter) -> None:
        """Cut sentences into pieces and count them.

        Args:
            sentences: the words of each.
            counter: the encoder's tokenizer.
        """
        for words, pieces in zip(sentences, counter(sentences), strict=True):
            self.num_words += len(words)
            self.lengths.add(pieces.num_pieces)
            for word_index in pieces.unreadable:
                self.unreadable_words[words[word_index]] += 1

    def update(self, other: PieceStatistics) -> None:
        """Count all that another split of the same corpus counted, too."""
        self.num_words += other.num_words
        self.lengths.update(other.lengths)
        self.unreadable_words.update(other.unreadable_words)

    @property
    def num_pieces(self) -> int:
        """All pieces, without special ones."""
        return self.lengths.sum

    @property
    def pieces_per_word(self) -> float | None:
        """The mean number of pieces a word; None without words."""
        return self.num_pieces / self.num_words if self.num_words else None

    @property
    def num_beyond_limit(self) -> int:
        """How many sentences the encoder cannot read at once, so that they are read in windows."""
        if self.limits.max_pieces is None:
            return 0
        return self.lengths.num_above(self.limits.max_pieces - self.limits.num_special_pieces)

    def to_json(self) -> dict[str, Any]:
        """The counts as plain JSON values."""
        return {
            "encoder": self.limits.name,
            "max_pieces": self.limits.max_pieces,
            "special_pieces": self.limits.num_special_pieces,
            "pieces": self.num_pieces,
            "pieces_per_word": self.pieces_per_word,
            "pieces_per_sentence": self.lengths.to_json(),
            "words_without_pieces": self.unreadable_words.total(),
            "sentences_beyond_limit": self.num_beyond_limit,
        }
