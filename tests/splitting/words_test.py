"""Ways to split words: what holds for all of them, and what each does."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blner_allennlp.splitting import WORD_SPLITTERS, word_splitter

texts = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="aZé0.,-/()[]'\"% \t\n\u00a0\u2028\u200b\u03b1\u0301語😀", max_size=40),
)


def words_of(text: str, name: str, language: str = "en") -> list[str]:
    return [text[start:end] for start, end in word_splitter(name, language)(text)]


@settings(max_examples=200)
@pytest.mark.parametrize(("name", "language"), [*((name, "en") for name in WORD_SPLITTERS), ("rules", "xx")])
@given(text=texts)
def test_words_are_in_order_disjoint_and_hold_all_but_white_space(name, language, text):
    spans = word_splitter(name, language)(text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    covered = {place for start, end in spans for place in range(start, end)}
    assert covered == {place for place, character in enumerate(text) if not character.isspace()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("alpha-methyl-DOPA/zol", ["alpha", "-", "methyl", "-", "DOPA", "/", "zol"]),
        ("[3H]-zol(+/-)", ["[", "3H", "]", "-", "zol", "(", "+", "/", "-", ")"]),
        ("P<0.05, 1,000.", ["P", "<", "0.05", ",", "1,000", "."]),
        ("1.5mg 2.3.4", ["1.5", "mg", "2.3.4"]),
        ("IL-2's", ["IL", "-", "2", "'", "s"]),
        ("TNF\u03b1_x naïve nai\u0308ve", ["TNF\u03b1", "_", "x", "naïve", "nai\u0308ve"]),
    ],
)
def test_biomedical_words_end_at_all_but_letters_and_digits(text, expected):
    assert words_of(text, "biomedical") == expected


def test_rules_are_those_of_the_language():
    assert words_of("I can't, Dr. Who.", "rules") == ["I", "ca", "n't", ",", "Dr.", "Who", "."]
    assert words_of("I can't, Dr. Who.", "rules", "xx") == ["I", "can't", ",", "Dr", ".", "Who", "."]
    assert words_of("z.B. heute", "rules", "de") == ["z.B.", "heute"]


def test_white_space_of_any_kind_parts_words():
    assert words_of(" a,b\u00a0c\u2028d\x1ce \n", "whitespace") == ["a,b", "c", "d", "e"]


@pytest.mark.parametrize("name", WORD_SPLITTERS)
def test_nothing_and_white_space_have_no_words(name):
    assert words_of("", name) == words_of(" \n\t\u3000", name) == []


def test_unknown_names_and_languages_are_an_error():
    with pytest.raises(
        ValueError, match="expected a word splitter out of rules, whitespace, biomedical, got 'x'"
    ):
        word_splitter("x")
    with pytest.raises(
        ValueError, match=r"language is 'qq', but spaCy cannot split its words: .*; use a code"
    ):
        word_splitter("rules", "qq")
