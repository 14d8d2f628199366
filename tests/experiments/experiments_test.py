"""Every shipped experiment is short, says what the paper says, and trains on the invented corpora."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allennlp.common import Params, cached_transformers
from allennlp.predictors import Predictor

from blner_allennlp.compat.startup import CONFIGURATION_DEFAULTS
from blner_allennlp.errors import CorpusError

PROJECT_ROOT = Path(__file__).resolve().parents[2]
EXPERIMENTS = sorted((PROJECT_ROOT / "experiments").glob("*.jsonnet"))
MODELS = {
    "seqner": {"alpha": 1, "decoder": "seq"},
    "spanner": {"alpha": 0, "decoder": "span"},
    "bl_seqner": {"alpha": 0.1, "decoder": "seq"},
    "bl_spanner": {"alpha": 0.1, "decoder": "span"},
}
# Paper, Table 2, and the corpora's own file names.
CORPORA = {
    "wnut17": {
        "max_width": 6,
        "batch_size": 24,
        "files": ("wnut17train.conll", "emerging.dev.conll", "emerging.test.annotated"),
    },
    "conll2003": {"max_width": 5, "batch_size": 32, "files": ("eng.train", "eng.testa", "eng.testb")},
    "ontonotes": {"max_width": 10, "batch_size": 12, "files": ("train", "development", "test")},
}
OF_THE_PAPER = [f"{model}_{corpus}" for model in MODELS for corpus in CORPORA]
A_FEW_STEPS = {
    "dataset_reader.max_instances": 12,
    "data_loader.batch_sampler.batch_size": 4,
    "trainer.num_epochs": 1,
}

every_experiment = pytest.mark.parametrize("path", EXPERIMENTS, ids=lambda path: path.name)


@pytest.fixture
def evaluated(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], dict[str, Any]]:
    """The configuration that an experiment gives where the user has set no variable."""
    for variable, value in CONFIGURATION_DEFAULTS.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.chdir(PROJECT_ROOT)
    return lambda name: Params.from_file(f"experiments/{name}.jsonnet").as_dict(quiet=True)


def test_there_is_one_for_every_model_and_corpus_of_the_paper() -> None:
    assert {path.stem for path in EXPERIMENTS} == {*OF_THE_PAPER, "quickstart"}


@every_experiment
def test_it_has_at_most_ten_lines_beside_comment_and_blank_ones(path: Path) -> None:
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    assert len([line for line in lines if line and not line.startswith("//")]) <= 10


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("corpus", CORPORA)
def test_it_states_what_the_paper_states(
    evaluated: Callable[[str], dict[str, Any]], model: str, corpus: str
) -> None:
    config = evaluated(f"{model}_{corpus}")
    expected = CORPORA[corpus]
    assert {name: config["model"][name] for name in ("alpha", "decoder")} == MODELS[model]
    assert config["model"]["span_head"]["max_width"] == expected["max_width"]
    assert config["dataset_reader"]["max_span_width"] == expected["max_width"]
    assert config["data_loader"]["batch_sampler"]["batch_size"] == expected["batch_size"]
    assert config["model"]["encoder"]["model_name"] == "bert_large_cased"
    assert config["dataset_reader"]["token_indexers"]["pieces"]["model_name"] == "bert_large_cased"
    paths = [config[f"{part}_data_path"] for part in ("train", "validation", "test")]
    assert paths == [f"data/{corpus}/{name}" for name in expected["files"]]


@pytest.mark.parametrize("name", OF_THE_PAPER)
def test_all_of_the_paper_share_its_remaining_settings(
    evaluated: Callable[[str], dict[str, Any]], name: str
) -> None:
    config = evaluated(name)
    # Sections 3.1 and 4.1.2; a clipping norm of 1 and width vectors of 25 are not in the paper.
    encoder = {key: config["model"]["encoder"][key] for key in ("sub_token_mode", "word_shape_dim")}
    assert encoder == {"sub_token_mode": "max", "word_shape_dim": 0}
    assert config["model"]["sequence_head"]["type"] == "softmax"
    assert config["model"]["span_head"]["representation"] == "hybrid"
    assert config["model"]["span_head"]["width_embedding_dim"] == 25
    assert config["model"]["span_head"]["max_negatives"] == 100
    assert config["model"]["sequence_head"]["dropout"] == 0.1
    assert config["model"]["span_head"]["dropout"] == 0.1
    assert config["trainer"]["grad_norm"] == 1.0
    assert config["trainer"]["num_epochs"] == 20
    assert config["trainer"]["optimizer"]["type"] == "adamw"
    assert config["trainer"]["optimizer"]["lr"] == 5e-5
    assert config["trainer"]["optimizer"]["weight_decay"] == 1e-2
    assert config["trainer"]["learning_rate_scheduler"]["warmup_ratio"] == 0.1


@every_experiment
def test_it_trains_and_scores_the_heads_that_it_trains(
    path: Path, tmp_path: Path, train_experiment: Callable[..., dict[str, Any]]
) -> None:
    metrics = train_experiment(path.stem, tmp_path / "run", A_FEW_STEPS)
    config = json.loads((tmp_path / "run" / "config.json").read_text(encoding="utf-8"))
    alpha, decoder = config["model"]["alpha"], config["model"]["decoder"]
    assert (tmp_path / "run" / "model.tar.gz").is_file()
    for part in ("validation", "test"):
        assert math.isfinite(metrics[f"{part}_loss"])
        assert (f"{part}_seq_f1" in metrics) == (alpha > 0)
        assert (f"{part}_span_f1" in metrics) == (alpha < 1)
        assert metrics[f"{part}_f1"] == metrics[f"{part}_{decoder}_f1"]
        for name, value in metrics.items():
            assert not name.startswith(part) or name.endswith("loss") or 0 <= value <= 1


def test_an_archive_needs_its_encoder_no_more(
    tmp_path: Path, tiny_encoder: Path, train_experiment: Callable[..., dict[str, Any]]
) -> None:
    encoder = Path(shutil.copytree(tiny_encoder, tmp_path / "encoder"))
    train_experiment("quickstart", tmp_path / "run", A_FEW_STEPS, encoder=encoder)
    inputs = [{"text": "Ada Quorth sails to Port Nowhere."}, {"tokens": ["Rain", "again", "in", "Zephbix"]}]

    def predict() -> list[dict[str, Any]]:
        cached_transformers._clear_caches()
        predictor = Predictor.from_path(tmp_path / "run" / "model.tar.gz")
        # Few steps teach it to find nothing; spans below one half show more of what it computes.
        predictor._model.span_head.projection.bias.data[0] -= 3
        return predictor.predict_batch_json(inputs)

    before = predict()
    assert any(output["entities"] for output in before)
    shutil.rmtree(encoder)
    assert predict() == before


@pytest.mark.parametrize(
    ("corpus", "publisher"),
    [("wnut17", "emerging_entities_17"), ("conll2003", "clips.uantwerpen.be"), ("ontonotes", "LDC2013T19")],
)
def test_a_missing_corpus_is_explained_by_the_train_command(
    tmp_path: Path, train_experiment: Callable[..., dict[str, Any]], corpus: str, publisher: str
) -> None:
    with pytest.raises(CorpusError) as caught:
        train_experiment(f"bl_spanner_{corpus}", tmp_path / "run", data=str(tmp_path / "corpora"))
    message = str(caught.value)
    assert publisher in message
    assert f"into {tmp_path / 'corpora' / corpus}" in message
    assert all(name in message for name in CORPORA[corpus]["files"])
    assert "BLNER_DATA=fixtures/data BLNER_ENCODER=minilm" in message
