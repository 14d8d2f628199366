"""Shows a sweep while it runs: a live table on a terminal, else a line for each event."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live

from blner_allennlp.commands.sweep.live_table import SweepTable
from blner_allennlp.commands.sweep.texts import describe_event
from blner_allennlp.sweeps.run_state import RunState
from blner_allennlp.sweeps.scheduler import Watcher


class EventLines:
    """A line for each event, with its time.

    Args:
        console: where to write.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._num_epochs: dict[str, int] = {}

    def happened(self, state: RunState) -> None:
        """Write what has happened to a run.

        Args:
            state: the run.
        """
        self._write(state)

    def tick(self, states: Sequence[RunState]) -> None:
        """Write which runs have come through an epoch.

        Args:
            states: all runs.
        """
        for state in states:
            if state.status.is_active and state.num_epochs > self._num_epochs.get(
                state.run.name, state.first_epoch
            ):
                self._num_epochs[state.run.name] = state.num_epochs
                self._write(state)

    def _write(self, state: RunState) -> None:
        text = f"{time.strftime('%H:%M:%S')}  {state.run.name}  {describe_event(state)}"
        self._console.print(text, soft_wrap=True)


class LiveTable:
    """The table of all runs, redrawn in place.

    Args:
        live: what draws it.
        table: the table.
    """

    def __init__(self, live: Live, table: SweepTable) -> None:
        self._live = live
        self._table = table

    def happened(self, state: RunState) -> None:
        """Nothing: the next tick shows it.

        Args:
            state: the run.
        """

    def tick(self, states: Sequence[RunState]) -> None:
        """Show the present state.

        Args:
            states: all runs.
        """
        self._table.states = states
        self._live.refresh()


@contextmanager
def make_watcher(console: Console, num_jobs: int) -> Iterator[Watcher]:
    """Make what shows the sweep.

    Args:
        console: where to show it.
        num_jobs: how many runs are at work at once.

    Yields:
        The display; the table stays on the terminal when it is left.
    """
    if not console.is_terminal:
        yield EventLines(console)
        return
    table = SweepTable(num_jobs)
    with Live(table, console=console, auto_refresh=False, vertical_overflow="crop") as live:
        yield LiveTable(live, table)
