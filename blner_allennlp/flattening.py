"""Nested and crossing gold mentions -> a flat set, by a named policy that leaves a remark for each one removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from blner_allennlp.entities import Entity, Remark, RemarkKind, Sentence
from blner_allennlp.overlap import keep_disjoint


class OverlapPolicy(StrEnum):
    """Which of the gold mentions that share words stay."""

    DROP_BOTH = "drop_both"
    """None of them: every mention that shares a word with another one goes, as in the paper (Section 4.1.1)."""
    KEEP_OUTER = "keep_outer"
    """From the longest down, each that shares no word with one kept before; of equal ones the first."""
    KEEP_INNER = "keep_inner"
    """The same from the shortest up."""
    KEEP_FIRST = "keep_first"
    """The same in order of their first words; of those that start together the one that the corpus names first."""


def flatten(sentence: Sentence, policy: OverlapPolicy | str = OverlapPolicy.DROP_BOTH) -> Sentence:
    """Make the gold of a sentence flat: no two mentions share a word.

    Mentions with the same words and the same type are one mention; the further ones become remarks of kind DUPLICATE
    under every policy. With different types they overlap like any others.

    Args:
        sentence: a sentence whose mentions may share words.
        policy: which of them stay; a ValueError if there is none of that name.

    Returns:
        The sentence with the mentions that stay, and a remark of kind OVERLAPPING for each one removed; the same object
        if nothing was removed.

    """
    known_policy = parse_overlap_policy(policy)
    entities = sentence.entities
    if _is_flat(entities):
        return sentence
    distinct = list(dict.fromkeys(entities))
    kept = {distinct[index] for index in _choose(distinct, known_policy)}
    seen: set[Entity] = set()
    remarks = []
    for entity in entities:
        if entity in seen:
            remarks.append(_remark(RemarkKind.DUPLICATE, entity, sentence))
        elif entity not in kept:
            remarks.append(_remark(RemarkKind.OVERLAPPING, entity, sentence))
        seen.add(entity)
    return replace(
        sentence,
        entities=tuple(entity for entity in distinct if entity in kept),
        remarks=(*sentence.remarks, *remarks),
    )


def parse_overlap_policy(policy: OverlapPolicy | str) -> OverlapPolicy:
    """Look a policy up by its name.

    Args:
        policy: a policy or its name.

    Returns:
        The policy.

    Raises:
        ValueError: there is no such policy.
    """
    try:
        return OverlapPolicy(policy)
    except ValueError as error:
        names = ", ".join(known.value for known in OverlapPolicy)
        raise ValueError(
            f"expected a policy for overlapping mentions out of {names}, got {policy!r}"
        ) from error


def _is_flat(entities: Sequence[Entity]) -> bool:
    # Mentions come in order of their first words.
    word_end = 0
    for entity in entities:
        if entity.word_start < word_end:
            return False
        word_end = entity.word_end
    return True


def _choose(entities: list[Entity], policy: OverlapPolicy) -> list[int]:
    if policy is OverlapPolicy.DROP_BOTH:
        return _without_any_overlap(entities)
    order = list(range(len(entities)))
    if policy is OverlapPolicy.KEEP_OUTER:
        order.sort(key=lambda index: -entities[index].num_words)
    elif policy is OverlapPolicy.KEEP_INNER:
        order.sort(key=lambda index: entities[index].num_words)
    kept = keep_disjoint(
        [entities[index].word_start for index in order], [entities[index].word_end for index in order]
    )
    return [order[place] for place in kept]


def _without_any_overlap(entities: list[Entity]) -> list[int]:
    """Mentions that share no word with any other, in one pass over them in order of their first words."""
    alone = []
    furthest_end = 0  # of all mentions before
    for index, entity in enumerate(entities):
        next_start = entities[index + 1].word_start if index + 1 < len(entities) else entity.word_end
        if furthest_end <= entity.word_start and entity.word_end <= next_start:
            alone.append(index)
        furthest_end = max(furthest_end, entity.word_end)
    return alone


def _remark(kind: RemarkKind, entity: Entity, sentence: Sentence) -> Remark:
    return Remark(kind, entity.label, sentence.words_of(entity), sentence.line_number, entity)
