"""Kinds of errors, types taken for each other, and the errors themselves."""

from __future__ import annotations

from collections.abc import Sequence

from blner_allennlp.analysis.results import Analysis, ErrorExample
from blner_allennlp.reporting.number_format import DASH, estimate, per_cent
from blner_allennlp.reporting.tables.escaping import shortened
from blner_allennlp.reporting.tables.identity import estimate_columns, identity_columns, run_title
from blner_allennlp.reporting.tables.notes import interval_notes
from blner_allennlp.reporting.tables.report_table import Cell, ReportTable, TablePart, data_frame, text_cells

NO_MENTION = "(no mention)"


def errors_table(analyses: Sequence[Analysis]) -> ReportTable:
    """One line a run: kinds of errors (paper, Eq. 24).

    Args:
        analyses: the runs' figures.

    Returns:
        The table `errors`.
    """
    counts = (
        "false_positives",
        "false_negatives",
        "type_errors",
        "boundary_errors",
        "spurious",
        "missing",
    )
    rows = [
        {
            **identity_columns(analysis),
            "num_errors": analysis.errors.num_errors,
            **{name: getattr(analysis.errors, name) for name in counts},
            **estimate_columns("boundary_error_rate", analysis.errors.boundary_error_rate),
            **estimate_columns("type_error_rate", analysis.errors.type_error_rate),
        }
        for analysis in analyses
    ]
    cells = [
        text_cells(
            analysis.info.corpus,
            analysis.info.title,
            DASH if analysis.info.seed is None else str(analysis.info.seed),
            *(str(getattr(analysis.errors, name)) for name in counts),
            estimate(analysis.errors.boundary_error_rate),
            estimate(analysis.errors.type_error_rate),
        )
        for analysis in analyses
    ]
    header = (
        "Corpus",
        "System",
        "Seed",
        "FP",
        "FN",
        "Type",
        "Boundary",
        "Spurious",
        "Missing",
        "BE rate [95 % CI]",
        "TE rate [95 % CI]",
    )
    notes = [
        *interval_notes(analyses),
        "FP: predictions that are no gold. FN: gold that was not predicted. Type: right words, wrong type. Boundary: "
        "shares words with gold, but has the words of none. Spurious: shares no word with gold. Missing: gold that no "
        "prediction shares a word with. BE and TE rate: boundary and type errors over FP + FN, in per cent.",
    ]
    return ReportTable(
        "errors", "Kinds of errors", data_frame(rows), [TablePart("", header, "llrrrrrrrrr", cells)], notes
    )


def confusion_table(analyses: Sequence[Analysis]) -> ReportTable:
    """Which type was taken for which.

    Args:
        analyses: the runs' figures.

    Returns:
        The table `confusion`: a line a pair of types that occurs in the data, a matrix a run for the eye.
    """
    rows, parts = [], []
    for analysis in analyses:
        confusion = analysis.confusion
        names = (*confusion.labels, None)
        rows += [
            {**identity_columns(analysis), "gold_type": gold, "predicted_type": predicted, "count": count}
            for gold, line in zip(names, confusion.counts, strict=True)
            for predicted, count in zip(names, line, strict=True)
            if count
        ]
        if not confusion.labels:
            continue
        shown = (*confusion.labels, NO_MENTION)
        parts.append(
            TablePart(
                run_title(analysis),
                ("Gold \\ predicted", *shown),
                "l" + "r" * len(shown),
                [
                    [Cell(name), *(Cell(str(count), bold=row == column) for column, count in enumerate(line))]
                    for row, (name, line) in enumerate(zip(shown, confusion.counts, strict=True))
                ],
            )
        )
    notes = [
        "Over mentions whose words are right. Last column: gold whose words were not predicted; last row: predictions "
        "whose words are no gold."
    ]
    return ReportTable("confusion", "Types taken for each other", data_frame(rows), parts, notes)


def frequent_errors_table(analyses: Sequence[Analysis]) -> ReportTable:
    """The errors made most often.

    Args:
        analyses: the runs' figures.

    Returns:
        The table `frequent_errors`.
    """
    return _examples_table(
        "frequent_errors",
        "The most frequent errors",
        [(analysis, analysis.frequent_errors) for analysis in analyses],
    )


def confident_errors_table(analyses: Sequence[Analysis]) -> ReportTable:
    """The wrong predictions with the highest scores.

    Args:
        analyses: the runs' figures.

    Returns:
        The table `confident_errors`.
    """
    return _examples_table(
        "confident_errors",
        "The most confident errors",
        [(analysis, analysis.confident_errors) for analysis in analyses],
    )


def _examples_table(
    name: str, title: str, examples: Sequence[tuple[Analysis, Sequence[ErrorExample]]]
) -> ReportTable:
    rows = [
        {
            **identity_columns(analysis),
            "kind": example.kind,
            "text": example.text,
            "predicted_type": example.predicted_type,
            "gold_text": example.gold_text,
            "gold_type": example.gold_type,
            "count": example.count,
            "score": example.score,
            "sentence_numbers": ";".join(_numbers(example.sentence_indices)),
        }
        for analysis, shown in examples
        for example in shown
    ]
    parts = [
        TablePart(
            run_title(analysis),
            ("Error", "Text", "Predicted", "Gold text", "Gold", "Count", "Score", "Sentences"),
            "lllllrrl",
            [
                text_cells(
                    example.kind,
                    shortened(example.text),
                    example.predicted_type or DASH,
                    DASH if example.gold_text is None else shortened(example.gold_text),
                    example.gold_type or DASH,
                    str(example.count),
                    per_cent(example.score),
                    _first_numbers(example.sentence_indices),
                )
                for example in shown
            ],
        )
        for analysis, shown in examples
        if shown
    ]
    notes = ["Sentences are counted from 1. Scores in per cent; of several, the highest."]
    return ReportTable(name, title, data_frame(rows), parts, notes)


def _numbers(indices: Sequence[int]) -> list[str]:
    """As people count, in the terminal and on the page, too."""
    return [str(index + 1) for index in indices]


def _first_numbers(indices: Sequence[int], max_shown: int = 3) -> str:
    shown = ", ".join(_numbers(indices)[:max_shown])
    return f"{shown}, …" if len(indices) > max_shown else shown
