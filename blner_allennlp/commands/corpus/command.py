"""`allennlp ner-corpus` and its actions."""

from __future__ import annotations

import argparse
from types import ModuleType

from allennlp.commands.subcommand import Subcommand

from blner_allennlp.commands.corpus import convert, lint, split, stats
from blner_allennlp.commands.package_command import PackageCommand

ACTIONS: tuple[ModuleType, ...] = (stats, lint, convert, split)
"""Modules with a function `add_parser(actions)`; it sets the default `action` to a function of the arguments that
returns the exit status."""


@Subcommand.register("ner-corpus")
class NerCorpus(PackageCommand):
    """Counts, checks, converts and splits corpora of any format that `read_corpus` reads."""

    requires_plugins = False
    description = "Count, check, convert and split NER corpora."
    interrupted = "interrupted; no file was written"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Say what the command takes; see `PackageCommand`."""
        actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
        for module in ACTIONS:
            action_parser = module.add_parser(actions)
            # Every command of AllenNLP takes it, so users type it after the action, too.
            action_parser.add_argument(
                "--include-package", action="append", default=[], help=argparse.SUPPRESS
            )

    def run(self, arguments: argparse.Namespace) -> int | None:
        """Do the action; see `PackageCommand`."""
        status: int = arguments.action(arguments)
        return status
