"""A run's record comes back as it was written, and whatever is no record is refused by name of the field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from blner_allennlp.errors import RunError
from blner_allennlp.runs.run_record import RECORD_NAME, RunRecord

FULL = RunRecord(
    name="rain-bl_ner-1",
    corpus="rain",
    model="BL-NER",
    variant="tagging=crf",
    seed=1,
    settings={"alpha": 0.1, "tagging": "crf", "max_width": 6, "decoder": None},
    command=("allennlp", "train", "rain.jsonnet"),
    overrides={"model.alpha": 0.1, "trainer.callbacks": [{"type": "best_of_each_head"}]},
    status="failed",
    error="out of memory: Größe",
    started="2031-04-05T06:07:08+00:00",
    finished="2031-04-05T06:09:08+00:00",
    seconds={"train": 119.5, "answer": 1},
    versions={"python": "3.11.7"},
    hardware={"cpu": "abacus", "num_cpus": 2, "gpu": None},
    fingerprint="c0ffee",
)


def written(directory: Path, value: Any) -> Path:
    path = directory / RECORD_NAME
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


@pytest.mark.parametrize("record", [FULL, RunRecord()], ids=["full", "empty"])
def test_what_is_written_is_read(tmp_path: Path, record: RunRecord) -> None:
    path = record.write(tmp_path / "new")
    assert path == tmp_path / "new" / "run.json"
    assert RunRecord.read(tmp_path / "new") == record
    assert [file.name for file in path.parent.iterdir()] == ["run.json"]  # nothing unfinished is left


def test_what_is_not_known_is_left_out(tmp_path: Path) -> None:
    path = RunRecord(name="rain", seed=0).write(tmp_path)
    assert json.loads(path.read_text(encoding="utf-8")) == {"format": 1, "name": "rain", "seed": 0}


def test_a_directory_without_record_has_none(tmp_path: Path) -> None:
    assert RunRecord.read(tmp_path) is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": 2}, "field 'format': expected the number 1, got 2"),
        ({"format": None}, "field 'format': expected the number 1, got null"),
        ({"sede": 3}, "got 'sede'; correct the file"),
        ({"seed": "3"}, "field 'seed': expected a whole number, got '3'"),
        ({"seed": True}, "field 'seed': expected a whole number, got true"),
        ({"name": 3}, "field 'name': expected a text, got 3"),
        ({"status": "fine"}, "field 'status': expected one of running, done, failed, got 'fine'"),
        ({"command": "allennlp"}, "field 'command': expected a list of texts, got 'allennlp'"),
        ({"command": ["allennlp", 1]}, "field 'command': expected a list of texts, got a list of 2"),
        ({"overrides": []}, "field 'overrides': expected an object, got a list of 0"),
        ({"settings": 1}, "field 'settings': expected an object, got 1"),
        (
            {"settings": {"alpha": [1]}},
            r"field 'settings\.alpha': expected a text or a whole number or a number",
        ),
        (
            {"seconds": {"train": "1"}},
            r"field 'seconds\.train': expected a whole number or a number, got '1'",
        ),
        ({"versions": {"torch": 2}}, r"field 'versions\.torch': expected a text, got 2"),
    ],
)
def test_a_wrong_field_is_named(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    written(tmp_path, {"format": 1, **changes})
    with pytest.raises(RunError, match=message) as caught:
        RunRecord.read(tmp_path)
    assert str(tmp_path / RECORD_NAME) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [("[]", "expected a JSON object, got a list of 0"), ("{", "expected JSON, got something else")],
)
def test_a_file_that_is_no_record_is_refused(tmp_path: Path, text: str, message: str) -> None:
    written(tmp_path, text)
    with pytest.raises(RunError, match=message):
        RunRecord.read(tmp_path)


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / RECORD_NAME).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RunError, match="expected JSON"):
        RunRecord.read(tmp_path)
