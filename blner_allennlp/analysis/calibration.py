"""Whether scores say how often predictions are right: reliability and expected calibration error."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from blner_allennlp.analysis.mention_table import MentionTable
from blner_allennlp.analysis.outcomes import Outcome
from blner_allennlp.analysis.resampled_counts import ResampledCounts
from blner_allennlp.analysis.resampling import estimate
from blner_allennlp.analysis.results import Calibration, ReliabilityBin

NUM_BINS = 10
_EDGES = np.arange(NUM_BINS + 1) / NUM_BINS


def calibration_counts(table: MentionTable) -> NDArray[np.float64]:
    """Count predictions by bin and sentence.

    Args:
        table: the mentions.

    Returns:
        For each sentence and bin the number of predictions, the sum of their scores, and how many are right; the bins
        of a sentence one after the other; float (S, 3 · `NUM_BINS`).

    Raises:
        ValueError: a score is not in [0, 1].
    """
    predicted = table.predicted
    is_share = (predicted.score >= 0) & (predicted.score <= 1)
    if not is_share.all():
        first = int(np.argmin(is_share))
        raise ValueError(
            f"sentence {predicted.sentence[first] + 1}: the score of a prediction is {predicted.score[first]}, but "
            "must be a probability in [0, 1]; turn the system's scores into such, or leave them out"
        )
    # (0, 0.1], (0.1, 0.2], … as Guo et al. (2017), "On Calibration of Modern Neural Networks"; 0 is in the first bin.
    bins = np.searchsorted(_EDGES[1:-1], predicted.score, side="left")
    cells = predicted.sentence * NUM_BINS + bins
    size = table.num_sentences * NUM_BINS
    is_right = table.predicted_outcomes == Outcome.RIGHT
    all_weights = (np.ones(len(predicted)), predicted.score, is_right.astype(np.float64))
    columns = [np.bincount(cells, weights=weights, minlength=size) for weights in all_weights]
    return np.stack(columns, axis=1).astype(np.float64).reshape(table.num_sentences, 3 * NUM_BINS)


def calibrate(counts: ResampledCounts) -> Calibration:
    """Compute the reliability curve and the expected calibration error (Guo et al., 2017, Eq. 5).

    A sample's error is larger than the corpus's on average, as every sample's bins are noisier, so the interval lies
    towards higher errors and need not hold a very low one.

    Args:
        counts: of `calibration_counts`.

    Returns:
        The figures.
    """
    nums, score_sums, rights = counts.total.reshape(NUM_BINS, 3).T
    resampled = counts.resampled.reshape(-1, NUM_BINS, 3)
    shares = np.full(resampled.shape[:2], np.nan)
    np.divide(resampled[..., 2], resampled[..., 0], out=shares, where=resampled[..., 0] > 0)
    bins = tuple(
        ReliabilityBin(
            low=float(_EDGES[index]),
            high=float(_EDGES[index + 1]),
            num_predicted=int(nums[index]),
            mean_score=float(score_sums[index] / nums[index]) if nums[index] else None,
            share_right=estimate(
                float(rights[index] / nums[index]) if nums[index] else None, shares[:, index]
            ),
        )
        for index in range(NUM_BINS)
    )
    error = _expected_error(counts.total.reshape(1, NUM_BINS, 3))[0]
    return Calibration(bins, estimate(None if np.isnan(error) else float(error), _expected_error(resampled)))


def _expected_error(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """(R, bins, 3) -> (R,): the bins' sizes cancel out; NaN without predictions."""
    distances = np.abs(counts[..., 1] - counts[..., 2]).sum(axis=1)
    nums = counts[..., 0].sum(axis=1)
    errors = np.full(len(nums), np.nan)
    np.divide(distances, nums, out=errors, where=nums > 0)
    return errors
