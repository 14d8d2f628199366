"""From scored mentions that may share words to a flat set."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from blner_allennlp.entities import ScoredEntity


def keep_disjoint(word_starts: Sequence[int], word_ends: Sequence[int]) -> list[int]:
    """Walk through the spans of a sentence and keep each one that shares no word with one kept before.

    The greedy rule on plain numbers: whoever has many spans sorts them and makes objects of the kept ones only.

    Args:
        word_starts: first word of each span, the span that goes first in front.
        word_ends: index after the last word of each span, in the same order.

    Returns:
        Indices of the kept spans, in order of their first words.
    """
    is_taken = bytearray(max(word_ends, default=0))  # a byte for each word
    kept = []
    for index, (word_start, word_end) in enumerate(zip(word_starts, word_ends, strict=True)):
        if is_taken.find(1, word_start, word_end) < 0:
            is_taken[word_start:word_end] = b"\x01" * (word_end - word_start)
            kept.append(index)
    return sorted(kept, key=word_starts.__getitem__)


def remove_overlaps(scored_entities: Iterable[ScoredEntity]) -> list[ScoredEntity]:
    """Keep the best-scored of mentions that share words (paper, section 3.2, heuristic decoding).

    Greedy: from the highest score down, a mention is kept if it shares no word with one kept before. Of equal
    scores the longer mention goes first, then the one that starts earlier, then the alphabetically first
    label, so that the result does not depend on the order of the input. Time is O(n log n) in mentions, and
    linear in their words.

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
    kept = keep_disjoint(
        [candidate.entity.word_start for candidate in candidates],
        [candidate.entity.word_end for candidate in candidates],
    )
    return [candidates[index] for index in kept]


def _priority(candidate: ScoredEntity) -> tuple[float, int, int, str]:
    entity = candidate.entity
    return -candidate.score, -entity.num_words, entity.word_start, entity.label
