"""`allennlp ner-doctor`."""

from __future__ import annotations

import argparse

from allennlp.commands.subcommand import Subcommand

from blner_allennlp.commands.package_command import PackageCommand
from blner_allennlp.doctor import examine, report


@Subcommand.register("ner-doctor")
class NerDoctor(PackageCommand):
    """Checks Python, the libraries, the encoders and the GPU, and prints a remedy for whatever is wrong."""

    requires_plugins = False
    description = "Check the installation: Python, libraries, AllenNLP, encoders, GPU. Uses no network."
    summary = "Check the installation and say how to repair it."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Say what the command takes; see `PackageCommand`."""
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")

    def run(self, arguments: argparse.Namespace) -> int | None:
        """Examine, and print what was found; see `PackageCommand`."""
        return report(examine(), as_json=arguments.json)
