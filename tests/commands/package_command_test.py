"""What the package's commands have in common."""

from __future__ import annotations

import argparse
from typing import ClassVar

import pytest
from allennlp.commands import ArgumentParserWithDefaults
from allennlp.commands.subcommand import Subcommand

from blner_allennlp.commands import NerAnalyze, NerBenchmark, NerCompare, NerCorpus, NerDoctor, NerSweep
from blner_allennlp.commands.package_command import PackageCommand
from blner_allennlp.errors import CorpusError


class InventedCommand(PackageCommand):
    """Ends as its argument says."""

    name = "ner-invented"  # not registered: other tests list all commands
    description = "Counts."
    epilog = "The end."
    interrupted = "interrupted; nothing was counted"
    expected_errors = (LookupError,)
    endings: ClassVar[dict[str, BaseException]] = {
        "corpus": CorpusError("wrong", "a.conll", 3),
        "expected": LookupError("not there"),
        "interrupt": KeyboardInterrupt(),
    }

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("ending")
        parser.add_argument("--number", default=4, help="how many (default: 4)")

    def run(self, arguments: argparse.Namespace) -> int | None:
        if arguments.ending in self.endings:
            raise self.endings[arguments.ending]
        return None if arguments.ending == "nothing" else int(arguments.ending)


def parse(*arguments: str) -> argparse.Namespace:
    parser = ArgumentParserWithDefaults(prog="allennlp")
    InventedCommand().add_subparser(parser.add_subparsers())
    return parser.parse_args(["ner-invented", *arguments])


@pytest.mark.parametrize(
    ("ending", "status", "said"),
    [
        ("nothing", 0, ""),
        ("0", 0, ""),
        ("1", 1, ""),
        ("corpus", 2, "error: a.conll:3: wrong\n"),
        ("expected", 2, "error: not there\n"),
        ("interrupt", 130, "\ninterrupted; nothing was counted\n"),
    ],
)
def test_the_process_ends_as_the_work_did(
    ending: str, status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = parse(ending)
    with pytest.raises(SystemExit) as ended:
        arguments.func(arguments)
    assert ended.value.code == status
    assert capsys.readouterr().err == said


def test_the_help_has_description_and_epilog_and_each_default_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        parse("--help")
    text = capsys.readouterr().out
    assert "Counts." in text
    assert text.endswith("The end.\n")
    assert text.count("default") == 1


@pytest.mark.parametrize("command", [NerAnalyze, NerBenchmark, NerCompare, NerCorpus, NerDoctor, NerSweep])
def test_every_command_of_the_package_says_what_it_is_for(command: type[Subcommand]) -> None:
    parser = command().add_subparser(ArgumentParserWithDefaults().add_subparsers())
    assert parser.description is not None
    assert parser.description.endswith(".")
    assert "(default = " not in parser.format_help()
