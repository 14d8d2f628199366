"""What each place for a run has of the machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from blner_allennlp.sweeps import job_environments, machine
from blner_allennlp.sweeps.commands import AllenNlpCommands
from blner_allennlp.sweeps.job_environments import JobEnvironments
from tests.sweeps.fakes import make_run


@pytest.fixture(autouse=True)
def _machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_environments, "num_cores", lambda: 8)
    monkeypatch.setattr(job_environments, "default_device", lambda: -1)
    for variable in ("OMP_NUM_THREADS", "CUDA_VISIBLE_DEVICES"):
        monkeypatch.delenv(variable, raising=False)


@pytest.mark.parametrize(("num_jobs", "num_threads"), [(1, "8"), (3, "2"), (8, "1"), (20, "1")])
def test_the_cores_are_shared_evenly(num_jobs: int, num_threads: str) -> None:
    variables = JobEnvironments(num_jobs).variables(0)
    assert variables["OMP_NUM_THREADS"] == num_threads
    assert "CUDA_VISIBLE_DEVICES" not in variables


def test_the_user_s_number_of_threads_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "5")
    assert JobEnvironments(2).variables(0)["OMP_NUM_THREADS"] == "5"
    assert JobEnvironments(2, num_threads=3).variables(0)["OMP_NUM_THREADS"] == "3"


def test_devices_go_round_and_each_run_sees_its_own() -> None:
    environments = JobEnvironments(3, cuda_devices=(4, 6))
    assert [environments.variables(place)["CUDA_VISIBLE_DEVICES"] for place in range(3)] == ["4", "6", "4"]
    run = make_run(Path("out"))
    assert [environments.seen_device(place, run) for place in range(3)] == [0, 0, 0]
    assert environments.device(1) == 6


def test_no_device_is_no_device() -> None:
    environments = JobEnvironments(1, cuda_devices=(-1,))
    assert environments.variables(0)["CUDA_VISIBLE_DEVICES"] == ""
    assert environments.seen_device(0, make_run(Path("out"))) == -1


def test_without_a_choice_it_is_allennlp_s(monkeypatch: pytest.MonkeyPatch) -> None:
    run = make_run(Path("out"))
    assert JobEnvironments().seen_device(0, run) == -1
    monkeypatch.setattr(job_environments, "default_device", lambda: 0)
    assert JobEnvironments().seen_device(0, run) == 0
    configured = make_run(Path("out"), trainer={"cuda_device": -1})
    assert JobEnvironments().seen_device(0, configured) == -1


def test_the_machine_is_described_without_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.shutil, "which", lambda name: None)
    machine.default_device.cache_clear()
    machine._gpu_name.cache_clear()
    assert machine.default_device() == -1
    described = machine.describe_hardware(0)
    assert set(described) == {"cpu", "num_cpus"}
    assert described["cpu"]
    assert {"python", "blner_allennlp", "torch", "allennlp"} <= set(machine.library_versions())
    machine.default_device.cache_clear()
    machine._gpu_name.cache_clear()


def test_the_commands_are_a_user_s(tmp_path: Path) -> None:
    run = make_run(tmp_path, test_data_path=None)
    commands = AllenNlpCommands(("mine",))
    train = commands.train(run, recover=False)
    assert train[1:5] == ["-m", "allennlp", "train", "made.jsonnet"]
    assert train[train.index("-s") + 1] == str(run.directory)
    assert train[train.index("--overrides") + 1] == "{}"
    assert train[-4:] == ["--include-package", "blner_allennlp", "--include-package", "mine"]
    assert "--recover" not in train
    assert "--recover" in commands.train(run, recover=True)
    answer = commands.answer(run, 0)
    assert answer[1:4] == ["-m", "blner_allennlp.answering", str(run.directory)]
    assert answer[answer.index("--cuda-device") + 1] == "0"
    assert answer[answer.index("--splits") + 1 : answer.index("--include-package")] == ["dev"]
