"""Results -> figures as PNG, SVG and PDF."""

from blner_allennlp.reporting.figures.analysis_figures import write_analysis_figures
from blner_allennlp.reporting.figures.comparison_figures import write_comparison_figures

__all__ = ["write_analysis_figures", "write_comparison_figures"]
