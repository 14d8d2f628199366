"""What one split of a corpus holds, counted sentence by sentence."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from blner_allennlp.candidates import smallest_sufficient_width
from blner_allennlp.corpus_tools.counting.distribution import Distribution
from blner_allennlp.corpus_tools.counting.pieces import PieceStatistics
from blner_allennlp.entities import Entity, RemarkKind, Sentence

MAX_LISTED_WIDTH = 20
"""The widest ε for which the share of wider entities is listed."""


@dataclass(slots=True)
class MentionStatistics:
    """Counts over mentions.

    Args:
        num_by_label: mentions by entity type.
        widths: their widths in words.
    """

    num_by_label: Counter[str] = field(default_factory=Counter)
    widths: Distribution = field(default_factory=Distribution)

    def add(self, entities: tuple[Entity, ...]) -> None:
        """Count the mentions of one sentence."""
        for entity in entities:
            self.num_by_label[entity.label] += 1
            self.widths.num_by_value[entity.word_end - entity.word_start] += 1

    def update(self, other: MentionStatistics) -> None:
        """Count all mentions that another split counted, too."""
        self.num_by_label.update(other.num_by_label)
        self.widths.update(other.widths)

    @property
    def num_mentions(self) -> int:
        """How many mentions were counted."""
        return self.num_by_label.total()

    def share_within(self, max_width: int) -> float | None:
        """The share of mentions with at most so many words; None without mentions."""
        num_mentions = self.num_mentions
        return 1 - self.widths.num_above(max_width) / num_mentions if num_mentions else None

    def smallest_sufficient_width(self) -> int | None:
        """The smallest ε that keeps over 99 % of the mentions (paper, Table 2); None without mentions."""
        return smallest_sufficient_width(self.widths.num_by_value) if self.num_mentions else None

    def listed_widths(self) -> range:
        """The ε for which the share of wider mentions is worth a row: up to the widest mention, or 20."""
        return range(1, min(self.widths.max or 0, MAX_LISTED_WIDTH) + 1)

    def to_json(self) -> dict[str, Any]:
        """The counts as plain JSON values."""
        return {
            "entities": self.num_mentions,
            "by_type": dict(sorted(self.num_by_label.items())),
            "width": self.widths.to_json(),
            "wider_than": {str(width): self.widths.num_above(width) for width in self.listed_widths()},
            "smallest_sufficient_width": self.smallest_sufficient_width(),
        }


@dataclass(slots=True)
class SplitStatistics:
    """Counts over the sentences of one split, or of several together.

    Memory grows with the number of distinct words and mentions, not with the length of the corpus.

    Args:
        num_documents: how often a sentence's document differs from that of the one before; 0 where there are none.
        text_lengths: words by sentence.
        annotated: the mentions as the reader gives them, nested ones included.
        flat: those that a policy for overlapping mentions leaves.
        remarks_of_reader: mentions that the reader left out or changed, by what befell them.
        remarks_of_policy: mentions that the policy left out.
        num_by_word: how often each word occurs.
        num_by_surface: how often each mention's words occur as one, of the mentions as annotated.
        pieces: what an encoder makes of the words; None where none is named.
    """

    num_documents: int = 0
    text_lengths: Distribution = field(default_factory=Distribution)
    annotated: MentionStatistics = field(default_factory=MentionStatistics)
    flat: MentionStatistics = field(default_factory=MentionStatistics)
    remarks_of_reader: Counter[RemarkKind] = field(default_factory=Counter)
    remarks_of_policy: Counter[RemarkKind] = field(default_factory=Counter)
    num_by_word: Counter[str] = field(default_factory=Counter)
    num_by_surface: Counter[str] = field(default_factory=Counter)
    pieces: PieceStatistics | None = None
    _document_id: str | None = None

    def add(self, sentence: Sentence, flat: Sentence) -> None:
        """Count one sentence; pieces are counted by themselves, since tokenizers want many sentences at once.

        Args:
            sentence: the sentence as it was read.
            flat: the same sentence after `flattening.flatten`.
        """
        self.text_lengths.add(len(sentence.words))
        self.num_by_word.update(sentence.words)
        if sentence.document_id is not None and sentence.document_id != self._document_id:
            self.num_documents += 1
        self._document_id = sentence.document_id
        if sentence.entities:
            self.annotated.add(sentence.entities)
            self.flat.add(flat.entities)
            self.num_by_surface.update(map(sentence.words_of, sentence.entities))
        if flat.remarks:
            num_of_reader = len(sentence.remarks)  # the policy adds its own at the end
            self.remarks_of_reader.update(remark.kind for remark in sentence.remarks)
            self.remarks_of_policy.update(remark.kind for remark in flat.remarks[num_of_reader:])

    def update(self, other: SplitStatistics) -> None:
        """Count all that another split counted, too; pieces are of the same encoder."""
        self.num_documents += other.num_documents
        self.text_lengths.update(other.text_lengths)
        self.annotated.update(other.annotated)
        self.flat.update(other.flat)
        self.remarks_of_reader.update(other.remarks_of_reader)
        self.remarks_of_policy.update(other.remarks_of_policy)
        self.num_by_word.update(other.num_by_word)
        self.num_by_surface.update(other.num_by_surface)
        if other.pieces is not None:
            if self.pieces is None:
                self.pieces = PieceStatistics(other.pieces.limits)
            self.pieces.update(other.pieces)

    @property
    def num_sentences(self) -> int:
        """How many sentences were counted."""
        return self.text_lengths.num_values

    @property
    def num_words(self) -> int:
        """How many words they have together."""
        return self.text_lengths.sum

    @property
    def num_in_file(self) -> int:
        """How many mentions the file annotates, those included that the reader had to leave out."""
        num_left_out = sum(num for kind, num in self.remarks_of_reader.items() if kind.is_loss)
        return self.annotated.num_mentions + num_left_out

    def to_json(self) -> dict[str, Any]:
        """The counts as plain JSON values."""
        return {
            "documents": self.num_documents,
            "sentences": self.num_sentences,
            "words": self.num_words,
            "distinct_words": len(self.num_by_word),
            "words_per_sentence": self.text_lengths.to_json(),
            "entities_in_file": self.num_in_file,
            "left_out_by_reader": _by_kind(self.remarks_of_reader, is_loss=True),
            "changed_by_reader": _by_kind(self.remarks_of_reader, is_loss=False),
            "annotated": self.annotated.to_json(),
            "left_out_by_policy": _by_kind(self.remarks_of_policy, is_loss=True),
            "flat": self.flat.to_json(),
            **({"pieces": self.pieces.to_json()} if self.pieces is not None else {}),
        }


def _by_kind(remarks: Counter[RemarkKind], is_loss: bool) -> dict[str, int]:
    return {kind.value: num for kind, num in sorted(remarks.items()) if kind.is_loss == is_loss}
