"""Every shipped experiment is short, says what the paper says, and trains on the invented corpora."""

from __future__ import annotations

import json
import math
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allennlp.common import Params, cached_transformers
from allennlp.models.archival import load_archive
from allennlp.predictors import Predictor

from blner_allennlp.compat.startup import CONFIGURATION_DEFAULTS
from blner_allennlp.corpora import read_corpus
from blner_allennlp.errors import CorpusError
from blner_allennlp.scoring import NerCounts
from blner_allennlp.tag_schemes import TagScheme, tags_to_entities

PROJECT_ROOT = Path(__file__).resolve().parents[2]
EXPERIMENTS = sorted((PROJECT_ROOT / "experiments").glob("*.jsonnet"))
MODELS = {
    "seqner": {"alpha": 1, "decoder": "seq"},
    "spanner": {"alpha": 0, "decoder": "span"},
    "bl_seqner": {"alpha": 0.1, "decoder": "seq"},
    "bl_spanner": {"alpha": 0.1, "decoder": "span"},
}
DISEASES = ("SpecificDisease", "DiseaseClass", "Modifier", "CompositeMention")
# Paper, Table 2: ε, batch size and encoder; and the corpora's own formats and file names.
CORPORA = {
    "ontonotes": (10, 12, "bert_large_cased", "conll2012", {}, "train development test"),
    "conll2003": (5, 32, "bert_large_cased", "columns", {"scheme": "IOB1"}, "eng.train eng.testa eng.testb"),
    "conllpp": (
        5, 32, "bert_large_cased", "columns", {"scheme": "BIO"},
        "conllpp_train.txt conllpp_dev.txt conllpp_test.txt",
    ),
    "conll2004": (
        10, 2, "bert_large_cased", "spert", {}, "conll04_train.json conll04_dev.json conll04_test.json",
    ),
    "ace2004": (
        10, 8, "bert_large_cased", "ace", {"root": "data/ace2004/LDC2005T09"}, "train.txt dev.txt test.txt",
    ),
    "ace2005": (
        10, 8, "bert_large_cased", "ace", {"root": "data/ace2005/LDC2006T06"}, "train.txt dev.txt test.txt",
    ),
    "bc5cdr": (
        7, 16, "biobert", "pubtator", {},
        "CDR_TrainingSet.PubTator.txt CDR_DevelopmentSet.PubTator.txt CDR_TestSet.PubTator.txt",
    ),
    "ncbi": (
        7, 16, "biobert", "pubtator", {"label_map": dict.fromkeys(DISEASES, "Disease")},
        "NCBItrainset_corpus.txt NCBIdevelopset_corpus.txt NCBItestset_corpus.txt",
    ),
    "scierc": (8, 12, "scibert", "dygie", {}, "train.json dev.json test.json"),
    "wnut16": (6, 32, "bert_large_cased", "columns", {"scheme": "BIO"}, "train dev test"),
    "wnut17": (
        6, 24, "bert_large_cased", "columns", {"scheme": "BIO"},
        "wnut17train.conll emerging.dev.conll emerging.test.annotated",
    ),
}  # fmt: skip
OF_ANOTHER_HOUSE = [f"crf_tagger_{corpus}" for corpus in ("wnut17", "conll2003", "ontonotes")]
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
    assert {path.stem for path in EXPERIMENTS} == {*OF_THE_PAPER, *OF_ANOTHER_HOUSE, "quickstart"}


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
    assert {name: config["model"][name] for name in ("alpha", "decoder")} == MODELS[model]
    assert_it_is_about(corpus, config)
    max_width, _, encoder, *_ = CORPORA[corpus]
    assert config["model"]["span_head"]["max_width"] == max_width
    assert config["model"]["encoder"]["model_name"] == encoder


def assert_it_is_about(corpus: str, config: dict[str, Any]) -> None:
    _, batch_size, encoder, corpus_format, options, files = CORPORA[corpus]
    assert config["data_loader"]["batch_sampler"]["batch_size"] == batch_size
    assert config["dataset_reader"]["token_indexers"]["pieces"]["model_name"] == encoder
    assert config["dataset_reader"]["corpus_format"] == corpus_format
    assert config["dataset_reader"]["corpus_options"] == options
    paths = [config[f"{part}_data_path"] for part in ("train", "validation", "test")]
    assert paths == [f"data/{corpus}/{name}" for name in files.split()]


@pytest.mark.parametrize("name", OF_ANOTHER_HOUSE)
def test_the_other_house_gets_the_same_instances_encoder_and_training(
    evaluated: Callable[[str], dict[str, Any]], name: str
) -> None:
    corpus = name.removeprefix("crf_tagger_")
    config, ours = evaluated(name), evaluated(f"seqner_{corpus}")
    assert_it_is_about(corpus, config)
    assert config["model"]["type"] == "allennlp_models.tagging.models.crf_tagger.CrfTagger"
    assert config["model"]["text_field_embedder"]["token_embedders"]["pieces"] == ours["model"]["encoder"]
    assert config["trainer"].pop("validation_metric") == "+f1-measure-overall"
    assert ours["trainer"].pop("validation_metric") == "+f1"
    assert {key for key in config if config[key] != ours[key]} == {"model"}


