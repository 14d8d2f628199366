"""Runs the trainings of a sweep: several at once, each in processes of its own, and sees to what becomes of them."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Protocol

from allennlp.common.checks import ConfigurationError
from filelock import FileLock, Timeout

from blner_allennlp.runs.run_description import CONFIG_NAME
from blner_allennlp.sweeps.commands import RunCommands
from blner_allennlp.sweeps.failures import describe_failure, last_lines
from blner_allennlp.sweeps.job_environments import JobEnvironments
from blner_allennlp.sweeps.planned_run import PlannedRun
from blner_allennlp.sweeps.progress import read_progress
from blner_allennlp.sweeps.run_process import RunProcess, check_idle
from blner_allennlp.sweeps.run_recorder import RunRecorder
from blner_allennlp.sweeps.run_state import RunState, Status
from blner_allennlp.sweeps.standing import Standing, Work, find_standing, missing_predictions, remove_run
from blner_allennlp.sweeps.weights import KeepWeights, remove_weights

LOCK = ".sweep.lock"

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True, slots=True)
class SchedulerSettings:
    """How a sweep is run.

    Args:
        environments: how many runs are at work at once, and what each has of the machine.
        keep_weights: which weights stay when a run has answered.
        redo: whether to train anew what was trained with another configuration.
        poll_seconds: how often to look after the processes.
        grace_seconds: how long an interrupted process may take to end.
    """

    environments: JobEnvironments = field(default_factory=JobEnvironments)
    keep_weights: KeepWeights = KeepWeights.ARCHIVE
    redo: bool = False
    poll_seconds: float = 0.25
    grace_seconds: float = 20.0


class Watcher(Protocol):
    """Shows what happens."""

    def happened(self, state: RunState) -> None:
        """Called whenever a run has another status.

        Args:
            state: the run.
        """

    def tick(self, states: Sequence[RunState]) -> None:
        """Called a few times a second.

        Args:
            states: all runs.
        """


@dataclass(slots=True)
class _Job:
    state: RunState
    slot: int
    process: RunProcess
    recorder: RunRecorder


class Scheduler:
    """Runs trainings until all are done or have failed.

    Args:
        directory: the sweep's directory.
        runs: all runs, in the order in which to start them.
        commands: what a run's processes are.
        watcher: what shows the progress.
        settings: how to run them.
    """

    def __init__(
        self,
        directory: Path,
        runs: Sequence[PlannedRun],
        commands: RunCommands,
        watcher: Watcher,
        settings: SchedulerSettings,
    ) -> None:
        self._directory = directory
        self._commands = commands
        self._watcher = watcher
        self._settings = settings
        self.states = [RunState(run) for run in runs]
        self._jobs: list[_Job] = []
        self._num_signals = 0

    def run(self) -> bool:
        """Do what is left to do.

        Returns:
            Whether it came to its end; False after an interruption.

        Raises:
            ConfigurationError: another sweep is at work in the directory, or a run's directory holds something else,
                or a training with another configuration.
        """
        self._directory.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._directory / LOCK)
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise ConfigurationError(
                f"{self._directory}: another sweep is at work there; wait for its end, or choose another directory"
            ) from error
        try:
            with self._listening():
                self._run()
        finally:
            lock.release()
        return self._num_signals == 0

    def _run(self) -> None:
        standings = self._standings()
        waiting = [state for state in self.states if state.status is Status.WAITING]
        try:
            while (waiting or self._jobs) and self._num_signals == 0:
                while (
                    waiting
                    and len(self._jobs) < self._settings.environments.num_jobs
                    and self._num_signals == 0
                ):
                    state = waiting.pop(0)
                    self._start(state, standings[state.run.name])
                self._look_after_jobs()
                self._watcher.tick(self.states)
                if self._jobs:
                    time.sleep(self._settings.poll_seconds)
        finally:
            self._end_jobs()
        self._watcher.tick(self.states)

    def _standings(self) -> dict[str, Standing]:
        """What is left of each run; all that is wrong is reported at once."""
        standings, errors = {}, []
        for state in self.states:
            try:
                standing = find_standing(state.run, redo=self._settings.redo)
                check_idle(state.run.directory)
            except ConfigurationError as error:
                errors.append(str(error))
                continue
            standings[state.run.name] = standing
            state.note = standing.reason
            state.seconds_before = standing.seconds
            if standing.work is Work.NOTHING:
                state.status = Status.DONE
                state.seconds = standing.seconds or None
                state.num_epochs, state.best_f1 = read_progress(state.run.directory)
        if errors:
            raise ConfigurationError("\n".join(errors))
        return standings

    def _start(self, state: RunState, standing: Standing) -> None:
        if standing.work is Work.TRAIN:
            remove_run(state.run)
        slot = self._free_slot()
        recorder = RunRecorder(state.run, self._settings.environments.device(slot))
        if standing.work is Work.ANSWER:
            self._answer(state, slot, recorder)
            return
        recover = standing.work is Work.CONTINUE
        if recover:
            state.first_epoch, _ = read_progress(state.run.directory)
        command = self._commands.train(state.run, recover=recover)
        recorder.training_begins(command)
        self._start_process(state, Status.TRAINING, command, slot, recorder)

    def _answer(self, state: RunState, slot: int, recorder: RunRecorder) -> None:
        recorder.answering_begins()
        device = self._settings.environments.seen_device(slot, state.run)
        self._start_process(state, Status.ANSWERING, self._commands.answer(state.run, device), slot, recorder)

    def _start_process(
        self, state: RunState, status: Status, command: Sequence[str], slot: int, recorder: RunRecorder
    ) -> None:
        try:
            process = RunProcess(command, state.run.directory, self._settings.environments.variables(slot))
        except (OSError, ConfigurationError) as error:
            state.status, state.error = Status.FAILED, str(error)
        else:
            state.status, state.started = status, time.monotonic()
            self._jobs.append(_Job(state, slot, process, recorder))
        self._watcher.happened(state)

    def _free_slot(self) -> int:
        taken = {job.slot for job in self._jobs}
        return next(slot for slot in range(self._settings.environments.num_jobs) if slot not in taken)

    def _look_after_jobs(self) -> None:
        for job in list(self._jobs):
            if job.process.adopt_log(CONFIG_NAME):
                job.recorder.save()
            self._read_progress(job.state)
            return_code = job.process.poll()
            if return_code is not None:
                self._jobs.remove(job)
                self._ended(job, return_code)

    def _read_progress(self, state: RunState) -> None:
        num_epochs, best = read_progress(state.run.directory)
        if num_epochs != state.num_epochs:
            if num_epochs > state.first_epoch:
                state.last_epoch_at = time.monotonic()
            state.num_epochs, state.best_f1 = num_epochs, best

    def _ended(self, job: _Job, return_code: int) -> None:
        state = job.state
        seconds = time.monotonic() - (state.started or 0.0)
        state.started = None
        if return_code == 0 and state.status is Status.TRAINING:
            job.process.keep_log()
            job.recorder.trained(seconds)
            state.seconds_before += seconds
            self._answer(state, job.slot, job.recorder)
            return
        job.process.keep_log()
        if return_code == 0:
            missing = missing_predictions(state.run)
            if not missing:
                job.recorder.done(seconds)
                state.seconds = state.seconds_before + seconds
                remove_weights(state.run.directory, self._settings.keep_weights)
                state.status = Status.DONE
                self._watcher.happened(state)
                return
            state.error = f"no predictions were written for {', '.join(missing)}"
        else:
            state.log_lines = last_lines(job.process.log)
            what = "training" if state.status is Status.TRAINING else "answering"
            reason = describe_failure(return_code, state.log_lines, job.process.memory_kills())
            state.error = f"{what}: {reason}"
        job.recorder.failed(state.error, seconds)
        state.status = Status.FAILED
        self._watcher.happened(state)

    def _end_jobs(self) -> None:
        """End what is still at work, and leave it so that it can be resumed."""
        for job in self._jobs:
            job.process.end(signal.SIGTERM)
        deadline = time.monotonic() + self._settings.grace_seconds
        while self._jobs:
            # Whoever presses Ctrl-C once more does not want to wait.
            if time.monotonic() > deadline or self._num_signals > 1:
                for job in self._jobs:
                    job.process.end(signal.SIGKILL)
            for job in list(self._jobs):
                if job.process.poll() is not None:
                    self._jobs.remove(job)
                    job.process.end(signal.SIGKILL)  # what it may have left behind
                    if job.process.adopt_log(CONFIG_NAME):
                        job.recorder.interrupted(time.monotonic() - (job.state.started or 0.0))
                    job.state.status, job.state.started = Status.INTERRUPTED, None
                    self._watcher.happened(job.state)
            if self._jobs:
                time.sleep(min(0.05, self._settings.poll_seconds))

    @contextmanager
    def _listening(self) -> Iterator[None]:
        """Count Ctrl-C and SIGTERM instead of dying of them; only the main thread may."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def count(_number: int, _frame: FrameType | None) -> None:
            self._num_signals += 1

        before = {number: signal.signal(number, count) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
