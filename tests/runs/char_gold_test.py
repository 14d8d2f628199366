"""Gold by characters and predictions by words meet in the same words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from blner_allennlp.entities import Entity, ScoredEntity
from blner_allennlp.errors import CorpusError
from blner_allennlp.predictors.input_text import named_splitter, to_sentence
from blner_allennlp.predictors.output_objects import answer_object
from blner_allennlp.runs.prediction_files import read_predictions
from blner_allennlp.runs.system_output import SystemOutput

TEXT = "Rain-soaked  talks in New Oslo"
FIELDS: dict[str, Any] = {
    "text": TEXT,
    "tokens": ["Rain-soaked", "talks", "in", "New", "Oslo"],
    "entities": [
        {"type": "Place", "word_start": 3, "word_end": 5, "score": 0.5},
        {"type": "Weather", "word_start": 0, "word_end": 1, "score": 0.25},
    ],
}


def read(directory: Path, fields: dict[str, Any]) -> SystemOutput:
    path = directory / "other.jsonl"
    path.write_text(json.dumps(fields) + "\n", encoding="utf-8")
    return read_predictions(path)


@pytest.mark.parametrize("field", ["gold", "input_entities", "spans", "label"])
@pytest.mark.parametrize("text_field", ["text", "sentence"])
def test_a_word_is_split_where_a_gold_mention_ends_inside_it(
    tmp_path: Path, field: str, text_field: str
) -> None:
    fields = {text_field: TEXT, **{name: FIELDS[name] for name in ("tokens", "entities")}}
    fields[field] = [[0, 4, "Weather"], [22, 30, "Place"], [22, 30, "Place"]]
    output = read(tmp_path, fields)
    assert output.sentences[0].words == ("Rain", "-soaked", "talks", "in", "New", "Oslo")
    assert output.sentences[0].entities == (Entity(0, 1, "Weather"), Entity(4, 6, "Place"))
    # What was predicted as one word is still as long, so that it is not right by chance.
    assert output.predicted == (
        (ScoredEntity(Entity(0, 2, "Weather"), 0.25), ScoredEntity(Entity(4, 6, "Place"), 0.5)),
    )


def test_objects_with_start_and_end_are_mentions_by_characters(tmp_path: Path) -> None:
    gold = [{"start": 22, "end": 30, "label": "Place"}]
    output = read(tmp_path, {**FIELDS, "spans": gold})
    assert output.sentences[0].entities == (Entity(3, 5, "Place"),)


def test_empty_tokens_are_no_words_and_move_nothing(tmp_path: Path) -> None:
    fields = {
        "text": "New Oslo",
        "tokens": ["", "New", "", "Oslo"],
        "gold": [[0, 8, "Place"]],
        "entities": [{"type": "Place", "word_start": 0, "word_end": 4}],
    }
    output = read(tmp_path, fields)
    assert output.sentences[0].words == ("New", "Oslo")
    assert output.predicted[0][0].entity == output.sentences[0].entities[0] == Entity(0, 2, "Place")
    fields["entities"] = [{"type": "Place", "word_start": 2, "word_end": 3}]
    with pytest.raises(CorpusError, match="expected predictions of at least one word"):
        read(tmp_path, fields)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"gold": [[40, 44, "Place"]]}, "mentions that hold at least one word of the text"),
        ({"gold": [[12, 13, "Place"]]}, "mentions that hold at least one word of the text"),
        ({"gold": [[4, 2, "Place"]]}, "expected an end at 4 or later"),
        ({"gold": [{"start": 0, "label": "Place"}]}, "with the mention's end"),
        ({"gold": [[0, 4, "Place"]], "text": None}, "by characters of a field 'text'"),
        ({"gold": [[0, 4, "Place"]], "tokens": ["Snow"] * 5}, "does not occur in the text"),
    ],
)
def test_offsets_that_are_none_are_named(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(CorpusError, match=message) as caught:
        read(tmp_path, {**FIELDS, **changes})
    assert caught.value.line_number == 1


@pytest.mark.parametrize(
    ("fields", "first_word"),
    [
        ({"tokens": ["New", "Oslo"], "entities": [{"type": "Place", "word_start": 0, "word_end": 2}]}, "New"),
        ({"text": "New Oslo", "entities": [[0, 8, "Place"]]}, "New"),
        ({"text": "New Oslo", "entities": [[0, 2, "Place"]]}, "Ne"),
    ],
)
def test_what_allennlp_predict_makes_of_json_lines_with_gold_is_read(
    tmp_path: Path, fields: dict[str, Any], first_word: str
) -> None:
    sentence = to_sentence(fields, named_splitter("whitespace"))
    answer = answer_object(fields, sentence, [ScoredEntity(Entity(1, 2, "Team"), 0.5)])
    output = read(tmp_path, json.loads(json.dumps(answer)))
    (found,) = output.sentences
    (entity,) = found.entities
    assert found.words[0] == first_word
    assert entity.label == "Place"
    (predicted,) = output.predicted[0]
    assert found.words_of(predicted.entity) == "Oslo"
    assert predicted.score == 0.5
