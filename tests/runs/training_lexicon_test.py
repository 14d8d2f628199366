"""Counts over training sentences, and their file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blner_allennlp.entities import Entity, Sentence
from blner_allennlp.errors import RunError
from blner_allennlp.runs.string_counts import count_strings
from blner_allennlp.runs.training_lexicon import TrainingLexicon

SENTENCES = (
    Sentence(("Rain", "in", "New", "Oslo"), (Entity(0, 1, "Weather"), Entity(2, 4, "Place"))),
    Sentence(("new", "oslo", "rain", "and", "Rain", "rain"), (Entity(0, 2, "Team"), Entity(2, 3, "Weather"))),
    Sentence(("New", "new", "Oslo")),
)


def test_mentions_words_and_strings_are_counted() -> None:
    lexicon = TrainingLexicon.from_sentences(iter(SENTENCES))
    assert lexicon.labels_by_surface == {"rain": {"Weather": 2}, "new oslo": {"Place": 1, "Team": 1}}
    assert lexicon.word_counts["Rain"] == 2
    assert lexicon.word_counts["rain"] == 2
    assert lexicon.word_counts["New"] == 2
    # Inside mentions and outside, in either case.
    assert lexicon.string_counts == {"rain": 4, "new oslo": 3}


def brute_force(string: str, sentences: list[list[str]]) -> int:
    wanted = string.split(" ")
    return sum(
        [word.lower() for word in words[start : start + len(wanted)]] == wanted
        for words in sentences
        for start in range(len(words))
    )


WORDS = st.sampled_from(["a", "A", "b", "c", "aa"])


@given(
    st.lists(st.lists(WORDS, max_size=8)),
    st.sets(st.lists(WORDS, min_size=1, max_size=3).map(tuple), max_size=5),
)
def test_strings_are_counted_as_a_search_through_the_text_counts_them(
    sentences: list[list[str]], wanted: set[tuple[str, ...]]
) -> None:
    strings = {" ".join(words).lower() for words in wanted}
    assert count_strings(strings, sentences) == {string: brute_force(string, sentences) for string in strings}


def test_a_lexicon_comes_back_from_its_file(tmp_path: Path) -> None:
    lexicon = TrainingLexicon.from_sentences(
        [*SENTENCES, Sentence(("Größe\u2028", "🌧"), (Entity(1, 2, "W"),))]
    )
    lexicon.write(tmp_path / "new" / "lexicon.json")
    assert TrainingLexicon.read(tmp_path / "new" / "lexicon.json") == lexicon
    assert TrainingLexicon.from_json(json.loads(json.dumps(lexicon.to_json())), Path("x")) == lexicon


COUNTS = {"labels_by_surface": {"rain": {"W": 1}}, "word_counts": {"Rain": 1}, "string_counts": {"rain": 1}}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([], "the file: expected an object, got a list of 0"),
        ({**COUNTS, "word_counts": None}, "field 'word_counts': expected an object, got null"),
        ({"labels_by_surface": {}, "word_counts": {}}, "field 'string_counts': expected an object, got null"),
        ({**COUNTS, "labels_by_surface": {"rain": 1}}, "'rain': expected an object with counts, got 1"),
        ({**COUNTS, "labels_by_surface": {"rain": {}}}, "'rain': expected an object with counts"),
        (
            {**COUNTS, "labels_by_surface": {"rain": {"W": "1"}}},
            "'W': expected a whole number above 0, got '1'",
        ),
        (
            {**COUNTS, "word_counts": {"Rain": 0}},
            "field 'word_counts', 'Rain': expected a whole number above 0, got 0",
        ),
        ({**COUNTS, "string_counts": {"rain": True}}, "expected a whole number above 0, got true"),
    ],
)
def test_what_is_no_lexicon_is_refused(tmp_path: Path, value: Any, message: str) -> None:
    path = tmp_path / "lexicon.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    with pytest.raises(RunError, match=message) as caught:
        TrainingLexicon.read(path)
    assert str(path) in str(caught.value)
