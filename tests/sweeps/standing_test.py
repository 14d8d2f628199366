"""What is left to do of a run is told from its directory."""

from __future__ import annotations

import json
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from allennlp.common.checks import ConfigurationError

from blner_allennlp.runs.run_record import RunRecord
from blner_allennlp.sweeps.planned_run import PlannedRun
from blner_allennlp.sweeps.standing import Standing, Work, find_standing, missing_predictions, remove_run
from tests.sweeps.fakes import make_run


@pytest.fixture
def run(tmp_path: Path) -> PlannedRun:
    return make_run(tmp_path)


@pytest.fixture
def begun(run: PlannedRun) -> PlannedRun:
    """AllenNLP has made the directory, no more."""
    run.directory.mkdir(parents=True)
    (run.directory / "config.json").write_text(json.dumps(run.config), encoding="utf-8")
    return run


def add_checkpoint(run: PlannedRun, *, whole: bool = True) -> None:
    for state in ("model_state", "training_state"):
        with zipfile.ZipFile(run.directory / f"{state}_e0_b0.th", "w") as file:
            file.writestr("data", "weights")
    if not whole:
        (run.directory / "training_state_e0_b0.th").write_bytes(b"PK")


def add_archive(run: PlannedRun) -> None:
    with tarfile.open(run.directory / "model.tar.gz", "w:gz") as archive:
        archive.add(run.directory / "config.json", "config.json")


def add_predictions(run: PlannedRun, *splits: str, head: str = "seq") -> None:
    (run.directory / "predictions").mkdir(exist_ok=True)
    for split in splits:
        (run.directory / "predictions" / f"{split}.{head}.jsonl").touch()


def test_nothing_is_there(run: PlannedRun) -> None:
    assert find_standing(run) == Standing(Work.TRAIN, "not started")
    run.directory.mkdir(parents=True)
    assert find_standing(run) == Standing(Work.TRAIN, "not started")


def test_it_was_broken_off_before_its_first_checkpoint(begun: PlannedRun) -> None:
    assert find_standing(begun) == Standing(Work.TRAIN, "broken off in its first epoch")
    add_checkpoint(begun, whole=False)
    assert find_standing(begun).work is Work.TRAIN


def test_it_was_broken_off_after_a_checkpoint(begun: PlannedRun) -> None:
    add_checkpoint(begun)
    RunRecord(status="running", seconds={"train_so_far": 12.5}).write(begun.directory)
    assert find_standing(begun) == Standing(Work.CONTINUE, "half trained", 12.5)


def test_the_archive_of_an_interrupted_training_is_no_end_of_it(begun: PlannedRun) -> None:
    add_checkpoint(begun)
    add_archive(begun)
    assert find_standing(begun).work is Work.CONTINUE


def test_a_plain_training_of_the_same_configuration_only_answers(begun: PlannedRun) -> None:
    add_archive(begun)
    (begun.directory / "metrics.json").write_text("{}", encoding="utf-8")
    assert find_standing(begun).work is Work.ANSWER


@pytest.mark.parametrize("num_bytes", [0, 10, -20])
def test_an_archive_that_is_not_whole_is_written_again(begun: PlannedRun, num_bytes: int) -> None:
    add_checkpoint(begun)
    add_archive(begun)
    (begun.directory / "metrics.json").write_text("{}", encoding="utf-8")
    archive = begun.directory / "model.tar.gz"
    archive.write_bytes(archive.read_bytes()[:num_bytes])
    assert find_standing(begun).work is Work.CONTINUE


def test_a_trained_run_only_answers(begun: PlannedRun) -> None:
    add_archive(begun)
    RunRecord(status="failed", error="e", seconds={"train": 10.0}).write(begun.directory)
    assert find_standing(begun) == Standing(Work.ANSWER, "trained before", 10.0)


