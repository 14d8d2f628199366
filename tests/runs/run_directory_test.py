"""A run's directory tells who answered what, by its record and by its configuration."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from blner_allennlp.entities import Entity, ScoredEntity, Sentence
from blner_allennlp.errors import CorpusError, RunError
from blner_allennlp.runs.prediction_writer import write_predictions
from blner_allennlp.runs.run_directory import (
    describe_run,
    has_predictions,
    is_run_directory,
    lexicon_path,
    prediction_path,
    read_run,
)
from blner_allennlp.runs.run_record import RunRecord
from blner_allennlp.runs.training_lexicon import TrainingLexicon

SENTENCES = (Sentence(("Rain", "over", "Oslo"), (Entity(2, 3, "Place"),)), Sentence(("Snow",)))
PREDICTED = {
    "seq": ((ScoredEntity(Entity(0, 1, "Place"), 0.5),), ()),
    "span": ((ScoredEntity(Entity(2, 3, "Place"), 0.75),), ()),
}


def answer(run: Path, split: str, *heads: str, sentences: tuple[Sentence, ...] = SENTENCES) -> None:
    for head in heads:
        write_predictions(prediction_path(run, split, head), sentences, PREDICTED[head])


def configure(run: Path, alpha: float, **others: Any) -> None:
    config = {
        "train_data_path": "data/rain/train.conll",
        "random_seed": 5,
        "model": {"type": "bundled_ner", "alpha": alpha, "span_head": {"max_width": 4}},
        **others,
    }
    (run / "config.json").write_text(json.dumps(config), encoding="utf-8")


@pytest.mark.parametrize(
    ("alpha", "heads", "systems"),
    [
        (1, ("seq",), ["SeqNER"]),
        (0.0, ("span",), ["SpanNER"]),
        (0.1, ("seq", "span"), ["BL-SeqNER", "BL-SpanNER"]),
    ],
)
def test_a_plain_training_is_described_by_its_configuration(
    tmp_path: Path, alpha: float, heads: tuple[str, ...], systems: list[str]
) -> None:
    configure(tmp_path, alpha)
    (tmp_path / "metrics.json").write_text('{"training_duration": "0:01:05"}', encoding="utf-8")
    answer(tmp_path, "dev", *heads)
    outputs = read_run(tmp_path, "dev")
    assert [output.info.system for output in outputs] == systems
    for output, head in zip(outputs, heads, strict=True):
        assert output.predicted == PREDICTED[head]
        assert [sentence.words for sentence in output.sentences] == [sentence.words for sentence in SENTENCES]
        info = output.info
        assert (info.corpus, info.split, info.seed, info.variant) == ("rain", "dev", 5, "")
        assert info.head == head
        assert info.settings["alpha"] == alpha
        assert info.source == str(tmp_path)
        assert info.training_seconds == 65
        assert output.lexicon is None
        assert output.has_scores


def test_the_record_has_the_last_word(tmp_path: Path) -> None:
    configure(tmp_path, 0.1)
    record = RunRecord(
        corpus="drizzle",
        model="BL-NER",
        variant="tagging=crf",
        seed=0,
        settings={"tagging": "crf"},
        seconds={"train": 3.5},
    )
    record.write(tmp_path)
    answer(tmp_path, "test", "seq", "span")
    info = read_run(tmp_path, "test")[0].info
    assert (info.system, info.corpus, info.seed, info.variant) == ("BL-SeqNER", "drizzle", 0, "tagging=crf")
    assert info.title == "BL-SeqNER (tagging=crf)"
    assert (info.settings["tagging"], info.settings["max_width"]) == ("crf", 4)
    assert info.training_seconds == 3.5


@pytest.mark.parametrize(("alpha", "model"), [(1, "SeqNER"), (0, "SpanNER"), (0.5, "BL-NER")])
def test_the_ends_of_a_sweep_over_the_loss_weight_are_the_plain_models(
    tmp_path: Path, alpha: float, model: str
) -> None:
    configure(tmp_path, 0.1)
    RunRecord(model="BL-NER", settings={"alpha": alpha}).write(tmp_path)
    assert describe_run(tmp_path).model == model


def test_a_model_of_the_user_s_own_keeps_its_name(tmp_path: Path) -> None:
    RunRecord(model="RainNER", corpus="rain").write(tmp_path)
    answer(tmp_path, "dev", "seq")
    assert [output.info.system for output in read_run(tmp_path, "dev")] == ["RainNER"]
    answer(tmp_path, "dev", "span")
    assert [output.info.system for output in read_run(tmp_path, "dev")] == ["RainNER (seq)", "RainNER (span)"]


def test_a_directory_of_predictions_alone_is_called_by_its_name(tmp_path: Path) -> None:
    run = tmp_path / "almanac"
    answer(run, "dev", "seq")
    info = read_run(run, "dev")[0].info
    assert (info.system, info.corpus, info.seed, info.settings) == ("almanac", "almanac", None, {})


def test_the_lexicon_comes_along(tmp_path: Path) -> None:
    configure(tmp_path, 1)
    answer(tmp_path, "dev", "seq")
    lexicon = TrainingLexicon.from_sentences(SENTENCES)
    lexicon.write(lexicon_path(tmp_path))
    assert read_run(tmp_path, "dev")[0].lexicon == lexicon


def test_a_split_is_answered_once_all_heads_have_answered(tmp_path: Path) -> None:
    configure(tmp_path, 0.1)
    assert not has_predictions(tmp_path, "dev")
    answer(tmp_path, "dev", "span")
    assert not has_predictions(tmp_path, "dev")
    answer(tmp_path, "dev", "seq")
    assert has_predictions(tmp_path, "dev")
    assert not has_predictions(tmp_path, "test")


def test_of_an_unknown_model_any_head_will_do(tmp_path: Path) -> None:
    answer(tmp_path, "dev", "span")
    assert has_predictions(tmp_path, "dev")


@pytest.mark.parametrize("name", ["run.json", "config.json", "predictions"])
def test_a_run_s_directory_is_known_by_what_it_holds(tmp_path: Path, name: str) -> None:
    assert not is_run_directory(tmp_path)
    (tmp_path / name).mkdir()
    assert is_run_directory(tmp_path)
    assert not is_run_directory(tmp_path / name / "file")


def test_without_predictions_it_is_said_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(
        RunError, match=r"expected predictions for the split 'dev' in predictions/, found none; .*dev"
    ):
        read_run(tmp_path, "dev")
    answer(tmp_path, "test", "seq")
    with pytest.raises(RunError, match="found only such for test; let the model answer"):
        read_run(tmp_path, "dev")
    with pytest.raises(RunError, match="expected a run's directory, but there is none"):
        read_run(tmp_path / "none", "dev")


@pytest.mark.parametrize("others", [SENTENCES[:1], (Sentence(("Rain", "in", "Oslo")), SENTENCES[1])])
def test_heads_that_answered_other_data_are_an_error(tmp_path: Path, others: tuple[Sentence, ...]) -> None:
    answer(tmp_path, "dev", "seq", "span")
    write_predictions(prediction_path(tmp_path, "dev", "span"), others, [()] * len(others))
    with pytest.raises(CorpusError, match="expected the same sentences and gold as in the other head's file"):
        read_run(tmp_path, "dev")
