"""What AllenNLP runs: this package's models by their experiment files, and allennlp-models' `crf_tagger`.

The latter gets AllenNLP's own indexer, embedder, sampler and optimizer.

`train` does what `allennlp train` does from reading to the last step; `predict` runs the loop of `allennlp predict`.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from allennlp.commands import predict as predict_command
from allennlp.commands.train import train_model
from allennlp.common import Params
from allennlp.common.util import prepare_environment
from allennlp.data import DataLoader, DatasetReader, Instance, Vocabulary
from allennlp.models import Model
from allennlp.models.archival import load_archive
from allennlp.predictors import Predictor
from allennlp.training import Trainer
from protocol import JsonObject, Stopwatch, Task, run_worker

import blner_allennlp.plugin  # noqa: F401 (first: it makes AllenNLP run on today's libraries)

_EXPERIMENTS = Path(__file__).resolve().parents[3] / "experiments"
# What the experiments' libraries read and need not find: the paths are replaced.
_VARIABLES = {"BLNER_DATA": "data", "BLNER_ENCODER": ""}


class WordsPredictor(Predictor):
    """Hands words on to a model as they are: AllenNLP's own predictor for taggers splits text anew."""

    def _json_to_instance(self, json_dict: JsonObject) -> Instance:
        return self._dataset_reader.text_to_instance(json_dict["tokens"])


def _experiment(task: Task) -> dict[str, Any]:
    config = Params.from_file(
        str(_EXPERIMENTS / f"{task.variant}_wnut17.jsonnet"), ext_vars={**_VARIABLES, **os.environ}
    ).as_dict(quiet=True)
    config["dataset_reader"].update(corpus_format="columns", corpus_options={"scheme": "BIO"})
    config["dataset_reader"]["token_indexers"]["pieces"]["model_name"] = task.encoder
    config["train_data_path"] = task.columns
    for unused in ("validation_data_path", "test_data_path", "validation_data_loader", "evaluate_on_test"):
        del config[unused]
    config["data_loader"]["batch_sampler"]["batch_size"] = task.batch_size
    config["trainer"]["num_epochs"] = task.num_epochs
    config["trainer"]["optimizer"]["lr"] = task.learning_rate
    if task.variant == "crf_tagger":
        _make_stock(config, task)
        return config
    config["model"]["encoder"].update(model_name=task.encoder, max_length=task.max_length)
    if "span_head" in config["model"]:
        config["model"]["span_head"]["max_width"] = task.max_width
    return config


def _make_stock(config: dict[str, Any], task: Task) -> None:
    """Put AllenNLP's own indexer, embedder, sampler and optimizer in place of this package's."""
    pieces = {
        "type": "pretrained_transformer_mismatched",
        "model_name": task.encoder,
        "max_length": task.max_length,
    }
    # By default it would put the encoder's vocabulary where the tags are.
    config["dataset_reader"]["token_indexers"]["pieces"] = {**pieces, "namespace": "pieces"}
    config["model"]["text_field_embedder"]["token_embedders"]["pieces"] = dict(pieces)
    encoder_config = json.loads((Path(task.encoder) / "config.json").read_text(encoding="utf-8"))
    config["model"]["encoder"] = {"type": "pass_through", "input_dim": encoder_config["hidden_size"]}
    config["data_loader"]["batch_sampler"] = {
        "type": "bucket",
        "batch_size": task.batch_size,
        "sorting_keys": ["tokens"],
    }
    config["trainer"]["optimizer"]["type"] = "adamw"


def train(task: Task, stopwatch: Stopwatch, directory: str | None) -> None:
    """Train on batches of similar length."""
    params = Params(_experiment(task))
    if directory:
        train_model(params, directory, force=True)
        return
    prepare_environment(params)
    with stopwatch.running():
        reader = DatasetReader.from_params(params.pop("dataset_reader"))
        loader = DataLoader.from_params(
            params.pop("data_loader"), reader=reader, data_path=params.pop("train_data_path")
        )
        vocab = Vocabulary.from_instances(loader.iter_instances())
        loader.index_with(vocab)
    model = Model.from_params(params.pop("model"), vocab=vocab)
    trainer_params = params.pop("trainer")
    trainer_params["checkpointer"] = None  # nobody else writes one while the clock runs
    trainer = Trainer.from_params(trainer_params, model=model, data_loader=loader, serialization_dir=None)
    with stopwatch.running():
        trainer.train()


def load(task: Task) -> Any:
    """The predictor that `allennlp predict` would take."""
    archive = load_archive(f"{task.model}/model.tar.gz")
    if task.variant == "crf_tagger":
        return WordsPredictor(archive.model, archive.dataset_reader)
    return Predictor.from_archive(archive, "ner")


def predict(model: Any, input_path: str, output_path: str, setting: JsonObject) -> None:
    """Answer words with the loop of `allennlp predict`, and sort them before and back again where told to."""
    order: list[int] = []
    lines = []
    if setting.get("sort"):
        lines = Path(input_path).read_text(encoding="utf-8").splitlines(keepends=True)
        order = sorted(range(len(lines)), key=lambda index: -len(json.loads(lines[index])["tokens"]))
        input_path = f"{output_path}.sorted"
        Path(input_path).write_text("".join(lines[index] for index in order), encoding="utf-8")
    manager = predict_command._PredictManager(
        model, input_path, output_path, setting.get("batch_size", 1), False, False
    )
    manager.run()
    if order:
        answers = dict(
            zip(order, Path(output_path).read_text(encoding="utf-8").splitlines(keepends=True), strict=True)
        )
        Path(output_path).write_text("".join(answers[index] for index in range(len(order))), "utf-8")


if __name__ == "__main__":
    run_worker(["allennlp", "torch", "transformers"], train, load, predict)
