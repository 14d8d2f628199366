"""Predictions are shown with their entities in place."""

import json
import sys
from pathlib import Path

import pytest

from blner_allennlp.marked_text import main, mark_entities


def test_entities_are_marked_where_they_stand(monkeypatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    prediction = {
        "text": "Ada flew to Oslo.",
        "entities": [
            {"type": "person", "char_start": 0, "char_end": 3, "text": "Ada", "score": 0.987},
            {"type": "place", "char_start": 12, "char_end": 16, "text": "Oslo", "score": 0.5},
        ],
    }
    assert mark_entities(prediction) == "[Ada](person 0.99) flew to [Oslo](place 0.50)."


def test_an_input_that_could_not_be_read_shows_its_error() -> None:
    assert (
        mark_entities({"line_number": 3, "error": "expected one JSON object"})
        == "line 3: expected one JSON object"
    )


def test_an_entity_inside_another_repeats_none_of_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    prediction = {
        "text": "Bay of Green Glass now",
        "entities": [
            {"type": "place", "char_start": 0, "char_end": 18, "text": "Bay of Green Glass", "score": 0.9},
            {"type": "product", "char_start": 7, "char_end": 18, "text": "Green Glass", "score": 0.6},
            {"type": "product", "char_start": 13, "char_end": 18, "text": "Glass", "score": 0.5},
        ],
    }
    assert mark_entities(prediction) == (
        "[Bay of Green Glass](place 0.90)[Green Glass](product 0.60)[Glass](product 0.50) now"
    )


def test_a_file_is_shown_line_by_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "predictions.jsonl"
    texts = ["one\u2028two", "half \ud800 pair"]
    lines = [json.dumps({"text": text, "entities": []}, ensure_ascii="\ud800" in text) for text in texts]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["marked_text", str(path)])
    main()
    assert capsys.readouterr().out == "one\u2028two\nhalf ? pair\n"
