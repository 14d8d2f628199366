"""What the training data held: all that attributes of entities need to know of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from blner_allennlp.entities import Sentence


@dataclass(frozen=True, slots=True)
class TrainingLexicon:
    """Counts over the training data.

    Args:
        labels_by_surface: for each mention's words, lower-cased and joined by blanks, how often it has which type.
        word_counts: how often each word occurs, as it is spelled.
    """

    labels_by_surface: Mapping[str, Mapping[str, int]]
    word_counts: Mapping[str, int]

    @classmethod
    def from_sentences(cls, sentences: Iterable[Sentence]) -> TrainingLexicon:
        """Count training sentences.

        Args:
            sentences: all of them, with their gold.

        Returns:
            The counts.
        """
        labels_by_surface: defaultdict[str, Counter[str]] = defaultdict(Counter)
        word_counts: Counter[str] = Counter()
        for sentence in sentences:
            word_counts.update(sentence.words)
            for entity in sentence.entities:
                labels_by_surface[surface_of(sentence.words_of(entity))][entity.label] += 1
        return cls(dict(labels_by_surface), dict(word_counts))

    def to_json(self) -> dict[str, Any]:
        """The counts as plain JSON values, in alphabetical order."""
        return {
            "labels_by_surface": {
                surface: dict(sorted(labels.items()))
                for surface, labels in sorted(self.labels_by_surface.items())
            },
            "word_counts": dict(sorted(self.word_counts.items())),
        }


def surface_of(words: str) -> str:
    """What counts as the same mention elsewhere in the text: its words without regard to case.

    Args:
        words: a mention's words, joined by blanks.

    Returns:
        The key of `TrainingLexicon.labels_by_surface`.
    """
    return words.lower()
