"""`allennlp ner-corpus split`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from allennlp.common.checks import ConfigurationError
from rich.console import Console
from rich.table import Table

from blner_allennlp.commands.corpus.convert import with_progress
from blner_allennlp.commands.corpus.inputs import (
    SPLITS,
    CorpusFile,
    CorpusInput,
    add_input_arguments,
    parse_inputs,
)
from blner_allennlp.commands.corpus.output import (
    PassingCount,
    add_output_arguments,
    check_free,
    file_name,
    written_at_once,
)
from blner_allennlp.corpora import CORPUS_FORMATS, write_corpus
from blner_allennlp.corpora.reading import find_format
from blner_allennlp.corpora.sources import describe_missing_corpus
from blner_allennlp.corpus_tools.dividing.split_units import UnitCollector
from blner_allennlp.corpus_tools.dividing.stratified_split import assign_parts
from blner_allennlp.entities import Sentence
from blner_allennlp.errors import CorpusError

_SHARES = {"train": 0.8, "dev": 0.1, "test": 0.1}
_EPILOG = """\
Documents are never torn apart; sentences without a document are divided one by one. Each part gets its share of the
sentences and of the mentions of every entity type as nearly as the documents allow. The corpus is read once to plan and
once for each part, so that memory does not grow with its text.
"""


def add_parser(actions: Any) -> argparse.ArgumentParser:
    """Add the action to the command.

    Args:
        actions: the command's collection of actions.

    Returns:
        The action's parser.
    """
    description = "Divide a corpus into train, dev and test: by document, stratified by entity types, seeded."
    parser: argparse.ArgumentParser = actions.add_parser(
        "split", description=description, help=description, epilog=_EPILOG
    )
    add_input_arguments(parser, with_model=False)
    parser.add_argument("output", type=Path, metavar="OUTPUT_DIR", help="the new directory, a file a part")
    for name, share in _SHARES.items():
        parser.add_argument(
            f"--{name}",
            type=float,
            default=share,
            metavar="SHARE",
            help="share of the sentences, 0 for no such part",
        )
    parser.add_argument("--seed", type=int, required=True, help="the same seed gives the same parts")
    parser.add_argument(
        "--by",
        choices=("document", "sentence"),
        default="document",
        help="what stays whole",
    )
    parser.add_argument(
        "--duplicates",
        choices=("together", "apart"),
        default="together",
        help="whether documents with the same text (or sentences of five words or more) go to the same part",
    )
    add_output_arguments(parser, required=False)
    parser.set_defaults(action=_run)
    return parser


def _run(arguments: argparse.Namespace) -> int:
    corpus = parse_inputs(arguments)
    output: Path = arguments.output
    check_free(output)
    shares = [getattr(arguments, name) for name in SPLITS]
    _check_inputs(corpus)
    collector = UnitCollector(
        by_sentence=arguments.by == "sentence",
        keeps_duplicates_together=arguments.duplicates == "together",
    )
    for index, corpus_file in enumerate(corpus.files):
        for sentence in with_progress(corpus_file):
            collector.add(sentence, str(index))
    units, unit_of_sentence = collector.units()
    try:
        part_of_unit = assign_parts(units, shares, arguments.seed)
    except ValueError as error:
        raise ConfigurationError(f"--train, --dev and --test: {error}") from error
    parts = [part for part, share in enumerate(shares) if share > 0]
    for part in parts:
        if part not in part_of_unit:
            raise CorpusError(
                f"expected enough to divide, got {len(units)} documents, or sentences without one, that have to stay "
                f"whole, which leaves {SPLITS[part]} empty; take other shares, or --by sentence",
                corpus.files[0].path,
            )
    part_of_sentence = [part_of_unit[unit] for unit in unit_of_sentence]
    format_name = arguments.to or _choose_format(corpus, collector)
    is_flattened = arguments.overlaps is not None or CORPUS_FORMATS[format_name].is_flat
    counts = {part: PassingCount(corpus.overlaps if is_flattened else None) for part in parts}
    with written_at_once(output, is_directory=True) as draft:
        for part in parts:
            sentences = counts[part].count(_read_part(corpus.files, part_of_sentence, part))
            path = draft / file_name(SPLITS[part], format_name)
            write_corpus(sentences, path, format_name, **(arguments.to_options or {}))
    unit_counts = [part_of_unit.count(part) for part in parts]
    _print_table(list(counts.values()), [SPLITS[part] for part in parts], unit_counts)
    print(f"written to {output} in format {format_name}")
    return 0


def _check_inputs(corpus: CorpusInput) -> None:
    for corpus_file in corpus.files:
        path = corpus_file.path
        if not path.exists():
            raise CorpusError(describe_missing_corpus(path), path)
        if not (path.is_file() or path.is_dir()):
            raise CorpusError(
                "expected a file or directory that can be read several times, got something else, such as a pipe; "
                "save it first",
                path,
            )


def _choose_format(corpus: CorpusInput, collector: UnitCollector) -> str:
    """The corpus's own format if it can be written and holds everything, else one that does."""
    own = {find_format(corpus_file.path, corpus_file.format).name for corpus_file in corpus.files}
    name = own.pop()
    if not own and CORPUS_FORMATS[name].write is not None:
        return name
    needs_more = collector.needs_text or collector.has_documents or collector.has_overlaps
    return "jsonl" if needs_more and "jsonl" in CORPUS_FORMATS else "columns"


def _read_part(files: Sequence[CorpusFile], part_of_sentence: Sequence[int], part: int) -> Iterator[Sentence]:
    index = 0
    for corpus_file in files:
        for sentence in with_progress(corpus_file):
            if index < len(part_of_sentence) and part_of_sentence[index] == part:
                yield sentence
            index += 1
    if index != len(part_of_sentence):
        raise CorpusError(
            f"expected the {len(part_of_sentence)} sentences of the first reading, got another number; something "
            "changed the corpus meanwhile: split it again",
            files[0].path,
        )


def _print_table(counts: Sequence[PassingCount], names: Sequence[str], unit_counts: Sequence[int]) -> None:
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    for name in names:
        table.add_column(name, justify="right")
    rows: list[tuple[str, Sequence[int]]] = [
        ("units kept whole", unit_counts),
        ("sentences", [count.num_sentences for count in counts]),
        ("words", [count.num_words for count in counts]),
        ("mentions", [count.labels.total() for count in counts]),
    ]
    labels = sorted({label for count in counts for label in count.labels})
    rows += [(f"  {label}", [count.labels[label] for count in counts]) for label in labels]
    for title, values in rows:
        total = max(sum(values), 1)
        table.add_row(title, *(f"{value:,} ({value / total:.1%})" for value in values))
    Console(highlight=False, markup=False).print(table)
    for name, count in zip(names, counts, strict=True):
        if count.left_out:
            print(f"{name}: left out: {count.describe_losses()}")
