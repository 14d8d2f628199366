"""Rows of different lengths -> one array."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blner_allennlp.batching import padded_rows


@given(
    rows=st.lists(st.lists(st.integers(0, 99), max_size=6), min_size=1, max_size=5),
    min_length=st.integers(0, 8),
    as_arrays=st.booleans(),
)
def test_each_row_is_there_and_ends_in_padding(
    rows: list[list[int]], min_length: int, as_arrays: bool
) -> None:
    given_rows = [np.array(row, dtype=np.int32) if as_arrays else row for row in rows]
    padded = padded_rows(given_rows, -1, min_length=min_length)
    length = max(min_length, *map(len, rows))
    assert padded.dtype == np.int64
    assert padded.shape == (len(rows), length)
    assert padded.tolist() == [row + [-1] * (length - len(row)) for row in rows]


@pytest.mark.parametrize("pairs", [[[], []], [[(1, 2)], []], [[], [(3, 4), (5, 6)]]])
def test_numbers_that_belong_together_stay_so(pairs: list[list[tuple[int, int]]]) -> None:
    padded = padded_rows(pairs, -1, num_columns=2)
    length = max(map(len, pairs))
    assert padded.shape == (2, length, 2)
    assert padded.tolist() == [
        [list(pair) for pair in row] + [[-1, -1]] * (length - len(row)) for row in pairs
    ]
