"""From scored mentions that may share words to a flat set."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable

from blner_allennlp.entities import ScoredEntity


def remove_overlaps(scored_entities: Iterable[ScoredEntity]) -> list[ScoredEntity]:
    """Keep the best-scored of mentions that share words (paper, section 3.2, heuristic decoding).

    Greedy: from the highest score down, a mention is kept if it shares no word with one kept before. Of equal
    scores the longer mention goes first, then the one that starts earlier, then the alphabetically first
    label, so that the result does not depend on the order of the input. Time is O(n log n) in mentions, but
    for the moves of list items in memory.

    Args:
        scored_entities: predicted mentions, in any order.

    Returns:
        Disjoint mentions, in order of `word_start`.

    Raises:
        ValueError: a score is not a number, so that no order exists.
    """
    candidates = list(scored_entities)
    for candidate in candidates:
        if math.isnan(candidate.score):
            raise ValueError(
                f"the score of {candidate.entity} is NaN, but must be a number; look for a diverged loss "
                "or weights that were not loaded"
            )
    candidates.sort(key=_priority)
    kept: list[ScoredEntity] = []
    kept_starts: list[int] = []
    for candidate in candidates:
        entity = candidate.entity
        # What is kept is disjoint and sorted, so only the two neighbours of the insertion point can collide.
        position = bisect_left(kept_starts, entity.word_start)
        collides_left = position > 0 and kept[position - 1].entity.overlaps(entity)
        collides_right = position < len(kept) and kept[position].entity.overlaps(entity)
        if not collides_left and not collides_right:
            kept.insert(position, candidate)
            kept_starts.insert(position, entity.word_start)
    return kept


def _priority(candidate: ScoredEntity) -> tuple[float, int, int, str]:
    entity = candidate.entity
    return -candidate.score, -entity.num_words, entity.word_start, entity.label
