"""A process at work on a run, and its log."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from allennlp.common.checks import ConfigurationError

from blner_allennlp.sweeps.failures import num_memory_kills

LOG = "sweep.log"


class RunProcess:
    """A process of its own group, whose output goes to the run's log.

    AllenNLP trains into new or empty directories only. So the log of a new run lies beside its directory, under a
    hidden name, until there is something in it. Where a process of an earlier sweep is still at work, there is a
    ConfigurationError.

    Args:
        command: the command line.
        directory: the run's directory.
        environment: the process's environment.
    """

    def __init__(self, command: Sequence[str], directory: Path, environment: Mapping[str, str]) -> None:
        is_new = not directory.exists() or not any(directory.iterdir())
        self._directory = directory
        self.log = _log_beside(directory) if is_new else directory / LOG
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._memory_kills_before = num_memory_kills()
        with self.log.open("ab") as output:
            _lock(output.fileno(), directory)
            if is_new:
                output.truncate(0)
            self._process = subprocess.Popen(  # noqa: S603 (the package's own commands)
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(environment),
                # Ctrl-C reaches this process alone, which then ends the others in good order.
                start_new_session=True,
            )

    def poll(self) -> int | None:
        """Look whether the process has ended.

        Returns:
            Its status, negative for a signal; None while it runs.
        """
        return self._process.poll()

    def adopt_log(self, file_of_the_run: str) -> bool:
        """Move the log into the run's directory, once something else is in it.

        Args:
            file_of_the_run: what has to be there.

        Returns:
            Whether the log is in the directory.
        """
        if self.log.parent == self._directory:
            return True
        if not (self._directory / file_of_the_run).exists():
            return False
        self.log = self.log.replace(self._directory / LOG)
        return True

    def keep_log(self) -> None:
        """Move the log into the run's directory, whatever is there."""
        if self.log.parent != self._directory:
            self._directory.mkdir(parents=True, exist_ok=True)
            self.log = self.log.replace(self._directory / LOG)

    def memory_kills(self) -> int | None:
        """How many processes were killed for want of memory since this one was started; None where unknown."""
        now = num_memory_kills()
        if now is None or self._memory_kills_before is None:
            return None
        return now - self._memory_kills_before

    def end(self, number: signal.Signals) -> None:
        """Send a signal to the process and to all that it has started.

        Args:
            number: the signal.
        """
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


def check_idle(directory: Path) -> None:
    """Make sure that no process of an earlier sweep works in a run's directory; a ConfigurationError if one does.

    Args:
        directory: the directory.
    """
    for log in (directory / LOG, _log_beside(directory)):
        if log.exists():
            with log.open("ab") as file:
                _lock(file.fileno(), directory)


def _lock(descriptor: int, directory: Path) -> None:
    # Whoever has inherited the descriptor holds the lock: a child that outlives a sweep that was killed does.
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise ConfigurationError(
            f"{directory}: a process of an earlier sweep is still at work there; let it end, or end it, first"
        ) from error


def _log_beside(directory: Path) -> Path:
    return directory.parent / f".{directory.name}.log"
