"""Prediction files of this package and of other systems: what is written is read, what is wrong is named."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blner_allennlp.entities import Entity, ScoredEntity, Sentence
from blner_allennlp.errors import CorpusError
from blner_allennlp.runs.prediction_files import read_predictions
from blner_allennlp.runs.prediction_writer import write_predictions
from blner_allennlp.runs.system_output import SystemOutput

WORDS = ["Rain", "over", "New", "Oslo", "tonight"]


def mention(start: int, end: int, label: str = "Place", **others: Any) -> dict[str, Any]:
    return {"type": label, "word_start": start, "word_end": end, **others}


def read(directory: Path, *objects: dict[str, Any], **arguments: Any) -> SystemOutput:
    path = directory / "other.jsonl"
    path.write_text("".join(json.dumps(fields) + "\n" for fields in objects), encoding="utf-8")
    return read_predictions(path, **arguments)


def fails(directory: Path, message: str, *objects: dict[str, Any]) -> None:
    """Reading fails with the message, in the line of the last object."""
    with pytest.raises(CorpusError, match=message) as caught:
        read(directory, *objects)
    assert f"other.jsonl:{len(objects)}: " in str(caught.value)


LABELS = st.text(min_size=1, max_size=4)


@st.composite
def answered_sentences(draw: st.DrawFn) -> tuple[Sentence, tuple[ScoredEntity, ...]]:
    words = tuple(draw(st.lists(st.text(max_size=5), min_size=1, max_size=6)))

    def entities() -> list[Entity]:
        spans = st.tuples(st.integers(0, len(words) - 1), st.integers(1, len(words)))
        found = draw(st.sets(st.tuples(spans, LABELS), max_size=4))
        return sorted(Entity(start, end, label) for (start, end), label in found if start < end)

    scores = st.floats(0, 1)
    document_id = draw(st.none() | st.text(max_size=3))
    sentence = Sentence(words, tuple(entities()), document_id=document_id)
    return sentence, tuple(ScoredEntity(entity, draw(scores)) for entity in entities())


@given(st.lists(answered_sentences(), min_size=1, max_size=4))
def test_written_predictions_are_read_back(
    tmp_path_factory: pytest.TempPathFactory, answered: list[tuple[Sentence, tuple[ScoredEntity, ...]]]
) -> None:
    path = tmp_path_factory.mktemp("runs") / "dev.seq.jsonl"
    sentences, predicted = zip(*answered, strict=True)
    write_predictions(path, sentences, predicted)
    output = read_predictions(path)
    assert output.predicted == predicted
    assert output.has_scores
    for written, found in zip(sentences, output.sentences, strict=True):
        assert found.words == written.words
        assert set(found.entities) == set(written.entities)
        assert found.document_id == written.document_id


def test_as_many_answers_as_sentences_are_written_or_nothing(tmp_path: Path) -> None:
    path = tmp_path / "dev.seq.jsonl"
    with pytest.raises(ValueError, match="zip"):
        write_predictions(path, [Sentence(("Rain",))], [])
    assert list(tmp_path.iterdir()) == []


def test_what_the_caller_says_of_a_system_is_kept(tmp_path: Path) -> None:
    fields = {"tokens": WORDS, "gold": [], "entities": []}
    info = read(tmp_path, fields).info
    assert (info.system, info.corpus, info.split) == ("other", "other.jsonl", "test")
    info = read(
        tmp_path, fields, system="Almanac", corpus="rain", split="dev", seed=3, settings={"alpha": 1}
    ).info
    assert (info.system, info.corpus, info.split, info.seed) == ("Almanac", "rain", "dev", 3)
    assert info.settings == {"alpha": 1}


@pytest.mark.parametrize("tokens", ["tokens", "words"])
@pytest.mark.parametrize(
    ("gold", "predicted"),
    [
        ("gold", "entities"),
        ("gold", "predicted"),
        ("gold_entities", "predicted_entities"),
        ("input_entities", "entities"),
        ("entities", "predicted"),
    ],
)
def test_fields_may_have_other_names(tmp_path: Path, tokens: str, gold: str, predicted: str) -> None:
    output = read(
        tmp_path,
        {tokens: WORDS, gold: [mention(2, 4)], predicted: [mention(3, 4, "Team", score=0.25)], "doc_id": 7},
    )
    assert output.sentences[0].words == tuple(WORDS)
    assert output.sentences[0].entities == (Entity(2, 4, "Place"),)
    assert output.sentences[0].document_id == "7"
    assert output.predicted == ((ScoredEntity(Entity(3, 4, "Team"), 0.25),),)


def test_one_array_and_a_compressed_file_are_read_too(tmp_path: Path) -> None:
    objects = [{"tokens": WORDS, "gold": [mention(2, 4)], "entities": []}] * 3
    path = tmp_path / "answers.json.gz"
    path.write_bytes(gzip.compress(json.dumps(objects).encode()))
    output = read_predictions(path)
    assert len(output.sentences) == 3
    assert output.info.system == "answers"


def test_the_order_of_predictions_and_repeated_ones_make_no_difference(tmp_path: Path) -> None:
    found = [
        mention(2, 4, score=0.5),
        mention(0, 1, score=0.9),
        mention(2, 4, score=0.75),
        mention(2, 3, score=0.1),
    ]
    expected = (
        ScoredEntity(Entity(0, 1, "Place"), 0.9),
        ScoredEntity(Entity(2, 3, "Place"), 0.1),
        ScoredEntity(Entity(2, 4, "Place"), 0.75),
    )
    for order in (found, found[::-1]):
        output = read(tmp_path, {"tokens": WORDS, "gold": [mention(2, 4), mention(2, 4)], "entities": order})
        assert output.predicted == (expected,)
        assert output.sentences[0].entities == (Entity(2, 4, "Place"),)


def test_without_scores_each_is_one_and_has_scores_says_so(tmp_path: Path) -> None:
    output = read(tmp_path, {"tokens": WORDS, "gold": [], "entities": [mention(2, 4)]})
    assert not output.has_scores
    assert output.predicted[0][0].score == 1


SCORED = {"tokens": WORDS, "gold": [], "entities": [mention(2, 4, score=0.5)]}
UNSCORED = {"tokens": WORDS, "gold": [], "entities": [mention(2, 4)]}


@pytest.mark.parametrize(
    ("message", "objects"),
    [
        ("got no score, but the prediction in line 1 has one", [SCORED, UNSCORED]),
        ("got a score, but the prediction in line 1 has none", [UNSCORED, SCORED]),
        ("expected a field 'tokens' or 'words'", [{"gold": [], "entities": []}]),
        ("field 'tokens': expected a list", [{"tokens": "Rain", "gold": [], "entities": []}]),
        (
            "expected a field 'gold' or 'gold_entities' or 'input_entities' with the gold",
            [{"tokens": WORDS, "entities": []}],
        ),
        (
            "field 'gold': expected a list with the gold, got null; write an empty list if there is none",
            [SCORED | {"gold": None}],
        ),
        ("field 'gold': expected a list with the gold, got 'rain'", [SCORED | {"gold": "rain"}]),
        (
            "field 'entities': expected a list with the predictions, got null; write an empty list if there are none",
            [SCORED | {"entities": None}],
        ),
        ("with the predictions, got only 'tokens', 'gold'; add it", [{"tokens": WORDS, "gold": []}]),
        (
            "the system gave no answer, but the error 'no words'",
            [{"tokens": WORDS, "gold": [], "error": "no words"}],
        ),
        (
            "the fields 'gold' and 'input_entities' could both hold the gold",
            [SCORED | {"input_entities": []}],
        ),
        (
            "the fields 'entities' and 'predicted' could both hold the predictions",
            [SCORED | {"predicted": []}],
        ),
        (
            r"field 'gold\[0\]': expected words inside the sentence, .* got 4 and 6",
            [SCORED | {"gold": [mention(4, 6)]}],
        ),
        (
            r"field 'gold\[0\]': expected words inside the sentence, .* got 2 and 2",
            [SCORED | {"gold": [mention(2, 2)]}],
        ),
        (r"field 'entities\[0\]': .* got 0 and 9", [SCORED | {"entities": [mention(0, 9, score=1)]}]),
        (
            r"field 'entities\[0\]\.word_start': expected a whole number",
            [SCORED | {"entities": [mention(-1, 2)]}],
        ),
        (
            r"field 'entities\[0\]\.word_end': expected a whole number",
            [SCORED | {"entities": [{"word_start": 1}]}],
        ),
        (r"field 'entities\[0\]': expected an object", [SCORED | {"entities": [[0, 1, "Place"]]}]),
        (
            r"field 'entities\[0\]\.type': expected an entity type",
            [SCORED | {"entities": [mention(0, 1, "")]}],
        ),
        (
            r"field 'entities\[0\]\.label': expected a text",
            [SCORED | {"entities": [{"label": 3, "word_start": 0, "word_end": 1}]}],
        ),
        (r"score': expected a probability, .* got 1\.5", [SCORED | {"entities": [mention(0, 1, score=1.5)]}]),
        (
            r"score': expected a probability, .* got nan",
            [SCORED | {"entities": [mention(0, 1, score=float("nan"))]}],
        ),
        (
            r"score': expected a probability, .* got True",
            [SCORED | {"entities": [mention(0, 1, score=True)]}],
        ),
        (
            r"score': expected a probability, .* got '0\.5'",
            [SCORED | {"entities": [mention(0, 1, score="0.5")]}],
        ),
        ("by characters of a field 'text'", [SCORED | {"gold": [[0, 4, "Place"]]}]),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    tmp_path: Path, message: str, objects: list[dict[str, Any]]
) -> None:
    fails(tmp_path, message, *objects)
    if len(objects) == 1:
        fails(tmp_path, message, {"tokens": [], "gold": [], "entities": []}, *objects)


def test_a_label_may_stand_for_a_type(tmp_path: Path) -> None:
    found = {"label": "Place", "word_start": 2, "word_end": 4}
    output = read(tmp_path, {"tokens": WORDS, "gold": [found], "entities": [found]})
    assert output.sentences[0].entities == (Entity(2, 4, "Place"),)
    assert output.predicted[0][0].entity == Entity(2, 4, "Place")


def test_tags_in_objects_may_be_spelt_in_two_schemes(tmp_path: Path) -> None:
    output = read(
        tmp_path,
        {
            "tokens": WORDS,
            "gold_tags": ["O", "O", "B-Place", "I-Place", "O"],
            "predicted_tags": ["S-Weather", "O", "B-Place", "E-Place", "O"],
            "document_id": "a",
        },
        {"tokens": [], "gold_tags": [], "predicted_tags": []},
        {"tokens": WORDS[:2], "gold_tags": ["O", "O"], "predicted_tags": ["O", "S-Place"]},
    )
    assert [sentence.entities for sentence in output.sentences] == [(Entity(2, 4, "Place"),), (), ()]
    assert [[found.entity for found in answer] for answer in output.predicted] == [
        [Entity(0, 1, "Weather"), Entity(2, 4, "Place")],
        [],
        [Entity(1, 2, "Place")],
    ]
    assert output.sentences[0].document_id == "a"
    assert not output.has_scores


TAGGED = {"tokens": WORDS[:2], "gold_tags": ["O", "B-W"], "predicted_tags": ["O", "O"]}


@pytest.mark.parametrize(
    ("message", "objects"),
    [
        (
            "expected a field 'predicted_tags' with a tag a token",
            [TAGGED, {"tokens": ["a"], "gold_tags": ["O"]}],
        ),
        ("expected a field 'gold_tags' with a tag a token", [{"tokens": ["a"], "predicted_tags": ["O"]}]),
        ("field 'gold_tags': expected one tag a token, got 1 for 2", [TAGGED | {"gold_tags": ["O"]}]),
        (
            "field 'predicted_tags': expected one tag a token, got 3",
            [TAGGED, TAGGED | {"predicted_tags": ["O"] * 3}],
        ),
        (r"field 'gold_tags\[1\]': expected a text in quotes, got 3", [TAGGED | {"gold_tags": ["O", 3]}]),
        ("unknown gold tag 'rain' in the sentence", [TAGGED, TAGGED | {"gold_tags": ["O", "rain"]}]),
        ("unknown predicted tag '[UM]-W'", [TAGGED, TAGGED | {"predicted_tags": ["U-W", "M-W"]}]),
    ],
)
def test_what_is_wrong_with_tags_is_named_with_its_line(
    tmp_path: Path, message: str, objects: list[dict[str, Any]]
) -> None:
    fails(tmp_path, message, *objects)


def test_a_scheme_that_is_named_has_to_be_the_one(tmp_path: Path) -> None:
    read(tmp_path, TAGGED, scheme="BIO")
    with pytest.raises(CorpusError, match=r"unknown predicted tag 'E-W' .* expected a tag of the scheme BIO"):
        read(tmp_path, TAGGED | {"predicted_tags": ["O", "E-W"]}, scheme="BIO")
    with pytest.raises(CorpusError, match="a tag scheme"):
        read(tmp_path, TAGGED, scheme="BILOUX")


def test_a_file_that_is_not_there_or_empty_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="expected a file with predictions and gold, but there is none"):
        read_predictions(tmp_path / "none.jsonl")
    with pytest.raises(CorpusError, match="expected a file with predictions and gold, got a directory"):
        read_predictions(tmp_path)
    (tmp_path / "empty").write_text("\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="expected at least one sentence, got none"):
        read_predictions(tmp_path / "empty")


@pytest.mark.parametrize("before", ["Rain B-W B-W\n", json.dumps(SCORED) + "\n"])
def test_a_file_that_is_not_utf_8_is_to_be_saved_as_utf_8(tmp_path: Path, before: str) -> None:
    path = tmp_path / "answers"
    path.write_bytes(before.encode() + before.replace("Rain", "Ö").encode("latin-1"))
    with pytest.raises(
        CorpusError, match=r"expected text in utf-8, got byte 0xD6.*; save the file as UTF-8$"
    ) as caught:
        read_predictions(path)
    assert caught.value.line_number == 2
    assert len(read_predictions(path, encoding="latin-1").sentences) in (1, 2)


@pytest.mark.parametrize(
    "content",
    [
        b"\x93NUMPY\x01\x00v\x00",
        "Rain B-W B-W\n".encode("utf-16"),
        # Without a time: the name of a test must be the same in each of pytest's processes.
        gzip.compress(b"run.json\0\0\0", mtime=0),
    ],
)
def test_a_binary_file_is_told_as_such(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "answers"
    path.write_bytes(content)
    with pytest.raises(
        CorpusError, match=r"expected a text file .*, got a binary file .* save it as UTF-8"
    ) as caught:
        read_predictions(path)
    assert "option" not in str(caught.value)


def test_utf_16_is_read_where_the_caller_says_so(tmp_path: Path) -> None:
    path = tmp_path / "answers"
    path.write_bytes("Rain B-W B-W\n".encode("utf-16"))
    assert read_predictions(path, encoding="utf-16").sentences[0].words == ("Rain",)
