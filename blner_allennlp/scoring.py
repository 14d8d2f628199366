"""Exact-match scores from integer counts; the one place that knows what a true positive is.

A predicted mention is a true positive if the gold of the same sentence holds a mention of the same words and
the same type (paper, section 4.1.3, Eq. 22). Both sides are sets, so duplicates collapse. Every gold mention
counts, also one that no candidate span reaches.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from blner_allennlp.entities import Entity


class CountsDict(TypedDict):
    """Counts as plain integers, in the order true positives, predicted, gold; to send or to save as JSON."""

    per_type: dict[str, list[int]]
    type_agnostic: list[int]


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1 as shares in [0, 1].

    Args:
        precision: share of the predicted mentions that are right.
        recall: share of the gold mentions that were found.
        f1: their harmonic mean, or the mean of such means for a macro average.
    """

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class EntityCounts:
    """What precision and recall are made of.

    Args:
        true_positives: number of mentions that are both predicted and gold.
        num_predicted: number of predicted mentions.
        num_gold: number of gold mentions.

    Raises:
        ValueError: a count is negative, or there are more true positives than predicted or gold mentions.
    """

    true_positives: int = 0
    num_predicted: int = 0
    num_gold: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.true_positives <= min(self.num_predicted, self.num_gold):
            raise ValueError(
                f"{self}: true positives must be at least 0 and at most the predicted and the gold mentions; "
                "count both sides as sets"
            )

    def __add__(self, other: EntityCounts) -> EntityCounts:
        return EntityCounts(
            self.true_positives + other.true_positives,
            self.num_predicted + other.num_predicted,
            self.num_gold + other.num_gold,
        )

    @property
    def precision(self) -> float:
        """True positives over predicted mentions; 0 if nothing is predicted."""
        return self.true_positives / self.num_predicted if self.num_predicted else 0.0

    @property
    def recall(self) -> float:
        """True positives over gold mentions; 0 if there is no gold."""
        return self.true_positives / self.num_gold if self.num_gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, 2TP / (predicted + gold); 0 if there are neither."""
        num_mentions = self.num_predicted + self.num_gold
        return 2 * self.true_positives / num_mentions if num_mentions else 0.0

    @property
    def score(self) -> Score:
        """The three shares as one value."""
        return Score(self.precision, self.recall, self.f1)


def count_entities(gold: Iterable[Entity], predicted: Iterable[Entity]) -> dict[str, EntityCounts]:
    """Count one sentence by type: right words and right type.

    Args:
        gold: all gold mentions of the sentence, whatever their width.
        predicted: the mentions predicted for it.

    Returns:
        Counts by type, for the types that occur on either side, in alphabetical order.
    """
    gold_set, predicted_set = set(gold), set(predicted)
    gold_by_type = _spans_by_type(gold_set)
    predicted_by_type = _spans_by_type(predicted_set)
    return {
        label: _count_sets(gold_by_type.get(label, set()), predicted_by_type.get(label, set()))
        for label in sorted(gold_by_type.keys() | predicted_by_type.keys())
    }


def count_boundaries(gold: Iterable[Entity], predicted: Iterable[Entity]) -> EntityCounts:
    """Count one sentence by words alone: the type may be wrong; mentions of the same words are one.

    Args:
        gold: all gold mentions of the sentence, whatever their width.
        predicted: the mentions predicted for it.

    Returns:
        Counts of word spans.
    """
    return _count_sets({_span(entity) for entity in gold}, {_span(entity) for entity in predicted})


def match_rows(
    gold: NDArray[np.int64], predicted: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Find the true positives of a whole corpus at once: rows that both sides have.

    Args:
        gold: a row a gold mention: sentence, first word, word after the last one, type as a number; int (G, 4).
            Without the last column the types do not matter.
        predicted: the predicted mentions likewise; int (P, 4).

    Returns:
        Which gold rows are found, bool (G,), and which predicted ones are right, bool (P,).
    """
    rows = np.concatenate([gold, predicted])
    _, ids = np.unique(rows, axis=0, return_inverse=True)
    ids = ids.reshape(-1)
    gold_ids, predicted_ids = ids[: len(gold)], ids[len(gold) :]
    in_gold, in_predicted = np.zeros((2, len(rows)), dtype=bool)
    in_gold[gold_ids] = True
    in_predicted[predicted_ids] = True
    return in_predicted[gold_ids], in_gold[predicted_ids]


