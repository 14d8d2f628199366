"""`python -m blner_allennlp.answering RUN`: let a trained model answer, and write its prediction files."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from blner_allennlp.command_errors import ending_with_message
from blner_allennlp.runs.run_description import DATA_PATH_KEYS

_ERROR_STATUS = 2


def main(arguments: Sequence[str] | None = None) -> None:
    """Answer with the model of each run that is named; exit with status 2, after a message, where one cannot.

    Args:
        arguments: the command line; None for the process's own.
    """
    options = _parser().parse_args(arguments)
    # Not before the arguments are read: it takes seconds.
    from allennlp.common.util import import_module_and_submodules

    from blner_allennlp.answering.answer_run import answer_run

    for package in options.include_package:
        import_module_and_submodules(package)
    with ending_with_message(_ERROR_STATUS, (MemoryError,)):
        for run_directory in options.runs:
            answer_run(run_directory, options.splits, options.cuda_device, options.single_checkpoint)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m blner_allennlp.answering",
        description="Let trained models answer the data of their own runs; write predictions/SPLIT.HEAD.jsonl.",
    )
    parser.add_argument(
        "runs",
        nargs="+",
        type=Path,
        metavar="RUN",
        help="a directory that `allennlp train` has finished with",
    )
    parser.add_argument(
        "--splits", nargs="+", choices=list(DATA_PATH_KEYS), default=["dev", "test"], help="default: dev test"
    )
    parser.add_argument("--cuda-device", type=int, default=-1, metavar="ID", help="GPU (default: -1, CPU)")
    parser.add_argument(
        "--single-checkpoint",
        action="store_true",
        help="both heads answer with the run's best weights (default: each with those that were kept for it)",
    )
    parser.add_argument(
        "--include-package", action="append", default=[], metavar="NAME", help="a package to import first"
    )
    return parser


if __name__ == "__main__":
    main()
