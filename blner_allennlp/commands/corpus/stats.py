"""`allennlp ner-corpus stats`: Table 1 of the paper, and more, for any corpus."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from allennlp.common.checks import ConfigurationError
from more_itertools import chunked
from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from blner_allennlp.commands.corpus.encoder_pieces import EncoderPieces
from blner_allennlp.commands.corpus.inputs import (
    CorpusInput,
    add_input_arguments,
    parse_inputs,
)
from blner_allennlp.commands.corpus.stats_report import print_report
from blner_allennlp.corpora import CORPUS_SOURCES
from blner_allennlp.corpus_tools.counting.corpus_statistics import CorpusStatistics
from blner_allennlp.corpus_tools.counting.pieces import PieceStatistics
from blner_allennlp.corpus_tools.counting.statistics import SplitStatistics
from blner_allennlp.corpus_tools.published.comparison import Comparison, compare
from blner_allennlp.corpus_tools.published.rows import PUBLISHED_ROWS
from blner_allennlp.entities import Sentence
from blner_allennlp.flattening import OverlapPolicy, flatten

_STANDARD_OUTPUT = "-"
# Enough for the tokenizer's threads, few enough to stream.
_SENTENCES_AT_ONCE = 1000


def add_parser(actions: argparse._SubParsersAction[Any]) -> argparse.ArgumentParser:
    """Add the action to the command's parser.

    Args:
        actions: the collection of actions.

    Returns:
        The action's own parser.
    """
    description = (
        "Count sentences, words, documents and entities by split and type, lengths, entities wider than each ε, OOV "
        "density and word pieces; compare with the paper where the corpus is one of its eleven."
    )
    parser: argparse.ArgumentParser = actions.add_parser(
        "stats", help="count what a corpus holds, split by split", description=description
    )
    add_input_arguments(parser)
    parser.add_argument(
        "--corpus",
        choices=sorted(CORPUS_SOURCES),
        help="which of the paper's corpora it is (default: told from the names of experiment, directories and files)",
    )
    parser.add_argument(
        "--no-pieces", action="store_true", help="count no word pieces, though an experiment names an encoder"
    )
    parser.add_argument(
        "--json",
        metavar="FILE",
        help="write everything as one JSON object; `-` writes it to standard output, in place of the tables",
    )
    parser.set_defaults(action=run)
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Count the corpus that the arguments name, and report.

    Args:
        arguments: what the user typed.

    Returns:
        The exit status, 0.

    Raises:
        ConfigurationError: the file for `--json` cannot be written; what the inputs and the encoder raise besides.
    """
    corpus = parse_inputs(arguments)
    pieces = _load_pieces(arguments, corpus)
    statistics = count_corpus(corpus, pieces)
    name = arguments.corpus or corpus.name
    row = PUBLISHED_ROWS.get(name) if name is not None else None
    comparison = None if row is None else compare(row, statistics)
    if arguments.json != _STANDARD_OUTPUT:
        print_report(Console(highlight=False, markup=False, emoji=False), corpus, statistics, comparison)
    if arguments.json is not None:
        text = json.dumps(to_json(name, corpus, statistics, comparison), ensure_ascii=False, indent=2)
        if arguments.json == _STANDARD_OUTPUT:
            print(text)
        else:
            try:
                Path(arguments.json).write_text(text + "\n", encoding="utf-8")
            except OSError as error:
                raise ConfigurationError(
                    f"--json {arguments.json}: expected a file that can be written, got {error}"
                ) from error
    return 0


def count_corpus(corpus: CorpusInput, pieces: EncoderPieces | None = None) -> CorpusStatistics:
    """Read every split once and count it; a progress line on standard error says how far.

    Args:
        corpus: the files.
        pieces: cuts words into pieces; None to leave them uncounted.

    Returns:
        The counts.
    """
    columns = (
        TextColumn("{task.description}"),
        TextColumn("{task.completed:,} sentences"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        splits = {}
        for corpus_file in corpus.files:
            task = progress.add_task(f"reading {corpus_file.split}", total=None)
            statistics = SplitStatistics()
            if pieces is not None:
                statistics.pieces = PieceStatistics(pieces.limits)
            for sentences in chunked(corpus_file.read(), _SENTENCES_AT_ONCE):
                _count(sentences, statistics, corpus.overlaps, pieces)
                progress.advance(task, len(sentences))
            splits[corpus_file.split] = statistics
    return CorpusStatistics(splits)


def to_json(
    name: str | None, corpus: CorpusInput, statistics: CorpusStatistics, comparison: Comparison | None
) -> dict[str, Any]:
    """Everything that was counted as plain JSON values (docs/corpora.md has the schema).

    Args:
        name: which of the paper's corpora it is, if any.
        corpus: the files.
        statistics: the counts.
        comparison: the paper's row beside them, if there is one.

    Returns:
        A JSON object.
    """
    return {
        "corpus": name,
        "files": {corpus_file.split: str(corpus_file.path) for corpus_file in corpus.files},
        "overlaps": corpus.overlaps.value,
        **statistics.to_json(),
        "paper": None if comparison is None else comparison.to_json(),
    }


def _load_pieces(arguments: argparse.Namespace, corpus: CorpusInput) -> EncoderPieces | None:
    if corpus.encoder is None or arguments.no_pieces:
        return None
    try:
        return EncoderPieces(corpus.encoder, may_fetch=arguments.encoder is not None)
    except ConfigurationError as error:
        if arguments.encoder is not None:
            raise
        # Only the experiment wants it, and all the rest can be counted without.
        print(f"word pieces are not counted: {error}", file=sys.stderr)
        return None


def _count(
    sentences: list[Sentence],
    statistics: SplitStatistics,
    overlaps: OverlapPolicy,
    pieces: EncoderPieces | None,
) -> None:
    for sentence in sentences:
        statistics.add(sentence, flatten(sentence, overlaps))
    if pieces is not None and statistics.pieces is not None:
        statistics.pieces.add([sentence.words for sentence in sentences], pieces)
