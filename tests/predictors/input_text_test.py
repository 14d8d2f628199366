"""Reading input objects: words, character offsets, and what is wrong with bad ones."""

import sys

import pytest
from allennlp.common.checks import ConfigurationError
from hypothesis import given
from hypothesis import strategies as st

from blner_allennlp.predictors.input_text import InputError, named_splitter, to_sentence


def by_blanks(text: str) -> list[tuple[int, int]]:
    position, spans = 0, []
    for word in text.split(" "):
        if word:
            spans.append((position, position + len(word)))
        position += len(word) + 1
    return spans


@pytest.mark.parametrize("name", ["text", "sentence"])
def test_text_is_split_and_located(name: str) -> None:
    sentence = to_sentence({name: "Ada  sails ."}, by_blanks)
    assert sentence.words == ("Ada", "sails", ".")
    assert sentence.char_offsets == ((0, 3), (5, 10), (11, 12))


def test_tokens_without_text_are_joined_by_blanks() -> None:
    sentence = to_sentence({"tokens": ["New", "", "Oslo"]}, by_blanks)
    assert sentence.text == "New  Oslo"
    assert sentence.char_offsets == ((0, 3), (3, 3), (5, 9))


def test_tokens_are_located_in_their_text() -> None:
    sentence = to_sentence({"tokens": ["I", "ca", "n't"], "text": "I can't"}, by_blanks)
    assert sentence.char_offsets == ((0, 1), (2, 4), (4, 7))


@pytest.mark.parametrize("text", ["", "  ", "\n\t"])
def test_a_text_without_words_is_no_error(text: str) -> None:
    assert to_sentence({"text": text}, named_splitter("rules", "en")).words == ()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (["a"], "expected a JSON object, got a list"),
        ("a", "expected a JSON object, got a string"),
        (None, "got null"),
        (3.5, "got a number"),
        ({}, "got an empty object"),
        ({"txt": "a"}, "got only 'txt'"),
        ({"text": 5}, "'text' must be a string, got a number"),
        ({"sentence": None}, "'sentence' must be a string, got null"),
        ({"tokens": "a b"}, "'tokens' must be a list of strings, got a string"),
        ({"tokens": ["a", 1]}, "got a list with other values"),
        (
            {"tokens": ["b", "a"], "text": "a b"},
            r"token 1 \('a'\) does not occur in the text after character 3",
        ),
    ],
)
def test_bad_input_is_explained(fields, message: str) -> None:
    with pytest.raises(InputError, match=message):
        to_sentence(fields, by_blanks)


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(
        ConfigurationError, match=r"language is 'qq', but spaCy cannot split its words: .*E048"
    ):
        named_splitter("rules", "qq")


def test_a_missing_spacy_is_explained(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(ConfigurationError, match="or give 'tokens' instead of text"):
        named_splitter("rules", "nb")


def test_null_beside_tokens_is_no_text() -> None:
    assert to_sentence({"text": None, "tokens": ["a", "b"]}, by_blanks).text == "a b"


@given(st.text())
def test_no_character_but_white_space_is_lost(text: str) -> None:
    sentence = to_sentence({"text": text}, named_splitter("rules", "en"))
    covered = set()
    for (char_start, char_end), word in zip(sentence.char_offsets, sentence.words, strict=True):
        assert text[char_start:char_end] == word
        covered.update(range(char_start, char_end))
    assert all(text[index].isspace() for index in set(range(len(text))) - covered)


def test_half_a_surrogate_pair_becomes_a_replacement_character_of_the_same_length() -> None:
    sentence = to_sentence({"text": "a \ud800b c"}, by_blanks)
    assert sentence.words == ("a", "\ufffdb", "c")
    assert sentence.char_offsets == ((0, 1), (2, 4), (5, 6))
