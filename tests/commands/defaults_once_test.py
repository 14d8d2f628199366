"""Help texts of the commands for many runs, and options that they share."""

from __future__ import annotations

import argparse

import pytest
from allennlp.commands import ArgumentParserWithDefaults
from allennlp.commands.subcommand import Subcommand

from blner_allennlp.commands.analyze import NerAnalyze
from blner_allennlp.commands.compare import NerCompare
from blner_allennlp.commands.sweep import NerSweep


def make_parser(command: type[Subcommand]) -> argparse.ArgumentParser:
    return command().add_subparser(ArgumentParserWithDefaults().add_subparsers())


@pytest.mark.parametrize("command", [NerAnalyze, NerCompare, NerSweep])
def test_a_default_is_said_once(command: type[Subcommand]) -> None:
    text = make_parser(command).format_help()

    assert "(default = " not in text
    assert "(default" in text


def test_a_grid_names_the_corpus_as_jsonnet_wants_it() -> None:
    text = make_parser(NerSweep).format_help()

    assert "`%(corpus)s`" in text
    assert "%%" not in text


@pytest.mark.parametrize("option", ["--head", "--heads"])
def test_whose_answers_count_is_one_option_in_both_commands(option: str) -> None:
    analyze = make_parser(NerAnalyze).parse_args(["run", option, "seq"])
    compare = make_parser(NerCompare).parse_args(["run", "--output-dir", "out", option, "seq"])

    assert (analyze.head, compare.heads) == ("seq", "seq")
