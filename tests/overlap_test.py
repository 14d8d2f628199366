"""Overlap removal, against repeated selection of the best mention left and on cases worked out by hand."""

from __future__ import annotations

import random
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blner_allennlp.entities import Entity, ScoredEntity
from blner_allennlp.overlap import keep_disjoint, remove_overlaps
from tests.oracles import greedy_flat_set

mentions = st.tuples(st.integers(0, 15), st.integers(1, 5), st.sampled_from("AB")).map(
    lambda parts: (parts[0], parts[0] + parts[1], parts[2])
)
# Few distinct scores, so that ties are common.
scored_mentions = st.lists(st.tuples(mentions, st.sampled_from([0.1, 0.5, 0.9])), max_size=40)


def to_scored(items: list[tuple[tuple[int, int, str], float]]) -> list[ScoredEntity]:
    return [ScoredEntity(Entity(*mention), score) for mention, score in items]


@given(scored_mentions, st.randoms())
def test_greedy_selection_equals_the_oracle_in_any_input_order(
    items: list[tuple[tuple[int, int, str], float]], shuffler: random.Random
) -> None:
    expected = to_scored(greedy_flat_set(items))
    assert remove_overlaps(to_scored(items)) == expected
    shuffler.shuffle(items)
    assert remove_overlaps(to_scored(items)) == expected


@given(scored_mentions)
def test_what_is_kept_is_disjoint_and_what_is_dropped_meets_something_at_least_as_good(
    items: list[tuple[tuple[int, int, str], float]],
) -> None:
    scored = to_scored(items)
    kept = remove_overlaps(scored)
    for left, right in pairwise(kept):
        assert left.entity.word_end <= right.entity.word_start
    for candidate in scored:
        rivals = [rival for rival in kept if rival.entity.overlaps(candidate.entity)]
        assert any(rival.score >= candidate.score for rival in rivals)


def test_the_highest_score_wins_although_two_others_would_cover_more() -> None:
    items = [((0, 3, "A"), 0.8), ((2, 4, "B"), 0.9), ((3, 6, "A"), 0.8), ((6, 7, "A"), 0.1)]
    assert remove_overlaps(to_scored(items)) == to_scored([((2, 4, "B"), 0.9), ((6, 7, "A"), 0.1)])


@pytest.mark.parametrize(
    ("winner", "loser"),
    [((0, 2, "A"), (1, 2, "A")), ((0, 2, "B"), (1, 3, "A")), ((0, 2, "A"), (0, 2, "B"))],
    ids=["longer", "earlier", "label"],
)
def test_ties_go_to_the_longer_then_the_earlier_then_the_first_label(
    winner: tuple[int, int, str], loser: tuple[int, int, str]
) -> None:
    assert remove_overlaps(to_scored([(loser, 0.5), (winner, 0.5)])) == to_scored([(winner, 0.5)])


def test_of_plain_numbers_the_first_win_and_come_out_in_order_of_their_words() -> None:
    assert keep_disjoint([5, 0, 4, 2, 3], [7, 2, 6, 5, 5]) == [1, 3, 0]
    assert keep_disjoint([], []) == []


def test_neighbours_that_touch_are_both_kept_and_nothing_gives_nothing() -> None:
    items = [((0, 2, "A"), 0.5), ((2, 3, "A"), 0.6)]
    assert remove_overlaps(to_scored(items)) == to_scored(items)
    assert remove_overlaps([]) == []


def test_twenty_thousand_disjoint_mentions_take_no_quadratic_time() -> None:
    shuffled = [((2 * i, 2 * i + 2, "A"), i % 97 / 97) for i in range(20_000)]
    random.Random(0).shuffle(shuffled)
    began = time.process_time()
    assert len(remove_overlaps(to_scored(shuffled))) == 20_000
    assert time.process_time() - began < 5  # comparing all pairs would take minutes


def test_scores_that_are_not_numbers_are_rejected() -> None:
    with pytest.raises(ValueError, match=r"the score of Entity\(.*\) is NaN"):
        remove_overlaps(to_scored([((0, 1, "A"), float("nan"))]))
