"""Estimates of when trainings end, on hand-made states."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from blner_allennlp.sweeps.progress import expected_seconds, read_progress, seconds_left
from blner_allennlp.sweeps.run_state import RunState, Status
from tests.sweeps.fakes import make_run

NOW = 1000.0


def state(seed: int, status: Status, corpus: str = "a", model: str = "M", **fields: Any) -> RunState:
    return RunState(make_run(Path("out"), seed, corpus, model, num_epochs=4), status, **fields)


def write(directory: Path, epoch: int, **metrics: float) -> None:
    (directory / f"metrics_epoch_{epoch}.json").write_text(json.dumps(metrics), encoding="utf-8")


def test_epochs_and_the_best_score_of_each_head_are_read(tmp_path: Path) -> None:
    assert read_progress(tmp_path) == (0, {})
    write(tmp_path, 0, validation_seq_f1=0.5, validation_span_f1=0.3, validation_f1=0.3)
    write(tmp_path, 1, validation_seq_f1=0.4, validation_span_f1=0.6, validation_f1=0.6)
    # AllenNLP is in the middle of writing it.
    (tmp_path / "metrics_epoch_2.json").write_text('{"validation', encoding="utf-8")
    (tmp_path / "metrics_epoch_best.json").write_text("{}", encoding="utf-8")
    assert read_progress(tmp_path) == (2, {"seq": 0.5, "span": 0.6})


@pytest.mark.parametrize("name", ["validation_f1", "validation_f1-measure-overall"])
def test_a_model_of_another_house_has_one_score(tmp_path: Path, name: str) -> None:
    write(tmp_path, 0, **{name: 0.25})
    assert read_progress(tmp_path) == (1, {"": 0.25})
    write(tmp_path, 1, training_loss=3.0)
    assert read_progress(tmp_path) == (2, {"": 0.25})


def test_a_training_ends_as_fast_as_it_began() -> None:
    # Two epochs from second 800 to 960, so two more until 1120.
    running = state(1, Status.TRAINING, started=800.0, num_epochs=2, last_epoch_at=960.0)
    assert seconds_left(running, NOW) == 120.0
    # One that was resumed after its first epoch made one since then: 160 s each.
    resumed = state(1, Status.TRAINING, started=800.0, num_epochs=2, first_epoch=1, last_epoch_at=960.0)
    assert seconds_left(resumed, NOW) == 280.0
    late = state(1, Status.TRAINING, started=0.0, num_epochs=3, last_epoch_at=30.0)
    assert seconds_left(late, NOW) == 0.0


def test_without_an_epoch_or_an_end_there_is_no_estimate() -> None:
    assert seconds_left(state(1, Status.TRAINING, started=800.0), NOW) is None
    assert seconds_left(state(1, Status.WAITING), NOW) is None
    endless = RunState(make_run(Path("out"), num_epochs=None), Status.TRAINING, started=0.0, num_epochs=3)
    assert seconds_left(endless, NOW) is None


def test_waiting_runs_take_what_their_like_took() -> None:
    states = [
        state(1, Status.DONE, seconds=100.0),
        state(2, Status.DONE, seconds=140.0),
        state(1, Status.DONE, model="N", seconds=60.0),
        state(3, Status.WAITING),  # of its corpus and model: 120
        state(1, Status.WAITING, model="O"),  # of its corpus: 100
        state(1, Status.WAITING, corpus="b"),  # of all: 100
    ]
    assert expected_seconds(states, 1, NOW) == 320.0
    # Two at once: 120 beside 100, then the last after the shorter one.
    assert expected_seconds(states, 2, NOW) == 200.0
    assert expected_seconds(states, 9, NOW) == 120.0


def test_running_runs_count_with_what_is_left_of_them() -> None:
    running = state(1, Status.TRAINING, started=800.0, num_epochs=2, last_epoch_at=960.0)  # 120 left of 320
    assert expected_seconds([running], 1, NOW) == 120.0
    assert expected_seconds([running, state(2, Status.WAITING)], 1, NOW) == 440.0
    assert expected_seconds([running, state(2, Status.WAITING)], 2, NOW) == 320.0
    begun = state(2, Status.TRAINING, started=990.0)
    assert expected_seconds([running, begun, state(3, Status.WAITING)], 2, NOW) == 440.0
    answering = state(2, Status.ANSWERING, started=990.0)
    assert expected_seconds([running, answering], 2, NOW) == 120.0


def test_a_resumed_run_needs_only_the_rest() -> None:
    states = [state(1, Status.DONE, seconds=100.0), state(2, Status.WAITING, seconds_before=70.0)]
    assert expected_seconds(states, 1, NOW) == 30.0


def test_without_any_hint_there_is_no_estimate() -> None:
    assert expected_seconds([state(1, Status.WAITING)], 1, NOW) is None
    assert (
        expected_seconds([state(1, Status.TRAINING, started=900.0), state(2, Status.WAITING)], 1, NOW) is None
    )
    assert expected_seconds([state(1, Status.DONE), state(2, Status.WAITING)], 1, NOW) is None
    assert expected_seconds([state(1, Status.DONE, seconds=1.0)], 1, NOW) == 0.0
