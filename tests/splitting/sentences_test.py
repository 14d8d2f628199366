"""Ways to split sentences: what holds for all of them, and what each does."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blner_allennlp.splitting import SENTENCE_SPLITTERS, sentence_splitter, word_splitter
from blner_allennlp.splitting.sentences import words_after

texts = st.one_of(st.text(max_size=40), st.text(alphabet="aA1.!?)(\"' \n\t", max_size=40))


def sentences_of(text: str, name: str, words: str = "rules") -> list[str]:
    """Each sentence as its words, joined by blanks."""
    spans = word_splitter(words)(text)
    starts = sentence_splitter(name)(text, spans)
    return [
        " ".join(text[start:end] for start, end in spans[first:last])
        for first, last in zip(starts, [*starts[1:], len(spans)], strict=True)
    ]


@settings(max_examples=200)
@pytest.mark.parametrize("name", SENTENCE_SPLITTERS)
@given(text=texts, words=st.sampled_from(["whitespace", "biomedical"]))
def test_starts_are_words_in_order_and_the_first_word_is_one(name, text, words):
    spans = word_splitter(words)(text)
    starts = sentence_splitter(name)(text, spans)
    assert starts == sorted(set(starts))
    assert all(0 <= start < len(spans) for start in starts)
    assert starts[:1] == ([0] if spans else [])


@pytest.mark.parametrize("name", ["rules", "biomedical"])
@given(st.lists(st.sampled_from(["Zol helps.", "It did not", "Is it?"]), min_size=1, max_size=5))
def test_blank_lines_end_sentences(name, paragraphs):
    for blank_line in ("\n\n", "\n \t\n", "\n\n\n"):
        text = blank_line.join(paragraphs)
        assert len(sentences_of(text, name)) == len(paragraphs)


def test_rules_end_sentences_at_words_that_are_stops():
    assert sentences_of("Dr. Who came. Did he?! Yes", "rules") == ["Dr. Who came .", "Did he ? !", "Yes"]
    assert sentences_of("今日は。明日", "rules", "biomedical") == ["今日は 。", "明日"]


def test_lines_are_sentences_and_empty_ones_are_none():
    assert sentences_of("\na. b\n \nc\nd", "lines") == ["a. b", "c", "d"]


def test_none_finds_one_sentence():
    assert sentences_of("a. B.\n\nC. d", "none") == ["a. B. C. d"]


def test_an_unknown_name_is_an_error():
    with pytest.raises(
        ValueError, match="expected a sentence splitter out of rules, lines, none, biomedical, got 'x'"
    ):
        sentence_splitter("x")


@given(st.text(alphabet="a ", max_size=30), st.lists(st.integers(0, 31)))
def test_words_after_places_are_those_that_a_search_finds(text, places):
    spans = [match.span() for match in re.finditer("a+", text)]
    expected = set()
    for place in places:
        later = [index for index, (start, _) in enumerate(spans) if start >= place]
        expected.update(later[:1])
    assert words_after(sorted(places), spans) == sorted(expected)
