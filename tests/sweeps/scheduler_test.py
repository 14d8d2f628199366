"""Runs are trained, answered, resumed and ended; what stands for `allennlp train` is a script that trains nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allennlp.common.checks import ConfigurationError

from blner_allennlp.runs.run_record import RunRecord
from blner_allennlp.sweeps.job_environments import JobEnvironments
from blner_allennlp.sweeps.planned_run import PlannedRun
from blner_allennlp.sweeps.run_process import RunProcess, check_idle
from blner_allennlp.sweeps.run_state import RunState, Status
from blner_allennlp.sweeps.scheduler import Scheduler, SchedulerSettings
from blner_allennlp.sweeps.weights import KeepWeights
from tests.sweeps.fakes import FakeCommands, Recorded, make_run

PROJECT_ROOT = Path(__file__).resolve().parents[2]
CHECKPOINTS = [f"{state}_state_e{epoch}_b0.th" for state in ("model", "training") for epoch in (0, 1)]
Behaviours = dict[int, dict[str, Any]]


def sweep(
    directory: Path,
    runs: list[PlannedRun],
    behaviours: Behaviours | None = None,
    *,
    num_jobs: int = 1,
    **more: Any,
) -> tuple[dict[str, RunState], Recorded]:
    watcher = Recorded()
    environments = more.pop("environments", JobEnvironments(num_jobs))
    settings = SchedulerSettings(environments, poll_seconds=0.01, **more)
    scheduler = Scheduler(directory, runs, FakeCommands(behaviours or {}), watcher, settings)
    assert scheduler.run()
    return {state.run.name: state for state in scheduler.states}, watcher


def record_of(run: PlannedRun) -> RunRecord:
    record = RunRecord.read(run.directory)
    assert record is not None
    return record


def wait_until_idle(directory: Path) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            return check_idle(directory)
        except ConfigurationError:
            assert time.monotonic() < deadline, f"a process does not let go of {directory}"
            time.sleep(0.01)


def log_of(run: PlannedRun) -> str:
    return (run.directory / "sweep.log").read_text(encoding="utf-8")


def test_a_run_is_trained_and_answered_and_recorded(tmp_path: Path) -> None:
    run = make_run(tmp_path, seed=7)
    states, watcher = sweep(tmp_path, [run])
    assert watcher.events == [(run.name, "training"), (run.name, "answering"), (run.name, "done")]
    state = states[run.name]
    assert (state.num_epochs, state.best_f1) == (2, {"seq": 0.51})
    record = record_of(run)
    assert (record.name, record.corpus, record.model, record.seed) == (run.name, "sample", "SeqNER", 7)
    assert (record.status, record.error, record.fingerprint) == ("done", None, run.fingerprint)
    assert set(record.seconds) == {"train", "answer"}
    assert record.started is not None
    assert record.finished is not None
    assert record.started <= record.finished
    assert record.versions["python"] == ".".join(map(str, sys.version_info[:3]))
    assert record.hardware["num_cpus"] >= 1  # type: ignore[operator]
    assert "train" in record.command
    assert "epoch 1 begins" in log_of(run)
    assert "on device" in log_of(run)
    assert not list(run.directory.parent.glob(".*.log"))


def test_what_is_done_is_skipped(tmp_path: Path) -> None:
    runs = [make_run(tmp_path, seed) for seed in (1, 2)]
    sweep(tmp_path, runs[:1])
    before = (runs[0].directory / "run.json").read_bytes()
    states, watcher = sweep(tmp_path, runs)
    assert {name for name, _ in watcher.events} == {runs[1].name}
    assert states[runs[0].name].note == "done before"
    assert states[runs[0].name].best_f1 == {"seq": 0.51}
    assert (runs[0].directory / "run.json").read_bytes() == before


@pytest.mark.parametrize("num_jobs", [1, 3])
def test_so_many_are_at_work_at_once(tmp_path: Path, num_jobs: int) -> None:
    runs = [make_run(tmp_path, seed) for seed in range(4)]
    behaviours: Behaviours = {seed: {"seconds": 0.1} for seed in range(4)}
    states, watcher = sweep(tmp_path, runs, behaviours, num_jobs=num_jobs)
    assert watcher.most_at_once == num_jobs
    assert all(state.status is Status.DONE for state in states.values())


def test_one_that_fails_does_not_stop_the_rest_and_is_tried_again(tmp_path: Path) -> None:
    runs = [make_run(tmp_path, seed) for seed in (1, 2, 3)]
    states, _ = sweep(tmp_path, runs, {1: {"fail_in_epoch": 0}, 2: {"fail_in_epoch": 1}})
    assert [states[run.name].status for run in runs] == [Status.FAILED, Status.FAILED, Status.DONE]
    state = states[runs[0].name]
    assert state.error == "training: exit status 1: ValueError: no such thing"
    assert state.log_lines[-2:] == ["epoch 0 begins", "ValueError: no such thing"]
    record = record_of(runs[0])
    assert (record.status, record.error) == ("failed", state.error)
    assert set(record.seconds) == {"train_so_far"}

    states, watcher = sweep(tmp_path, runs)
    assert {name for name, _ in watcher.events} == {runs[0].name, runs[1].name}
    assert all(state.status is Status.DONE for state in states.values())
    # The first had no checkpoint and was begun anew, the second went on with its second epoch.
    assert "epoch 0 begins" in log_of(runs[0])
    assert "ValueError" not in log_of(runs[0])
    assert log_of(runs[1]).count("epoch 0 begins") == 1
    assert record_of(runs[1]).error is None
    assert record_of(runs[1]).seconds["train"] > 0


def test_a_run_that_could_not_answer_is_not_trained_again(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    states, _ = sweep(tmp_path, [run], {1: {"fail_to_answer": True}})
    assert states[run.name].error == "answering: exit status 1: error: no answer"
    assert set(record_of(run).seconds) == {"train"}
    states, watcher = sweep(tmp_path, [run])
    assert watcher.events == [(run.name, "answering"), (run.name, "done")]


def test_answers_that_are_not_there_are_a_failure(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    states, _ = sweep(tmp_path, [run], {1: {"leave_out": "test"}})
    assert states[run.name].status is Status.FAILED
    assert states[run.name].error == "no predictions were written for test"


def test_a_run_that_was_killed_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = [make_run(tmp_path, seed) for seed in (1, 2)]
    monkeypatch.setattr(RunProcess, "memory_kills", lambda self: None)
    states, _ = sweep(tmp_path, runs[:1], {1: {"kill_in_epoch": 0}})
    assert states[runs[0].name].error == "training: killed (signal 9), perhaps for want of memory"
    monkeypatch.setattr(RunProcess, "memory_kills", lambda self: 1)
    states, _ = sweep(tmp_path, runs[1:], {2: {"kill_in_epoch": 0}})
    assert "the machine ran out of memory" in states[runs[1].name].error


def test_a_command_that_cannot_be_started_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run(tmp_path)
    monkeypatch.setattr(FakeCommands, "train", lambda *_, **__: [str(tmp_path / "no such program")])
    states, _ = sweep(tmp_path, [run])
    assert states[run.name].status is Status.FAILED
    assert "no such program" in states[run.name].error


def test_threads_and_devices_go_round(tmp_path: Path) -> None:
    runs = [make_run(tmp_path, seed) for seed in (1, 2)]
    environments = JobEnvironments(2, num_threads=3, cuda_devices=(5, 6))
    sweep(tmp_path, runs, {1: {"seconds": 0.2}, 2: {"seconds": 0.2}}, environments=environments)
    assert "threads 3 devices 5\n" in log_of(runs[0])
    assert "threads 3 devices 6\n" in log_of(runs[1])
    # Each sees its own as the first.
    assert "on device 0\n" in log_of(runs[0])
    assert "on device 0\n" in log_of(runs[1])


@pytest.mark.parametrize(
    ("keep", "left"),
    [
        (KeepWeights.ALL, {"model.tar.gz", "best.th", "best_seq.th", *CHECKPOINTS}),
        (KeepWeights.ARCHIVE, {"model.tar.gz", "best_seq.th"}),
        (KeepWeights.NONE, set()),
    ],
)  # fmt: skip
def test_weights_stay_as_asked(tmp_path: Path, keep: KeepWeights, left: set[str]) -> None:
    run = make_run(tmp_path)
    sweep(tmp_path, [run], keep_weights=keep)
    found = {path.name for pattern in ("*.th", "*.tar.gz") for path in run.directory.glob(pattern)}
    assert found == left
    _, watcher = sweep(tmp_path, [run], keep_weights=keep)
    assert watcher.events == []


def test_all_that_stands_in_the_way_is_said_before_anything_is_started(tmp_path: Path) -> None:
    runs = [make_run(tmp_path, seed) for seed in (1, 2, 3)]
    sweep(tmp_path, runs[:2])
    changed = [make_run(tmp_path, seed, num_epochs=3) for seed in (1, 2, 3)]
    with pytest.raises(ConfigurationError) as caught:
        sweep(tmp_path, changed)
    for run in runs[:2]:
        assert f"{run.directory}: was trained with another configuration" in str(caught.value)
    assert not runs[2].directory.exists()
    states, _ = sweep(tmp_path, changed, redo=True)
    assert [state.num_epochs for state in states.values()] == [3, 3, 3]


@pytest.fixture
def sweeping(tmp_path: Path) -> Callable[[Behaviours], subprocess.Popen[str]]:
    """Starts a sweep of two runs, both at once, in a process of its own."""

    def start(behaviours: Behaviours) -> subprocess.Popen[str]:
        script = (
            "from pathlib import Path\n"
            "from blner_allennlp.sweeps.job_environments import JobEnvironments\n"
            "from blner_allennlp.sweeps.scheduler import Scheduler, SchedulerSettings\n"
            "from tests.sweeps.fakes import FakeCommands, Recorded, make_run\n"
            f"directory = Path({str(tmp_path)!r})\n"
            "runs = [make_run(directory, seed) for seed in (1, 2)]\n"
            f"commands = FakeCommands({behaviours!r})\n"
            "settings = SchedulerSettings(JobEnvironments(2), poll_seconds=0.01, grace_seconds=1)\n"
            "scheduler = Scheduler(directory, runs, commands, Recorded(), settings)\n"
            "print(scheduler.run(), *(state.status for state in scheduler.states))\n"
        )
        return subprocess.Popen(
            [sys.executable, "-c", script], cwd=PROJECT_ROOT, stdout=subprocess.PIPE, text=True
        )

    return start


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} does not appear"
        time.sleep(0.01)


def process_ids(text: str) -> list[int]:
    """Processes whose command line has the text in it."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if text in path.read_text(encoding="utf-8", errors="replace"):
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_sweep_ends_its_runs_and_is_resumed(
    tmp_path: Path, sweeping: Callable[[Behaviours], subprocess.Popen[str]], number: signal.Signals
) -> None:
    first, second = make_run(tmp_path, 1), make_run(tmp_path, 2)
    # One is in its second epoch and does not listen, the other in its first.
    process = sweeping({1: {"seconds": 0.3, "deaf": True}, 2: {"seconds": 60}})
    wait_for(first.directory / "metrics_epoch_0.json")
    wait_for(second.directory / "run.json")
    process.send_signal(number)
    output, _ = process.communicate(timeout=30)
    status = output.split()
    assert status[0] == "False"
    assert status[2] == "interrupted"
    assert process_ids(str(tmp_path)) == []
    assert record_of(second).status == "running"
    assert record_of(second).seconds["train_so_far"] > 0

    states, _ = sweep(tmp_path, [first, second])
    assert all(state.status is Status.DONE for state in states.values())
    assert log_of(first).count("epoch 0 begins") == 1


