"""Results -> tables as CSV (for machines), LaTeX and Markdown (for the eye)."""

from blner_allennlp.reporting.tables.analysis_tables import write_analysis_tables
from blner_allennlp.reporting.tables.comparison_tables import write_comparison_tables

__all__ = ["write_analysis_tables", "write_comparison_tables"]
