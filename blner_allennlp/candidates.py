"""Candidate spans: how many there are, which they are, and which gold entities they reach."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from blner_allennlp.entities import Entity


def num_candidates(num_words: int, max_width: int | None) -> int:
    """Count the spans of at most `max_width` words: the sum of n-l+1 over l = 1..min(ε, n).

    The closed form ε(2n-ε+1)/2 of the paper (section 3.2) holds for n >= ε only; this count holds for every
    sentence.

    Args:
        num_words: length n of the sentence.
        max_width: widest span ε in words; None for no limit.

    Returns:
        The number of candidate spans, 0 for an empty sentence.
    """
    widest = _widest_candidate(num_words, max_width)
    return widest * (2 * num_words - widest + 1) // 2


def candidate_spans(num_words: int, max_width: int | None) -> Iterator[tuple[int, int]]:
    """List the spans of at most `max_width` words (paper, Eq. 12), in order of first word, then of width.

    It is the order in which a (W, E) grid of span scores is read row by row, without the cells that reach
    past the last word.

    Args:
        num_words: length of the sentence.
        max_width: widest span in words; None for no limit.

    Returns:
        Pairs `(word_start, word_end)`, the end exclusive.
    """
    widest = _widest_candidate(num_words, max_width)
    return (
        (word_start, word_end)
        for word_start in range(num_words)
        for word_end in range(word_start + 1, min(word_start + widest, num_words) + 1)
    )


def split_by_reach(
    entities: Iterable[Entity], max_width: int | None
) -> tuple[tuple[Entity, ...], tuple[Entity, ...]]:
    """Part entities that some candidate span can hit from those that are too wide.

    What is out of reach is no training example of a span head, but stays gold: it counts as missed.

    Args:
        entities: the entities.
        max_width: widest candidate span in words; None for no limit.

    Returns:
        Entities within reach, and entities out of reach, each in the given order.
    """
    _check_max_width(max_width)
    reachable: list[Entity] = []
    unreachable: list[Entity] = []
    for entity in entities:
        is_reachable = max_width is None or entity.num_words <= max_width
        (reachable if is_reachable else unreachable).append(entity)
    return tuple(reachable), tuple(unreachable)


def smallest_sufficient_width(widths: Iterable[int] | Mapping[int, int], share: float = 0.99) -> int:
    """Find the smallest ε such that more than `share` of the entities have at most ε words (paper, Table 2).

    Args:
        widths: the width in words of each entity, or the number of entities by width.
        share: the share to exceed, in [0, 1).

    Returns:
        The width ε, one that occurs in `widths`.

    Raises:
        ValueError: there are no entities, a width is below 1, a number of entities is negative, or `share` is
            outside [0, 1).
    """
    if not 0 <= share < 1:
        raise ValueError(
            f"share is {share}, but must be in [0, 1), since it is to be exceeded; 0.99 is the paper's"
        )
    num_by_width = Counter(widths)
    if any(width < 1 or num < 0 for width, num in num_by_width.items()):
        raise ValueError(
            f"entity widths {dict(num_by_width)} must be 1 or more, and their numbers 0 or more; "
            "count entities by their number of words"
        )
    num_entities = num_by_width.total()
    if num_entities == 0:
        raise ValueError(
            "there are no entities to measure; pass the entities of all splits that max_width is to serve"
        )
    # The decimal as written: in floats 0.29 * 100 is less than 29, so 29 of 100 would exceed 0.29.
    num_to_exceed = Fraction(str(share)) * num_entities
    num_covered = 0
    for width in sorted(num_by_width):
        num_covered += num_by_width[width]
        if num_covered > num_to_exceed:
            break
    return width


def _widest_candidate(num_words: int, max_width: int | None) -> int:
    if num_words < 0:
        raise ValueError(
            f"num_words is {num_words}, but must be 0 or more; pass the length of the sentence in words"
        )
    _check_max_width(max_width)
    return num_words if max_width is None else min(max_width, num_words)


def _check_max_width(max_width: int | None) -> None:
    if max_width is not None and max_width < 1:
        raise ValueError(
            f"max_width is {max_width}, but must be at least 1; set it to the widest entity to predict, in "
            "words, or to None for no limit"
        )
