"""The other head's best weights are kept: at its best epoch, across a recovery, and for bundled models only."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from allennlp.common import Params
from allennlp.training.callbacks import TrainerCallback

from blner_allennlp.bundling import Decoder
from blner_allennlp.models import BundledNer
from blner_allennlp.training import BestOfEachHead


class Model(BundledNer):
    """As much of the model as the callback looks at; its only weight is the number of the epoch."""

    def __init__(self, decoder: Decoder = Decoder.SPAN, num_heads: int = 2) -> None:
        torch.nn.Module.__init__(self)
        self.decoder = decoder
        self.sequence_head = torch.nn.Linear(1, 1) if num_heads == 2 or decoder is Decoder.SEQ else None
        self.span_head = torch.nn.Linear(1, 1) if num_heads == 2 or decoder is Decoder.SPAN else None
        self.weight = torch.nn.Parameter(torch.tensor(-1.0))


class Average:
    """A moving average whose value is 100 more than the weight."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def assign_average_value(self) -> None:
        self._model.weight.data += 100

    def restore(self) -> None:
        self._model.weight.data -= 100


def trainer_of(model: torch.nn.Module, epochs_before: int = 0, **others: Any) -> Any:
    parts = {"_ddp_wrapped_model": None, "_moving_average": None, **others}
    return SimpleNamespace(model=model, _start_after_epochs_completed=epochs_before, **parts)


def train(directory: Path, trainer: Any, f1: list[float], is_primary: bool = True, head: str = "seq") -> None:
    """Go through epochs in which the head has these F1."""
    callback = TrainerCallback.from_params(
        Params({"type": "best_of_each_head"}), serialization_dir=str(directory)
    )
    assert isinstance(callback, BestOfEachHead)
    callback.on_start(trainer, is_primary=is_primary)
    first = trainer._start_after_epochs_completed
    for epoch, value in enumerate(f1, start=first):
        trainer.model.weight.data.fill_(epoch)
        metrics = {f"validation_{head}_f1": value, "validation_f1": 1 - value}
        callback.on_epoch(trainer, metrics=metrics, epoch=epoch, is_primary=is_primary)


def kept(directory: Path, head: str = "seq") -> float:
    return float(torch.load(directory / f"best_{head}.th", weights_only=True)["weight"])


def test_the_weights_of_the_best_epoch_are_kept_and_of_equal_ones_the_first(tmp_path: Path) -> None:
    train(tmp_path, trainer_of(Model()), [0.1, 0.5, 0.5, 0.2])
    assert kept(tmp_path) == 1
    assert json.loads((tmp_path / "best_seq.json").read_text(encoding="utf-8")) == {"epoch": 1, "f1": 0.5}
    assert {path.name for path in tmp_path.iterdir()} == {"best_seq.th", "best_seq.json"}


def test_the_head_that_does_not_answer_is_the_one(tmp_path: Path) -> None:
    train(tmp_path, trainer_of(Model(Decoder.SEQ)), [0.0, 0.0], head="span")
    assert kept(tmp_path, "span") == 0
    assert not (tmp_path / "best_seq.th").exists()


def test_a_continued_run_goes_on_from_what_it_kept(tmp_path: Path) -> None:
    train(tmp_path, trainer_of(Model()), [0.1, 0.5])
    train(tmp_path, trainer_of(Model(), epochs_before=2), [0.4, 0.3])
    assert kept(tmp_path) == 1
    train(tmp_path, trainer_of(Model(), epochs_before=4), [0.4, 0.6])
    assert kept(tmp_path) == 5


def test_what_a_killed_process_left_half_written_goes(tmp_path: Path) -> None:
    train(tmp_path, trainer_of(Model()), [0.5])
    (tmp_path / ".best_seq.th.1.unfinished").write_bytes(b"half of the wei")
    train(tmp_path, trainer_of(Model(), epochs_before=1), [0.2])
    assert {path.name for path in tmp_path.iterdir()} == {"best_seq.th", "best_seq.json"}


def test_a_run_that_starts_anew_forgets_what_it_kept(tmp_path: Path) -> None:
    train(tmp_path, trainer_of(Model()), [0.1, 0.9])
    train(tmp_path, trainer_of(Model()), [])
    assert list(tmp_path.iterdir()) == []
    train(tmp_path, trainer_of(Model()), [0.2])
    assert kept(tmp_path) == 0


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"f1": "high"}', None])
def test_a_score_that_cannot_be_read_is_no_score(
    tmp_path: Path, content: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    train(tmp_path, trainer_of(Model()), [0.9])
    if content is None:
        (tmp_path / "best_seq.json").unlink()
    else:
        (tmp_path / "best_seq.json").write_text(content, encoding="utf-8")
    train(tmp_path, trainer_of(Model(), epochs_before=1), [0.2])
    assert kept(tmp_path) == 1
    assert "best_seq.json cannot be read" in caplog.text


def test_a_score_without_weights_counts_for_nothing(tmp_path: Path) -> None:
    train(tmp_path, trainer_of(Model()), [0.9])
    (tmp_path / "best_seq.th").unlink()
    train(tmp_path, trainer_of(Model(), epochs_before=1), [0.2])
    assert kept(tmp_path) == 1


def test_with_a_moving_average_the_averages_are_kept(tmp_path: Path) -> None:
    model = Model()
    train(tmp_path, trainer_of(model, _moving_average=Average(model)), [0.1, 0.2])
    assert kept(tmp_path) == 101
    assert model.weight.item() == 1


@pytest.mark.parametrize("decoder", list(Decoder))
def test_a_model_with_one_head_gets_nothing(tmp_path: Path, decoder: Decoder) -> None:
    for head in ("seq", "span"):
        train(tmp_path, trainer_of(Model(decoder, num_heads=1)), [0.5], head=head)
    assert list(tmp_path.iterdir()) == []


def test_another_model_gets_nothing(tmp_path: Path) -> None:
    model = torch.nn.Module()
    model.weight = torch.nn.Parameter(torch.tensor(0.0))
    train(tmp_path, trainer_of(model), [0.5])
    assert list(tmp_path.iterdir()) == []


def test_only_the_first_process_writes_and_an_epoch_without_score_is_passed_over(tmp_path: Path) -> None:
    train(tmp_path, trainer_of(Model()), [0.5], is_primary=False)
    train(tmp_path, trainer_of(Model()), [0.5], head="other")
    assert list(tmp_path.iterdir()) == []


def test_with_shards_it_is_said_that_nothing_is_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    train(tmp_path, trainer_of(Model(), _ddp_wrapped_model=SimpleNamespace(is_sharded=True)), [0.5])
    assert list(tmp_path.iterdir()) == []
    assert "train without sharding" in caplog.text
