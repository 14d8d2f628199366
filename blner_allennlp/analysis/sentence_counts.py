"""Each figure's counts, sentence by sentence: what the bootstrap and tests of significance work on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from blner_allennlp.analysis.mention_table import MentionTable, build_mention_table
from blner_allennlp.analysis.outcomes import Outcome
from blner_allennlp.analysis.settings import AnalysisSettings
from blner_allennlp.attributes import Attribute
from blner_allennlp.runs.system_output import SystemOutput
from blner_allennlp.scoring import match_rows

ERROR_COLUMNS = (
    "false_positives",
    "false_negatives",
    "type_errors",
    "boundary_errors",
    "spurious",
    "missing",
)
"""The columns of `SentenceCounts.errors`."""


class SentenceCounts:
    """Counts of a system's output for each of its S sentences, figure by figure, made when they are asked for.

    Scores have three columns: true positives, predicted, gold. All are whole numbers; over the sentences they add up to
    the figure's counts, so a resample's or a permutation's counts are sums of rows.

    Args:
        table: the mentions.
        settings: the buckets, and how errors are counted.
    """

    def __init__(self, table: MentionTable, settings: AnalysisSettings) -> None:
        self.table = table
        self._settings = settings
        self._gold_buckets: dict[Attribute, NDArray[np.int64]] = {}
        self._predicted_buckets: dict[Attribute, NDArray[np.int64]] = {}
        for attribute, buckets in settings.buckets.items():
            if attribute in table.gold_values:
                self._gold_buckets[attribute] = buckets.assign(table.gold_values[attribute])
                self._predicted_buckets[attribute] = buckets.assign(table.predicted_values[attribute])

    @property
    def num_sentences(self) -> int:
        """Sentences, S."""
        return self.table.num_sentences

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """The attributes that have buckets; those that need the training data are left out where it is not known."""
        return tuple(self._gold_buckets)

    def micro(self) -> NDArray[np.int64]:
        """All mentions; int (S, 3)."""
        return self._score(None, None)

    def boundaries(self) -> NDArray[np.int64]:
        """Word spans, whatever their types; mentions of the same words are one; int (S, 3)."""
        gold = np.unique(self.table.gold.rows[:, :3], axis=0)
        predicted = np.unique(self.table.predicted.rows[:, :3], axis=0)
        _, right = match_rows(gold, predicted)
        return self._stack(predicted[right, 0], predicted[:, 0], gold[:, 0])

    def of_type(self, label: str) -> NDArray[np.int64]:
        """Mentions of one type.

        Args:
            label: one of the table's labels; another one has no mentions.

        Returns:
            Counts, int (S, 3).
        """
        index = self.table.labels.index(label) if label in self.table.labels else -1
        return self._score(self.table.gold.label == index, self.table.predicted.label == index)

    def of_bucket(self, attribute: Attribute | str, bucket: int) -> NDArray[np.int64]:
        """Mentions of one bucket: gold mentions in it, predictions in it, and those of them that are right.

        Args:
            attribute: one of `attributes`, else a KeyError.
            bucket: the bucket's place in `AnalysisSettings.buckets[attribute]`.

        Returns:
            Counts, int (S, 3).
        """
        key = Attribute(attribute)
        return self._score(self._gold_buckets[key] == bucket, self._predicted_buckets[key] == bucket)

    def gold_buckets(self, attribute: Attribute | str) -> NDArray[np.int64]:
        """The bucket of each gold mention of the table.

        Args:
            attribute: one of `attributes`, else a KeyError.

        Returns:
            Places in `AnalysisSettings.buckets[attribute]`, int (G,).
        """
        return self._gold_buckets[Attribute(attribute)]

    def errors(self) -> NDArray[np.int64]:
        """Kinds of errors (paper, Eq. 24), in the order of `ERROR_COLUMNS`; int (S, 6)."""
        table, size = self.table, self.num_sentences
        gold, predicted = table.gold_outcomes, table.predicted_outcomes
        blamed, outcomes = (
            (table.gold, gold) if self._settings.count_gold_side else (table.predicted, predicted)
        )
        return np.stack(
            [
                table.predicted.per_sentence(size, predicted != Outcome.RIGHT),
                table.gold.per_sentence(size, gold != Outcome.RIGHT),
                blamed.per_sentence(size, outcomes == Outcome.TYPE),
                blamed.per_sentence(size, outcomes == Outcome.BOUNDARY),
                table.predicted.per_sentence(size, predicted == Outcome.ALONE),
                table.gold.per_sentence(size, gold == Outcome.ALONE),
            ],
            axis=1,
        )

    def _score(
        self, in_gold: NDArray[np.bool_] | None, in_predicted: NDArray[np.bool_] | None
    ) -> NDArray[np.int64]:
        gold, predicted = self.table.gold.sentence, self.table.predicted.sentence
        is_right = self.table.predicted_outcomes == Outcome.RIGHT
        if in_gold is not None and in_predicted is not None:
            return self._stack(predicted[is_right & in_predicted], predicted[in_predicted], gold[in_gold])
        return self._stack(predicted[is_right], predicted, gold)

    def _stack(self, *sentences: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.stack([np.bincount(column, minlength=self.num_sentences) for column in sentences], axis=1)


def count_by_sentence(output: SystemOutput, settings: AnalysisSettings | None = None) -> SentenceCounts:
    """Count a system's output sentence by sentence.

    Args:
        output: gold and predictions.
        settings: the buckets and what the attributes count; None for the defaults.

    Returns:
        The counts.
    """
    chosen = AnalysisSettings() if settings is None else settings
    return SentenceCounts(build_mention_table(output, chosen), chosen)
