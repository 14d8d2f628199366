"""Predictions are shown with their entities in place."""

from blner_allennlp.marked_text import mark_entities


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
