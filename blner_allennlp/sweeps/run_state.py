"""Where a run of a sweep is."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from blner_allennlp.sweeps.planned_run import PlannedRun


class Status(StrEnum):
    """Where a run is."""

    WAITING = "waiting"
    TRAINING = "training"
    ANSWERING = "answering"
    DONE = "done"
    FAILED = "failed"
    INTERRUPTED = "interrupted"

    @property
    def is_active(self) -> bool:
        """Whether a process works at it."""
        return self in (Status.TRAINING, Status.ANSWERING)


@dataclass(slots=True)
class RunState:
    """Where a run is; the scheduler changes it, displays read it.

    Args:
        run: the run.
        status: where it is.
        note: why, for the eye: `done before`, `half trained`.
        started: when the present process was started, on the monotonic clock; None where there is none.
        seconds_before: how long it was at work in earlier sweeps.
        seconds: how long it took in all; None before its end.
        first_epoch: how many epochs were behind it when the process was started.
        num_epochs: how many epochs are behind it now.
        last_epoch_at: when the last of them ended, on the monotonic clock.
        best_f1: the best score on the development data so far, in [0, 1], by head.
        error: why it failed.
        log_lines: the end of its log, where it failed.
    """

    run: PlannedRun
    status: Status = Status.WAITING
    note: str = ""
    started: float | None = None
    seconds_before: float = 0.0
    seconds: float | None = None
    first_epoch: int = 0
    num_epochs: int = 0
    last_epoch_at: float | None = None
    best_f1: dict[str, float] = field(default_factory=dict)
    error: str = ""
    log_lines: list[str] = field(default_factory=list)
