"""A trained run answers its own data, with both heads, and says what the training measured."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from blner_allennlp.answering import answer_run
from blner_allennlp.answering.__main__ import main
from blner_allennlp.corpora import read_corpus
from blner_allennlp.errors import RunError
from blner_allennlp.runs.run_directory import has_predictions, prediction_path, read_run
from blner_allennlp.runs.run_record import RunRecord
from blner_allennlp.runs.system_output import SystemOutput
from blner_allennlp.runs.training_lexicon import TrainingLexicon

PROJECT_ROOT = Path(__file__).resolve().parents[2]
NUM_SENTENCES = 120
NUM_EPOCHS = 6


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
        "trainer.num_epochs": NUM_EPOCHS,
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


def test_the_training_kept_the_best_epoch_of_the_head_that_does_not_answer(trained: Path) -> None:
    f1_by_epoch = [
        json.loads((trained / f"metrics_epoch_{epoch}.json").read_text(encoding="utf-8"))["validation_seq_f1"]
        for epoch in range(NUM_EPOCHS)
    ]
    score = json.loads((trained / "best_seq.json").read_text(encoding="utf-8"))
    assert score["f1"] == max(f1_by_epoch) > 0
    assert score["epoch"] == f1_by_epoch.index(max(f1_by_epoch))
    # Otherwise the same weights would do for both heads, and nobody would notice.
    assert score["epoch"] != metrics_of(trained)["best_epoch"]


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


def test_the_answers_are_noted_with_their_weights(run: Path) -> None:
    answer_run(run, ["dev"])
    answer_run(run, ["test"], single_checkpoint=True)
    notes = json.loads((run / "predictions" / "answers.json").read_text(encoding="utf-8"))
    assert {
        split: {head: note["weights"] for head, note in heads.items()} for split, heads in notes.items()
    } == {
        "dev": {"seq": "best_seq.th", "span": "best.th"},
        "test": {"seq": "best.th", "span": "best.th"},
    }
    for split, heads in notes.items():
        for output, head in zip(read_run(run, split), ("seq", "span"), strict=True):
            assert heads[head]["f1"] == pytest.approx(f1_by_seqeval(output), abs=1e-6)


def test_gold_and_lexicon_are_those_of_the_reader(run: Path) -> None:
    answer_run(run, ["train", "dev"])
    for split, name in (("train", "train"), ("dev", "dev")):
        expected = list(read_corpus(f"fixtures/data/sample/{name}.conll"))[:NUM_SENTENCES]
        for output in read_run(run, split):
            assert [s.words for s in output.sentences] == [s.words for s in expected]
            assert [s.entities for s in output.sentences] == [s.entities for s in expected]
            if split == "train":
                assert output.lexicon == TrainingLexicon.from_sentences(expected)
    assert {path.name for path in (run / "predictions").iterdir()} == {
        *(f"{split}.{head}.jsonl" for split in ("train", "dev") for head in ("seq", "span")),
        "training_lexicon.json",
        "answers.json",
    }


def test_a_run_without_record_gets_one(run: Path) -> None:
    answer_run(run, ["dev"])
    record = RunRecord.read(run)
    assert record is not None
    assert (record.name, record.corpus, record.model, record.seed) == ("bundled", "sample", "BL-NER", 13370)
    assert record.status == "done"
    assert record.settings["alpha"] == 0.5
    assert record.seconds["train"] > 0
    assert record.versions["allennlp"] == "2.10.1"
    assert has_predictions(run, "dev")
    assert not has_predictions(run, "test")


def test_a_record_that_is_there_stays_as_it_is(run: Path) -> None:
    record = RunRecord(name="mine", corpus="invented", model="BL-NER", status="running")
    record.write(run)
    answer_run(run, ["dev"])
    assert RunRecord.read(run) == record
    assert {output.info.corpus for output in read_run(run, "dev")} == {"invented"}


def test_a_packed_run_answers_like_an_unpacked_one(run: Path) -> None:
    answer_run(run, ["dev"])
    unpacked = prediction_path(run, "dev", "span").read_bytes()
    (run / "best.th").unlink()
    answer_run(run, ["dev"])
    assert prediction_path(run, "dev", "span").read_bytes() == unpacked


@pytest.mark.parametrize("alpha", [0, 1])
def test_a_run_with_one_head_answers_with_that(
    tmp_path: Path, train_experiment: Callable[..., dict[str, Any]], fast_learning: dict[str, Any], alpha: int
) -> None:
    overrides = {
        **fast_learning,
        "model.alpha": alpha,
        "model.decoder": None,
        "dataset_reader.max_instances": 24,
        "trainer.num_epochs": 1,
        "trainer.callbacks": ["best_of_each_head"],
        "evaluate_on_test": False,
    }
    train_experiment("quickstart", tmp_path / "run", overrides)
    answer_run(tmp_path / "run", ["dev"])
    (output,) = read_run(tmp_path / "run", "dev")
    assert output.info.system == ("SpanNER", "SeqNER")[alpha]


def test_answers_that_differ_from_what_was_measured_are_said(
    run: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("WARNING"):
        answer_run(run)
    assert "the training measured" not in caplog.text
    for name, key in (("metrics.json", "best_validation_f1"), ("best_seq.json", "f1")):
        values = json.loads((run / name).read_text(encoding="utf-8"))
        (run / name).write_text(json.dumps({**values, key: 0.123456}), encoding="utf-8")
    with caplog.at_level("WARNING"):
        answer_run(run, ["dev"])
    assert "the span head's answers to dev have an F1 of" in caplog.text
    assert "the seq head's answers to dev have an F1 of" in caplog.text
    assert caplog.text.count("but the training measured 0.123456") == 2


def test_what_is_no_finished_run_is_refused(run: Path, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="expected the directory of a training, but there is none"):
        answer_run(tmp_path / "none")
    with pytest.raises(RunError, match=r"expected splits out of train, dev, test, got 'valid'"):
        answer_run(run, ["valid"])
    (run / "best_seq.th").write_bytes(b"no weights")
    with pytest.raises(
        RunError, match=r"best_seq\.th: expected weights of the run's model, got something else"
    ):
        answer_run(run, ["dev"])
    config = json.loads((run / "config.json").read_text(encoding="utf-8"))
    del config["test_data_path"]
    (run / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(
        RunError, match=r"expected test_data_path with the data of the split 'test', found none"
    ):
        answer_run(run)
    (run / "model.tar.gz").unlink()
    with pytest.raises(RunError, match=r"a finished training, but there is no model\.tar\.gz"):
        answer_run(run, ["dev"])
    (run / "config.json").unlink()
    with pytest.raises(RunError, match=r"a finished training, but there is no config\.json"):
        answer_run(run, ["dev"])


def test_weights_of_another_model_are_refused(run: Path) -> None:
    torch.save({"weight": torch.zeros(1)}, run / "best_seq.th")
    with pytest.raises(RunError, match="expected weights of the run's model"):
        answer_run(run, ["dev"])


def test_a_model_of_another_reader_is_told_what_to_do(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class OtherReader:
        """Another house's reader."""

    module = sys.modules["blner_allennlp.answering.answer_run"]  # the package calls its function the same
    other = SimpleNamespace(model=torch.nn.Module(), dataset_reader=OtherReader())
    monkeypatch.setattr(module, "load_archive", lambda *_: other)
    with pytest.raises(RunError, match=r"trained with a OtherReader, .* give its predictions as a file"):
        answer_run(run, ["dev"])


def test_the_command_answers_runs(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([str(run), "--splits", "dev", "--single-checkpoint"])
    assert has_predictions(run, "dev")
    assert not has_predictions(run, "test")
    with pytest.raises(SystemExit, match="2"):
        main([str(run), str(run / "none")])
    assert (
        capsys.readouterr()
        .err.splitlines()[-1]
        .startswith(f"error: {run / 'none'}: expected the directory of")
    )


def test_data_that_are_gone_are_an_error_of_the_command(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = json.loads((run / "config.json").read_text(encoding="utf-8"))
    config["validation_data_path"] = "fixtures/data/sample/gone.conll"
    (run / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(SystemExit, match="2"):
        main([str(run), "--splits", "dev"])
    assert "error: fixtures/data/sample/gone.conll" in capsys.readouterr().err
