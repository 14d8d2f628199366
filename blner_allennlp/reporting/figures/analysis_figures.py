"""All figures of single runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from blner_allennlp.analysis.results import Analysis
from blner_allennlp.reporting.figures.buckets import buckets_figure
from blner_allennlp.reporting.figures.confusion import confusion_figure
from blner_allennlp.reporting.figures.grouping import group_runs
from blner_allennlp.reporting.figures.reliability import reliability_figure
from blner_allennlp.reporting.figures.saving import (
    FORMATS,
    FileNames,
    check_formats,
    file_name_part,
    save_figure,
)
from blner_allennlp.reporting.figures.scores import scores_figure, types_figure
from blner_allennlp.reporting.figures.style import figure_style


def write_analysis_figures(
    analyses: Sequence[Analysis], directory: Path, formats: Sequence[str] = FORMATS
) -> list[Path]:
    """Write the figures of one or more runs; seeds of the same system are shown together.

    Args:
        analyses: the runs' figures.
        directory: where to; made if it does not exist.
        formats: some of `png`, `svg` and `pdf`; `check_formats` refuses others.

    Returns:
        The written files. Figures that would show nothing are left out.
    """
    check_formats(formats)
    directory.mkdir(parents=True, exist_ok=True)
    names = FileNames()
    written: list[Path] = []
    places = group_runs(analyses)
    if not places:
        return []
    with figure_style():
        written += save_figure(
            scores_figure(places), directory, "scores", "Precision, recall and F1", formats
        )
        for place in places:
            where = f"{file_name_part(place.corpus)}-{file_name_part(place.split)}"
            if any(run.attributes for system in place.systems for run in system.runs):
                name = names.unique(f"buckets_{where}")
                title = f"F1 by attribute, {place.title}"
                written += save_figure(buckets_figure(place), directory, name, title, formats)
            if any(run.calibration is not None for system in place.systems for run in system.runs):
                name = names.unique(f"reliability_{where}")
                title = f"Reliability of scores, {place.title}"
                written += save_figure(reliability_figure(place), directory, name, title, formats)
            for system in place.systems:
                if not any(run.per_type for run in system.runs):
                    continue
                who = f"{where}_{file_name_part(system.title)}"
                title = f"{place.title}, {system.title}"
                name = names.unique(f"types_{who}")
                written += save_figure(
                    types_figure(place, system), directory, name, f"Scores by type, {title}", formats
                )
                name = names.unique(f"confusion_{who}")
                written += save_figure(
                    confusion_figure(place, system), directory, name, f"Types, {title}", formats
                )
    return written
