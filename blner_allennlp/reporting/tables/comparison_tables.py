"""All tables of a comparison."""

from __future__ import annotations

from pathlib import Path

from blner_allennlp.comparison.results import Comparison
from blner_allennlp.reporting.tables.conclusions_table import conclusions_table
from blner_allennlp.reporting.tables.heat_map_tables import buckets_comparison_table, errors_comparison_table
from blner_allennlp.reporting.tables.main_table import differences_table, main_table
from blner_allennlp.reporting.tables.variant_tables import curves_table, representations_table, taggings_table
from blner_allennlp.reporting.tables.writing import write_tables


def write_comparison_tables(comparison: Comparison, directory: Path) -> list[Path]:
    """Write the tables of a comparison, each as CSV, LaTeX and Markdown.

    Args:
        comparison: the systems side by side.
        directory: where to; made if it does not exist.

    Returns:
        The written files. Tables that would have no line are left out.
    """
    makers = (
        main_table,
        differences_table,
        buckets_comparison_table,
        errors_comparison_table,
        curves_table,
        taggings_table,
        representations_table,
        conclusions_table,
    )
    return write_tables([make(comparison) for make in makers], directory)
