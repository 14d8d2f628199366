"""Scores of whole runs and of entity types."""

from __future__ import annotations

from collections.abc import Sequence

from blner_allennlp.analysis.results import Analysis
from blner_allennlp.reporting.number_format import DASH, estimate, per_cent
from blner_allennlp.reporting.tables.identity import (
    estimate_columns,
    identity_columns,
    run_title,
    score_columns,
)
from blner_allennlp.reporting.tables.notes import interval_notes
from blner_allennlp.reporting.tables.report_table import ReportTable, TablePart, data_frame, text_cells


def scores_table(analyses: Sequence[Analysis]) -> ReportTable:
    """One line a run: its scores over all mentions, and whatever else is one number.

    Args:
        analyses: the runs' figures.

    Returns:
        The table `scores`.
    """
    rows = [
        {
            **identity_columns(analysis),
            "num_sentences": analysis.num_sentences,
            "num_words": analysis.num_words,
            **score_columns(analysis.micro),
            **estimate_columns("macro_precision", analysis.macro_precision),
            **estimate_columns("macro_recall", analysis.macro_recall),
            **estimate_columns("macro_f1", analysis.macro_f1),
            **{f"boundaries_{name}": value for name, value in score_columns(analysis.boundaries).items()},
            **(
                estimate_columns(
                    "expected_calibration_error", analysis.calibration.expected_calibration_error
                )
                if analysis.calibration is not None
                else {f"expected_calibration_error{ending}": None for ending in ("", "_low", "_high")}
            ),
            "max_width": analysis.reach.max_width,
            "num_beyond_max_width": analysis.reach.num_beyond,
            **estimate_columns("share_beyond_max_width", analysis.reach.share_beyond),
            "oov_density": analysis.oov_density,
        }
        for analysis in analyses
    ]
    cells = [
        text_cells(
            analysis.info.corpus,
            analysis.info.split,
            analysis.info.title,
            DASH if analysis.info.seed is None else str(analysis.info.seed),
            per_cent(analysis.micro.precision.value),
            per_cent(analysis.micro.recall.value),
            estimate(analysis.micro.f1),
            per_cent(analysis.macro_f1.value),
            per_cent(analysis.boundaries.f1.value),
            DASH
            if analysis.calibration is None
            else per_cent(analysis.calibration.expected_calibration_error.value),
            per_cent(analysis.reach.share_beyond.value),
            per_cent(analysis.oov_density),
        )
        for analysis in analyses
    ]
    header = (
        "Corpus",
        "Split",
        "System",
        "Seed",
        "P",
        "R",
        "F1 [95 % CI]",
        "Macro F1",
        "Boundaries F1",
        "ECE",
        "Gold > ε",
        "OOV",
    )
    return ReportTable(
        "scores",
        "Scores in per cent",
        data_frame(rows),
        [TablePart("", header, "lllrrrrrrrrr", cells)],
        [
            *interval_notes(analyses),
            "P, R, F1: over all mentions (micro); a mention is right if its words and its type are. Macro F1: the "
            "unweighted mean of the types' F1. Boundaries F1: whatever the type.",
            "ECE: expected calibration error, the mean distance of score and share of right answers. Gold > ε: gold "
            "mentions that are wider than any candidate span. OOV: words that the training data do not hold.",
        ],
    )


def types_table(analyses: Sequence[Analysis]) -> ReportTable:
    """One line an entity type of a run.

    Args:
        analyses: the runs' figures.

    Returns:
        The table `types`.
    """
    rows = [
        {**identity_columns(analysis), "type": label, **score_columns(scores)}
        for analysis in analyses
        for label, scores in analysis.per_type.items()
    ]
    parts = [
        TablePart(
            run_title(analysis),
            ("Type", "Gold", "Predicted", "P", "R", "F1 [95 % CI]"),
            "lrrrrr",
            [
                text_cells(
                    label,
                    str(scores.num_gold),
                    str(scores.num_predicted),
                    per_cent(scores.precision.value),
                    per_cent(scores.recall.value),
                    estimate(scores.f1),
                )
                for label, scores in analysis.per_type.items()
            ],
        )
        for analysis in analyses
        if analysis.per_type
    ]
    return ReportTable(
        "types", "Scores by entity type, in per cent", data_frame(rows), parts, interval_notes(analyses)
    )