def test_the_four_types_of_ncbi_count_as_one(evaluated: Callable[[str], dict[str, Any]]) -> None:
    config = evaluated("bl_spanner_ncbi")
    options = config["dataset_reader"]["corpus_options"]
    for part in ("train", "validation", "test"):
        path = config[f"{part}_data_path"].replace("data/", "fixtures/data/", 1)
        raw, mapped = (
            Counter(
                entity.label
                for sentence in read_corpus(path, "pubtator", **kwargs)
                for entity in sentence.entities
            )
            for kwargs in ({}, options)
        )
        assert set(raw) == set(DISEASES)
        assert mapped == {"Disease": raw.total()}


def test_what_stands_in_two_places_of_a_model_is_written_once(
    evaluated: Callable[[str], dict[str, Any]],
) -> None:
    config = evaluated("bl_spanner_wnut17")
    assert "max_span_width" not in config["dataset_reader"]
    assert "tag_scheme" not in config["model"]
    assert "scheme" not in config["model"]["sequence_head"]


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
    assert config["trainer"]["optimizer"]["type"] == "fused_adamw"
    assert config["trainer"]["optimizer"]["lr"] == 5e-5
    assert config["trainer"]["optimizer"]["weight_decay"] == 1e-2
    assert config["trainer"]["learning_rate_scheduler"]["warmup_ratio"] == 0.1


@pytest.mark.parametrize("name", [*OF_THE_PAPER, "quickstart"])
def test_it_trains_and_scores_the_heads_that_it_trains(
    name: str, tmp_path: Path, train_experiment: Callable[..., dict[str, Any]]
) -> None:
    metrics = train_experiment(name, tmp_path / "run", A_FEW_STEPS)
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
    for part in ("training", "validation", "test"):
        assert (f"{part}_span_gold_beyond_reach" in metrics) == (alpha < 1)


@pytest.mark.parametrize("name", OF_ANOTHER_HOUSE)
def test_the_other_house_trains(
    name: str, tmp_path: Path, train_experiment: Callable[..., dict[str, Any]]
) -> None:
    metrics = train_experiment(name, tmp_path / "run", A_FEW_STEPS)
    assert (tmp_path / "run" / "model.tar.gz").is_file()
    for part in ("validation", "test"):
        assert math.isfinite(metrics[f"{part}_loss"])
        assert 0 <= metrics[f"{part}_f1-measure-overall"] <= 1


def test_the_f1_of_the_other_house_is_the_one_that_is_counted_here(
    tmp_path: Path, train_experiment: Callable[..., dict[str, Any]]
) -> None:
    overrides = {
        "model.text_field_embedder.token_embedders.pieces.sub_token_mode": "first",
        "data_loader.batch_sampler.batch_size": 8,
        "trainer.num_epochs": 8,
        "trainer.optimizer.lr": 5e-3,
    }
    metrics = train_experiment("crf_tagger_ontonotes", tmp_path / "run", overrides)
    archive = load_archive(tmp_path / "run" / "model.tar.gz")
    instances = list(archive.dataset_reader.read(PROJECT_ROOT / archive.config["test_data_path"]))
    for instance in instances:
        archive.dataset_reader.apply_token_indexers(instance)
    outputs = archive.model.eval().forward_on_instances(instances)
    counts = NerCounts()
    for instance, output in zip(instances, outputs, strict=True):
        predicted = tags_to_entities(output["tags"], TagScheme.BIO)
        counts.add(instance["metadata"]["sentence"].entities, predicted)
    assert counts.micro().true_positives > 0
    assert metrics["test_f1-measure-overall"] == pytest.approx(counts.micro().f1)
    assert metrics["test_recall-overall"] == pytest.approx(counts.micro().recall)


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
    [
        ("ontonotes", "LDC2013T19"),
        ("conll2003", "clips.uantwerpen.be"),
        ("conllpp", "CrossWeigh"),
        ("conll2004", "lavis-nlp/spert"),
        ("ace2004", "LDC2005T09"),
        ("ace2005", "LDC2006T06"),
        ("bc5cdr", "biocreative"),
        ("ncbi", "CBBresearch"),
        ("scierc", "dygiepp"),
        ("wnut16", "twitter_nlp"),
        ("wnut17", "emerging_entities_17"),
    ],
)
def test_a_missing_corpus_is_explained_by_the_train_command(
    tmp_path: Path, train_experiment: Callable[..., dict[str, Any]], corpus: str, publisher: str
) -> None:
    with pytest.raises(CorpusError) as caught:
        train_experiment(f"bl_spanner_{corpus}", tmp_path / "run", data=str(tmp_path / "corpora"))
    message = str(caught.value)
    assert publisher in message
    assert f"into {tmp_path / 'corpora' / corpus}" in message
    assert all(name in message for name in CORPORA[corpus][-1].split())
    assert "BLNER_DATA=fixtures/data BLNER_ENCODER=minilm" in message
