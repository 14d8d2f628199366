"""A step whose backward pass does not fit in memory is taken again, and comes to the same."""

from __future__ import annotations

import json
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from allennlp.common.checks import ConfigurationError
from allennlp.training.callbacks import TrainerCallback
from torch import Tensor, nn

from blner_allennlp.token_embedders.transformer_reader import TransformerReader

# Nothing is drawn, so that a step taken again is the same step.
NOTHING_DRAWN: dict[str, Any] = {
    "model.encoder.transformer_kwargs": {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0},
    "model.sequence_head.dropout": 0.0,
    "model.span_head.dropout": 0.0,
    "model.span_head.max_negatives": None,
}
FEW_STEPS: dict[str, Any] = {
    "dataset_reader.max_instances": 32,
    "data_loader.batch_sampler.batch_size": 8,
    "trainer.num_epochs": 1,
    "trainer.callbacks": ["fit_batches_in_memory"],
    "evaluate_on_test": False,
}
CPU_ERROR = "DefaultCPUAllocator: can't allocate memory: you tried to allocate 40000000 bytes."


@pytest.fixture
def limit_backward(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[int]]:
    """Lets the backward pass of an encoder fail that has read more rows at once; gives the numbers of rows."""

    def limit(max_rows: int) -> list[int]:
        read: Callable[..., Tensor] = TransformerReader.__call__
        sizes: list[int] = []
        wholes: list[weakref.ref[Tensor]] = []  # of a batch that was not read in parts

        def fail(_gradient: Tensor) -> None:
            raise RuntimeError(CPU_ERROR)

        def limited(reader: TransformerReader, transformer: nn.Module, *rows: Tensor) -> Tensor:
            # What the failed step has computed is gone before anything is computed anew.
            assert all(reference() is None for reference in wholes)
            vectors = read(reader, transformer, *rows)
            if torch.is_grad_enabled():
                sizes.append(len(vectors))
                if len(vectors) > max_rows:
                    vectors.register_hook(fail)
                    if len(sizes) == 1:
                        wholes.append(weakref.ref(vectors))
            return vectors

        monkeypatch.setattr(TransformerReader, "__call__", limited)
        return sizes

    return limit


def weights_of(directory: Path) -> dict[str, Tensor]:
    weights: dict[str, Tensor] = torch.load(directory / "best.th", weights_only=True)
    return weights


def test_a_step_taken_again_is_the_same_step(
    train_experiment: Callable[..., dict[str, Any]],
    limit_backward: Callable[[int], list[int]],
    tmp_path: Path,
) -> None:
    overrides = {**FEW_STEPS, **NOTHING_DRAWN, "model.span_head.max_width": 1}
    expected = train_experiment("quickstart", tmp_path / "whole", overrides)
    sizes = limit_backward(3)
    found = train_experiment("quickstart", tmp_path / "parts", overrides)
    # 8 rows fail, then 4, then 2 fit; from then on all are read by two, and again in the backward pass.
    assert sizes[:2] == [8, 4]
    assert max(sizes[3:]) <= 4
    assert sizes.count(8) == 1
    # The gold of the step that was taken again counts once.
    assert found["training_span_gold_beyond_reach"] == expected["training_span_gold_beyond_reach"] > 0
    assert found["training_loss"] == pytest.approx(expected["training_loss"], rel=1e-5)
    expected_weights, weights = weights_of(tmp_path / "whole"), weights_of(tmp_path / "parts")
    for name, value in weights.items():
        torch.testing.assert_close(value, expected_weights[name], atol=1e-5, rtol=1e-4, msg=name)
    log = (tmp_path / "parts" / "out.log").read_text(encoding="utf-8")
    assert log.count("a batch does not fit in memory") == 1


def test_without_memory_for_a_single_sentence_the_error_says_what_to_change(
    train_experiment: Callable[..., dict[str, Any]],
    limit_backward: Callable[[int], list[int]],
    tmp_path: Path,
) -> None:
    limit_backward(0)
    with pytest.raises(
        ConfigurationError,
        match=r"a training step does not fit in memory.*8 sentences of up to.*can't allocate",
    ):
        train_experiment("quickstart", tmp_path / "run", FEW_STEPS)


def test_with_gradient_accumulation_nothing_is_done(
    train_experiment: Callable[..., dict[str, Any]],
    limit_backward: Callable[[int], list[int]],
    tmp_path: Path,
) -> None:
    limit_backward(3)
    overrides = {**FEW_STEPS, "trainer.num_gradient_accumulation_steps": 2}
    with pytest.raises(RuntimeError, match="can't allocate memory"):
        train_experiment("quickstart", tmp_path / "run", overrides)


@TrainerCallback.register("makes_the_backward_pass", exist_ok=True)
class _MakesTheBackwardPass(TrainerCallback):
    def on_backward(self, trainer: Any, batch_outputs: Any, backward_called: bool, **kwargs: Any) -> bool:
        assert not backward_called
        batch_outputs["loss"].backward()
        return True


@pytest.mark.parametrize("is_first", [True, False])
def test_a_callback_that_makes_the_backward_pass_is_left_alone(
    train_experiment: Callable[..., dict[str, Any]], tmp_path: Path, is_first: bool
) -> None:
    callbacks = ["makes_the_backward_pass", "fit_batches_in_memory"][:: 1 if is_first else -1]
    train_experiment("quickstart", tmp_path / "run", {**FEW_STEPS, "trainer.callbacks": callbacks})


def test_other_errors_of_the_backward_pass_are_raised_as_they_are(
    train_experiment: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("element 0 of tensors does not require grad")

    monkeypatch.setattr(torch.Tensor, "backward", fail)
    with pytest.raises(RuntimeError, match="element 0"):
        train_experiment("quickstart", tmp_path / "run", FEW_STEPS)


@TrainerCallback.register("what_the_trainer_has", exist_ok=True)
class _WhatTheTrainerHas(TrainerCallback):
    """Notes whose `batch_outputs` a trainer has, in a file."""

    def on_start(self, trainer: Any, is_primary: bool = True, **kwargs: Any) -> None:
        self._note(trainer)

    def on_end(self, trainer: Any, *args: Any, **kwargs: Any) -> None:
        self._note(trainer)

    def _note(self, trainer: Any) -> None:
        with (Path(self.serialization_dir) / "owners.jsonl").open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(type(trainer.batch_outputs.__self__).__name__) + "\n")


def test_the_trainer_is_left_as_it_was(
    train_experiment: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    overrides = {**FEW_STEPS, "trainer.callbacks": ["fit_batches_in_memory", "what_the_trainer_has"]}
    train_experiment("quickstart", tmp_path / "run", overrides)
    owners = (tmp_path / "run" / "owners.jsonl").read_text(encoding="utf-8").split()
    assert owners == ['"FitBatchesInMemory"', '"GradientDescentTrainer"']
