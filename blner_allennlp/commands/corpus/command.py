"""`allennlp ner-corpus` and its actions."""

from __future__ import annotations

import argparse
from types import ModuleType

from allennlp.commands.subcommand import Subcommand

from blner_allennlp.commands.corpus import convert, lint, split, stats
from blner_allennlp.commands.ending import run_and_exit

ACTIONS: tuple[ModuleType, ...] = (stats, lint, convert, split)
"""Modules with a function `add_parser(actions)`; it sets the default `action` to a function of the arguments that
returns the exit status."""


@Subcommand.register("ner-corpus")
class NerCorpus(Subcommand):
    """Counts, checks, converts and splits corpora of any format that `read_corpus` reads."""

    requires_plugins = False

    def add_subparser(self, parser: argparse._SubParsersAction) -> argparse.ArgumentParser:
        """Add the command to AllenNLP's parser.

        Args:
            parser: the collection of commands.

        Returns:
            The command's own parser.
        """
        description = "Count, check, convert and split NER corpora."
        subparser: argparse.ArgumentParser = parser.add_parser(
            self.name, description=description, help=description
        )
        actions = subparser.add_subparsers(title="actions", metavar="ACTION", required=True)
        for module in ACTIONS:
            action_parser = module.add_parser(actions)
            # Every command of AllenNLP takes it, so users type it after the action, too.
            action_parser.add_argument(
                "--include-package", action="append", default=[], help=argparse.SUPPRESS
            )
        subparser.set_defaults(func=_run)
        return subparser


def _run(arguments: argparse.Namespace) -> None:
    run_and_exit(lambda: arguments.action(arguments), interrupted="interrupted; no file was written")
