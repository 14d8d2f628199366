"""`allennlp ner-corpus lint`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from allennlp.common.checks import ConfigurationError
from allennlp.common.tqdm import Tqdm

from blner_allennlp.commands.corpus.inputs import CorpusFile, CorpusInput, add_input_arguments, parse_inputs
from blner_allennlp.commands.corpus.lint_display import print_report, print_rules
from blner_allennlp.corpora.sources import describe_missing_corpus
from blner_allennlp.corpus_tools.counting.pieces import PieceCounter
from blner_allennlp.corpus_tools.lint.engine import SplitToCheck, lint
from blner_allennlp.corpus_tools.lint.findings import Severity
from blner_allennlp.corpus_tools.lint.rule import LintSettings
from blner_allennlp.corpus_tools.lint.rules import choose_rules
from blner_allennlp.errors import CorpusError

_EPILOG = """\
exit status: 0 if nothing is found at or above the threshold (errors; with --strict warnings, too), 1 if something is,
2 if the command cannot do its work (no such file, no such option). In continuous integration:
`allennlp ner-corpus lint experiments/mine.jsonnet --strict --ignore rare-label --json lint.json`.
"""
_DEFAULTS = LintSettings()


def add_parser(actions: Any) -> argparse.ArgumentParser:
    """Add the action to the command.

    Args:
        actions: the command's collection of actions.

    Returns:
        The action's parser.
    """
    description = "Find what would hurt a training run, with file, line and remedy."
    parser: argparse.ArgumentParser = actions.add_parser(
        "lint", description=description, help=description, epilog=_EPILOG
    )
    add_input_arguments(parser)
    parser.add_argument("--list", action=_ListRules, help="print all rules with their meaning, and stop")
    parser.add_argument(
        "--select",
        type=_names,
        action="extend",
        default=[],
        metavar="RULE",
        help="check these rules only (names with commas between; may be repeated)",
    )
    parser.add_argument(
        "--ignore", type=_names, action="extend", default=[], metavar="RULE", help="leave these rules out"
    )
    parser.add_argument("--strict", action="store_true", help="exit with 1 for warnings, too")
    parser.add_argument(
        "--json",
        metavar="FILE",
        help="write the findings as JSON, too; - for standard output, instead of text",
    )
    for option, default, meaning in (
        ("--examples", _DEFAULTS.num_examples, "places to name for each finding"),
        ("--min-mentions", _DEFAULTS.min_mentions, "an entity type with fewer of them is rare"),
        ("--max-words", _DEFAULTS.max_words, "longer sentences are remarkable"),
    ):
        parser.add_argument(option, type=_count, default=default, metavar="N", help=meaning)
    parser.set_defaults(action=_run)
    return parser


class _ListRules(argparse.Action):
    """Prints the rules as soon as it is met, so that no input has to be named."""

    def __init__(self, option_strings: Sequence[str], dest: str, **options: Any) -> None:
        super().__init__(option_strings, dest, nargs=0, **options)

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        print_rules()
        parser.exit()


def _run(arguments: argparse.Namespace) -> int:
    corpus = parse_inputs(arguments)
    try:
        rules = choose_rules(arguments.select, arguments.ignore)
    except ValueError as error:
        raise ConfigurationError(str(error)) from error
    for corpus_file in corpus.files:
        if not corpus_file.path.exists():
            raise CorpusError(describe_missing_corpus(corpus_file.path), corpus_file.path)
    settings = _settings(arguments, corpus)
    # What recurs in another split is reported there, not in train.
    files = sorted(corpus.files, key=lambda corpus_file: corpus_file.split != "train")
    report = lint([_to_split(corpus_file) for corpus_file in files], settings, rules)
    threshold = Severity.WARNING if arguments.strict else Severity.ERROR
    status = int(report.fails(threshold))
    if arguments.json is not None:
        text = json.dumps({"exit_status": status, **report.to_json()}, ensure_ascii=False, indent=2) + "\n"
        # Words of a corpus may hold half a surrogate pair, which no file can.
        content = text.encode("utf-8", errors="replace")
        if arguments.json == "-":
            sys.stdout.write(content.decode())
            return status
        try:
            Path(arguments.json).write_bytes(content)
        except OSError as error:
            raise ConfigurationError(
                f"--json {arguments.json}: expected a file that can be written, got {error}"
            ) from error
    print_report(report, threshold)
    return status


def _settings(arguments: argparse.Namespace, corpus: CorpusInput) -> LintSettings:
    pieces: PieceCounter | None = None
    encoder = None
    if corpus.encoder is not None:
        from blner_allennlp.commands.corpus.encoder_pieces import EncoderPieces

        try:
            encoder_pieces = EncoderPieces(corpus.encoder, may_fetch=arguments.encoder is not None)
            pieces, encoder = encoder_pieces, encoder_pieces.limits
        except ConfigurationError as error:
            if arguments.encoder is not None:
                raise
            # An experiment's encoder may lie on another machine; all other rules can do without.
            print(f"note: the rules on pieces are not checked: {error}", file=sys.stderr)
    return LintSettings(
        max_width=corpus.max_width or _DEFAULTS.max_width,
        overlaps=corpus.overlaps,
        max_words=arguments.max_words,
        min_mentions=arguments.min_mentions,
        num_examples=arguments.examples,
        count_pieces=pieces,
        encoder=encoder,
    )


def _to_split(corpus_file: CorpusFile) -> SplitToCheck:
    sentences = Tqdm.tqdm(
        corpus_file.read(), desc=corpus_file.split, unit=" sentences", disable=not sys.stderr.isatty()
    )
    return SplitToCheck(corpus_file.split, corpus_file.path, sentences)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"expected a whole number of 0 or more, got {text!r}")
    return int(text)
