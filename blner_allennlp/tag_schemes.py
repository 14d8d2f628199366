"""Tags of words and the entities that they spell: detect, read, write and convert; what a CRF may chain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from itertools import chain, pairwise
from typing import NamedTuple

from blner_allennlp.entities import Entity
from blner_allennlp.errors import TagSequenceError
from blner_allennlp.tag_roles import (
    OUTSIDE,
    OUTSIDE_TAG,
    PREFIX_OF_ROLE,
    ROLE_OF_PREFIX,
    ParsedTag,
    Role,
    TagScheme,
    continues_entity,
    entity_ends,
    entity_starts,
    is_legal,
    marks_ends,
    parse_tag,
    split_tag,
)

__all__ = [
    "OUTSIDE_TAG",
    "ChunkBoundaries",
    "Reading",
    "TagScheme",
    "TransitionRules",
    "all_tags",
    "chunk_boundaries",
    "convert_tags",
    "detect_scheme",
    "entities_to_tags",
    "legal_transitions",
    "split_tag",
    "tags_to_entities",
]


class Reading(Enum):
    """What becomes of tags that no well-formed sequence contains.

    CONLLEVAL closes and opens entities as the CoNLL evaluation script does, so that each word with a tag
    other than O is in some entity: I-X after O or after another type starts one. It is the paper's label
    combiner (section 3.1.2). STRICT drops what the scheme does not allow. It gives what seqeval 1.2.2 gives
    in mode `strict` (BMEWO, unknown to seqeval, is read like BIOES).
    """

    CONLLEVAL = "conlleval"
    STRICT = "strict"


class TransitionRules(NamedTuple):
    """Which sequences over T tags are well-formed, as constraints on a linear chain."""

    allowed: list[list[bool]]  # (T, T), [from][to]
    may_start: list[bool]  # (T,)
    may_end: list[bool]  # (T,)


class ChunkBoundaries(NamedTuple):
    """Where entities start and end between two neighbouring words, by the conlleval rule, for T tags.

    Index T stands for what is not there: the word before the first in `starts`, the word after the last in
    `ends`.
    """

    starts: list[list[bool]]  # (T + 1, T), [from][to]: an entity starts at the word tagged `to`
    ends: list[list[bool]]  # (T, T + 1), [from][to]: the entity of the word tagged `from` ends with that word


def all_tags(entity_types: Sequence[str], scheme: TagScheme) -> tuple[str, ...]:
    """List every tag of a scheme: `O` first, then type by type (paper, section 3.1.2: 2m+1 tags for m types).

    Args:
        entity_types: the types, each once.
        scheme: the scheme to spell them in.

    Returns:
        The tags; the same types in the same order always give the same indices.

    Raises:
        TagSequenceError: a type is empty or occurs twice.
    """
    if "" in entity_types or len(set(entity_types)) != len(entity_types):
        raise TagSequenceError(
            f"entity types {list(entity_types)} hold an empty or a repeated name; list each type once"
        )
    prefixes = ROLE_OF_PREFIX[scheme]
    return (OUTSIDE_TAG, *(f"{prefix}-{name}" for name in entity_types for prefix in prefixes))


def detect_scheme(tag_sequences: Iterable[Sequence[str]]) -> TagScheme:
    """Tell from the prefixes, and for IOB1 and BIO from what starts entities, how a corpus is tagged.

    Args:
        tag_sequences: the tags of each sentence; read once.

    Returns:
        The scheme. Where letters leave IOB1 and BIO open, IOB1 if more entities start with I (after `O`,
        another type or nothing) than with a B that IOB1 would not write (one that does not touch an entity of
        its type); else BIO. Tags that show nothing, such as `O` alone, are BIO.

    Raises:
        TagSequenceError: a tag is malformed, or its prefix is in no scheme with all prefixes before it; the
            message names the tag and the index of its sequence.
    """
    candidates = list(ROLE_OF_PREFIX)
    prefixes_seen: set[str] = set()
    num_inside_starts = num_begin_starts = 0
    for sequence_index, tags in enumerate(tag_sequences):
        previous_type = ""
        for tag in tags:
            try:
                prefix, entity_type = split_tag(tag)
            except TagSequenceError as error:
                raise TagSequenceError(f"tag sequence {sequence_index}: {error}") from error
            if tag != OUTSIDE_TAG and prefix not in prefixes_seen:
                prefixes_before = sorted(prefixes_seen)
                prefixes_seen.add(prefix)
                candidates = [scheme for scheme in candidates if prefix in ROLE_OF_PREFIX[scheme]]
                if not candidates:
                    raise TagSequenceError(
                        f"tag sequence {sequence_index}: no scheme has the prefix of {tag!r} together with "
                        f"the prefixes before it, {prefixes_before}; expected tags of one of "
                        f"{', '.join(scheme.value for scheme in TagScheme)}: correct the tag, or read files "
                        "with different tags apart"
                    )
            if entity_type != previous_type:
                num_inside_starts += prefix == "I"
                num_begin_starts += prefix == "B"
            previous_type = entity_type
    if candidates[0] is TagScheme.BIO and num_inside_starts > num_begin_starts:
        return TagScheme.IOB1
    return candidates[0]


def tags_to_entities(
    tags: Sequence[str], scheme: TagScheme, reading: Reading = Reading.CONLLEVAL
) -> tuple[Entity, ...]:
    """Read the entities off a sentence's tags.

    Args:
        tags: one tag a word.
        scheme: how they are spelt; a tag of another scheme is a TagSequenceError.
        reading: what to make of ill-formed sequences; well-formed ones read the same either way.

    Returns:
        The entities, disjoint, in order of `word_start`.
    """
    parsed_tags = [parse_tag(tag, scheme) for tag in tags]
    if reading is Reading.STRICT:
        return tuple(_strict_entities(parsed_tags, scheme))
    entities: list[Entity] = []
    word_start = 0
    for word_index, (previous, current) in enumerate(pairwise(chain([OUTSIDE], parsed_tags, [OUTSIDE]))):
        if previous is current is OUTSIDE:  # nearly all words
            continue
        if entity_ends(previous, current):
            entities.append(Entity(word_start, word_index, previous.entity_type))
        if entity_starts(previous, current):
            word_start = word_index
    return tuple(entities)


def entities_to_tags(entities: Iterable[Entity], num_words: int, scheme: TagScheme) -> list[str]:
    """Write disjoint entities as tags; `tags_to_entities` in either reading gives them back.

    Args:
        entities: the entities, in any order.
        num_words: length of the sentence.
        scheme: how to spell them.

    Returns:
        One tag a word.

    Raises:
        TagSequenceError: two entities share a word, one reaches past the last word, or one has no type.
    """
    prefixes = PREFIX_OF_ROLE[scheme]
    tags = [OUTSIDE_TAG] * num_words
    previous: Entity | None = None
    for entity in sorted(entities):
        if entity.word_end > num_words:
            raise TagSequenceError(
                f"{entity} reaches past the last word of a sentence of {num_words} words; correct its span"
            )
        if not entity.label:
            raise TagSequenceError(f"{entity} has an empty type; tags need one, so name it")
        if previous is not None and previous.overlaps(entity):
            raise TagSequenceError(
                f"{previous} and {entity} share a word; tags express disjoint entities only, so "
                "remove one of the two"
            )
        roles = [Role.BEGIN] + [Role.INSIDE] * (entity.num_words - 1)
        if marks_ends(scheme):
            roles[-1] = Role.END if entity.num_words > 1 else Role.SINGLE
        elif scheme is TagScheme.IOB1:
            touches_same_type = (
                previous is not None
                and previous.word_end == entity.word_start
                and previous.label == entity.label
            )
            roles[0] = Role.BEGIN if touches_same_type else Role.INSIDE
        tags[entity.word_start : entity.word_end] = [f"{prefixes[role]}-{entity.label}" for role in roles]
        previous = entity
    return tags


def convert_tags(tags: Sequence[str], source: TagScheme, target: TagScheme) -> list[str]:
    """Spell a sentence's tags in another scheme; ill-formed tags are read by the conlleval rule.

    Args:
        tags: one tag a word.
        source: how they are spelt; a tag of another scheme is a TagSequenceError.
        target: how to spell them.

    Returns:
        One well-formed tag a word.
    """
    return entities_to_tags(tags_to_entities(tags, source), len(tags), target)


def legal_transitions(tags: Sequence[str], scheme: TagScheme) -> TransitionRules:
    """Tell which tag may follow which: exactly the sequences that `entities_to_tags` can write are legal.

    Args:
        tags: T tags, usually `all_tags`; the tables follow their order.
        scheme: how they are spelt; a tag of another scheme is a TagSequenceError.

    Returns:
        The constraints of a linear chain over the tags.
    """
    parsed_tags = [parse_tag(tag, scheme) for tag in tags]
    return TransitionRules(
        allowed=[[is_legal(source, target, scheme) for target in parsed_tags] for source in parsed_tags],
        may_start=[is_legal(OUTSIDE, target, scheme) for target in parsed_tags],
        may_end=[is_legal(source, OUTSIDE, scheme) for source in parsed_tags],
    )


def chunk_boundaries(tags: Sequence[str], scheme: TagScheme) -> ChunkBoundaries:
    """Tabulate the conlleval rule, for label combiners that look boundaries up instead of walking words.

    Args:
        tags: T tags, usually `all_tags`; the tables follow their order.
        scheme: how they are spelt; a tag of another scheme is a TagSequenceError.

    Returns:
        The two tables. Entities read off them are those of `tags_to_entities` with `Reading.CONLLEVAL`.
    """
    parsed_tags = [parse_tag(tag, scheme) for tag in tags]
    with_border = [*parsed_tags, OUTSIDE]
    return ChunkBoundaries(
        starts=[[entity_starts(source, target) for target in parsed_tags] for source in with_border],
        ends=[[entity_ends(source, target) for target in with_border] for source in parsed_tags],
    )


def _strict_entities(parsed_tags: Sequence[ParsedTag], scheme: TagScheme) -> Iterator[Entity]:
    padded = [OUTSIDE, *parsed_tags, OUTSIDE]  # word i is padded[i + 1]
    word_start = 0
    while word_start < len(parsed_tags):
        word_end = word_start + 1
        if _opens_strictly(padded[word_start], padded[word_end], scheme):
            while continues_entity(padded[word_end], padded[word_end + 1]):
                word_end += 1
            if _closes_strictly(padded[word_end], padded[word_end + 1], scheme):
                yield Entity(word_start, word_end, padded[word_end].entity_type)
        word_start = word_end


def _opens_strictly(previous: ParsedTag, current: ParsedTag, scheme: TagScheme) -> bool:
    if scheme is TagScheme.IOB1:
        return current.role is not Role.OUTSIDE and is_legal(previous, current, scheme)
    return current.role in (Role.BEGIN, Role.SINGLE)


def _closes_strictly(last: ParsedTag, following: ParsedTag, scheme: TagScheme) -> bool:
    if marks_ends(scheme):
        return last.role in (Role.END, Role.SINGLE)
    # seqeval drops an IOB1 entity of a single B where a B of another type, itself ill-formed, comes next.
    return not (
        scheme is TagScheme.IOB1
        and last.role is following.role is Role.BEGIN
        and last.entity_type != following.entity_type
    )
