"""Rows of different lengths -> one array."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


def padded_rows(
    rows: Sequence[npt.ArrayLike], padding: int, num_columns: int | None = None, min_length: int = 0
) -> npt.NDArray[np.int64]:
    """Put the rows of a batch below one another, in one step for all.

    Args:
        rows: for each sentence an array or a list, of whole numbers below 2 ** 31 or of pairs and the like of them; at
            least one sentence.
        padding: what stands where a row has ended.
        num_columns: how many numbers belong together; None where each stands for itself.
        min_length: the least length of the result's rows.

    Returns:
        An array of the shape (rows, longest), or (rows, longest, `num_columns`).
    """
    end_of_shape = () if num_columns is None else (num_columns,)
    # An empty list tells neither its type nor its shape.
    arrays = [
        row if isinstance(row, np.ndarray) else np.asarray(row, dtype=np.int32).reshape(-1, *end_of_shape)
        for row in rows
    ]
    lengths = np.array([len(array) for array in arrays])
    is_real = np.arange(max(lengths.max(), min_length)) < lengths[:, None]
    padded = np.full((*is_real.shape, *end_of_shape), padding, dtype=np.int64)
    padded[is_real] = np.concatenate(arrays)
    return padded
