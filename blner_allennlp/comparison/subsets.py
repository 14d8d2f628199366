"""Sums over random subsets of sentences, each sentence in or out with probability 1/2."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Floats of a chunk of subsets; 64 MiB.
_CHUNK_CELLS = 1 << 24
# Sums up to here are exact in single precision.
_LARGEST_EXACT_SINGLE = 1 << 24


def are_all_subsets(num_sentences: int, num_subsets: int) -> bool:
    """Whether `subset_sums` goes through all subsets, because there are no more than were asked for.

    Args:
        num_sentences: sentences, S.
        num_subsets: how many random subsets were asked for.

    Returns:
        Whether there are at most so many, 2^S.
    """
    return num_sentences < 62 and 2**num_sentences <= num_subsets


def subset_sums(
    counts: NDArray[np.integer[Any]], num_subsets: int, seed: int
) -> Iterator[NDArray[np.float64]]:
    """Sum whole numbers over random subsets of sentences, exactly.

    Args:
        counts: a row a sentence, integer (S, C).
        num_subsets: how many random subsets; if there are no more than that (`are_all_subsets`), each comes once.
        seed: random seed.

    Yields:
        Sums of a chunk of subsets, float (R, C); memory does not grow with their number.
    """
    num_sentences, _ = counts.shape
    takes_all = are_all_subsets(num_sentences, num_subsets)
    # A sum of so small integers is exact, in whatever order they are added.
    largest = int(np.abs(counts).sum(axis=0, dtype=np.int64).max(initial=0))
    kind: type[np.floating[Any]] = np.float32 if largest < _LARGEST_EXACT_SINGLE else np.float64
    columns = counts.astype(kind)
    total = 2**num_sentences if takes_all else num_subsets
    chunk = max(1, _CHUNK_CELLS // max(num_sentences, 1))
    generator = np.random.default_rng(seed)
    for start in range(0, total, chunk):
        size = min(chunk, total - start)
        chosen: NDArray[np.integer[Any]]
        if takes_all:
            chosen = (np.arange(start, start + size)[:, None] >> np.arange(num_sentences)) & 1
        else:
            num_bits = size * num_sentences
            drawn = np.frombuffer(generator.bytes(-(-num_bits // 8)), np.uint8)
            chosen = np.unpackbits(drawn, count=num_bits).reshape(size, num_sentences)
        yield (chosen.astype(kind) @ columns).astype(np.float64)
