"""The main comparison (paper, Table 3), and all its differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from blner_allennlp.comparison.results import (
    Comparison,
    Difference,
    MainRow,
    OverSeeds,
    PublishedScores,
    SystemSummary,
)
from blner_allennlp.reporting.number_format import DASH, over_seeds, p_value, per_cent, point_estimate
from blner_allennlp.reporting.significance import SIGNIFICANCE_NOTE, is_significant, p_of
from blner_allennlp.reporting.tables.comparison_columns import difference_columns, resampling_note
from blner_allennlp.reporting.tables.identity import over_seeds_columns
from blner_allennlp.reporting.tables.notes import ERRATUM_MARK
from blner_allennlp.reporting.tables.report_table import Cell, ReportTable, TablePart, data_frame, text_cells

_FIGURES = ("precision", "recall", "f1")


def main_table(comparison: Comparison) -> ReportTable:
    """One line a system of a corpus, the paper's numbers beside it where it has any.

    Args:
        comparison: the systems side by side.

    Returns:
        The table `table3`.
    """
    has_published = any(row.published for row in comparison.main)
    rows, cells, notes = [], [], []
    for row in comparison.main:
        best = max((system.f1.mean for system in row.systems if system.f1.mean is not None), default=None)
        for system in row.systems:
            by_figure = _first_differences(row, system)
            published = _published_of(row, system)
            rows.append(
                {
                    "corpus": row.corpus,
                    "split": row.split,
                    "system": system.system,
                    "variant": system.variant,
                    "num_seeds": len(system.seeds),
                    "seeds": ";".join("" if seed is None else str(seed) for seed in system.seeds),
                    **over_seeds_columns("precision", system.precision),
                    **over_seeds_columns("recall", system.recall),
                    **over_seeds_columns("f1", system.f1),
                    **over_seeds_columns("training_seconds", system.training_seconds),
                    **{
                        f"{figure}_{name}": value
                        for figure in _FIGURES
                        for name, value in difference_columns(by_figure.get(figure)).items()
                    },
                    **{
                        f"paper_{figure}": None if published is None else getattr(published, figure)
                        for figure in _FIGURES
                    },
                    "paper_erratum": None if published is None else published.erratum or None,
                    "sources": ";".join(system.sources),
                }
            )
            f1_difference = by_figure.get("f1")
            cells.append(
                [
                    *text_cells(row.corpus, system.title, str(len(system.seeds))),
                    *(_score_cell(getattr(system, figure), by_figure.get(figure)) for figure in _FIGURES[:2]),
                    _score_cell(
                        system.f1, f1_difference, is_best=best is not None and system.f1.mean == best
                    ),
                    *_difference_cells(f1_difference),
                    *(_published_cells(published) if has_published else ()),
                ]
            )
            if published is not None and published.erratum:
                note = f"{ERRATUM_MARK} {row.corpus}, {system.system}: {published.erratum.rstrip('.')}."
                notes.append(note)
    header = ["Corpus", "System", "Seeds", "P", "R", "F1", "ΔF1 [95 % CI]", "to", "p"]
    alignment = "llrrrrrlr"
    if has_published:
        header += ["Paper P", "Paper R", "Paper F1"]
        alignment += "rrr"
        notes.insert(
            0,
            "Paper: as printed there; its encoder, seeds and copy of the corpus may be other ones than here.",
        )
    splits = ", ".join(dict.fromkeys(row.split for row in comparison.main))
    notes = [
        "Mean ± standard deviation over seeds. Arrows: above or below the system that the column “to” names; ΔF1 in "
        "percentage points. Bold: the best F1 of a corpus.",
        SIGNIFICANCE_NOTE,
        *resampling_note(comparison),
        *notes,
        *comparison.remarks,
    ]
    return ReportTable(
        "table3",
        f"Main results in per cent, {splits} (Table 3)",
        data_frame(rows),
        [TablePart("", header, alignment, cells)],
        notes,
    )


def differences_table(comparison: Comparison) -> ReportTable:
    """One line a difference of the main comparison.

    Args:
        comparison: the systems side by side.

    Returns:
        The table `differences`.
    """
    compared = [(row, difference) for row in comparison.main for difference in row.differences]
    rows = [
        {
            "corpus": row.corpus,
            "split": row.split,
            "system": difference.system,
            "figure": difference.figure,
            **difference_columns(difference),
        }
        for row, difference in compared
    ]
    cells = [
        [
            *text_cells(row.corpus, difference.system, difference.base, difference.figure),
            Cell(
                f"{point_estimate(difference.delta)} {difference.arrow}".strip(),
                "*" if is_significant(difference) else "",
            ),
            *text_cells(
                p_value(difference.p_randomisation),
                p_value(difference.p_bootstrap),
                p_value(difference.p_adjusted),
            ),
        ]
        for row, difference in compared
    ]
    header = (
        "Corpus",
        "System",
        "Compared with",
        "Figure",
        "Difference [95 % CI]",
        "p, randomisation",
        "p, bootstrap",
        "p, corrected",
    )
    return ReportTable(
        "differences",
        "Differences in percentage points and their significance",
        data_frame(rows),
        [TablePart("", header, "llllrrrr", cells)],
        [SIGNIFICANCE_NOTE, *resampling_note(comparison)],
    )


def _first_differences(row: MainRow, system: SystemSummary) -> Mapping[str, Difference]:
    found: dict[str, Difference] = {}
    for difference in row.differences:
        if difference.system == system.title:
            found.setdefault(difference.figure, difference)
    return found


def _published_of(row: MainRow, system: SystemSummary) -> PublishedScores | None:
    """The paper's numbers are those of its default settings; a variant of a model has none."""
    return None if system.variant else row.published.get(system.system)


def _score_cell(figure: OverSeeds, difference: Difference | None, *, is_best: bool = False) -> Cell:
    arrow = difference.arrow if difference is not None else ""
    return Cell(
        f"{over_seeds(figure)} {arrow}".strip(), "*" if is_significant(difference) else "", bold=is_best
    )


def _difference_cells(difference: Difference | None) -> Sequence[Cell]:
    if difference is None:
        return text_cells(DASH, "", DASH)
    return text_cells(point_estimate(difference.delta), difference.base, p_value(p_of(difference)))


def _published_cells(published: PublishedScores | None) -> Sequence[Cell]:
    if published is None:
        return text_cells(DASH, DASH, DASH)
    return [
        *text_cells(per_cent(published.precision), per_cent(published.recall)),
        Cell(per_cent(published.f1), ERRATUM_MARK if published.erratum else ""),
    ]
