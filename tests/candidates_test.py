"""Candidate spans, against enumeration of all pairs of word positions and the paper's numbers."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blner_allennlp.candidates import (
    candidate_spans,
    num_candidates,
    smallest_sufficient_width,
    split_by_reach,
)
from blner_allennlp.entities import Entity
from tests.oracles import all_spans

widths_or_none = st.none() | st.integers(1, 30)


@given(st.integers(0, 25), widths_or_none)
def test_count_and_list_agree_with_enumeration(num_words: int, max_width: int | None) -> None:
    expected = all_spans(num_words, max_width)
    assert list(candidate_spans(num_words, max_width)) == expected
    assert num_candidates(num_words, max_width) == len(expected)


def test_the_papers_hundred_words_have_5050_spans_and_955_of_at_most_ten_words() -> None:
    assert num_candidates(100, None) == 5050
    assert num_candidates(100, 10) == 955


def test_a_sentence_shorter_than_the_limit_has_all_its_spans() -> None:
    # The closed form of the paper would give -5 here.
    assert num_candidates(4, 10) == 10


def test_spans_come_by_first_word_and_then_by_width() -> None:
    assert list(candidate_spans(3, 2)) == [(0, 1), (0, 2), (1, 2), (1, 3), (2, 3)]


@pytest.mark.parametrize("function", [num_candidates, candidate_spans])
def test_impossible_sizes_are_rejected_at_the_call(function: object) -> None:
    assert callable(function)
    with pytest.raises(ValueError, match="num_words is -1, but must be 0 or more"):
        function(-1, 3)
    with pytest.raises(ValueError, match="max_width is 0, but must be at least 1"):
        function(5, 0)


def test_entities_are_parted_by_width_in_their_order() -> None:
    wide, narrow, exact = Entity(4, 9, "A"), Entity(0, 1, "B"), Entity(1, 4, "A")
    assert split_by_reach([wide, narrow, exact], 3) == ((narrow, exact), (wide,))
    assert split_by_reach([wide, narrow, exact], None) == ((wide, narrow, exact), ())
    with pytest.raises(ValueError, match="max_width is 0"):
        split_by_reach([wide], 0)


@given(st.integers(1, 8), st.integers(1, 8))
def test_reachable_is_what_some_candidate_span_hits(num_words: int, max_width: int) -> None:
    entities = [Entity(start, end, "A") for start, end in all_spans(num_words)]
    reachable, unreachable = split_by_reach(entities, max_width)
    spans = set(candidate_spans(num_words, max_width))
    assert {(entity.word_start, entity.word_end) for entity in reachable} == spans
    assert set(reachable) | set(unreachable) == set(entities)
    assert not set(reachable) & set(unreachable)


@given(st.lists(st.integers(1, 12), min_size=1, max_size=60), st.integers(0, 99))
def test_the_sufficient_width_is_the_first_that_exceeds_the_share(widths: list[int], percent: int) -> None:
    found = smallest_sufficient_width(widths, percent / 100)
    # Whole numbers only, so that the comparison is exact.
    assert 100 * sum(width <= found for width in widths) > percent * len(widths)
    assert 100 * sum(width < found for width in widths) <= percent * len(widths)
    assert found in widths
    assert smallest_sufficient_width(Counter(widths), percent / 100) == found


def test_exactly_the_share_is_not_enough() -> None:
    assert smallest_sufficient_width({1: 99, 7: 1}) == 7
    assert smallest_sufficient_width({1: 199, 7: 1}) == 1
    assert smallest_sufficient_width({1: 29, 7: 71}, share=0.29) == 7
    assert smallest_sufficient_width([3]) == 3


@pytest.mark.parametrize("share", [1.0, -0.1, float("nan")])
def test_shares_that_cannot_be_exceeded_are_rejected(share: float) -> None:
    with pytest.raises(ValueError, match=r"share is .*, but must be in \[0, 1\)"):
        smallest_sufficient_width([1], share)


@pytest.mark.parametrize("widths", [[1, 0], {2: -1}])
def test_impossible_widths_and_numbers_are_rejected(widths: list[int] | dict[int, int]) -> None:
    with pytest.raises(ValueError, match="must be 1 or more"):
        smallest_sufficient_width(widths)


@pytest.mark.parametrize("widths", [[], {2: 0}])
def test_a_width_cannot_be_found_without_entities(widths: list[int] | dict[int, int]) -> None:
    with pytest.raises(ValueError, match="there are no entities to measure"):
        smallest_sufficient_width(widths)
