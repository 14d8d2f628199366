"""One output's figures as pairs of integers, sentence by sentence: what is resampled and swapped."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from blner_allennlp.analysis.buckets import PAPERS_BUCKETS
from blner_allennlp.analysis.sentence_counts import ERROR_COLUMNS, count_by_sentence
from blner_allennlp.analysis.settings import AnalysisSettings
from blner_allennlp.runs.system_output import SystemOutput

SCORE_FIGURES = ("f1", "precision", "recall")
ERROR_FIGURES = ("boundary_error_rate", "type_error_rate")


@dataclass(frozen=True, slots=True)
class Bucket:
    """One column of Table 6.

    Args:
        attribute: the attribute's short name.
        name: `eLen XS`: the attribute and the bucket.
        interval: its values, for the eye.
        num_gold: gold entities in it.
    """

    attribute: str
    name: str
    interval: str
    num_gold: int


@dataclass(frozen=True, slots=True, eq=False)
class FigureCounts:
    """Numerators and denominators of one output's figures.

    Args:
        names: the figures: `SCORE_FIGURES`, or `ERROR_FIGURES` and the buckets' names.
        pairs: for each of S sentences and F figures numerator and denominator, integer (S, F, 2).
        buckets: the buckets among the figures, in order.
    """

    names: tuple[str, ...]
    pairs: NDArray[np.int32]
    buckets: tuple[Bucket, ...] = ()


def count_scores(output: SystemOutput, settings: AnalysisSettings) -> FigureCounts:
    """Count what micro F1, precision and recall are made of (paper, Eq. 22).

    Args:
        output: gold and predictions.
        settings: how to count.

    Returns:
        The counts of `SCORE_FIGURES`.
    """
    scores = count_by_sentence(output, _without_buckets(settings)).micro()
    right, predicted, gold = scores.T
    pairs = [
        np.stack(pair, axis=1) for pair in ((2 * right, predicted + gold), (right, predicted), (right, gold))
    ]
    return FigureCounts(SCORE_FIGURES, np.stack(pairs, axis=1).astype(np.int32))


def count_parts(output: SystemOutput, settings: AnalysisSettings) -> FigureCounts:
    """Count what error rates (paper, Eq. 24) and the F1 of each bucket of Table 5's attributes are made of.

    Args:
        output: gold and predictions.
        settings: the buckets, and what the attributes count.

    Returns:
        The counts of `ERROR_FIGURES` and of the buckets; those that need the training data are missing where it is not
        known.
    """
    counts = count_by_sentence(output, settings)
    errors = dict(zip(ERROR_COLUMNS, counts.errors().T, strict=True))
    num_errors = errors["false_positives"] + errors["false_negatives"]
    pairs = [np.stack([errors[kind], num_errors], axis=1) for kind in ("boundary_errors", "type_errors")]
    buckets: list[Bucket] = []
    for attribute in PAPERS_BUCKETS:
        if attribute not in counts.attributes:
            continue
        intervals = settings.buckets[attribute]
        for place, (name, label) in enumerate(zip(intervals.names, intervals.labels, strict=True)):
            right, predicted, gold = counts.of_bucket(attribute, place).T
            pairs.append(np.stack([2 * right, predicted + gold], axis=1))
            buckets.append(Bucket(attribute.value, f"{attribute.value} {name}", label, int(gold.sum())))
    names = (*ERROR_FIGURES, *(bucket.name for bucket in buckets))
    return FigureCounts(names, np.stack(pairs, axis=1).astype(np.int32), tuple(buckets))


def _without_buckets(settings: AnalysisSettings) -> AnalysisSettings:
    return AnalysisSettings(consistency=settings.consistency, density=settings.density, buckets={})
