"""Packing: each sentence once, nothing over the budget, and hardly dearer than the best there is."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blner_allennlp.batching import BatchBudget, SentenceSize, pack

sentence_sizes = st.tuples(st.integers(1, 40), st.integers(0, 40)).map(lambda size: SentenceSize(*size))
corpora = st.lists(sentence_sizes, max_size=60)
budgets = st.builds(
    BatchBudget,
    max_pieces=st.integers(1, 300),
    max_width=st.integers(0, 20),
    max_pieces_at_once=st.one_of(st.none(), st.integers(4, 30)),
    attention_length=st.integers(5, 500),
)
costs_per_batch = st.one_of(st.none(), st.floats(0, 200))


def sizes_of(batch: list[int], sizes: list[SentenceSize]) -> list[SentenceSize]:
    return [sizes[index] for index in batch]


def total_cost(
    batches: list[list[int]], sizes: list[SentenceSize], budget: BatchBudget, cost_per_batch: float
) -> float:
    return sum(cost_per_batch + budget.batch_cost(sizes_of(batch, sizes)) for batch in batches)


def all_cuts(order: list[int]) -> Iterator[list[list[int]]]:
    """Every way to cut a sequence into batches."""
    for count in range(len(order)):
        for cuts in combinations(range(1, len(order)), count):
            yield [order[first:after] for first, after in pairwise((0, *cuts, len(order)))]


def filled_one_by_one(sizes: list[SentenceSize], budget: BatchBudget) -> list[list[int]]:
    """Longest first, and a new batch wherever the next sentence would burst this one."""
    batches: list[list[int]] = []
    for index in sorted(range(len(sizes)), key=lambda index: -sizes[index].num_pieces):
        if batches and budget.batch_cost(sizes_of([*batches[-1], index], sizes)) <= budget.max_pieces:
            batches[-1].append(index)
        else:
            batches.append([index])
    return batches


@given(corpora, budgets, costs_per_batch)
def test_each_sentence_is_in_one_batch_and_only_single_ones_are_over_the_budget(
    sizes: list[SentenceSize], budget: BatchBudget, cost_per_batch: float | None
) -> None:
    batches = pack(sizes, budget, cost_per_batch)
    assert sorted(index for batch in batches for index in batch) == list(range(len(sizes)))
    assert all(batches)
    for batch in batches:
        assert len(batch) == 1 or budget.batch_cost(sizes_of(batch, sizes)) <= budget.max_pieces + 1e-6


@given(corpora, budgets, costs_per_batch, st.randoms())
def test_the_batches_are_the_same_for_the_same_sentences_in_any_order(
    sizes: list[SentenceSize], budget: BatchBudget, cost_per_batch: float | None, shuffler: random.Random
) -> None:
    batches = pack(sizes, budget, cost_per_batch)
    assert pack(sizes, budget, cost_per_batch) == batches
    shuffled = list(sizes)
    shuffler.shuffle(shuffled)
    row_costs = [sorted(map(budget.row_cost, sizes_of(batch, sizes))) for batch in batches]
    again = pack(shuffled, budget, cost_per_batch)
    assert [sorted(map(budget.row_cost, sizes_of(batch, shuffled))) for batch in again] == row_costs


@given(st.lists(st.integers(1, 40), max_size=60), st.integers(40, 300))
def test_no_packing_of_pieces_alone_has_fewer_batches(lengths: list[int], max_pieces: int) -> None:
    sizes = [SentenceSize(length, length) for length in lengths]
    budget = BatchBudget(max_pieces, attention_length=10**12)
    assert len(pack(sizes, budget)) <= len(filled_one_by_one(sizes, budget))


@given(st.lists(st.integers(1, 40), max_size=60), st.integers(40, 300), st.floats(0, 100))
def test_batches_that_are_priced_never_cost_more_than_batches_filled_one_by_one(
    lengths: list[int], max_pieces: int, cost_per_batch: float
) -> None:
    sizes = [SentenceSize(length, length) for length in lengths]
    budget = BatchBudget(max_pieces, max_width=10)
    priced = total_cost(pack(sizes, budget, cost_per_batch), sizes, budget, cost_per_batch)
    filled = total_cost(filled_one_by_one(sizes, budget), sizes, budget, cost_per_batch)
    assert priced <= filled + 1e-6


@given(st.lists(st.integers(1, 12), min_size=1, max_size=8), st.integers(12, 60), st.floats(0, 20))
def test_they_cost_at_most_a_twentieth_more_than_the_best_of_all_cuts(
    lengths: list[int], max_pieces: int, cost_per_batch: float
) -> None:
    sizes = [SentenceSize(length, length) for length in lengths]
    budget = BatchBudget(max_pieces)
    longest_first = sorted(range(len(sizes)), key=lambda index: -lengths[index])
    best = min(
        total_cost(cut, sizes, budget, cost_per_batch)
        for cut in all_cuts(longest_first)
        if all(len(batch) == 1 or budget.batch_cost(sizes_of(batch, sizes)) <= max_pieces for batch in cut)
    )
    assert total_cost(pack(sizes, budget, cost_per_batch), sizes, budget, cost_per_batch) <= 1.05 * best


def test_where_batches_cost_nothing_nothing_is_padded() -> None:
    lengths = [7, 3, 7, 5, 3, 3, 9]
    batches = pack([SentenceSize(length, length) for length in lengths], BatchBudget(1000), 0)
    assert [[lengths[index] for index in batch] for batch in batches] == [[9], [7, 7], [5], [3, 3, 3]]


def test_where_batches_are_dear_they_are_padded() -> None:
    lengths = [7, 3, 7, 5, 3, 3, 9]
    budget = BatchBudget(1000, attention_length=10**12)
    batches = pack([SentenceSize(length, length) for length in lengths], budget, 1000)
    assert [len(batch) for batch in batches] == [7]
    # Padding 3, 5 to 7 costs 14, and 5 to 9, 7 to 9 twice and 3 to 9 thrice 26: in between a second batch pays.
    batches = pack([SentenceSize(length, length) for length in lengths], budget, 12)
    assert [[lengths[index] for index in batch] for batch in batches] == [[9, 7, 7, 5], [3, 3, 3]]


@pytest.mark.parametrize(("cost_per_batch", "most_padding"), [(None, 0.04), (64, 0.01)])
def test_little_of_a_corpus_of_ordinary_lengths_is_padding(
    cost_per_batch: float | None, most_padding: float
) -> None:
    lengths = random.Random(7)
    sizes = [SentenceSize(max(3, int(lengths.lognormvariate(3, 0.5))), 1) for _ in range(4096)]
    num_pieces = sum(size.num_pieces for size in sizes)
    batches = pack(sizes, BatchBudget(2048), cost_per_batch)
    num_read = sum(len(batch) * max(size.num_pieces for size in sizes_of(batch, sizes)) for batch in batches)
    assert num_read <= (1 + most_padding) * num_pieces
    assert len(batches) <= 2 * num_pieces / 2048


def test_a_text_beyond_the_encoder_s_limit_is_counted_with_all_its_windows() -> None:
    # A piece costs a quarter more for attention: the long text 30 for its two windows, and the others 15 each.
    budget = BatchBudget(46, max_pieces_at_once=12, attention_length=48)
    sizes = [SentenceSize(14, 1), SentenceSize(12, 1), SentenceSize(12, 1), SentenceSize(12, 1)]
    assert pack(sizes, budget) == [[0], [1, 2, 3]]


def test_a_negative_cost_is_refused() -> None:
    with pytest.raises(ValueError, match="cost_per_batch is -1, but must be at least 0"):
        pack([], BatchBudget(10), -1)


def test_no_sentence_makes_no_batch() -> None:
    assert pack([], BatchBudget(10)) == pack([], BatchBudget(10), 5) == []
