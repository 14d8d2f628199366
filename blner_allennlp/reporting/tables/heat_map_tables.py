"""The heat maps as numbers (paper, Tables 6 and 7)."""

from __future__ import annotations

from collections.abc import Sequence

from blner_allennlp.comparison.results import Comparison, HeatMap, HeatMapCell
from blner_allennlp.reporting.number_format import DASH, per_cent, points
from blner_allennlp.reporting.significance import SIGNIFICANCE_NOTE, is_significant
from blner_allennlp.reporting.tables.comparison_columns import difference_columns, resampling_note
from blner_allennlp.reporting.tables.notes import SMALL_MARK, SMALL_NOTE
from blner_allennlp.reporting.tables.report_table import Cell, ReportTable, TablePart, data_frame, text_cells


def buckets_comparison_table(comparison: Comparison) -> ReportTable:
    """F1 by bucket, and the difference to the standard.

    Args:
        comparison: the systems side by side.

    Returns:
        The table `table6`.
    """
    return _table(
        "table6",
        "F1 by bucket against the standard, in percentage points (Table 6)",
        comparison,
        comparison.bucket_maps,
        "Above 0: better than the standard. The standard's own line is its F1.",
    )


def errors_comparison_table(comparison: Comparison) -> ReportTable:
    """Error rates, and the difference to the standard.

    Args:
        comparison: the systems side by side.

    Returns:
        The table `table7`.
    """
    return _table(
        "table7",
        "Error rates against the standard, in percentage points (Table 7)",
        comparison,
        comparison.error_maps,
        "BE, TE: boundary and type errors over false positives and false negatives. Above 0: a higher rate than the "
        "standard's, which is worse. The standard's own line is its rate.",
    )


def _table(
    name: str, title: str, comparison: Comparison, heat_maps: Sequence[HeatMap], reading: str
) -> ReportTable:
    rows = [
        {
            "corpus": heat_map.corpus,
            "split": heat_map.split,
            "standard": heat_map.standard,
            "system": system,
            "column": cell.column,
            "interval": cell.interval,
            "value": cell.value,
            **difference_columns(cell.difference),
            "num_gold" if heat_map.kind == "buckets" else "num_errors": cell.num_gold,
            "is_small": cell.is_small,
        }
        for heat_map in heat_maps
        for system, cells in heat_map.rows.items()
        for cell in cells
    ]
    has_small = any(row["is_small"] for row in rows)
    small_note = SMALL_NOTE if name == "table6" else f"{SMALL_MARK} Few errors: the rate says little."
    notes = [
        reading,
        SIGNIFICANCE_NOTE,
        *([small_note] if has_small else []),
        *resampling_note(comparison),
    ]
    return ReportTable(name, title, data_frame(rows), [_part(heat_map) for heat_map in heat_maps], notes)


def _part(heat_map: HeatMap) -> TablePart:
    """Buckets are rows: there are more of them than of systems."""
    systems = list(heat_map.rows)
    columns = next(iter(heat_map.rows.values()), ())
    has_intervals = any(cell.interval for cell in columns)
    lines = []
    for index, first in enumerate(columns):
        of_standard = heat_map.rows[heat_map.standard][index] if heat_map.standard in heat_map.rows else first
        lines.append(
            [
                *text_cells(
                    first.column, *([first.interval] if has_intervals else []), str(of_standard.num_gold)
                ),
                *(_cell(heat_map.rows[system][index]) for system in systems),
            ]
        )
    return TablePart(
        f"{heat_map.corpus} {heat_map.split}, against {heat_map.standard}",
        (
            "Bucket" if has_intervals else "Rate",
            *(["Interval"] if has_intervals else []),
            "Gold" if heat_map.kind == "buckets" else "Errors",
            *systems,
        ),
        ("llr" if has_intervals else "lr") + "r" * len(systems),
        lines,
    )


def _cell(cell: HeatMapCell) -> Cell:
    if cell.difference is None:
        text, mark = per_cent(cell.value), ""
    else:
        text = points(cell.difference.delta.value)
        mark = "*" if is_significant(cell.difference) else ""
    return Cell(text, mark + (SMALL_MARK if cell.is_small and text != DASH else ""))
