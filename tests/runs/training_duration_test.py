"""The time of a training is that of all its processes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from blner_allennlp.runs.training_duration import training_seconds


def write(directory: Path, durations: dict[str, object]) -> None:
    for name, duration in durations.items():
        (directory / name).write_text(json.dumps({"training_duration": duration}), encoding="utf-8")


def test_of_one_process_the_last_epoch_tells(tmp_path: Path) -> None:
    write(tmp_path, {f"metrics_epoch_{epoch}.json": f"0:00:{5 * epoch + 5:02d}.5" for epoch in range(11)})
    assert training_seconds(tmp_path) == pytest.approx(55.5)


def test_after_a_crash_the_time_before_it_counts_too(tmp_path: Path) -> None:
    durations = ["0:00:10", "0:00:20", "0:00:12", "0:01:00"]
    write(tmp_path, {f"metrics_epoch_{epoch}.json": duration for epoch, duration in enumerate(durations)})
    assert training_seconds(tmp_path) == 80


def test_without_epochs_the_metrics_tell(tmp_path: Path) -> None:
    write(tmp_path, {"metrics.json": "1 day, 1:00:00"})
    assert training_seconds(tmp_path) == 25 * 3600


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"training_duration": "soon"}'])
def test_what_is_no_duration_is_not_known(tmp_path: Path, content: str) -> None:
    assert training_seconds(tmp_path) is None
    (tmp_path / "metrics.json").write_text(content, encoding="utf-8")
    assert training_seconds(tmp_path) is None
    (tmp_path / "metrics_epoch_0.json").write_text(content, encoding="utf-8")
    assert training_seconds(tmp_path) is None
