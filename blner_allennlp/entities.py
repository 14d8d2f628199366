"""Entities and sentences: the values that every part of the package exchanges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class Entity:
    """A typed mention: the words `word_start` to `word_end` (exclusive) of one sentence.

    Args:
        word_start: index of the first word.
        word_end: index after the last word.
        label: entity type, as the corpus spells it.

    Raises:
        ValueError: the span is empty or starts before the first word.
    """

    word_start: int
    word_end: int
    label: str

    def __post_init__(self) -> None:
        if not 0 <= self.word_start < self.word_end:
            raise ValueError(
                f"entity {self.label!r}: the word span is [{self.word_start}, {self.word_end}), but it must "
                "start at 0 or later and hold at least one word"
            )

    @property
    def num_words(self) -> int:
        """Span width in words."""
        return self.word_end - self.word_start

    def overlaps(self, other: Entity) -> bool:
        """Whether the two mentions share a word."""
        return self.word_start < other.word_end and other.word_start < self.word_end

    def to_json(self) -> dict[str, Any]:
        """The mention as plain JSON values."""
        return {"type": self.label, "word_start": self.word_start, "word_end": self.word_end}


@dataclass(frozen=True, slots=True)
class ScoredEntity:
    """A predicted mention and how sure the model is of it.

    Args:
        entity: the mention.
        score: the model's probability for it, in [0, 1].
    """

    entity: Entity
    score: float

    def to_json(self) -> dict[str, Any]:
        """The mention and its score as plain JSON values."""
        return {**self.entity.to_json(), "score": self.score}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a corpus or of a user's text.

    Args:
        words: the words, in order.
        entities: gold mentions, in order of `word_start`; empty where there are none or none are known.
        text: the sentence as it was written, where the source has it.
        char_offsets: for each word its half-open character span in `text`; None without `text`.
        document_id: the document that the sentence belongs to, where the source marks documents.
        line_number: the line of the source file on which the sentence starts, counted from 1.

    Raises:
        ValueError: an entity reaches past the last word, or words and character offsets differ in number.
    """

    words: tuple[str, ...]
    entities: tuple[Entity, ...] = ()
    text: str | None = None
    char_offsets: tuple[tuple[int, int], ...] | None = None
    document_id: str | None = None
    line_number: int | None = None

    def __post_init__(self) -> None:
        for entity in self.entities:
            if entity.word_end > len(self.words):
                raise ValueError(
                    f"entity {entity} reaches past the last word of a sentence of {len(self.words)} words"
                )
        if self.char_offsets is not None and len(self.char_offsets) != len(self.words):
            raise ValueError(
                f"a sentence of {len(self.words)} words has {len(self.char_offsets)} character offsets; "
                "each word needs one"
            )

    def to_json(self) -> dict[str, Any]:
        """The sentence as plain JSON values; what is unknown is left out."""
        known = {
            "text": self.text,
            "char_offsets": self.char_offsets,
            "document_id": self.document_id,
            "line_number": self.line_number,
        }
        return {
            "words": list(self.words),
            "entities": [entity.to_json() for entity in self.entities],
            **{name: value for name, value in known.items() if value is not None},
        }
