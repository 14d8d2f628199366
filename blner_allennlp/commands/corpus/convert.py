"""`allennlp ner-corpus convert`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from allennlp.common.checks import ConfigurationError
from allennlp.common.tqdm import Tqdm

from blner_allennlp.commands.corpus.inputs import CorpusFile, add_input_arguments, parse_inputs
from blner_allennlp.commands.corpus.output import (
    PassingCount,
    add_output_arguments,
    check_free,
    file_name,
    written_at_once,
)
from blner_allennlp.corpora import CORPUS_FORMATS, write_corpus
from blner_allennlp.entities import Sentence

_EPILOG = """\
Mentions that share words stay where the new format can hold them, unless --overlaps names a policy; columns cannot, so
the policy (default: drop_both) decides. What is left out is counted at the end. Nothing is written over, and after an
error nothing is left behind. Example:
`allennlp ner-corpus convert data/bc5cdr/CDR_TrainingSet.PubTator.txt train.conll --to columns`.
"""


def add_parser(actions: Any) -> argparse.ArgumentParser:
    """Add the action to the command.

    Args:
        actions: the command's collection of actions.

    Returns:
        The action's parser.
    """
    description = "Write a corpus of any format in another one."
    parser: argparse.ArgumentParser = actions.add_parser(
        "convert", description=description, help=description, epilog=_EPILOG
    )
    add_input_arguments(parser, with_model=False)
    parser.add_argument(
        "output",
        type=Path,
        metavar="OUTPUT",
        help="the new file; of several inputs (an experiment's splits, say) the new directory, a file a split",
    )
    add_output_arguments(parser, required=True)
    parser.set_defaults(action=_run)
    return parser


def _run(arguments: argparse.Namespace) -> int:
    corpus = parse_inputs(arguments)
    output: Path = arguments.output
    check_free(output)
    is_flattened = arguments.overlaps is not None or CORPUS_FORMATS[arguments.to].is_flat
    policy = corpus.overlaps if is_flattened else None
    is_directory = len(corpus.files) > 1
    reports = []
    with written_at_once(output, is_directory=is_directory) as draft:
        for corpus_file in corpus.files:
            count = PassingCount(policy)
            name = file_name(_checked_name(corpus_file.split), arguments.to) if is_directory else ""
            sentences = count.count(with_progress(corpus_file))
            write_corpus(sentences, draft / name, arguments.to, **(arguments.to_options or {}))
            reports.append(_report(corpus_file, output / name, count))
    print("\n".join(reports))
    return 0


def with_progress(corpus_file: CorpusFile) -> Iterable[Sentence]:
    """Read a split, with a bar on standard error where that is a terminal.

    Args:
        corpus_file: the split.

    Returns:
        Its sentences.
    """
    progress: Iterable[Sentence] = Tqdm.tqdm(
        corpus_file.read(), desc=corpus_file.split, unit=" sentences", disable=not sys.stderr.isatty()
    )
    return progress


def _checked_name(split: str) -> str:
    if Path(split).name != split:
        raise ConfigurationError(
            f"expected a split's name that can be a file's, got {split!r}; write NAME=PATH with another one"
        )
    return split


def _report(corpus_file: CorpusFile, written: Path, count: PassingCount) -> str:
    losses = count.describe_losses()
    blank = f" ({count.num_without_words:,} without words)" if count.num_without_words else ""
    return (
        f"{corpus_file.path} -> {written}: {count.num_sentences:,} sentences{blank}, {count.num_words:,} words, "
        f"{count.labels.total():,} mentions written; {f'left out: {losses}' if losses else 'no mention left out'}"
    )
