"""Analyses -> files: JSON, tables, figures and the page."""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from allennlp.common.checks import ConfigurationError

from blner_allennlp import __version__
from blner_allennlp.analysis.results import Analysis
from blner_allennlp.analysis.sentence_records import judged_sentences
from blner_allennlp.analysis.settings import AnalysisSettings
from blner_allennlp.runs.system_output import SystemOutput

ANALYSIS_NAME = "analysis.json"
PAGE_NAME = "page.html"


def check_directory(directory: Path | None) -> None:
    """See whether files can be written, before minutes of work. The directory is made if there is none.

    Args:
        directory: the directory to write to; None for none.

    Raises:
        ConfigurationError: it cannot be made, or it holds files that are no analysis.
    """
    if directory is None:
        return
    try:
        directory.mkdir(parents=True, exist_ok=True)
        is_foreign = any(directory.iterdir()) and not (directory / ANALYSIS_NAME).is_file()
    except OSError as error:
        raise ConfigurationError(
            f"--output-dir {directory}: expected a directory that can be written to, got {error}"
        ) from error
    if is_foreign:
        raise ConfigurationError(
            f"--output-dir {directory}: expected a new directory, or one of an earlier analysis, got one that holds "
            "other files; name another one"
        )


def write_results(
    arguments: argparse.Namespace,
    outputs: Sequence[SystemOutput],
    analyses: Sequence[Analysis],
    settings: AnalysisSettings,
) -> list[Path]:
    """Write everything.

    Args:
        arguments: what the user typed.
        outputs: what was analysed.
        analyses: its figures, in the same order.
        settings: how they were computed.

    Returns:
        The written files.

    Raises:
        ConfigurationError: systems that were to be shown side by side answered different sentences.
    """
    # Plotting and templates take a second to load.
    from blner_allennlp.reporting.figures import write_analysis_figures
    from blner_allennlp.reporting.page.page import write_page
    from blner_allennlp.reporting.tables import write_analysis_tables

    directory: Path = arguments.output_dir
    try:
        sentences = judged_sentences(outputs, settings, arguments.max_sentences, analyses)
    except ValueError as error:
        raise ConfigurationError(str(error)) from error
    path = directory / ANALYSIS_NAME
    text = json.dumps(_to_json(analyses, settings), ensure_ascii=False, indent=1, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
    written = [path, *write_analysis_tables(analyses, directory / "tables")]
    if arguments.figures:
        # AllenNLP shows what libraries log; a PDF's fonts are hundreds of lines of it.
        logging.getLogger("fontTools").setLevel(logging.WARNING)
        written += write_analysis_figures(
            analyses, directory / "figures", list(dict.fromkeys(arguments.figures))
        )
    written += write_page(directory / PAGE_NAME, analyses, None, sentences, _title(analyses))
    return written


def _to_json(analyses: Sequence[Analysis], settings: AnalysisSettings) -> dict[str, Any]:
    return {
        "format": 1,
        "version": __version__,
        "settings": {
            "consistency": settings.consistency.value,
            "density": settings.density.value,
            "buckets": {
                attribute.value: list(buckets.labels) for attribute, buckets in settings.buckets.items()
            },
            "num_resamples": settings.num_resamples,
            "seed": settings.seed,
            "count_gold_side": settings.count_gold_side,
        },
        "analyses": [analysis.to_json() for analysis in analyses],
    }


def _title(analyses: Sequence[Analysis]) -> str:
    corpora = list(dict.fromkeys(f"{analysis.info.corpus}, {analysis.info.split}" for analysis in analyses))
    systems = list(dict.fromkeys(analysis.info.title for analysis in analyses))
    many = 3
    of_corpora = "; ".join(corpora) if len(corpora) <= many else f"{len(corpora)} corpora"
    of_systems = ", ".join(systems) if len(systems) <= many else f"{len(systems)} systems"
    return f"{of_systems} on {of_corpora}"
