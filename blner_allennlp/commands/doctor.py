"""`allennlp ner-doctor`."""

from __future__ import annotations

import argparse
import sys

from allennlp.commands.subcommand import Subcommand

from blner_allennlp.doctor import examine, report


@Subcommand.register("ner-doctor")
class NerDoctor(Subcommand):
    """Checks Python, the libraries, the encoders and the GPU, and prints a remedy for whatever is wrong."""

    requires_plugins = False

    def add_subparser(self, parser: argparse._SubParsersAction) -> argparse.ArgumentParser:
        """Add the command to AllenNLP's parser.

        Args:
            parser: the collection of commands.

        Returns:
            The command's own parser.
        """
        description = "Check the installation: Python, libraries, AllenNLP, encoders, GPU. Uses no network."
        subparser: argparse.ArgumentParser = parser.add_parser(
            self.name, description=description, help="Check the installation and say how to repair it."
        )
        subparser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")
        subparser.set_defaults(func=_run)
        return subparser


def _run(arguments: argparse.Namespace) -> None:
    sys.exit(report(examine(), as_json=arguments.json))
