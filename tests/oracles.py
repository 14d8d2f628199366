"""Slow, obvious counterparts of the package's algorithms; plain tuples, no code shared with the package."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

Mention = tuple[int, int, str]  # first word, word after the last, type


def all_spans(num_words: int, max_width: int | None = None) -> list[tuple[int, int]]:
    """Spans of at most `max_width` words, by asking every pair of word positions."""
    return [
        (start, end)
        for start, end in combinations(range(num_words + 1), 2)
        if max_width is None or end - start <= max_width
    ]


def flat_mention_sets(num_words: int, labels: Sequence[str]) -> Iterator[tuple[Mention, ...]]:
    """Every set of disjoint typed mentions of a sentence, the empty one included, each sorted."""

    def continue_from(word: int) -> Iterator[tuple[Mention, ...]]:
        if word == num_words:
            yield ()
            return
        yield from continue_from(word + 1)
        for end in range(word + 1, num_words + 1):
            for rest in continue_from(end):
                for label in labels:
                    yield ((word, end, label), *rest)

    return continue_from(0)


def greedy_flat_set(scored: Iterable[tuple[Mention, float]]) -> list[tuple[Mention, float]]:
    """Take the best mention, strike out what shares a word with it, repeat; sorted by first word."""
    remaining = list(scored)
    taken = []
    while remaining:
        best = remaining[0]
        for other in remaining[1:]:
            (best_start, best_end, best_label), best_score = best
            (start, end, label), score = other
            if score != best_score:
                is_better = score > best_score
            elif end - start != best_end - best_start:
                is_better = end - start > best_end - best_start
            elif start != best_start:
                is_better = start < best_start
            else:
                is_better = label < best_label
            if is_better:
                best = other
        taken.append(best)
        words_taken = set(range(best[0][0], best[0][1]))
        remaining = [item for item in remaining if words_taken.isdisjoint(range(item[0][0], item[0][1]))]
    return sorted(taken)


def count_matches(gold: Iterable[Mention], predicted: Iterable[Mention]) -> tuple[int, int, int]:
    """True positives, predicted and gold of one sentence, by comparing every pair."""
    distinct_gold: list[Mention] = []
    for mention in gold:
        if mention not in distinct_gold:
            distinct_gold.append(mention)
    distinct_predicted: list[Mention] = []
    for mention in predicted:
        if mention not in distinct_predicted:
            distinct_predicted.append(mention)
    num_equal_pairs = sum(left == right for left in distinct_gold for right in distinct_predicted)
    return num_equal_pairs, len(distinct_predicted), len(distinct_gold)
