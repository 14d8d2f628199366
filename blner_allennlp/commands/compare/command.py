"""`allennlp ner-compare RUN_OR_FILE...`."""

from __future__ import annotations

import argparse
from pathlib import Path

from allennlp.commands.subcommand import Subcommand

from blner_allennlp.commands.corpus.inputs import json_object
from blner_allennlp.commands.package_command import PackageCommand
from blner_allennlp.comparison.errors import ComparisonError

_HEADS = ("seq", "span", "both")
_FORMATS = ("png", "svg", "pdf")
_EPILOG = """\
A RUN is the directory of a run of `allennlp train`, or one that holds many, such as that of `allennlp ner-sweep`. Runs
that have not answered a split yet are made to. Prediction files of any other system take part, too: JSON lines or
columns with gold and predicted tags. NAME=FILE names a system, NAME=RUN a variant. Written are DIR/comparison.json,
DIR/analyses.json, DIR/tables, DIR/figures and DIR/page.html. Exit status: 0; 2 if the command cannot do its work; 130
after Ctrl-C.
"""


@Subcommand.register("ner-compare")
class NerCompare(PackageCommand):
    """Compares runs: the paper's Tables 3, 6 and 7, Figures 5 to 7, and its conclusions, with their significance."""

    requires_plugins = False
    description = (
        "Compare systems over seeds and corpora, with significance, and check the paper's conclusions."
    )
    epilog = _EPILOG
    interrupted = "interrupted; the results are not complete"
    expected_errors = (ComparisonError,)

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Say what the command takes; see `PackageCommand`."""
        parser.add_argument(
            "inputs", nargs="+", metavar="RUN_OR_FILE", help="runs, directories of runs, or prediction files"
        )
        parser.add_argument(
            "--output-dir", type=Path, required=True, metavar="DIR", help="where the results go"
        )
        parser.add_argument(
            "--split",
            default="test",
            metavar="NAME",
            help="for the main table and conclusion #1 (default: test)",
        )
        parser.add_argument(
            "--why-split",
            default="dev",
            metavar="NAME",
            help="for buckets, errors, variants and conclusion #2 (default: dev, as in the paper)",
        )
        parser.add_argument(
            "--heads", "--head", choices=_HEADS, default="both", help="which heads' answers (default: both)"
        )
        parser.add_argument(
            "--corpus", metavar="NAME", help="what prediction files answer to (default: the runs' corpus)"
        )
        parser.add_argument(
            "--train",
            type=Path,
            metavar="FILE",
            help="training data of prediction files, for label consistency",
        )
        parser.add_argument(
            "--buckets",
            type=json_object,
            default={},
            metavar="JSON",
            help='other intervals of the heat maps than the paper\'s: upper ends, {"eLen": [1, 2, 4]}, or '
            '{"eCon": ["[0, 0.5]", "(0.5, 1]"]}; attributes: eLen, tLen, eCon, eDen',
        )
        parser.add_argument(
            "--resamples", type=_positive, default=1000, metavar="N", help="bootstrap samples (default: 1000)"
        )
        parser.add_argument(
            "--rounds",
            type=_positive,
            default=10_000,
            metavar="N",
            help="rounds of approximate randomisation (default: 10000)",
        )
        parser.add_argument("--seed", type=_natural, default=13, metavar="N", help="of both (default: 13)")
        parser.add_argument(
            "--close-gap",
            type=_share,
            default=0.02,
            metavar="SHARE",
            help="up to which difference of F1 two models are close (default: 0.02, two points)",
        )
        parser.add_argument(
            "--standard",
            default="SpanNER",
            metavar="SYSTEM",
            help="whose differences are 0 in the heat maps (default: SpanNER)",
        )
        parser.add_argument(
            "--max-sentences",
            type=_natural,
            default=2000,
            metavar="N",
            help="how many sentences the page shows at most (default: 2000)",
        )
        parser.add_argument(
            "--no-text", action="store_true", help="keep all words of the corpora out of the results"
        )
        parser.add_argument(
            "--figures",
            nargs="*",
            choices=_FORMATS,
            default=["png", "svg"],
            metavar="FORMAT",
            help="png, svg, pdf; nothing for no figures (default: png svg)",
        )
        parser.add_argument(
            "--cuda-device",
            type=int,
            default=-1,
            metavar="ID",
            help="for runs that answer now (default: -1, CPU)",
        )

    def run(self, arguments: argparse.Namespace) -> int | None:
        """Compare; see `PackageCommand`."""
        from blner_allennlp.commands.compare.work import compare_and_write

        compare_and_write(arguments)
        return None


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number above 0, got {text!r}")
    return int(text)


def _natural(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"expected a whole number of at least 0, got {text!r}")
    return int(text)


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(
            f"expected a share between 0 and 1, such as 0.02 for two points, got {text!r}"
        )
    return share