def test_a_failed_run_is_tried_again(begun: PlannedRun) -> None:
    RunRecord(status="failed", error="no memory").write(begun.directory)
    assert find_standing(begun) == Standing(Work.TRAIN, "failed: no memory")
    (begun.directory / "config.json").unlink()
    assert find_standing(begun) == Standing(Work.TRAIN, "failed: no memory")


def test_it_is_done_when_every_split_is_answered(begun: PlannedRun) -> None:
    add_archive(begun)
    RunRecord(status="done", seconds={"train": 10.0, "answer": 2.0}).write(begun.directory)
    add_predictions(begun, "dev")
    assert missing_predictions(begun) == ["test"]
    assert find_standing(begun).work is Work.ANSWER
    add_predictions(begun, "test")
    assert missing_predictions(begun) == []
    assert find_standing(begun) == Standing(Work.NOTHING, "done before", 12.0)


def test_a_bundled_run_is_done_when_both_heads_have_answered(tmp_path: Path) -> None:
    run = make_run(tmp_path, alpha=0.1)
    run.directory.mkdir(parents=True)
    (run.directory / "config.json").write_text(json.dumps(run.config), encoding="utf-8")
    RunRecord(status="done").write(run.directory)
    add_archive(run)
    add_predictions(run, "dev", "test")
    assert missing_predictions(run) == ["dev", "test"]
    add_predictions(run, "dev", "test", head="span")
    assert find_standing(run).work is Work.NOTHING


def test_a_split_without_data_is_not_asked_for(tmp_path: Path) -> None:
    run = make_run(tmp_path, test_data_path=None)
    run.directory.mkdir(parents=True)
    (run.directory / "config.json").write_text(json.dumps(run.config), encoding="utf-8")
    add_predictions(run, "dev")
    assert missing_predictions(run) == []


def test_without_weights_and_predictions_it_is_trained_again(begun: PlannedRun) -> None:
    RunRecord(status="done").write(begun.directory)
    assert find_standing(begun) == Standing(
        Work.TRAIN, "was done, but its predictions and its weights are gone"
    )


@pytest.mark.parametrize("left", ["record", "archive", "checkpoint"])
def test_another_configuration_is_an_error_that_names_the_difference(begun: PlannedRun, left: str) -> None:
    if left == "record":
        RunRecord(status="done").write(begun.directory)
    elif left == "archive":
        add_archive(begun)
    else:
        add_checkpoint(begun)
    changed = replace(begun, config={**begun.config, "model": {"type": "bundled_ner", "alpha": 0.5}})
    with pytest.raises(
        ConfigurationError, match=r"trained with another configuration:\n    model\.alpha: 1 -> 0\.5\n"
    ):
        find_standing(changed)
    assert find_standing(changed, redo=True) == Standing(Work.TRAIN, "has another configuration")


def test_many_differences_are_counted(begun: PlannedRun) -> None:
    add_archive(begun)
    changed = replace(begun, config={**begun.config, **{f"k{index}": index for index in range(8)}})
    with pytest.raises(ConfigurationError, match=r"k4: \(nothing\) -> 4\n    and 3 more\n  --redo"):
        find_standing(changed)


def test_another_configuration_that_came_to_nothing_is_none(begun: PlannedRun) -> None:
    RunRecord(status="failed", error="e").write(begun.directory)
    changed = replace(begun, config={**begun.config, "random_seed": 5})
    assert find_standing(changed) == Standing(Work.TRAIN, "has another configuration")


def test_what_no_run_wrote_is_left_alone(run: PlannedRun) -> None:
    run.directory.mkdir(parents=True)
    mine = run.directory / "thesis.tex"
    mine.touch()
    with pytest.raises(
        ConfigurationError, match="expected nothing or a run, found something else; move it away"
    ):
        find_standing(run)
    remove_run(run)
    assert mine.exists()


def test_a_record_that_cannot_be_read_is_an_error(begun: PlannedRun) -> None:
    (begun.directory / "run.json").write_text("{", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"run\.json: expected JSON"):
        find_standing(begun)
