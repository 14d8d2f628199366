"""A tagger of another house answers as its own metric counts it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from blner_allennlp.answering import answer_run
from blner_allennlp.answering.tagger import Tagger
from blner_allennlp.entities import Sentence
from blner_allennlp.errors import RunError
from blner_allennlp.runs.run_directory import has_predictions, read_run
from blner_allennlp.scoring import NerCounts

PROJECT_ROOT = Path(__file__).resolve().parents[2]


def test_a_run_of_crf_tagger_answers_with_what_it_was_scored_on(
    tmp_path: Path, train_experiment: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(PROJECT_ROOT)
    overrides = {
        "model.text_field_embedder.token_embedders.pieces.sub_token_mode": "first",
        "data_loader.batch_sampler.batch_size": 8,
        "trainer.num_epochs": 8,
        "trainer.optimizer.lr": 5e-3,
    }
    metrics = train_experiment("crf_tagger_ontonotes", tmp_path / "run", overrides)
    answer_run(tmp_path / "run")
    for split, measured in (("dev", "best_validation_"), ("test", "test_")):
        assert has_predictions(tmp_path / "run", split)
        (output,) = read_run(tmp_path / "run", split)
        assert output.info.system == "CrfTagger"
        assert not output.has_scores
        counts = NerCounts()
        for sentence, answer in zip(output.sentences, output.predicted, strict=True):
            counts.add(sentence.entities, [found.entity for found in answer])
        assert counts.micro().true_positives > 0
        assert counts.micro().f1 == pytest.approx(metrics[f"{measured}f1-measure-overall"])


@pytest.mark.parametrize(
    ("output", "found"), [({}, "got none"), ({"tags": ["O"]}, "one for each of 2 words, got 1 tags")]
)
def test_a_model_without_a_tag_for_each_word_is_told_so(output: dict[str, Any], found: str) -> None:
    model = SimpleNamespace(forward_on_instances=lambda instances: [output for _ in instances])
    model.eval = lambda: model
    reader = SimpleNamespace(
        text_to_instance=lambda words: words, apply_token_indexers=lambda _: None, tag_scheme=None
    )
    with pytest.raises(RunError, match=re.escape(found)):
        Tagger(model, reader, Path("run")).predict_sentences([Sentence(("a", "b"))])
