"""The bootstrap over sentences: how far chance in their choice may move a figure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from blner_allennlp.analysis.results import Estimate

_CHUNK_CELLS = 2**21
"""Weights that are held at once: 16 MiB."""
CONFIDENCE = 0.95


class Resampling:
    """Samples of as many sentences as there are, drawn with replacement; the same ones for every figure.

    Sums over a sample need no copy of its sentences, only how often each was drawn, so all samples' sums are a product
    of matrices. It is made in chunks of samples, so memory does not grow with their number. Each call draws the samples
    anew from the seed: pass all columns at once where time matters.

    Args:
        num_sentences: sentences to draw from, S.
        num_resamples: samples, R.
        seed: random seed.

    Raises:
        ValueError: a number is negative.
    """

    def __init__(self, num_sentences: int, num_resamples: int = 1000, seed: int = 0) -> None:
        if num_sentences < 0 or num_resamples < 0 or seed < 0:
            raise ValueError(
                f"{num_sentences} sentences, {num_resamples} resamples, seed {seed}: none of them may be negative"
            )
        self.num_sentences = num_sentences
        self.num_resamples = num_resamples
        self.seed = seed

    def sums(self, counts: NDArray[Any]) -> NDArray[np.float64]:
        """Sum columns over the sentences of each sample. Sums of whole numbers are exact.

        Args:
            counts: a row a sentence, int or float (S, K).

        Returns:
            The sums, float (R, K).

        Raises:
            ValueError: there are not as many rows as sentences.
        """
        if len(counts) != self.num_sentences:
            raise ValueError(
                f"counts of {len(counts)} sentences, but samples of {self.num_sentences}; give one row a sentence"
            )
        sums = np.zeros((self.num_resamples, counts.shape[1]))
        # Many sentences have no mention; what they weigh adds nothing to any sum.
        kept = np.flatnonzero(counts.any(axis=1))
        values = counts[kept].astype(np.float64)
        for first, weights in self._weights():
            sums[first : first + len(weights)] = weights[:, kept] @ values
        return sums

    def _weights(self) -> Iterator[tuple[int, NDArray[np.float64]]]:
        """Draw samples: how often each sentence is in each of some; float (r, S), with the first one's number."""
        generator = np.random.default_rng(self.seed)
        size = self.num_sentences
        chunk_size = max(1, _CHUNK_CELLS // max(size, 1))
        for first in range(0, self.num_resamples, chunk_size):
            num_drawn = min(chunk_size, self.num_resamples - first)
            weights = np.empty((num_drawn, size))
            for row in weights:
                row[:] = np.bincount(generator.integers(size, size=size), minlength=size) if size else 0
            yield first, weights


def estimate(value: float | None, resampled: NDArray[np.float64]) -> Estimate:
    """Put the percentile interval of a figure beside it.

    Args:
        value: the figure; None where there is nothing to compute it from.
        resampled: the figure in each bootstrap sample, NaN where a sample has nothing to compute it from; float (R,).

    Returns:
        The figure with its 95 % interval; without one if there are no samples.
    """
    if value is None:
        return Estimate(None)
    known = resampled[~np.isnan(resampled)]
    if not len(known):
        return Estimate(value)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(known, [tail, 1 - tail])
    return Estimate(value, float(low), float(high))
