"""Commands end after an error that their user can act on with its message; only unexpected errors show a traceback."""

from __future__ import annotations

import logging
import os
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from textwrap import indent

from blner_allennlp.errors import CorpusError, RunError, TagSequenceError

TRACEBACK_VARIABLE = "ALLENNLP_DEBUG"
"""With this environment variable, by which AllenNLP logs more, the traceback is printed, too."""

MESSAGE_PREFIX = "error: "
"""What the message begins with."""

FAILED_STATUS = 1
"""Exit status of AllenNLP's commands after an error."""

_OUR_ERRORS = (CorpusError, RunError, TagSequenceError)
# What AllenNLP makes of a traceback in a process that reads data: the same, two columns to the right.
_CHAINED = re.compile(
    r"\n +(?:During handling of the above exception|The above exception was the direct cause)[^\n]*\n"
)
_FROM_WORKER = re.compile(
    r"^  (?:blner_allennlp\.errors\.(?:CorpusError|RunError|TagSequenceError)"
    r"|allennlp\.common\.checks\.ConfigurationError): (.*)",
    re.DOTALL | re.MULTILINE,
)
_ANY_FROM_WORKER = re.compile(r"^  [\w.]+(?::|$)", re.MULTILINE)


@contextmanager
def ending_with_message(
    status: int = FAILED_STATUS, expected: tuple[type[Exception], ...] = ()
) -> Iterator[None]:
    """End the process with a message where the `with` block raises an error that the user can act on.

    These are `CorpusError`, `RunError` and `TagSequenceError`, AllenNLP's `ConfigurationError`, and the same where a
    data loader's worker or a process of a distributed training raised them. Files that AllenNLP logs to get the
    traceback, as of every other error.

    Args:
        status: exit status of the process.
        expected: more errors whose message is enough.

    Yields:
        Nothing.

    Raises:
        SystemExit: such an error was raised.
        Exception: any other was raised, and is raised again.
    """
    try:
        yield
    except Exception as error:
        message = str(error) if isinstance(error, expected) else message_for_user(error)
        if message is None:
            raise
        _log_to_files(error)
        if os.environ.get(TRACEBACK_VARIABLE):
            traceback.print_exception(error)
        print(f"{MESSAGE_PREFIX}{message}", file=sys.stderr)
        raise SystemExit(status) from error


def message_for_user(error: Exception) -> str | None:
    """Tell an error that the user can act on from one that is a mistake in the code.

    Args:
        error: what was raised.

    Returns:
        Its message; None for an error of the second kind.
    """
    from allennlp.common.checks import ConfigurationError

    if isinstance(error, (*_OUR_ERRORS, ConfigurationError)):
        return str(error)
    # By name: their modules are loaded where they were raised, and no command should load them for this.
    if type(error).__name__ == "WorkerError" and type(error).__module__.startswith("allennlp.data."):
        return _message_of_worker(str(error))
    if type(error).__name__ == "ProcessRaisedException":  # in a distributed training
        return _message_of_worker(indent(str(error), "  "))
    return None


def _message_of_worker(text: str) -> str | None:
    # Of several errors that led to one another, the last is the one that was raised.
    last = _CHAINED.split(text)[-1]
    first_line = _ANY_FROM_WORKER.search(last)
    found = _FROM_WORKER.search(last)
    if found is None or first_line is None or found.start() != first_line.start():
        return None
    return found[1].replace("\n  ", "\n").strip()


def _log_to_files(error: Exception) -> None:
    """What AllenNLP does with an error that nobody catches, but on no terminal."""
    root = logging.getLogger()
    caught = (type(error), error, error.__traceback__)
    record = root.makeRecord(root.name, logging.CRITICAL, __file__, 0, "Uncaught exception", (), caught)
    for handler in root.handlers:
        if isinstance(handler, logging.FileHandler):
            handler.handle(record)
