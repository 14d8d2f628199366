"""What `allennlp ner-compare` does: read, compare, write, show."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from blner_allennlp.analysis.analyze import analyze
from blner_allennlp.analysis.bucket_settings import parse_buckets
from blner_allennlp.analysis.buckets import Buckets
from blner_allennlp.analysis.results import Analysis
from blner_allennlp.analysis.sentence_records import judged_sentences
from blner_allennlp.analysis.settings import AnalysisSettings
from blner_allennlp.attributes import Attribute
from blner_allennlp.commands.compare.found_runs import find_inputs
from blner_allennlp.commands.compare.loading import LoadedOutputs, load_outputs
from blner_allennlp.commands.compare.report import print_report, report_console
from blner_allennlp.comparison.compare import compare
from blner_allennlp.comparison.errors import ComparisonError
from blner_allennlp.comparison.results import Comparison
from blner_allennlp.comparison.settings import ComparisonSettings
from blner_allennlp.comparison.shared_lexicon import share_lexicons
from blner_allennlp.comparison.variants import name_variants
from blner_allennlp.runs.system_output import SystemOutput

_TITLE = "Comparison of NER systems"


def compare_and_write(arguments: argparse.Namespace) -> None:
    """Do what the command line asks for.

    Args:
        arguments: as `NerCompare` parses them; errors are those of reading and comparing.
    """
    directory: Path = arguments.output_dir
    _make_directory(directory)
    analysis_settings = AnalysisSettings(
        buckets=_parse_buckets(arguments.buckets),
        num_resamples=arguments.resamples,
        seed=arguments.seed,
        with_text=not arguments.no_text,
    )
    settings = ComparisonSettings(
        num_resamples=arguments.resamples,
        num_rounds=arguments.rounds,
        seed=arguments.seed,
        close_gap=arguments.close_gap,
        standard=arguments.standard,
        analysis=analysis_settings,
    )
    with Console(file=sys.stderr).status("looking for runs") as status:
        say: Callable[[str], None] = status.update
        loaded = _load(arguments, say)
        comparison = compare(loaded.main, loaded.why, settings, say)
        analyses = []
        for number, output in enumerate(loaded.main, start=1):
            say(f"analysing {output.info.title}, {output.info.corpus} ({number} of {len(loaded.main)})")
            analyses.append(analyze(output, analysis_settings))
        shown = _of_first_seeds(loaded.main)
        sentences = judged_sentences(shown, analysis_settings, arguments.max_sentences, analyses)
        say("writing tables, figures and the page")
        written = _write(directory, comparison, analyses, sentences, arguments.figures)
    console = report_console()
    print_report(console, comparison, loaded.notes)
    console.print()
    console.print(
        f"{len(written)} files in {directory}; begin with {directory / 'page.html'}", soft_wrap=True
    )


def _load(arguments: argparse.Namespace, say: Callable[[str], None]) -> LoadedOutputs:
    loaded = load_outputs(
        find_inputs(arguments.inputs),
        arguments.split,
        arguments.why_split,
        heads=arguments.heads,
        corpus=arguments.corpus,
        training_data=arguments.train,
        cuda_device=arguments.cuda_device,
        say=say,
    )
    # Analyses and sentences are called as the comparison calls its systems.
    named = share_lexicons(name_variants([*loaded.main, *loaded.why]))
    num_main = len(loaded.main)
    return LoadedOutputs(tuple(named[:num_main]), tuple(named[num_main:]), loaded.notes)


def _of_first_seeds(outputs: Sequence[SystemOutput]) -> list[SystemOutput]:
    """One run of each system: a row for each seed would make the page's sentences unreadable."""
    first: dict[tuple[str, str, str], SystemOutput] = {}
    for output in outputs:
        info = output.info
        key = (info.corpus, info.split, info.title)
        if key not in first or _seed_key(output) < _seed_key(first[key]):
            first[key] = output
    return list(first.values())


def _seed_key(output: SystemOutput) -> tuple[bool, int, str]:
    return (output.info.seed is None, output.info.seed or 0, output.info.source)


def _write(
    directory: Path,
    comparison: Comparison,
    analyses: Sequence[Analysis],
    sentences: Sequence[Any],
    formats: Sequence[str],
) -> list[Path]:
    from blner_allennlp.reporting.figures import write_analysis_figures, write_comparison_figures
    from blner_allennlp.reporting.page.page import write_page
    from blner_allennlp.reporting.tables import write_analysis_tables, write_comparison_tables

    # AllenNLP shows what libraries log; a PDF's fonts are hundreds of lines of it.
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    written = [
        _write_json(directory / "comparison.json", comparison.to_json()),
        _write_json(directory / "analyses.json", [analysis.to_json() for analysis in analyses]),
    ]
    written += write_comparison_tables(comparison, directory / "tables")
    written += write_analysis_tables(analyses, directory / "tables")
    if formats:
        chosen = list(dict.fromkeys(formats))
        written += write_comparison_figures(comparison, directory / "figures", chosen)
        written += write_analysis_figures(analyses, directory / "figures", chosen)
    written += write_page(directory / "page.html", analyses, comparison, sentences, _TITLE)
    return written


def _write_json(path: Path, value: Any) -> Path:
    # allow_nan=False: other programs cannot read NaN, and none should be there.
    text = json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def _parse_buckets(buckets: dict[str, Any]) -> Mapping[Attribute, Buckets]:
    try:
        return parse_buckets(buckets)
    except ValueError as error:
        raise ComparisonError(
            f"--{error}" if str(error).startswith("buckets") else f"--buckets: {error}"
        ) from error


def _make_directory(directory: Path) -> None:
    """Before minutes of work, not after."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ComparisonError(
            f"--output-dir {directory}: expected a directory that can be written, got {error}"
        ) from error
