"""The table that a sweep shows while it runs."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import Console, ConsoleOptions, RenderableType
from rich.table import Table
from rich.text import Text

from blner_allennlp.commands.sweep.texts import format_epochs, format_scores, format_seconds
from blner_allennlp.sweeps.progress import expected_seconds, seconds_left
from blner_allennlp.sweeps.run_state import RunState, Status

# Each with a sign of its own: colours alone tell not everyone something.
_LOOKS = {
    Status.WAITING: ("·", "dim"),
    Status.TRAINING: ("▶", "cyan"),
    Status.ANSWERING: ("▷", "cyan"),
    Status.DONE: ("✓", "green"),
    Status.FAILED: ("✗", "bold red"),
    Status.INTERRUPTED: ("‖", "yellow"),
}
_LINES_AROUND = 8  # borders, header, totals, and one for the prompt


class SweepTable:
    """A table that always fits the terminal: what is at work first of all, then what failed, is next, and is done.

    Args:
        num_jobs: how many runs are at work at once.
    """

    def __init__(self, num_jobs: int) -> None:
        self.states: Sequence[RunState] = ()
        self._num_jobs = num_jobs

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """Draw the table.

        Args:
            console: where it is drawn.
            options: its size.

        Yields:
            The table, and a line on the whole.
        """
        now = time.monotonic()
        height = options.height or console.size.height
        shown = self._choose(max(1, height - _LINES_AROUND))
        table = Table(box=None, pad_edge=False, header_style="bold")
        for heading, justify in (
            ("", "left"), ("run", "left"), ("state", "left"), ("epoch", "right"), ("best dev F1", "right"),
            ("time", "right"), ("ends in", "right"),
        ):  # fmt: skip
            table.add_column(heading, justify=justify, no_wrap=True)  # type: ignore[arg-type]
        for state in shown:
            sign, style = _LOOKS[state.status]
            table.add_row(
                Text(sign, style), Text(state.run.name), Text(str(state.status), style), format_epochs(state),
                format_scores(state.best_f1), format_seconds(_seconds(state, now)),
                format_seconds(seconds_left(state, now)) if state.status.is_active else "",
            )  # fmt: skip
        yield table
        yield Text(self._totals(len(shown), now))

    def _choose(self, num_rows: int) -> list[RunState]:
        if len(self.states) <= num_rows:
            return list(self.states)
        urgency = [
            Status.TRAINING,
            Status.ANSWERING,
            Status.FAILED,
            Status.INTERRUPTED,
            Status.WAITING,
            Status.DONE,
        ]
        by_urgency = sorted(
            range(len(self.states)), key=lambda index: urgency.index(self.states[index].status)
        )
        return [self.states[index] for index in sorted(by_urgency[:num_rows])]

    def _totals(self, num_shown: int, now: float) -> str:
        counts = Counter(state.status for state in self.states)
        parts = [f"{counts[status]} {status}" for status in Status if counts[status]]
        text = f"\n{len(self.states)} runs: {', '.join(parts)}"
        if num_shown < len(self.states):
            text += f" ({len(self.states) - num_shown} not shown)"
        if counts[Status.WAITING] or any(state.status.is_active for state in self.states):
            left = expected_seconds(self.states, self._num_jobs, now)
            if left is not None:
                clock = time.strftime("%a %H:%M", time.localtime(time.time() + left))
                text += f"; all in about {format_seconds(left)}, {clock}"
        return text


def _seconds(state: RunState, now: float) -> float | None:
    if state.started is not None:
        return state.seconds_before + now - state.started
    return state.seconds
