"""A trained run answers its own data, with both heads, and says what the training measured."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from allennlp.common.checks import ConfigurationError

from blner_allennlp.answering import answer_run
from blner_allennlp.answering.__main__ import main
from blner_allennlp.corpora import read_corpus
from blner_allennlp.errors import RunError
from blner_allennlp.runs.run_directory import has_predictions, lexicon_path, prediction_path, read_run
from blner_allennlp.runs.run_record import RunRecord
from blner_allennlp.runs.system_output import SystemOutput
from blner_allennlp.runs.training_lexicon import TrainingLexicon

PROJECT_ROOT = Path(__file__).resolve().parents[2]
NUM_SENTENCES = 120


@pytest.fixture(autouse=True)
def _in_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT_ROOT)  # the configurations name data relative to it


@pytest.fixture(scope="module")
def trained(
    tmp_path_factory: pytest.TempPathFactory,
    train_experiment: Callable[..., dict[str, Any]],
    fast_learning: dict[str, Any],
) -> Path:
    """A run with both heads, which answers with the span head, and has the best weights of each."""
    directory = tmp_path_factory.mktemp("runs") / "bundled"
    overrides = {
        **fast_learning,
        "dataset_reader.max_instances": NUM_SENTENCES,
        "trainer.num_epochs": 6,
        "trainer.callbacks": [{"type": "best_of_each_head"}],
    }
    train_experiment("quickstart", directory, overrides)
    return directory


@pytest.fixture
def run(trained: Path, tmp_path: Path) -> Path:
    """A copy of that run which a test may do with what it likes."""
    return Path(shutil.copytree(trained, tmp_path / "bundled"))


def metrics_of(run: Path) -> dict[str, Any]:
    return json.loads((run / "metrics.json").read_text(encoding="utf-8"))


def f1_by_seqeval(output: SystemOutput) -> float:
    """F1 by another house's counting."""
    from seqeval.metrics import f1_score
    from seqeval.scheme import IOB2

    from blner_allennlp.tag_schemes import TagScheme, entities_to_tags

    gold = [entities_to_tags(s.entities, len(s.words), TagScheme.BIO) for s in output.sentences]
    predicted = [
        entities_to_tags([found.entity for found in answer], len(s.words), TagScheme.BIO)
        for s, answer in zip(output.sentences, output.predicted, strict=True)
    ]
    return float(f1_score(gold, predicted, mode="strict", scheme=IOB2))


def test_what_is_written_has_the_f1_that_the_training_measured(run: Path) -> None:
    answer_run(run)
    metrics = metrics_of(run)
    seq_dev, span_dev = read_run(run, "dev")
    _, span_test = read_run(run, "test")
    assert metrics["best_validation_f1"] > 0
    assert metrics["test_f1"] > 0
    assert f1_by_seqeval(span_dev) == pytest.approx(metrics["best_validation_f1"], abs=1e-6)
    assert f1_by_seqeval(span_test) == pytest.approx(metrics["test_f1"], abs=1e-6)
    kept = json.loads((run / "best_seq.json").read_text(encoding="utf-8"))
    assert kept["f1"] > 0
    assert f1_by_seqeval(seq_dev) == pytest.approx(kept["f1"], abs=1e-6)


def test_with_a_single_checkpoint_both_heads_have_the_archive_s_weights(run: Path) -> None:
    answer_run(run, single_checkpoint=True)
    metrics = metrics_of(run)
    for split, prefix in (("dev", "best_validation"), ("test", "test")):
        for output, head in zip(read_run(run, split), ("seq", "span"), strict=True):
            assert f1_by_seqeval(output) == pytest.approx(metrics[f"{prefix}_{head}_f1"], abs=1e-6)


def test_without_kept_weights_both_heads_have_those_of_the_run(run: Path) -> None:
    (run / "best_seq.th").unlink()
    answer_run(run, ["dev"])
    seq, _ = read_run(run, "dev")
    assert f1_by_seqeval(seq) == pytest.approx(metrics_of(run)["best_validation_seq_f1"], abs=1e-6)
