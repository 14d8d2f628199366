"""The loss weight, the tagging and the span representation (paper, Figures 5 to 7) as numbers."""

from __future__ import annotations

from collections.abc import Sequence

from blner_allennlp.comparison.results import Bars, Comparison, Curve, Difference, OverSeeds
from blner_allennlp.reporting.bar_difference import bar_difference
from blner_allennlp.reporting.number_format import DASH, duration, over_seeds, p_value, point_estimate
from blner_allennlp.reporting.significance import SIGNIFICANCE_NOTE, is_significant, p_of
from blner_allennlp.reporting.tables.comparison_columns import difference_columns, resampling_note
from blner_allennlp.reporting.tables.identity import over_seeds_columns
from blner_allennlp.reporting.tables.report_table import Cell, ReportTable, TablePart, data_frame, text_cells


def curves_table(comparison: Comparison) -> ReportTable:
    """F1 by loss weight.

    Args:
        comparison: the systems side by side.

    Returns:
        The table `figure5`.
    """
    rows = [
        {
            "corpus": curve.corpus,
            "split": curve.split,
            "system": curve.system,
            "alpha": float(alpha),
            **over_seeds_columns("f1", f1),
        }
        for curve in comparison.curves
        for alpha, f1 in zip(curve.alphas, curve.f1, strict=True)
    ]
    places = dict.fromkeys((curve.corpus, curve.split) for curve in comparison.curves)
    parts = [
        _curves_part(
            f"{corpus} {split}",
            [curve for curve in comparison.curves if (curve.corpus, curve.split) == (corpus, split)],
        )
        for corpus, split in places
    ]
    return ReportTable(
        "figure5",
        "F1 in per cent by loss weight α (Figure 5)",
        data_frame(rows),
        parts,
        [
            "Mean ± standard deviation over seeds. α = 0 is SpanNER, α = 1 is SeqNER. Bold: the best of a column."
        ],
    )


def taggings_table(comparison: Comparison) -> ReportTable:
    """F1 and training time by tagging.

    Args:
        comparison: the systems side by side.

    Returns:
        The table `figure6`.
    """
    return _bars_table("figure6", "F1 in per cent by tagging (Figure 6)", comparison, comparison.taggings)


def representations_table(comparison: Comparison) -> ReportTable:
    """F1 and training time by span representation.

    Args:
        comparison: the systems side by side.

    Returns:
        The table `figure7`.
    """
    return _bars_table(
        "figure7", "F1 in per cent by span representation (Figure 7)", comparison, comparison.representations
    )


def _curves_part(caption: str, curves: Sequence[Curve]) -> TablePart:
    by_alpha = [dict(zip(curve.alphas, curve.f1, strict=True)) for curve in curves]
    best = [max((f1.mean for f1 in curve.f1 if f1.mean is not None), default=None) for curve in curves]
    lines = []
    for alpha in sorted({alpha for curve in curves for alpha in curve.alphas}):
        line = text_cells(f"{alpha:g}")
        for values, best_mean in zip(by_alpha, best, strict=True):
            f1 = values.get(alpha)
            is_best = f1 is not None and f1.mean is not None and f1.mean == best_mean
            line.append(Cell(over_seeds(f1), bold=is_best))
        lines.append(line)
    return TablePart(caption, ("α", *(curve.system for curve in curves)), "r" + "r" * len(curves), lines)


def _bars_table(name: str, title: str, comparison: Comparison, charts: Sequence[Bars]) -> ReportTable:
    rows = [
        {
            "corpus": bars.corpus,
            "split": bars.split,
            "system": system,
            bars.setting: value,
            **over_seeds_columns("f1", f1),
            **over_seeds_columns("training_seconds", seconds),
            **difference_columns(bar_difference(bars, system, value)),
        }
        for bars in charts
        for system in bars.f1
        for value, f1, seconds in zip(bars.values, bars.f1[system], _seconds_of(bars, system), strict=True)
    ]
    parts = [
        TablePart(
            f"{bars.corpus} {bars.split}",
            ("System", bars.setting.capitalize(), "F1", "ΔF1 [95 % CI]", "p", "Training time"),
            "llrrrr",
            [
                [
                    *text_cells(system, value),
                    Cell(over_seeds(f1)),
                    *_difference_cells(bar_difference(bars, system, value)),
                    Cell(duration(None if seconds is None else seconds.mean)),
                ]
                for system in bars.f1
                for value, f1, seconds in zip(
                    bars.values, bars.f1[system], _seconds_of(bars, system), strict=True
                )
            ],
        )
        for bars in charts
    ]
    notes = [
        "Mean ± standard deviation over seeds. ΔF1: to the same system's first line, in percentage points.",
        SIGNIFICANCE_NOTE,
        *resampling_note(comparison),
    ]
    return ReportTable(name, title, data_frame(rows), parts, notes)


def _seconds_of(bars: Bars, system: str) -> Sequence[OverSeeds | None]:
    return bars.training_seconds.get(system, (None,) * len(bars.values))


def _difference_cells(difference: Difference | None) -> Sequence[Cell]:
    if difference is None:
        return text_cells(DASH, DASH)
    mark = "*" if is_significant(difference) else ""
    return [Cell(point_estimate(difference.delta), mark), Cell(p_value(p_of(difference)))]
