"""The trainer's settings do what they say: schedule, accumulation, seeds, precision, weight decay."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from allennlp.commands.train import TrainModel
from allennlp.common import Params
from allennlp.common.util import prepare_environment
from allennlp.data import Batch
from allennlp.models import Model
from allennlp.models.archival import load_archive
from allennlp.training.optimizers import Optimizer
from torch import nn
from transformers import AutoConfig, AutoModel

PROJECT_ROOT = Path(__file__).resolve().parents[2]
A_FEW_STEPS = {
    "dataset_reader.max_instances": 20,
    "data_loader.batch_sampler.batch_size": 4,
    "trainer.num_epochs": 3,
    "evaluate_on_test": False,
}
MEASURED = ("memory", "duration")  # in no two runs the same


@pytest.fixture
def experiment(monkeypatch: pytest.MonkeyPatch, tiny_encoder: Path) -> Callable[..., Params]:
    """Reads an experiment and, as the train command does, sets the seeds that it names."""
    monkeypatch.chdir(PROJECT_ROOT)
    monkeypatch.setenv("BLNER_ENCODER", str(tiny_encoder))
    monkeypatch.setenv("BLNER_DATA", "fixtures/data")

    def read(name: str, overrides: dict[str, Any]) -> Params:
        params = Params.from_file(f"experiments/{name}.jsonnet", overrides)
        prepare_environment(params)
        return params

    return read


def weights_of(archive: Path) -> dict[str, torch.Tensor]:
    return dict(load_archive(archive).model.state_dict())


@pytest.mark.parametrize(("accumulated", "steps_per_epoch"), [(1, 5), (2, 3)])
def test_the_schedule_ends_with_the_last_step(
    tmp_path: Path,
    experiment: Callable[..., Params],
    monkeypatch: pytest.MonkeyPatch,
    accumulated: int,
    steps_per_epoch: int,
) -> None:
    overrides = {**A_FEW_STEPS, "trainer.num_gradient_accumulation_steps": accumulated}
    training = TrainModel.from_params(
        experiment("quickstart", overrides), serialization_dir=str(tmp_path), local_rank=0
    )
    optimizer = training.trainer.optimizer
    rates: list[float] = []
    step = optimizer.step

    def recorded_step(*args: Any, **kwargs: Any) -> Any:
        rates.append(optimizer.param_groups[0]["lr"])
        return step(*args, **kwargs)

    monkeypatch.setattr(optimizer, "step", recorded_step)
    metrics = training.run()
    num_steps = 3 * steps_per_epoch
    num_warmup_steps = round(0.1 * num_steps)
    assert math.isfinite(metrics["training_loss"])
    assert len(rates) == num_steps
    # AllenNLP sets the rate before a step, so the last one has the rate 0.
    peak = 2e-4
    shares = [
        step / num_warmup_steps
        if step <= num_warmup_steps
        else (num_steps - step) / (num_steps - num_warmup_steps)
        for step in range(1, num_steps + 1)
    ]
    assert rates == pytest.approx([peak * share for share in shares])
    assert rates[-1] == 0


def test_a_seed_decides_weights_and_metrics(
    tmp_path: Path, train_experiment: Callable[..., dict[str, Any]]
) -> None:
    runs = [
        (
            {
                name: value
                for name, value in train_experiment("quickstart", tmp_path / name, A_FEW_STEPS).items()
                if not any(measured in name for measured in MEASURED)
            },
            weights_of(tmp_path / name / "model.tar.gz"),
        )
        for name in ("first", "second")
    ]
    assert runs[0][0] == runs[1][0]
    torch.testing.assert_close(runs[0][1], runs[1][1], rtol=0, atol=0)


def bundle_and_batch(tiny_archive: Path) -> tuple[Model, Batch]:
    """A trained model with both heads, and eight sentences that it can read."""
    archive = load_archive(
        tiny_archive,
        overrides={"model.span_head.dropout": 0.0, "model.alpha": 0.5, "model.decoder": "span"},
    )
    reader, model = archive.dataset_reader, archive.model
    instances = list(reader.read(PROJECT_ROOT / "fixtures" / "data" / "sample" / "dev.conll"))[:8]
    for instance in instances:
        reader.apply_token_indexers(instance)
    batch = Batch(instances)
    batch.index_instances(model.vocab)
    return model, batch


def loss_of(model: Model, batch: Batch, seed: int) -> float:
    torch.manual_seed(seed)
    with torch.no_grad():
        return model(**batch.as_tensor_dict())["loss"].item()


def test_a_seed_decides_which_negatives_are_drawn(tiny_archive: Path) -> None:
    model, batch = bundle_and_batch(tiny_archive)
    model.train()
    # No dropout, so that nothing but the negatives is random.
    model.encoder.eval()
    model.sequence_head.eval()
    assert loss_of(model, batch, 1) == loss_of(model, batch, 1)
    assert len({loss_of(model, batch, seed) for seed in range(5)}) == 5


def test_validation_draws_nothing(tiny_archive: Path) -> None:
    model, batch = bundle_and_batch(tiny_archive)
    model.eval()
    assert len({loss_of(model, batch, seed) for seed in range(3)}) == 1
    torch.manual_seed(1)
    before = torch.get_rng_state()
    model(**batch.as_tensor_dict())
    assert torch.equal(before, torch.get_rng_state())


def test_an_encoder_in_bfloat16_trains_and_gives_float32(
    tmp_path: Path, train_experiment: Callable[..., dict[str, Any]]
) -> None:
    metrics = train_experiment(
        "quickstart", tmp_path / "run", {**A_FEW_STEPS, "model.encoder.autocast": "bf16"}
    )
    assert math.isfinite(metrics["training_loss"])
    assert math.isfinite(metrics["validation_loss"])
    vectors = {}
    for autocast in ("bf16", None):
        archive = load_archive(
            tmp_path / "run" / "model.tar.gz", overrides={"model.encoder.autocast": autocast}
        )
        assert {parameter.dtype for parameter in archive.model.parameters()} == {torch.float32}
        instance = archive.dataset_reader.text_to_instance(["Rain", "again"])
        archive.dataset_reader.apply_token_indexers(instance)
        batch = Batch([instance])
        batch.index_instances(archive.model.vocab)
        encoded = archive.model.eval().encoder.encode(**batch.as_tensor_dict()["tokens"]["pieces"])
        assert encoded.word_vectors.dtype == encoded.sentence_vector.dtype == torch.float32
        vectors[autocast] = encoded.word_vectors.detach()
    # Near each other, but not the same: it did compute in bfloat16.
    assert not torch.equal(vectors["bf16"], vectors[None])
    torch.testing.assert_close(vectors["bf16"], vectors[None], rtol=0.1, atol=0.1)


SMALL = {
    "vocab_size": 50,
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 16,
}
OTHER_ENCODERS = {
    "roberta": SMALL,
    "mpnet": SMALL,
    "electra": {**SMALL, "embedding_size": 8},
    "distilbert": {"vocab_size": 50, "dim": 16, "n_layers": 2, "n_heads": 2, "hidden_dim": 16},
    "modernbert": {**SMALL, "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2, "norm_bias": True},
    "deberta-v2": {
        **SMALL,
        "relative_attention": True,
        "pos_att_type": ["p2c", "c2p"],
        "conv_kernel_size": 3,
    },
    "deberta": {**SMALL, "relative_attention": True, "pos_att_type": ["p2c", "c2p"]},
}


@pytest.mark.parametrize("family", ["bert", *OTHER_ENCODERS])
@pytest.mark.parametrize("tagging", ["softmax", "crf"])
def test_exactly_biases_and_normalisation_layers_are_spared_weight_decay(
    tmp_path: Path, experiment: Callable[..., Params], family: str, tagging: str
) -> None:
    params = experiment("bl_spanner_wnut17", {**A_FEW_STEPS, "model.sequence_head.type": tagging})
    optimizer_params = params["trainer"]["optimizer"].as_dict()
    model = TrainModel.from_params(params, serialization_dir=str(tmp_path), local_rank=0).model
    if family != "bert":
        config = AutoConfig.for_model(family, **OTHER_ENCODERS[family])
        model.encoder._matched_embedder.transformer_model = AutoModel.from_config(config)

    optimizer = Optimizer.from_params(
        Params(optimizer_params), model_parameters=list(model.named_parameters())
    )
    decay = {
        id(parameter): group["weight_decay"]
        for group in optimizer.param_groups
        for parameter in group["params"]
    }
    expected = {}
    for module_name, module in model.named_modules():
        is_norm = isinstance(module, nn.LayerNorm | nn.RMSNorm) or type(module).__name__.endswith("LayerNorm")
        for name, _ in module.named_parameters(prefix=module_name, recurse=False):
            expected[name] = 0.0 if is_norm or name.endswith("bias") else 1e-2
    assert {name: decay[id(parameter)] for name, parameter in model.named_parameters()} == expected
    assert set(expected.values()) == {0.0, 1e-2}
