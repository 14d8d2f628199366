"""`allennlp ner-analyze RUN_OR_FILE...`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from allennlp.commands.subcommand import Subcommand
from rich.console import Console

from blner_allennlp.commands.corpus.inputs import json_object
from blner_allennlp.commands.package_command import PackageCommand
from blner_allennlp.corpora import CORPUS_FORMATS
from blner_allennlp.errors import CorpusError

FIGURE_FORMATS = ("png", "svg", "pdf")
HEADS = ("seq", "span", "both")

# As in `attributes`, which `allennlp --help` has no need to load.
_CONSISTENCIES = ("surface", "literal", "tokens")
_DENSITIES = ("entities", "tokens")
_EPILOG = """\
A prediction file is JSON lines with `tokens`, `gold` and `entities` (lists of {"type", "word_start", "word_end"}, the
end exclusive, and for predictions a "score", if there is one), or with `tokens`, `gold_tags` and `predicted_tags`, or
columns with the gold and the predicted tag in the last two. Written are analysis.json, tables/ (CSV, LaTeX, Markdown),
figures/ and page.html, which needs no network. Exit status: 0, 2 if the command cannot do its work, 130 after Ctrl-C.
Example: `allennlp ner-analyze out/my-run crf=crf.conll --corpus mine --output-dir out/analysis`.
"""


@Subcommand.register("ner-analyze")
class NerAnalyze(PackageCommand):
    """Tells what a system gets right and wrong, and why: scores, buckets, kinds of errors, calibration, examples."""

    requires_plugins = False  # files of predictions need none, and a run's model gets them when it answers
    description = "Analyse what one or more NER systems get right and wrong, with confidence intervals."
    epilog = _EPILOG

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Say what the command takes; see `PackageCommand`."""
        add_input_arguments(parser)
        add_setting_arguments(parser)
        add_output_arguments(parser)

    def run(self, arguments: argparse.Namespace) -> int | None:
        """Analyse; see `PackageCommand`."""
        _analyze(arguments)
        return None


def add_input_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that say what to read.

    Args:
        parser: the command's parser.
    """
    parser.add_argument(
        "inputs",
        nargs="+",
        metavar="RUN_OR_FILE",
        help="a run's directory, or one with many runs below it, whose models answer first if they have not yet, or a "
        "prediction file of any system; NAME=FILE names the system, NAME=RUN a variant",
    )
    parser.add_argument("--split", default="test", help="the split to analyse (default: test)")
    parser.add_argument(
        "--head",
        "--heads",
        choices=HEADS,
        default="both",
        help="which head of a bundled model to analyse (default: both)",
    )
    parser.add_argument("--system", metavar="NAME", help="the system's name, if there is one only")
    parser.add_argument(
        "--corpus",
        metavar="NAME",
        help="the corpus's name (default: the run's; a file's name, so that files are not taken for the same corpus)",
    )
    parser.add_argument(
        "--train",
        type=Path,
        metavar="FILE",
        help="the training data, for label consistency, frequencies and unseen words; a run brings its own counts",
    )
    parser.add_argument("--train-format", choices=list(CORPUS_FORMATS), help="default: detected")
    parser.add_argument(
        "--train-options",
        type=json_object,
        default={},
        metavar="JSON",
        help='options of the format, {"encoding": "latin-1"}',
    )
    parser.add_argument(
        "--cuda-device",
        type=int,
        default=-1,
        metavar="ID",
        help="for runs that answer now (default: -1, CPU)",
    )
    parser.add_argument(
        "--include-package",
        action="append",
        default=[],
        metavar="NAME",
        help="a package that a run's model needs",
    )


def add_setting_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that say what to compute.

    Args:
        parser: the command's parser.
    """
    parser.add_argument(
        "--buckets",
        type=json_object,
        default={},
        metavar="JSON",
        help='other intervals than the paper\'s: upper ends, {"eLen": [1, 2, 4]}, or '
        '{"eCon": ["[0, 0.5]", "(0.5, 1]"]}; attributes: eLen, tLen, eCon, eDen, eFre, tFre, oDen',
    )
    parser.add_argument(
        "--consistency",
        choices=_CONSISTENCIES,
        default="surface",
        help="what eCon is a share of: training mentions with the same words (default), all training mentions, or all "
        "places in the training data with the same words",
    )
    parser.add_argument(
        "--density",
        choices=_DENSITIES,
        default="entities",
        help="what eDen counts: mentions (default) or words in mentions",
    )
    parser.add_argument(
        "--gold-side-errors",
        action="store_true",
        help="count boundary and type errors by gold mentions, not by predictions",
    )
    parser.add_argument(
        "--resamples",
        type=_not_negative,
        default=1000,
        metavar="N",
        help="bootstrap samples behind each 95%% interval (default: 1000; 0: no intervals)",
    )
    parser.add_argument("--seed", type=_not_negative, default=0, metavar="N", help="their seed (default: 0)")


def add_output_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that say what to write.

    Args:
        parser: the command's parser.
    """
    parser.add_argument(
        "--output-dir",
        type=Path,
        metavar="DIR",
        help="where to write (default: nowhere, only print); files of an earlier analysis there are replaced",
    )
    parser.add_argument(
        "--figures",
        nargs="*",
        choices=FIGURE_FORMATS,
        default=["png", "svg"],
        metavar="FORMAT",
        help="formats of figures: png, svg, pdf (default: png svg); with none of them there are no figures",
    )
    parser.add_argument(
        "--max-sentences",
        type=_not_negative,
        default=2000,
        metavar="N",
        help="show at most N sentences on the page, those with errors first (default: 2000)",
    )
    parser.add_argument(
        "--no-text",
        action="store_true",
        help="keep every word of the corpus out of all that is printed and written",
    )


def _analyze(arguments: argparse.Namespace) -> None:
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from blner_allennlp.analysis.analyze import analyze
    from blner_allennlp.commands.analyze.inputs import make_settings, read_outputs, read_training
    from blner_allennlp.commands.analyze.report import print_report
    from blner_allennlp.commands.analyze.writing import check_directory, write_results

    check_directory(arguments.output_dir)
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    console = Console(file=sys.stderr)
    with Progress(*columns, console=console, transient=True, refresh_per_second=4) as progress:
        step = progress.add_task("reading", total=None)

        def say(description: str) -> None:
            progress.update(step, description=description)

        training = read_training(arguments)
        settings = make_settings(arguments)
        outputs, notes = read_outputs(arguments, training, say)
        analyses = []
        for output in outputs:
            say(f"analysing {output.info.source or output.info.title}")
            try:
                analyses.append(analyze(output, settings))
            except ValueError as error:  # a score that is no probability
                raise CorpusError(str(error), output.info.source or output.info.title) from error
        written = []
        if arguments.output_dir is not None:
            say(f"writing {arguments.output_dir}")
            written = write_results(arguments, outputs, analyses, settings)
    print_report(Console(highlight=False, markup=False, emoji=False), analyses, notes)
    if written:
        print(
            f"\nwritten: {arguments.output_dir} ({len(written)} files); open {arguments.output_dir / 'page.html'}"
        )


def _not_negative(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"expected a whole number, 0 or above, got {text!r}")
    return int(text)
