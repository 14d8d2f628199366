"""What this package's commands have in common."""

from __future__ import annotations

import argparse
from abc import ABC, abstractmethod
from typing import ClassVar, NoReturn

from allennlp.commands.subcommand import Subcommand

from blner_allennlp.commands.defaults_once import say_defaults_once
from blner_allennlp.commands.ending import run_and_exit


class PackageCommand(Subcommand, ABC):
    """A command of `allennlp`: its arguments, and what it does with them.

    Attributes:
        description: what `--help` says above the arguments.
        summary: what `allennlp --help` says; the description, if empty.
        epilog: what `--help` says below the arguments.
        interrupted: what is said after Ctrl-C.
        expected_errors: errors whose message is enough, beside those of `ending_with_message`.
    """

    description: ClassVar[str]
    summary: ClassVar[str] = ""
    epilog: ClassVar[str | None] = None
    interrupted: ClassVar[str] = "interrupted"
    expected_errors: ClassVar[tuple[type[Exception], ...]] = ()

    def add_subparser(self, parser: argparse._SubParsersAction) -> argparse.ArgumentParser:
        """Add the command to AllenNLP's parser.

        Args:
            parser: the collection of commands.

        Returns:
            The command's own parser.
        """
        subparser: argparse.ArgumentParser = parser.add_parser(
            self.name, description=self.description, help=self.summary or self.description, epilog=self.epilog
        )
        self.add_arguments(subparser)
        say_defaults_once(subparser)
        subparser.set_defaults(func=self._run_and_exit)
        return subparser

    @abstractmethod
    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Say what the command takes.

        Args:
            parser: its parser.
        """

    @abstractmethod
    def run(self, arguments: argparse.Namespace) -> int | None:
        """Do what the command is for.

        Args:
            arguments: what the user typed.

        Returns:
            The exit status; None for 0.
        """

    def _run_and_exit(self, arguments: argparse.Namespace) -> NoReturn:
        run_and_exit(lambda: self.run(arguments), self.interrupted, self.expected_errors)
