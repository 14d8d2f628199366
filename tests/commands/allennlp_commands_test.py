"""AllenNLP's other commands work on the experiments and their archives."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest
from allennlp.commands import find_learning_rate

from blner_allennlp.corpora import read_corpus

PROJECT_ROOT = Path(__file__).resolve().parents[2]
DEV = PROJECT_ROOT / "fixtures" / "data" / "sample" / "dev.conll"


def test_evaluate_writes_scores_and_predictions(
    tiny_archive: Path, tmp_path: Path, run_allennlp: Callable[..., None]
) -> None:
    metrics_path, predictions_path = tmp_path / "metrics.json", tmp_path / "predictions.jsonl"
    run_allennlp(
        "evaluate", tiny_archive, DEV,
        "--output-file", metrics_path,
        "--predictions-output-file", predictions_path,
        "--overrides", json.dumps({"model.per_type_metrics": True}),
    )  # fmt: skip
    metrics = json.loads(metrics_path.read_text(encoding="utf-8"))
    assert metrics["f1"] == metrics["span_f1"] > 0

    answered, num_right, num_found, num_gold = {}, 0, 0, 0
    for line in predictions_path.read_text(encoding="utf-8").splitlines():
        batch = json.loads(line)
        assert len(batch["words"]) == len(batch["entities"]) == len(batch["metadata"])
        for words, found, fields in zip(batch["words"], batch["entities"], batch["metadata"], strict=True):
            gold = {(e["word_start"], e["word_end"], e["type"]) for e in fields["sentence"]["entities"]}
            predicted = {(e["word_start"], e["word_end"], e["type"]) for e in found}
            assert fields["sentence"]["words"] == words
            answered[fields["sentence"]["line_number"]] = (tuple(words), gold)
            num_right += len(gold & predicted)
            num_found += len(predicted)
            num_gold += len(gold)
    corpus = list(read_corpus(DEV))
    assert answered == {
        sentence.line_number: (
            sentence.words, {(each.word_start, each.word_end, each.label) for each in sentence.entities}
        )
        for sentence in corpus
    }  # fmt: skip
    assert metrics["precision"] == pytest.approx(num_right / num_found)
    assert metrics["recall"] == pytest.approx(num_right / num_gold)


def test_find_lr_searches_a_learning_rate(
    tmp_path: Path, run_allennlp: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    plots: list[tuple[list[float], list[float], str]] = []
    # The picture itself is matplotlib's business, and it may be missing.
    monkeypatch.setattr(find_learning_rate, "_save_plot", lambda *arguments: plots.append(arguments))
    run_allennlp(
        "find-lr", "experiments/quickstart.jsonnet", "-s", tmp_path / "rates",
        "--num-batches", 12, "--start-lr", 1e-5, "--end-lr", 1e-1,
        "--overrides", json.dumps({"dataset_reader.max_instances": 16}),
    )  # fmt: skip
    ((rates, losses, path),) = plots
    assert path == str(tmp_path / "rates" / "lr-losses.png")
    assert rates == sorted(rates)
    assert 1e-5 <= rates[0] < rates[-1] <= 0.11
    assert len(losses) == len(rates) > 10
    assert all(math.isfinite(loss) for loss in losses)


def test_build_vocab_counts_tags_and_types(tmp_path: Path, run_allennlp: Callable[..., None]) -> None:
    run_allennlp("build-vocab", "experiments/bl_spanner_wnut17.jsonnet", tmp_path / "vocabulary.tar.gz")
    assert (tmp_path / "vocabulary.tar.gz").is_file()


def test_train_dry_run_trains_nothing(tmp_path: Path, run_allennlp: Callable[..., None]) -> None:
    run_allennlp("train", "experiments/quickstart.jsonnet", "-s", tmp_path / "run", "--dry-run")
    assert (tmp_path / "run" / "vocabulary" / "tags.txt").is_file()
    assert not (tmp_path / "run" / "model.tar.gz").exists()


def test_test_install_finds_nothing_wrong(
    run_allennlp: Callable[..., None], capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"):
        run_allennlp("test-install")
    assert "2.10.1" in capsys.readouterr().out + caplog.text