def score_rows(counts: NDArray[np.int64] | NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn rows of counts into rows of shares.

    Args:
        counts: true positives, predicted and gold mentions, in the last axis; (..., 3).

    Returns:
        Precision, recall and F1, each NaN where nothing can be computed: no predictions, no gold, neither; (..., 3).
        Where `EntityCounts` says 0, `numpy.nan_to_num` does, too.
    """
    true_positives, num_predicted, num_gold = np.moveaxis(np.asarray(counts, dtype=np.float64), -1, 0)
    numerators = np.stack([true_positives, true_positives, 2 * true_positives], axis=-1)
    denominators = np.stack([num_predicted, num_gold, num_predicted + num_gold], axis=-1)
    shares = np.full(numerators.shape, np.nan)
    np.divide(numerators, denominators, out=shares, where=denominators > 0)
    return shares


class NerCounts:
    """Counts of a corpus: integers summed over sentences, from which all shares are computed."""

    def __init__(self) -> None:
        self._per_type: dict[str, EntityCounts] = {}
        self._type_agnostic = EntityCounts()

    def add(self, gold: Iterable[Entity], predicted: Iterable[Entity]) -> None:
        """Count one more sentence.

        Args:
            gold: all gold mentions of the sentence, whatever their width.
            predicted: the mentions predicted for it.
        """
        gold_mentions, predicted_mentions = list(gold), list(predicted)
        self._sum_up(count_entities(gold_mentions, predicted_mentions))
        self._type_agnostic += count_boundaries(gold_mentions, predicted_mentions)

    def merge(self, other: NerCounts) -> None:
        """Add the counts of other sentences, say those of another worker.

        Args:
            other: the counts to add; stays as it is.
        """
        self._sum_up(other._per_type)
        self._type_agnostic += other._type_agnostic

    def per_type(self) -> dict[str, EntityCounts]:
        """Counts by type, in alphabetical order, for types that occurred in gold or predictions."""
        return dict(sorted(self._per_type.items()))

    def micro(self) -> EntityCounts:
        """Counts over all types; their shares are the paper's precision, recall and micro F1 (Eq. 22)."""
        return sum(self._per_type.values(), start=EntityCounts())

    def macro(self) -> Score:
        """Unweighted means of precision, recall and F1 over the types in gold or predictions; 0 if none.

        F1 is the mean of the types' F1, not the harmonic mean of the two other means.
        """
        if not self._per_type:
            return Score(0.0, 0.0, 0.0)
        scores = [counts.score for _, counts in sorted(self._per_type.items())]
        return Score(
            precision=fmean(score.precision for score in scores),
            recall=fmean(score.recall for score in scores),
            f1=fmean(score.f1 for score in scores),
        )

    def type_agnostic(self) -> EntityCounts:
        """Counts of word spans, right types or not: how well boundaries are found."""
        return self._type_agnostic

    def to_dict(self) -> CountsDict:
        """Counts as plain integers, for `from_dict` in this or another process."""
        return CountsDict(
            per_type={label: _to_list(counts) for label, counts in self.per_type().items()},
            type_agnostic=_to_list(self._type_agnostic),
        )

    @classmethod
    def from_dict(cls, counts: CountsDict) -> NerCounts:
        """Restore what `to_dict` gave.

        Args:
            counts: the plain integers.

        Returns:
            Counts equal to those that were written.
        """
        restored = cls()
        restored._per_type = {label: _from_list(numbers) for label, numbers in counts["per_type"].items()}
        restored._type_agnostic = _from_list(counts["type_agnostic"])
        return restored

    def _sum_up(self, more: Mapping[str, EntityCounts]) -> None:
        for label, counts in more.items():
            self._per_type[label] = self._per_type.get(label, EntityCounts()) + counts


def _span(entity: Entity) -> tuple[int, int]:
    return entity.word_start, entity.word_end


def _spans_by_type(entities: Collection[Entity]) -> dict[str, set[tuple[int, int]]]:
    spans: dict[str, set[tuple[int, int]]] = {}
    for entity in entities:
        spans.setdefault(entity.label, set()).add(_span(entity))
    return spans


def _count_sets(gold: set[tuple[int, int]], predicted: set[tuple[int, int]]) -> EntityCounts:
    return EntityCounts(len(gold & predicted), len(predicted), len(gold))


def _to_list(counts: EntityCounts) -> list[int]:
    return [counts.true_positives, counts.num_predicted, counts.num_gold]


def _from_list(numbers: Sequence[int]) -> EntityCounts:
    if len(numbers) != 3:
        raise ValueError(
            f"counts are {list(numbers)}, but must be three integers: true positives, predicted, gold; "
            "pass what `NerCounts.to_dict` gave"
        )
    return EntityCounts(*numbers)
