"""A configuration tells what was trained; what it does not tell is left out."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

import pytest
from allennlp.common import Params

from blner_allennlp.errors import RunError
from blner_allennlp.heads import SequenceHead, SpanHead
from blner_allennlp.heads.span_representation import SpanRepresentation
from blner_allennlp.models import BundledNer
from blner_allennlp.runs.run_description import describe_config, heads_of, model_of, read_config, system_of

PROJECT_ROOT = Path(__file__).resolve().parents[2]


def config(**model: Any) -> dict[str, Any]:
    return {
        "train_data_path": "data/rain/train.conll",
        "validation_data_path": "data/rain/dev.conll",
        "model": {"type": "bundled_ner", "encoder": {"model_name": "tiny"}, **model},
    }


def test_an_experiment_is_described_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT_ROOT)
    monkeypatch.setenv("BLNER_DATA", "data")
    monkeypatch.setenv("BLNER_ENCODER", "")
    params = Params.from_file("experiments/bl_seqner_wnut17.jsonnet", json.dumps({"model.alpha": 0.3}))
    description = describe_config(params.as_dict(quiet=True))
    assert description.model == "BL-NER"
    assert description.corpus == "wnut17"
    assert description.seed == 13370
    assert description.settings == {
        "alpha": 0.3,
        "tagging": "softmax",
        "representation": "hybrid",
        "max_width": 6,
        "encoder": "bert_large_cased",
        "decoder": "seq",
        "num_epochs": 20,
        "learning_rate": 5e-5,
    }


@pytest.mark.parametrize("alpha", [0, 0.1, 1.0])
def test_settings_of_a_head_that_is_not_trained_are_left_out(alpha: float) -> None:
    settings = describe_config(config(alpha=alpha, span_head={"max_width": 4})).settings
    assert ("tagging" in settings) == (alpha > 0)
    assert ("max_width" in settings) == ("representation" in settings) == (alpha < 1)
    assert settings["decoder"] == ("span" if alpha < 1 else "seq")


def test_parts_may_be_given_as_objects() -> None:
    settings = describe_config(
        config(
            sequence_head={"type": "crf"}, span_head={"max_width": 4, "representation": {"type": "pooling"}}
        )
    ).settings
    assert settings["tagging"] == "crf"
    assert settings["representation"] == "pooling"


def test_what_a_configuration_leaves_out_is_what_the_model_does() -> None:
    settings = describe_config(config(span_head={"max_width": 4})).settings
    defaults = {
        name: parameter.default for name, parameter in inspect.signature(BundledNer).parameters.items()
    }
    representation = inspect.signature(SpanHead).parameters["representation"].default
    assert settings["alpha"] == defaults["alpha"]
    assert SequenceHead.by_name(str(settings["tagging"])) is defaults["sequence_head"]._constructor
    assert SpanRepresentation.by_name(str(settings["representation"])) is type(representation)


def test_another_model_is_called_by_its_type() -> None:
    description = describe_config({"model": {"type": "elsewhere.models.RainTagger", "alpha": 0.1}})
    assert description.model == "RainTagger"
    assert description.settings == {}


def test_nothing_is_known_of_nothing() -> None:
    description = describe_config({})
    assert (description.model, description.corpus, description.seed, description.settings) == (
        None,
        None,
        None,
        {},
    )


@pytest.mark.parametrize("alpha", [-0.1, 1.1, "0.1", None])
def test_what_is_no_weight_names_no_model(alpha: Any) -> None:
    assert model_of(alpha) is None


@pytest.mark.parametrize(
    ("seeds", "expected"),
    [
        ((7, 7, 7), 7),
        ((7, 7, 8), None),
        ((7, None, None), 7),
        ((None, None, None), None),
        ((True, True, True), None),
    ],
)
def test_the_seed_is_known_where_there_is_one(seeds: tuple[Any, ...], expected: int | None) -> None:
    names = ("random_seed", "numpy_seed", "pytorch_seed")
    assert describe_config(dict(zip(names, seeds, strict=True))).seed == expected


@pytest.mark.parametrize(
    ("train", "dev", "expected"),
    [
        ("data/rain/train.conll", "data/rain/dev.conll", "rain"),
        ("/somewhere/rain/train", "/somewhere/rain/development", "rain"),
        ("rain/train/a.conll", "rain/dev/a.conll", "rain"),
        ("rain/train.conll", None, "rain"),
        ("rain.conll", None, "rain.conll"),
        ("/one/train.conll", "two/dev.conll", "train.conll"),
        (None, None, None),
    ],
)
def test_the_corpus_is_called_like_the_directory_of_its_files(
    train: str | None, dev: str | None, expected: str | None
) -> None:
    assert describe_config({"train_data_path": train, "validation_data_path": dev}).corpus == expected


def test_systems_have_the_paper_s_names() -> None:
    assert [system_of(model_of(1) or "", "seq", 1), system_of(model_of(0) or "", "span", 1)] == [
        "SeqNER",
        "SpanNER",
    ]
    assert [system_of(model_of(0.5) or "", head, 2) for head in heads_of("BL-NER")] == [
        "BL-SeqNER",
        "BL-SpanNER",
    ]


def test_another_model_with_two_heads_has_two_names() -> None:
    assert [system_of("RainNER", head, 2) for head in ("seq", "span")] == ["RainNER (seq)", "RainNER (span)"]
    assert system_of("RainNER", "seq", 1) == "RainNER"


def test_a_configuration_that_is_no_object_is_an_error(tmp_path: Path) -> None:
    assert read_config(tmp_path) == {}
    (tmp_path / "config.json").write_text("[]", encoding="utf-8")
    with pytest.raises(RunError, match="expected a JSON object, got a list"):
        read_config(tmp_path)
