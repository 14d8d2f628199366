"""Help texts that say an option's default once, in words."""

from __future__ import annotations

import argparse


def say_defaults_once(parser: argparse.ArgumentParser) -> None:
    """Take out of a parser's help what AllenNLP's parser adds to it: ` (default = {})`, whatever the help says already.

    Args:
        parser: a command's parser, with all of its arguments.
    """
    for action in parser._actions:  # argparse has no public list of them
        if action.help:
            action.help = action.help.removesuffix(f" (default = {action.default})")
