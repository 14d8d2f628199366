"""The sentences split into two halves at random, again and again."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from blner_allennlp.comparison.subsets import subset_sums


def split_in_halves(
    counts: NDArray[np.integer[Any]], num_splits: int, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sum counts over the one and the other half of the sentences.

    Args:
        counts: a row a sentence, integer (S, C).
        num_splits: how many splits, R.
        seed: random seed.

    Returns:
        Sums over one half and over the other, float (R, C) each; a sentence is in either with probability 1/2.
    """
    first = np.concatenate(list(subset_sums(counts, num_splits, seed)))
    return first, counts.sum(axis=0, dtype=np.int64) - first
