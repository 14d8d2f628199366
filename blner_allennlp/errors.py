"""Errors that a user of the package can act on."""

from __future__ import annotations

from pathlib import Path


class TagSequenceError(ValueError):
    """Tags that no scheme explains, or entities that no tag sequence can express."""


class CorpusError(ValueError):
    """A corpus file that cannot be read as it stands. The message names the file and, where there is one, the line.

    Args:
        message: what was expected, what was found, and what to change.
        path: the file, directory or archive.
        line_number: the line, counted from 1; None if the file as a whole is at fault.
    """

    def __init__(self, message: str, path: str | Path, line_number: int | None = None) -> None:
        self.path = Path(path)
        self.line_number = line_number
        self.reason = message
        place = f"{self.path}:{line_number}" if line_number is not None else str(self.path)
        super().__init__(f"{place}: {message}")


class RunError(ValueError):
    """A run's directory that is not as it must be. The message names the directory or the file and what to change.

    Args:
        message: what was expected, what was found, and what to change.
        path: the run's directory, or a file in it.
    """

    def __init__(self, message: str, path: str | Path) -> None:
        self.path = Path(path)
        self.reason = message
        super().__init__(f"{self.path}: {message}")
