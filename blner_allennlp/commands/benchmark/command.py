"""`allennlp ner-benchmark ARCHIVE DATA`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from allennlp.commands.subcommand import Subcommand
from allennlp.common.checks import ConfigurationError
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from blner_allennlp.commands.corpus.inputs import json_object
from blner_allennlp.commands.package_command import PackageCommand
from blner_allennlp.corpora import CORPUS_FORMATS

if TYPE_CHECKING:  # `allennlp --help` needs no torch
    from blner_allennlp.speed.benchmark import BenchmarkResult, BenchmarkSettings

TASKS = ("predict", "evaluate", "train")

_STANDARD_OUTPUT = "-"
_EPILOG = """\
Shown are words and sentences per second with 95 % confidence intervals, the same for the encoder alone, the share of
time of each stage, padding, and peak memory. train makes steps with a copy of the weights; the archive is only read.
Exit status: 0, or 2 if the command cannot do its work.
"""


@Subcommand.register("ner-benchmark")
class NerBenchmark(PackageCommand):
    """Measures how fast a trained model predicts, evaluates and trains, and where the time goes."""

    description = "Measure the speed of a trained model on this machine, and where its time goes."
    epilog = _EPILOG

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Say what the command takes; see `PackageCommand`."""
        parser.add_argument(
            "archive", type=Path, metavar="ARCHIVE", help="a model.tar.gz, or a run's directory"
        )
        parser.add_argument("corpus", type=Path, metavar="DATA", help="a corpus with gold, file or directory")
        parser.add_argument("--format", choices=list(CORPUS_FORMATS), help="default: detected")
        parser.add_argument(
            "--options",
            type=json_object,
            metavar="JSON",
            help='options of the format, {"encoding": "latin-1"} (default: the archive\'s, if it reads this format)',
        )
        parser.add_argument("--tasks", nargs="+", choices=TASKS, default=list(TASKS), help="default: all")
        parser.add_argument(
            "--rounds", type=_positive, default=5, metavar="N", help="how often each is timed (default: 5)"
        )
        parser.add_argument(
            "--seconds",
            type=_positive_number,
            default=60.0,
            metavar="S",
            help="about how long each task may take (default: 60); if need be, only the first sentences are measured",
        )
        parser.add_argument(
            "--max-sentences", type=_positive, metavar="N", help="measure on the first N sentences at most"
        )
        parser.add_argument(
            "--cuda-device", type=int, default=-1, metavar="ID", help="GPU (default: -1, CPU)"
        )
        parser.add_argument(
            "-o", "--overrides", default="", metavar="JSON", help="overrides of the archive's configuration"
        )
        parser.add_argument(
            "--predictor-args", type=json_object, default={}, metavar="JSON", help="as of `allennlp predict`"
        )
        parser.add_argument(
            "--json",
            metavar="FILE",
            help="write everything as one JSON object; `-` writes it to standard output, in place of the tables",
        )

    def run(self, arguments: argparse.Namespace) -> int | None:
        """Measure; see `PackageCommand`."""
        _measure(arguments)
        return None


def _measure(arguments: argparse.Namespace) -> None:
    from blner_allennlp.commands.benchmark.report import print_report
    from blner_allennlp.speed.benchmark import BenchmarkSettings

    _check_writable(arguments.json)
    settings = BenchmarkSettings(
        archive=arguments.archive,
        corpus=arguments.corpus,
        corpus_format=arguments.format,
        options=arguments.options,
        # In an order that does not depend on how they were typed.
        tasks=[task for task in TASKS if task in arguments.tasks],
        num_rounds=arguments.rounds,
        max_seconds=arguments.seconds,
        max_sentences=arguments.max_sentences,
        cuda_device=arguments.cuda_device,
        overrides=arguments.overrides,
        predictor_args=arguments.predictor_args,
    )
    result = _with_progress(settings)
    if arguments.json != _STANDARD_OUTPUT:
        print_report(Console(highlight=False, markup=False, emoji=False), result)
    if arguments.json is not None:
        text = json.dumps(result.to_json(), ensure_ascii=False, indent=2)
        if arguments.json == _STANDARD_OUTPUT:
            print(text)
        else:
            Path(arguments.json).write_text(text + "\n", encoding="utf-8")


def _with_progress(settings: BenchmarkSettings) -> BenchmarkResult:
    from blner_allennlp.speed.benchmark import run_benchmark
    from blner_allennlp.speed.quiet import quiet_loading

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    # Once a second: drawing takes time of its own. The file is named because the passes redirect standard error.
    console = Console(file=sys.stderr)
    with (
        quiet_loading(),
        Progress(*columns, console=console, transient=True, refresh_per_second=1) as progress,
    ):
        step = progress.add_task("starting", total=None)

        def say(description: str) -> None:
            progress.update(step, description=description, refresh=True)

        return run_benchmark(settings, say)


def _check_writable(target: str | None) -> None:
    """Not after minutes of measuring."""
    if target is None or target == _STANDARD_OUTPUT:
        return
    try:
        with Path(target).open("a", encoding="utf-8"):
            pass
    except OSError as error:
        raise ConfigurationError(
            f"--json {target}: expected a file that can be written, got {error}"
        ) from error


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number above 0, got {text!r}")
    return int(text)


def _positive_number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"expected a number above 0, got {text!r}")
    return number
