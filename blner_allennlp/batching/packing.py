"""Which sentences go together in a batch."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from blner_allennlp.batching.batch_budget import BatchBudget, SentenceSize


def pack(
    sizes: Sequence[SentenceSize], budget: BatchBudget, cost_per_batch: float | None = None
) -> list[list[int]]:
    """Sort sentences by length and cut them into batches that fit in the budget.

    Either as few batches as the order allows, or those that cost least in all, when each costs something of its own:
    then a batch ends before it is full where the next sentences would be padded more than another batch costs. The
    search looks at batches that are full or end where the length changes; so it is never worse than filling each batch,
    and takes time linear in the sentences for each length that fits in one batch.

    Args:
        sizes: the sentences.
        budget: what a batch may cost.
        cost_per_batch: what a batch costs whatever is in it, in pieces; None for as few batches as the order allows.

    Returns:
        The batches, that of the longest sentences first, as indices of the sentences: each index once. Only a sentence
        that is over the budget on its own is in a batch over the budget, and alone there. Equal sizes stay in their
        order, so that the answer depends on nothing but the arguments.

    Raises:
        ValueError: `cost_per_batch` is less than 0.
    """
    if cost_per_batch is not None and not cost_per_batch >= 0:
        raise ValueError(f"cost_per_batch is {cost_per_batch}, but must be at least 0")
    costs = [budget.row_cost(size) for size in sizes]
    order = sorted(range(len(sizes)), key=lambda index: -costs[index])
    row_costs = _costs_as_first([sizes[index] for index in order], budget)
    if cost_per_batch is None:
        borders = _fewest_batches(row_costs, budget.max_pieces)
    else:
        borders = _cheapest_batches(row_costs, budget.max_pieces, cost_per_batch)
    return [order[first:after] for first, after in pairwise(borders)]


def _costs_as_first(sizes: list[SentenceSize], budget: BatchBudget) -> list[float]:
    """What a row costs in a batch that starts at each sentence, whatever comes after it; never growing."""
    costs = [0.0] * len(sizes)
    most_pieces = most_words = 0
    # A sentence of fewer pieces may have more words than those before it.
    for position in range(len(sizes) - 1, -1, -1):
        most_pieces = max(most_pieces, sizes[position].num_pieces)
        most_words = max(most_words, sizes[position].num_words)
        costs[position] = budget.row_cost(SentenceSize(most_pieces, most_words))
    return costs


def _num_rows(row_cost: float, max_cost: float) -> int:
    """How many rows fit; one at least."""
    num_rows = max(1, int(max_cost // row_cost)) if row_cost else 1
    # The quotient is rounded: the product decides.
    return num_rows - 1 if num_rows > 1 and num_rows * row_cost > max_cost else num_rows


def _fewest_batches(row_costs: list[float], max_cost: float) -> list[int]:
    """Borders of batches, each as full as can be."""
    borders = [0]
    while borders[-1] < len(row_costs):
        first = borders[-1]
        borders.append(min(first + _num_rows(row_costs[first], max_cost), len(row_costs)))
    return borders


def _cheapest_batches(row_costs: list[float], max_cost: float, cost_per_batch: float) -> list[int]:
    """Borders of the batches whose costs add up to least, among those that are full or end where lengths change."""
    num_sentences = len(row_costs)
    # For each sentence the first one after it that costs less.
    next_change = [num_sentences] * num_sentences
    for position in range(num_sentences - 2, -1, -1):
        is_change = row_costs[position] != row_costs[position + 1]
        next_change[position] = position + 1 if is_change else next_change[position + 1]

    least = [float("inf")] * (num_sentences + 1)
    least[0] = 0.0
    came_from = [0] * (num_sentences + 1)
    for first, row_cost in enumerate(row_costs):
        if least[first] == float("inf"):
            continue
        last_possible = min(first + _num_rows(row_cost, max_cost), num_sentences)
        after = first
        while after < last_possible:
            after = min(next_change[after], last_possible)
            total = least[first] + cost_per_batch + (after - first) * row_cost
            if total < least[after]:
                least[after], came_from[after] = total, first
    borders = [num_sentences]
    while borders[-1]:
        borders.append(came_from[borders[-1]])
    return borders[::-1]
