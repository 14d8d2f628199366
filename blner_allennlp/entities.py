"""Entities and sentences: the values that every part of the package exchanges."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
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


class RemarkKind(StrEnum):
    """What can befall an annotated mention on its way from a corpus file to `Sentence.entities`."""

    DISCONTINUOUS = "discontinuous"
    """Left out: it has a gap, which neither tags nor spans can express."""
    OVERLAPPING = "overlapping"
    """Left out by a policy for flat NER: it shares words with another one."""
    DUPLICATE = "duplicate"
    """Left out: another mention has the same words and the same type."""
    OUTSIDE_TEXT = "outside_text"
    """Left out: its offsets reach past the text."""
    WITHOUT_WORDS = "without_words"
    """Left out: between its offsets there is no word."""
    ACROSS_SENTENCES = "across_sentences"
    """Left out: it crosses the border of two sentences that the file states."""
    ILL_FORMED = "ill_formed"
    """Left out by the strict reading of tags: its tags spell no whole mention."""
    TEXT_MISMATCH = "text_mismatch"
    """Kept: the file also spells the mention out, and that is not what stands at its offsets."""
    INSIDE_WORD = "inside_word"
    """Kept: it starts or ends inside a word, which was split there."""
    BEYOND_WORDS = "beyond_words"
    """Kept without them: it starts or ends with characters of no word, such as white space."""
    SENTENCES_JOINED = "sentences_joined"
    """Kept: it crossed what looked like the end of a sentence, which was dropped."""
    REPEATED_DOCUMENT = "repeated_document"
    """Kept: the file holds a document of that name before, most likely the same one."""
    ILLEGAL_TRANSITION = "illegal_transition"
    """Kept, read by conlleval's rule: its tag cannot follow the one before it."""

    @property
    def is_loss(self) -> bool:
        """Whether the mention is missing from the sentence's entities."""
        return self in _LOSSES


_LOSSES = frozenset(
    {
        RemarkKind.DISCONTINUOUS,
        RemarkKind.OVERLAPPING,
        RemarkKind.DUPLICATE,
        RemarkKind.OUTSIDE_TEXT,
        RemarkKind.WITHOUT_WORDS,
        RemarkKind.ACROSS_SENTENCES,
        RemarkKind.ILL_FORMED,
    }
)


@dataclass(frozen=True, slots=True)
class Remark:
    """What happened to one annotated mention, so that nothing is lost or changed in silence.

    Args:
        kind: what happened.
        label: the mention's entity type.
        text: the mention as the file spells it, or its words.
        line_number: the line of the corpus file that states the mention, counted from 1.
        entity: the mention as words of its sentence, where it can be expressed so.
    """

    kind: RemarkKind
    label: str
    text: str
    line_number: int | None = None
    entity: Entity | None = None

    def to_json(self) -> dict[str, Any]:
        """The remark as plain JSON values; what is unknown is left out."""
        known = {
            "line_number": self.line_number,
            "entity": self.entity.to_json() if self.entity is not None else None,
        }
        return {
            "kind": self.kind.value,
            "type": self.label,
            "text": self.text,
            **{name: value for name, value in known.items() if value is not None},
        }


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a corpus or of a user's text.

    Args:
        words: the words, in order.
        entities: gold mentions, in order of `word_start`, and as the file has them where they start together; empty
            where there are none or none are known. They may share words unless the sentence was flattened
            (`flattening.flatten`).
        text: the sentence as it was written, where the source has it, with the white space between it and the next
            sentence: the texts of a document's sentences add up to the document's text.
        char_offsets: for each word its half-open character span in `text`; None without `text`.
        document_id: the document that the sentence belongs to, where the source marks documents.
        line_number: the line of the source file on which the sentence starts, counted from 1.
        remarks: what happened to mentions that were left out or changed.
        path: the source file. It does not count when sentences are compared.

    Raises:
        ValueError: an entity reaches past the last word, or words and character offsets differ in number.
    """

    words: tuple[str, ...]
    entities: tuple[Entity, ...] = ()
    text: str | None = None
    char_offsets: tuple[tuple[int, int], ...] | None = None
    document_id: str | None = None
    line_number: int | None = None
    remarks: tuple[Remark, ...] = ()
    path: Path | None = field(default=None, compare=False)

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

    @property
    def nested_entities(self) -> tuple[Entity, ...]:
        """All gold mentions, those included that a policy for flat NER removed, in order of `word_start`.

        Of mentions that start together those that the policy kept come first, whatever their order in the file.
        """
        removed = [
            remark.entity
            for remark in self.remarks
            if remark.kind is RemarkKind.OVERLAPPING and remark.entity is not None
        ]
        return tuple(sorted((*self.entities, *removed), key=_word_start)) if removed else self.entities

    def words_of(self, entity: Entity) -> str:
        """The words of a mention, joined by blanks."""
        return " ".join(self.words[entity.word_start : entity.word_end])

    def with_document(self, document_id: str | None) -> Sentence:
        """The same sentence as part of another document."""
        return replace(self, document_id=document_id)

    def to_json(self) -> dict[str, Any]:
        """The sentence as plain JSON values; what is unknown is left out."""
        known = {
            "text": self.text,
            "char_offsets": self.char_offsets,
            "document_id": self.document_id,
            "line_number": self.line_number,
            "remarks": [remark.to_json() for remark in self.remarks] or None,
        }
        return {
            "words": list(self.words),
            "entities": [entity.to_json() for entity in self.entities],
            **{name: value for name, value in known.items() if value is not None},
        }


def _word_start(entity: Entity) -> int:
    return entity.word_start
