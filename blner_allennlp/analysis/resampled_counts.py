"""The counts of many figures, over the corpus and over the same bootstrap samples of it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from blner_allennlp.analysis.resampling import Resampling

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True, eq=False)
class ResampledCounts:
    """One figure's counts.

    Args:
        total: over all sentences, float (K,).
        resampled: over the sentences of each bootstrap sample, float (R, K).
    """

    total: NDArray[np.float64]
    resampled: NDArray[np.float64]


def resample_counts(
    by_figure: Mapping[Key, NDArray[Any]], resampling: Resampling
) -> dict[Key, ResampledCounts]:
    """Sum the counts of all figures over the corpus and over bootstrap samples, drawn once for all of them.

    Args:
        by_figure: for each figure its counts by sentence, (S, K) with any K.
        resampling: the samples.

    Returns:
        The sums by figure.
    """
    if not by_figure:
        return {}
    widths = [counts.shape[1] for counts in by_figure.values()]
    # Half the memory, and still exact: no sentence has 2**31 mentions.
    columns = np.concatenate([_narrow(counts) for counts in by_figure.values()], axis=1)
    resampled = resampling.sums(columns)
    ends = np.cumsum(widths).tolist()
    return {
        key: ResampledCounts(counts.sum(axis=0).astype(np.float64), resampled[:, end - width : end])
        for (key, counts), width, end in zip(by_figure.items(), widths, ends, strict=True)
    }


def _narrow(counts: NDArray[Any]) -> NDArray[Any]:
    return counts.astype(np.int32) if np.issubdtype(counts.dtype, np.integer) else counts
