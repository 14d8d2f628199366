"""Whether scores are what they claim to be."""

from __future__ import annotations

from collections.abc import Sequence

from blner_allennlp.analysis.results import Analysis
from blner_allennlp.reporting.number_format import estimate, per_cent
from blner_allennlp.reporting.tables.identity import estimate_columns, identity_columns, run_title
from blner_allennlp.reporting.tables.notes import interval_notes
from blner_allennlp.reporting.tables.report_table import ReportTable, TablePart, data_frame, text_cells


def calibration_table(analyses: Sequence[Analysis]) -> ReportTable:
    """One line a bin of scores of a run; runs without scores are left out.

    Args:
        analyses: the runs' figures.

    Returns:
        The table `calibration`.
    """
    rows, parts = [], []
    for analysis in analyses:
        calibration = analysis.calibration
        if calibration is None:
            continue
        rows += [
            {
                **identity_columns(analysis),
                "low": bin_.low,
                "high": bin_.high,
                "num_predicted": bin_.num_predicted,
                "mean_score": bin_.mean_score,
                **estimate_columns("share_right", bin_.share_right),
            }
            for bin_ in calibration.bins
        ]
        parts.append(
            TablePart(
                f"{run_title(analysis)}: ECE {estimate(calibration.expected_calibration_error)} %",
                ("Scores", "Predictions", "Mean score", "Right [95 % CI]"),
                "lrrr",
                [
                    text_cells(
                        f"{per_cent(bin_.low, 0)} to {per_cent(bin_.high, 0)}",
                        str(bin_.num_predicted),
                        per_cent(bin_.mean_score),
                        estimate(bin_.share_right),
                    )
                    for bin_ in calibration.bins
                ],
            )
        )
    return ReportTable(
        "calibration",
        "Scores and the share of right predictions, in per cent",
        data_frame(rows),
        parts,
        interval_notes(analyses),
    )
