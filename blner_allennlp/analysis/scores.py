"""Counts of the corpus and of its bootstrap samples -> precision, recall and F1 with intervals."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from blner_allennlp.analysis.resampled_counts import ResampledCounts
from blner_allennlp.analysis.resampling import estimate
from blner_allennlp.analysis.results import Estimate, ScoreFigures
from blner_allennlp.scoring import score_rows


def score_figures(counts: ResampledCounts, *, none_if_undefined: bool) -> ScoreFigures:
    """Compute precision, recall and F1 (paper, Eq. 22).

    Args:
        counts: true positives, predicted and gold mentions.
        none_if_undefined: whether a share of nothing is None, as in an empty bucket; else it is 0, as everywhere in
            `scoring`. A bootstrap sample without any of the mentions says nothing of them either way.

    Returns:
        The figures.
    """
    shares, resampled = score_rows(counts.total), score_rows(counts.resampled)
    if not none_if_undefined:
        shares, resampled = np.nan_to_num(shares), _zero_if_any(resampled, counts.resampled)
    precision, recall, f1 = (
        estimate(None if np.isnan(share) else float(share), column)
        for share, column in zip(shares, resampled.T, strict=True)
    )
    true_positives, num_predicted, num_gold = (int(count) for count in counts.total)
    return ScoreFigures(true_positives, num_predicted, num_gold, precision, recall, f1)


def macro_figures(by_type: Sequence[ResampledCounts]) -> tuple[Estimate, Estimate, Estimate]:
    """Average the scores of the types, each of which counts the same.

    Args:
        by_type: the counts of each type that occurs in gold or predictions. A bootstrap sample's mean is over the
            types that occur in the sample.

    Returns:
        Precision, recall and F1, the mean of the types' F1; 0 where there are no types.
    """
    if not by_type:
        return Estimate(0.0), Estimate(0.0), Estimate(0.0)
    means = _mean_over_types(np.stack([counts.total for counts in by_type])[:, None])[0]
    resampled = _mean_over_types(np.stack([counts.resampled for counts in by_type]))
    precision, recall, f1 = (
        estimate(float(mean), column) for mean, column in zip(means, resampled.T, strict=True)
    )
    return precision, recall, f1


def _mean_over_types(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """(T, R, 3) counts -> (R, 3) means."""
    shares = _zero_if_any(score_rows(counts), counts)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a sample without any mention says nothing
        means: NDArray[np.float64] = np.nanmean(shares, axis=0)
    return means


def _zero_if_any(shares: NDArray[np.float64], counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Undefined shares become 0 where there are mentions, gold or predicted; (..., 3)."""
    return np.where((counts[..., 1] + counts[..., 2] > 0)[..., None], np.nan_to_num(shares), np.nan)
