"""All figures of a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from blner_allennlp.comparison.results import Comparison
from blner_allennlp.reporting.figures.bars import bars_figure
from blner_allennlp.reporting.figures.curves import curves_figure
from blner_allennlp.reporting.figures.heat_maps import bucket_map_figure, error_map_figure
from blner_allennlp.reporting.figures.saving import (
    FORMATS,
    FileNames,
    check_formats,
    file_name_part,
    save_figure,
)
from blner_allennlp.reporting.figures.style import figure_style


def write_comparison_figures(
    comparison: Comparison, directory: Path, formats: Sequence[str] = FORMATS
) -> list[Path]:
    """Write the figures of a comparison.

    Args:
        comparison: the systems side by side.
        directory: where to; made if it does not exist.
        formats: some of `png`, `svg` and `pdf`; `check_formats` refuses others.

    Returns:
        The written files. Figures that would show nothing are left out.
    """
    check_formats(formats)
    directory.mkdir(parents=True, exist_ok=True)
    names = FileNames()
    written: list[Path] = []
    with figure_style():
        for heat_map in comparison.bucket_maps:
            if not any(heat_map.rows.values()):
                continue
            name = names.unique(f"table6_{file_name_part(heat_map.corpus)}")
            title = f"F1 by bucket against {heat_map.standard}, {heat_map.corpus}"
            written += save_figure(bucket_map_figure(heat_map), directory, name, title, formats)
        error_maps = [heat_map for heat_map in comparison.error_maps if any(heat_map.rows.values())]
        if error_maps:
            written += save_figure(error_map_figure(error_maps), directory, "table7", "Error rates", formats)
        if comparison.curves:
            written += save_figure(
                curves_figure(comparison.curves), directory, "figure5", "F1 by loss weight", formats
            )
        for name, charts in (("figure6", comparison.taggings), ("figure7", comparison.representations)):
            if charts:
                title = f"F1 and training time by {charts[0].setting}"
                written += save_figure(bars_figure(charts), directory, name, title, formats)
    return written
