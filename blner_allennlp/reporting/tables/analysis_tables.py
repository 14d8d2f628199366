"""All tables of single runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from blner_allennlp.analysis.results import Analysis
from blner_allennlp.reporting.tables.bucket_tables import buckets_table, intervals_table
from blner_allennlp.reporting.tables.calibration_table import calibration_table
from blner_allennlp.reporting.tables.error_tables import (
    confident_errors_table,
    confusion_table,
    errors_table,
    frequent_errors_table,
)
from blner_allennlp.reporting.tables.score_tables import scores_table, types_table
from blner_allennlp.reporting.tables.writing import write_tables


def write_analysis_tables(analyses: Sequence[Analysis], directory: Path) -> list[Path]:
    """Write the tables of one or more runs, each as CSV, LaTeX and Markdown.

    Args:
        analyses: the runs' figures, in the order in which tables show them.
        directory: where to; made if it does not exist.

    Returns:
        The written files. Tables that would have no line are left out.
    """
    makers = (
        scores_table,
        types_table,
        intervals_table,
        buckets_table,
        errors_table,
        confusion_table,
        calibration_table,
        frequent_errors_table,
        confident_errors_table,
    )
    return write_tables([make(analyses) for make in makers], directory)
