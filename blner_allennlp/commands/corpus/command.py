"""`allennlp ner-corpus` and its actions."""

from __future__ import annotations

import argparse
import os
import sys
from types import ModuleType

from allennlp.commands.subcommand import Subcommand
from allennlp.common.checks import ConfigurationError

from blner_allennlp.commands.corpus import convert, lint, split, stats
from blner_allennlp.errors import CorpusError

ACTIONS: tuple[ModuleType, ...] = (stats, lint, convert, split)
"""Modules with a function `add_parser(actions)`; it sets the default `action` to a function of the arguments that
returns the exit status."""

ERROR_STATUS = 2
"""Exit status where the command could not do its work, as in argparse."""

INTERRUPTED_STATUS = 130
"""Exit status after Ctrl-C, as shells have it."""


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
    try:
        status = arguments.action(arguments)
        sys.stdout.flush()
    except (CorpusError, ConfigurationError) as error:
        print(f"error: {error}", file=sys.stderr)
        status = ERROR_STATUS
    except BrokenPipeError:
        # Whoever reads the output, such as `head`, has seen enough. What is left goes nowhere, also at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = ERROR_STATUS
    except KeyboardInterrupt:
        print("\ninterrupted; no file was written", file=sys.stderr)
        status = INTERRUPTED_STATUS
    sys.exit(status)
