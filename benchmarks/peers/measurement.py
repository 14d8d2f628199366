"""Runs the workers of all systems, in turns."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.peers.environments import StepError, prepare_environment, process_environment, run_step
from benchmarks.peers.sample import Sample, write_sample
from benchmarks.peers.systems import SYSTEMS

_WORKERS = Path(__file__).parent / "workers"


@dataclass(frozen=True, slots=True)
class Conditions:
    """What is the same for all systems.

    Args:
        corpus: whose first sentences are trained on and predicted.
        num_sentences: how many.
        num_tuning_sentences: on how many the settings of prediction are tried.
        encoder: directory of the pretrained encoder.
        batch_size: sentences a batch in training.
        max_length: the most pieces of a sentence.
        max_width: the widest entity that a span model looks for, in words.
        learning_rate: its peak.
        num_epochs: of a training that counts.
        num_threads: of each process.
        environments: where the peers' environments are kept.
    """

    corpus: Path
    num_sentences: int
    num_tuning_sentences: int
    encoder: str
    batch_size: int
    max_length: int
    max_width: int
    learning_rate: float
    num_epochs: int
    num_threads: int
    environments: Path


@dataclass(slots=True)
class Record:
    """What was measured of one system.

    Args:
        sample: the sentences that it got.
        versions: of the packages that it uses.
        setting: of prediction, the fastest of those tried.
        training: a result of the worker for each round.
        prediction: the same.
        failure: why nothing more was measured, where that is so.
    """

    sample: Sample | None = None
    versions: dict[str, str] = field(default_factory=dict)
    setting: dict[str, Any] = field(default_factory=dict)
    training: list[dict[str, Any]] = field(default_factory=list)
    prediction: list[dict[str, Any]] = field(default_factory=list)
    failure: str | None = None


class Measurement:
    """Prepares systems, and measures all that can be run.

    Args:
        names: keys of `SYSTEMS`.
        conditions: what is the same for all.
        directory: for files in between.
    """

    def __init__(self, names: list[str], conditions: Conditions, directory: Path) -> None:
        self._conditions = conditions
        self._directory = directory
        self._pythons: dict[str, Path] = {}
        self._samples: dict[int, Sample] = {}
        self.records = {name: Record() for name in names}

    def prepare(self) -> None:
        """Install, train and keep a model, and choose the settings of prediction, for one system after the other."""
        for name in self.records:
            self._attempt(name, self._prepare)

    def measure_round(self) -> None:
        """Train and predict with each system once."""
        for name in self.records:
            self._attempt(name, self._measure)

    def _attempt(self, name: str, step: Any) -> None:
        record = self.records[name]
        if record.failure is None:
            try:
                step(name, record)
            except StepError as error:
                record.failure = str(error)
                _log(f"{name} failed: {error}")

    def _prepare(self, name: str, record: Record) -> None:
        system = SYSTEMS[name]
        _log(f"{name}: environment")
        self._pythons[name] = (
            prepare_environment(system.environment, self._conditions.environments)
            if system.environment
            else Path(sys.executable)
        )
        most = system.max_sentences or self._conditions.num_sentences
        record.sample = self._sample(min(most, self._conditions.num_sentences))
        _log(f"{name}: a trained model")
        (self._directory / name).mkdir()
        record.versions = self._run(name, "save", record.sample, [])["versions"]
        if len(system.settings) == 1:
            record.setting = system.settings[0]
            return
        _log(f"{name}: settings of prediction")
        tuning_sample = self._sample(min(record.sample.num_sentences, self._conditions.num_tuning_sentences))
        runs = self._run(name, "predict", tuning_sample, list(system.settings))["runs"]
        record.setting = min(runs, key=lambda run: run["cpu_seconds"])["setting"]

    def _measure(self, name: str, record: Record) -> None:
        steps = (
            ("train", self._conditions.num_epochs, record.training),
            ("predict", 1, record.prediction),
        )
        for action, num_passes, results in steps:
            result = self._run(name, action, record.sample, [record.setting])
            (run,) = result["runs"]
            if action == "predict" and run["num_answers"] != record.sample.num_sentences:
                raise StepError(f"{run['num_answers']} answers to {record.sample.num_sentences} sentences")
            results.append({**run, "num_passes": num_passes, "peak_memory_mb": result["peak_memory_mb"]})
            _log(f"{name}: {action} took {run['seconds']:.1f} s, {run['cpu_seconds']:.1f} s of processors")

    def _sample(self, num_sentences: int) -> Sample:
        if num_sentences not in self._samples:
            directory = self._directory / f"{num_sentences}_sentences"
            directory.mkdir()
            self._samples[num_sentences] = write_sample(self._conditions.corpus, directory, num_sentences)
        return self._samples[num_sentences]

    def _run(
        self, name: str, action: str, sample: Sample | None, settings: list[dict[str, Any]]
    ) -> dict[str, Any]:
        assert sample is not None
        task = {
            "action": action,
            "variant": name,
            "encoder": self._conditions.encoder,
            "lines": str(sample.lines),
            "columns": str(sample.columns),
            "labels": sample.labels,
            "model": str(self._directory / name),
            "batch_size": self._conditions.batch_size,
            "max_length": self._conditions.max_length,
            "max_width": self._conditions.max_width,
            "learning_rate": self._conditions.learning_rate,
            "num_epochs": self._conditions.num_epochs if action == "train" else 1,
            "settings": settings,
        }
        task_path, result_path = self._directory / "task.json", self._directory / "result.json"
        task_path.write_text(json.dumps(task), encoding="utf-8")
        worker = _WORKERS / f"{SYSTEMS[name].worker}.py"
        run_step(
            [str(self._pythons[name]), str(worker), str(task_path), str(result_path)],
            process_environment(
                self._conditions.num_threads, with_this_package=SYSTEMS[name].environment is None
            ),
        )
        return json.loads(result_path.read_text(encoding="utf-8"))


def _log(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
