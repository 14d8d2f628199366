"""Whether a difference between two systems may be chance: approximate randomisation and the paired bootstrap.

Every figure compared here is a ratio of two sums over sentences: F1 is twice the true positives over predicted and
gold mentions, an error rate is errors of one kind over all errors. So a sentence enters as a pair of integers, the
numerator's and the denominator's share, and any choice of sentences is a matrix product.

With several seeds of each system the statistic is the difference of the means over seeds. A sentence is swapped, or
drawn, for all seeds at once: that seeds agree on a sentence must not count as evidence again and again.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from blner_allennlp.comparison.errors import ComparisonError
from blner_allennlp.comparison.subsets import are_all_subsets, subset_sums

Counts = NDArray[np.integer[Any]]
"""Numerators and denominators, integer (N seeds, S sentences, F figures, 2)."""
Floats = NDArray[np.float64]

# Differences that are equal but for the order of additions.
_ROUNDING = 1e-12


def ratios(sums: NDArray[Any]) -> Floats:
    """Divide numerators by denominators.

    Args:
        sums: numerators and denominators in the last axis, (..., 2).

    Returns:
        The ratios, float (...); NaN where the denominator is 0: there is nothing to compute a figure from.
    """
    numerators, denominators = sums[..., 0].astype(np.float64), sums[..., 1].astype(np.float64)
    result = np.full(numerators.shape, np.nan)
    np.divide(numerators, denominators, out=result, where=denominators != 0)
    return result


def mean_over_seeds(values: Floats) -> Floats:
    """Average a figure over the seeds that have it.

    Args:
        values: float (N, ...), NaN where a seed lacks the figure.

    Returns:
        Means, float (...); NaN where no seed has the figure.
    """
    known = ~np.isnan(values)
    num_known = known.sum(axis=0)
    totals = np.where(known, values, 0.0).sum(axis=0)
    result = np.full(totals.shape, np.nan)
    np.divide(totals, num_known, out=result, where=num_known != 0)
    return result


def subtract(first: Floats, second: Floats) -> Floats:
    """Differences of figures, exactly 0 where only the order of additions makes figures differ.

    Means of the same numbers differ in their last digit if seeds come in another order. Signs are counted here and
    there, and such a difference must have none.

    Args:
        first: figures, float.
        second: figures that are taken away, of a shape that fits.

    Returns:
        The differences; NaN where either figure is.
    """
    differences: Floats = first - second
    return np.where(np.abs(differences) <= _ROUNDING, 0.0, differences)


def randomisation_p_values(first: Counts, second: Counts, num_rounds: int, seed: int) -> Floats:
    """Test by approximate randomisation whether two systems differ.

    If they do not, each sentence's answers might as well be the other system's. So answers are swapped sentence by
    sentence, each with probability 1/2, and p is the share of such rounds in which the figures differ as much as they
    do or more, either way: (1 + hits) / (1 + rounds), the systems as they are being one of the rounds. Where there are
    no more ways to swap than rounds, all of them are tried, and p is exact.

    All figures see the same swaps. A seed without a figure, whose denominator is 0, counts as 0 in the test.

    Args:
        first: counts of one system, integer (N, S, F, 2); its n-th seed is paired with the other's n-th.
        second: counts of the other system, of the same shape.
        num_rounds: how many random rounds.
        seed: random seed.

    Returns:
        Two-sided p by figure, float (F,); NaN where one of the systems lacks the figure.

    Raises:
        ComparisonError: the shapes differ, or there are no sentences or seeds.
    """
    if first.shape != second.shape or first.ndim != 4 or 0 in first.shape[:2]:
        raise ComparisonError(
            f"approximate randomisation: counts of shape {first.shape} and {second.shape}; expected as many seeds, "
            "sentences and figures of both systems, and one at least"
        )
    num_seeds, _, num_figures, _ = first.shape
    first_sums, second_sums = (counts.sum(axis=1, dtype=np.int64) for counts in (first, second))
    observed = _statistic(first_sums, second_sums)
    # Swapping sentences in which both have the same counts changes nothing.
    differences = np.moveaxis(second.astype(np.int64) - first, 1, 0).reshape(first.shape[1], -1)  # (S, N*F*2)
    differences = differences[differences.any(axis=1)]
    hits = np.zeros(num_figures, dtype=np.int64)
    num_seen = 0
    for moved in subset_sums(differences, num_rounds, seed):  # (R, N*F*2)
        change = moved.reshape(-1, num_seeds, num_figures, 2).swapaxes(0, 1)  # (N, R, F, 2)
        swapped = _statistic(first_sums[:, None] + change, second_sums[:, None] - change)  # (R, F)
        hits += (np.abs(swapped) >= np.abs(observed) - _ROUNDING).sum(axis=0)
        num_seen += len(swapped)
    exact = are_all_subsets(len(differences), num_rounds)
    p_values: Floats = hits / num_seen if exact else (1 + hits) / (1 + num_seen)
    lacking = np.isnan(mean_over_seeds(ratios(first_sums))) | np.isnan(mean_over_seeds(ratios(second_sums)))
    p_values[lacking] = np.nan
    return p_values


def bootstrap_p_values(deltas: Floats) -> Floats:
    """Two-sided p of a difference from its bootstrap samples: how far they lie on the other side of 0.

    Twice the smaller share of samples at or beyond 0, the difference itself counted as one more sample; so p is below
    5 % just where the 95 % percentile interval leaves out 0, but for the width of one sample.

    Args:
        deltas: the difference in each sample, float (R, F); NaN where a sample lacks the figure.

    Returns:
        p by figure, float (F,); NaN where no sample has the figure.
    """
    num_known = (~np.isnan(deltas)).sum(axis=0)
    fewer = np.minimum((deltas <= 0).sum(axis=0), (deltas >= 0).sum(axis=0))
    p_values: Floats = np.minimum(1.0, 2 * (1 + fewer) / (1 + num_known))
    p_values[num_known == 0] = np.nan
    return p_values


def percentile_interval(samples: Floats) -> tuple[Floats, Floats]:
    """The middle 95 % of bootstrap samples.

    Args:
        samples: float (R, F); NaN where a sample lacks the figure.

    Returns:
        Lower and upper ends, float (F,); NaN where no sample has the figure.
    """
    low, high = np.full((2, samples.shape[1]), np.nan)
    known = ~np.isnan(samples).all(axis=0)
    if known.any():
        low[known], high[known] = np.nanquantile(samples[:, known], [0.025, 0.975], axis=0)
    return low, high


def _statistic(first_sums: NDArray[Any], second_sums: NDArray[Any]) -> Floats:
    """Difference of the means over seeds, (N, ..., F, 2) -> (..., F)."""
    difference: Floats = np.nan_to_num(ratios(first_sums)).mean(axis=0) - np.nan_to_num(
        ratios(second_sums)
    ).mean(axis=0)
    return difference
