"""How this package's commands end."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import NoReturn

from blner_allennlp.command_errors import ending_with_message

ERROR_STATUS = 2
"""Exit status where a command could not do its work, as in argparse; 1 is for what it found."""

INTERRUPTED_STATUS = 130
"""Exit status after Ctrl-C, as shells have it."""


def run_and_exit(
    work: Callable[[], int | None],
    interrupted: str = "interrupted",
    expected: tuple[type[Exception], ...] = (),
) -> NoReturn:
    """Do a command's work, and end the process.

    Args:
        work: what the command does; returns the exit status, or None for 0.
        interrupted: what to say after Ctrl-C.
        expected: errors whose message is enough, beside those of `ending_with_message`.
    """
    try:
        with ending_with_message(ERROR_STATUS, expected):
            status = work() or 0
            sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads the output, such as `head`, has seen enough. What is left goes nowhere, also at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = ERROR_STATUS
    except KeyboardInterrupt:
        print(f"\n{interrupted}", file=sys.stderr)
        status = INTERRUPTED_STATUS
    sys.exit(status)
