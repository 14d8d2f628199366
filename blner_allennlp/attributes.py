"""Attributes of entities: what makes some easier than others (paper, section 4.3.1, Eq. 23a-d).

Three more come from InterpretEval (Fu, Liu and Neubig, 2020, "Interpretable Multi-dataset Evaluation for Named Entity
Recognition"; `interpretEval/tensorEvaluation-ner.py` and `data/ner/conf.ner-attributes` in github.com/neulab/
InterpretEval): entity frequency, token frequency and OOV density. What is not the same here is said where it is
computed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

from blner_allennlp.runs.training_lexicon import TrainingLexicon, surface_of


class Attribute(StrEnum):
    """An attribute that mentions are put into buckets by; its value is the name in tables and files."""

    ENTITY_LENGTH = "eLen"
    """Words of the mention (Eq. 23a)."""
    TEXT_LENGTH = "tLen"
    """Words of its sentence (Eq. 23b); no pieces and no [CLS]. InterpretEval calls it sLen."""
    LABEL_CONSISTENCY = "eCon"
    """How far the training data agree with the mention's type (Eq. 23c)."""
    ENTITY_DENSITY = "eDen"
    """Gold mentions of its sentence over the sentence's words (Eq. 23d)."""
    ENTITY_FREQUENCY = "eFre"
    """Training mentions with the same words."""
    TOKEN_FREQUENCY = "tFre"  # noqa: S105 - no password, but the name in tables
    """How often the mention's rarest word occurs in the training data."""
    OOV_DENSITY = "oDen"
    """Share of its sentence's words that the training data do not hold."""

    @property
    def description(self) -> str:
        """What it is, in words."""
        return _TITLES[self]

    @property
    def is_count(self) -> bool:
        """Whether its values are whole numbers; else they are shares."""
        return self in _COUNTS

    @property
    def lowest(self) -> int:
        """The lowest value that there can be."""
        return 1 if self in (Attribute.ENTITY_LENGTH, Attribute.TEXT_LENGTH) else 0

    @property
    def needs_lexicon(self) -> bool:
        """Whether its values depend on the training data."""
        return self in _OF_TRAINING_DATA


_TITLES = {
    Attribute.ENTITY_LENGTH: "entity length in words",
    Attribute.TEXT_LENGTH: "text length in words",
    Attribute.LABEL_CONSISTENCY: "label consistency",
    Attribute.ENTITY_DENSITY: "entity density",
    Attribute.ENTITY_FREQUENCY: "entity frequency in training",
    Attribute.TOKEN_FREQUENCY: "frequency of the rarest word in training",
    Attribute.OOV_DENSITY: "share of unseen words",
}
_COUNTS = frozenset(
    {
        Attribute.ENTITY_LENGTH,
        Attribute.TEXT_LENGTH,
        Attribute.ENTITY_FREQUENCY,
        Attribute.TOKEN_FREQUENCY,
    }
)
_OF_TRAINING_DATA = frozenset(
    {
        Attribute.LABEL_CONSISTENCY,
        Attribute.ENTITY_FREQUENCY,
        Attribute.TOKEN_FREQUENCY,
        Attribute.OOV_DENSITY,
    }
)


class Consistency(StrEnum):
    """What label consistency, eCon, is a share of.

    Eq. 23c, taken literally, is the share of the type among all training entities, the same for every mention of the
    type, while the paper's text speaks of "a particular entity".
    """

    SURFACE = "surface"
    """Of the training mentions with the same words, upper or lower case, those with the mention's type; 0 if there are
    none (as in InterpretEval)."""
    LITERAL = "literal"
    """Of all training mentions, those with the mention's type: Eq. 23c as it is printed."""
    TOKENS = "tokens"
    """Of all places in the training data where the words occur, mention or not, the share of mentions with the type; 0
    where the words are no mention of the training data. InterpretEval, too, looks at all places, but at the tag of each
    word there, so that words inside a longer mention count for its type."""


class Density(StrEnum):
    """What entity density, eDen, counts."""

    ENTITIES = "entities"
    """Mentions over words (Eq. 23d)."""
    TOKENS = "tokens"
    """Words inside mentions over words, as InterpretEval has it; a word of two mentions counts once."""


class TrainingAttributes:
    """The attributes of mentions that depend on the training data.

    Args:
        lexicon: counts over the training data.
        consistency: what eCon is a share of.

    Raises:
        ValueError: `Consistency.TOKENS`, and the lexicon does not hold at how many places its mentions' words occur.
    """

    def __init__(self, lexicon: TrainingLexicon, consistency: Consistency = Consistency.SURFACE) -> None:
        if consistency is Consistency.TOKENS and lexicon.labels_by_surface and not lexicon.string_counts:
            raise ValueError(
                "label consistency over tokens counts every place where a mention's words occur in the training data, "
                "but that was not counted; name the training file, or take consistency 'surface'"
            )
        self._labels_by_surface = lexicon.labels_by_surface
        self._words = lexicon.word_counts
        self._consistency = consistency
        self._string_counts = lexicon.string_counts
        self._class_counts: Counter[str] = Counter()
        for counts in lexicon.labels_by_surface.values():
            self._class_counts.update(counts)
        self._lower_case_words: Counter[str] = Counter()
        for word, count in lexicon.word_counts.items():
            self._lower_case_words[word.lower()] += count

    def label_consistency(self, words: Sequence[str], label: str) -> float:
        """eCon (Eq. 23c), read as `consistency` says.

        Args:
            words: the words of a mention.
            label: its type.

        Returns:
            A share; 0 where the training data do not hold the words.
        """
        if self._consistency is Consistency.LITERAL:
            return _share(self._class_counts[label], self._class_counts.total())
        surface = surface_of(" ".join(words))
        labels = self._labels_by_surface.get(surface, {})
        if self._consistency is Consistency.TOKENS:
            return _share(labels.get(label, 0), self._string_counts.get(surface, 0))
        return _share(labels.get(label, 0), sum(labels.values()))

    def entity_frequency(self, words: Sequence[str]) -> int:
        """eFre: how many training mentions, of any type, have the same words, in upper or lower case.

        InterpretEval counts all places where the words of a training mention occur, mention or not, divides by the
        fifth highest count and drops what lies above it; a plain count means the same in every corpus.

        Args:
            words: the words of a mention.

        Returns:
            The count, 0 for an unseen mention.
        """
        return sum(self._labels_by_surface.get(surface_of(" ".join(words)), {}).values())

    def token_frequency(self, words: Sequence[str]) -> int:
        """tFre: how often the rarest word of a mention occurs in the training data, in upper or lower case.

        InterpretEval puts words, not mentions, into the buckets of this attribute and scores words. A mention is as
        rare as its rarest word: its mean would speak of the "of" in "Bank of England".

        Args:
            words: the words of a mention, at least one.

        Returns:
            The count, 0 where a word is unseen.
        """
        return min(self._lower_case_words[word.lower()] for word in words)

    def num_oov(self, words: Sequence[str]) -> int:
        """Count the words that the training data do not hold, spelled as they are (Eq. 21, and InterpretEval's oDen).

        Args:
            words: the words of a sentence.

        Returns:
            Occurrences; a word that occurs twice counts twice.
        """
        return len(words) - sum(map(self._words.__contains__, words))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
