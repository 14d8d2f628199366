"""Kinds of errors and their rates (paper, section 4.3.2, Eq. 24, Table 7)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from blner_allennlp.analysis.resampled_counts import ResampledCounts
from blner_allennlp.analysis.resampling import estimate
from blner_allennlp.analysis.results import ErrorFigures, Estimate
from blner_allennlp.analysis.sentence_counts import ERROR_COLUMNS


def error_figures(counts: ResampledCounts) -> ErrorFigures:
    """Compute the rates of boundary and type errors over all false positives and negatives.

    The paper leaves open what a prediction is that shares words with two gold mentions: one boundary error here, unless
    the counts were made with `AnalysisSettings.count_gold_side`.

    Args:
        counts: in the order of `ERROR_COLUMNS`.

    Returns:
        The figures; rates are 0 where there is no error.
    """
    totals = {name: int(count) for name, count in zip(ERROR_COLUMNS, counts.total, strict=True)}
    return ErrorFigures(
        num_errors=totals["false_positives"] + totals["false_negatives"],
        **totals,
        boundary_error_rate=_rate(counts, "boundary_errors"),
        type_error_rate=_rate(counts, "type_errors"),
    )


def _rate(counts: ResampledCounts, name: str) -> Estimate:
    column = ERROR_COLUMNS.index(name)
    total = _divide(counts.total[None], column)
    return estimate(float(total[0]), _divide(counts.resampled, column))


def _divide(counts: NDArray[np.float64], column: int) -> NDArray[np.float64]:
    num_errors = (
        counts[:, ERROR_COLUMNS.index("false_positives")] + counts[:, ERROR_COLUMNS.index("false_negatives")]
    )
    return np.divide(counts[:, column], num_errors, out=np.zeros(len(counts)), where=num_errors > 0)