def test_runs_that_outlive_a_killed_sweep_are_not_disturbed(
    tmp_path: Path, sweeping: Callable[[Behaviours], subprocess.Popen[str]]
) -> None:
    runs = [make_run(tmp_path, seed) for seed in (1, 2)]
    signal_to_end = tmp_path / "end"
    process = sweeping({seed: {"wait_for": str(signal_to_end)} for seed in (1, 2)})
    wait_for(runs[0].directory / "run.json")
    wait_for(runs[1].directory / "run.json")
    with pytest.raises(ConfigurationError, match="another sweep is at work there"):
        sweep(tmp_path, runs)
    process.kill()
    process.communicate()
    with pytest.raises(ConfigurationError, match="a process of an earlier sweep is still at work there"):
        sweep(tmp_path, runs)
    signal_to_end.touch()
    # A process that ends leaves /proc before it lets go of its files.
    for run in runs:
        wait_until_idle(run.directory)
    states, _ = sweep(tmp_path, runs)
    assert all(state.status is Status.DONE for state in states.values())


def test_the_watcher_s_own_error_ends_the_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise BrokenPipeError

    run = make_run(tmp_path)
    monkeypatch.setattr(Recorded, "tick", fail)
    started = time.monotonic()
    with pytest.raises(BrokenPipeError):
        sweep(tmp_path, [run], {1: {"seconds": 30}})
    assert time.monotonic() - started < 10
    check_idle(run.directory)
