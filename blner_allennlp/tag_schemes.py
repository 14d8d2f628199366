"""Tags of words and the entities that they spell: detect, read, write and convert; what a CRF may chain.

Letters differ between schemes, roles do not. All rules below speak of roles, so each rule stands here once:
that of conlleval (`chunk_boundaries`), that of strict reading and that of legal sequences
(`legal_transitions`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from functools import lru_cache
from itertools import chain, pairwise
from typing import NamedTuple

from blner_allennlp.entities import Entity
from blner_allennlp.errors import TagSequenceError

OUTSIDE_TAG = "O"


class TagScheme(Enum):
    """How tags spell entities; the value is the name by which configurations call the scheme.

    In IOB1 an entity starts with I, and with B only where it touches an entity of the same type on its left.
    In BIO (also called IOB2) every entity starts with B. The other three mark the last word of an entity and
    entities of one word as well: BIOES with E and S, BIOUL (BILOU) with L and U, BMEWO with E and W, where M is
    the inside.
    """

    IOB1 = "IOB1"
    BIO = "BIO"
    BIOES = "BIOES"
    BIOUL = "BIOUL"
    BMEWO = "BMEWO"


class Reading(Enum):
    """What becomes of tags that no well-formed sequence contains.

    CONLLEVAL closes and opens entities as the CoNLL evaluation script does, so that each word with a tag other
    than O is in some entity: I-X after O or after another type starts one. It is the paper's label combiner
    (section 3.1.2). STRICT drops what the scheme does not allow. It gives what seqeval 1.2.2 gives in mode
    `strict` (BMEWO, unknown to seqeval, is read like BIOES).
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


class _Role(Enum):
    OUTSIDE = "outside"
    BEGIN = "begin"
    INSIDE = "inside"
    END = "end"
    SINGLE = "single"


class _ParsedTag(NamedTuple):
    role: _Role
    entity_type: str


_OUTSIDE = _ParsedTag(_Role.OUTSIDE, "")

# Detection takes the first scheme that has all letters seen: B and E alone are BIOES rather than BMEWO.
_ROLE_OF_PREFIX: dict[TagScheme, dict[str, _Role]] = {
    TagScheme.BIO: {"B": _Role.BEGIN, "I": _Role.INSIDE},
    TagScheme.IOB1: {"B": _Role.BEGIN, "I": _Role.INSIDE},
    TagScheme.BIOES: {"B": _Role.BEGIN, "I": _Role.INSIDE, "E": _Role.END, "S": _Role.SINGLE},
    TagScheme.BIOUL: {"B": _Role.BEGIN, "I": _Role.INSIDE, "L": _Role.END, "U": _Role.SINGLE},
    TagScheme.BMEWO: {"B": _Role.BEGIN, "M": _Role.INSIDE, "E": _Role.END, "W": _Role.SINGLE},
}
_PREFIX_OF_ROLE = {
    scheme: {role: prefix for prefix, role in roles.items()} for scheme, roles in _ROLE_OF_PREFIX.items()
}
_MAY_BE_CONTINUED = frozenset({_Role.BEGIN, _Role.INSIDE})
_CONTINUES = frozenset({_Role.INSIDE, _Role.END})


def split_tag(tag: str) -> tuple[str, str]:
    """Take a tag apart at its first hyphen; types may hold further hyphens.

    Args:
        tag: `O`, or a prefix, a hyphen and an entity type.

    Returns:
        Prefix and entity type; the type of `O` is the empty string.

    Raises:
        TagSequenceError: the tag is neither `O` nor has a prefix and a type.
    """
    if tag == OUTSIDE_TAG:
        return tag, ""
    prefix, _, entity_type = tag.partition("-")
    if not prefix or not entity_type:
        raise TagSequenceError(
            f"tag {tag!r} is neither 'O' nor a prefix, a hyphen and an entity type such as 'B-PER'; "
            "check that the tags are read from the right column"
        )
    return prefix, entity_type


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
    prefixes = _ROLE_OF_PREFIX[scheme]
    return (OUTSIDE_TAG, *(f"{prefix}-{name}" for name in entity_types for prefix in prefixes))


def detect_scheme(tag_sequences: Iterable[Sequence[str]]) -> TagScheme:
    """Tell from the prefixes, and for IOB1 and BIO from what starts entities, how a corpus is tagged.

    Args:
        tag_sequences: the tags of each sentence; read once.

    Returns:
        The scheme. Where letters leave IOB1 and BIO open, IOB1 if more entities start with I (after `O`, another
        type or nothing) than with a B that IOB1 would not write (one that does not touch an entity of its
        type); else BIO. Tags that show nothing, such as `O` alone, are BIO.

    Raises:
        TagSequenceError: a tag is malformed, or its prefix is in no scheme with all prefixes before it; the
            message names the tag and the index of its sequence.
    """
    candidates = list(_ROLE_OF_PREFIX)
    prefixes_seen: set[str] = set()
    num_inside_starts = num_begin_starts = 0
    for sequence_index, tags in enumerate(tag_sequences):
        previous_type = ""
        for tag in tags:
            try:
                prefix, entity_type = split_tag(tag)
            except TagSequenceError as error:
                raise TagSequenceError(f"tag sequence {sequence_index}: {error}") from error
            if prefix != OUTSIDE_TAG and prefix not in prefixes_seen:
                prefixes_before = sorted(prefixes_seen)
                prefixes_seen.add(prefix)
                candidates = [scheme for scheme in candidates if prefix in _ROLE_OF_PREFIX[scheme]]
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
    parsed_tags = [_parse_tag(tag, scheme) for tag in tags]
    if reading is Reading.STRICT:
        return tuple(_strict_entities(parsed_tags, scheme))
    entities: list[Entity] = []
    word_start = 0
    for word_index, (previous, current) in enumerate(pairwise(chain([_OUTSIDE], parsed_tags, [_OUTSIDE]))):
        if _entity_ends(previous, current):
            entities.append(Entity(word_start, word_index, previous.entity_type))
        if _entity_starts(previous, current):
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
    prefixes = _PREFIX_OF_ROLE[scheme]
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
                f"{previous} and {entity} share a word; tags express disjoint entities only, so remove one of "
                "the two"
            )
        roles = [_Role.BEGIN] + [_Role.INSIDE] * (entity.num_words - 1)
        if _marks_ends(scheme):
            roles[-1] = _Role.END if entity.num_words > 1 else _Role.SINGLE
        elif scheme is TagScheme.IOB1:
            touches_same_type = (
                previous is not None
                and previous.word_end == entity.word_start
                and previous.label == entity.label
            )
            roles[0] = _Role.BEGIN if touches_same_type else _Role.INSIDE
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

    Raises:
        TagSequenceError: a tag is not of the source scheme.
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
    parsed_tags = [_parse_tag(tag, scheme) for tag in tags]
    return TransitionRules(
        allowed=[[_is_legal(source, target, scheme) for target in parsed_tags] for source in parsed_tags],
        may_start=[_is_legal(_OUTSIDE, target, scheme) for target in parsed_tags],
        may_end=[_is_legal(source, _OUTSIDE, scheme) for source in parsed_tags],
    )


def chunk_boundaries(tags: Sequence[str], scheme: TagScheme) -> ChunkBoundaries:
    """Tabulate the conlleval rule, for label combiners that look boundaries up instead of walking words.

    Args:
        tags: T tags, usually `all_tags`; the tables follow their order.
        scheme: how they are spelt; a tag of another scheme is a TagSequenceError.

    Returns:
        The two tables. Entities read off them are those of `tags_to_entities` with `Reading.CONLLEVAL`.
    """
    parsed_tags = [_parse_tag(tag, scheme) for tag in tags]
    with_border = [*parsed_tags, _OUTSIDE]
    return ChunkBoundaries(
        starts=[[_entity_starts(source, target) for target in parsed_tags] for source in with_border],
        ends=[[_entity_ends(source, target) for target in with_border] for source in parsed_tags],
    )


@lru_cache(maxsize=4096)
def _parse_tag(tag: str, scheme: TagScheme) -> _ParsedTag:
    prefix, entity_type = split_tag(tag)
    if prefix == OUTSIDE_TAG and not entity_type:
        return _OUTSIDE
    roles = _ROLE_OF_PREFIX[scheme]
    if prefix not in roles:
        raise TagSequenceError(
            f"tag {tag!r} is not of the scheme {scheme.value}, which has 'O' and the prefixes "
            f"{', '.join(roles)}; correct the tag or name the scheme in which it is written"
        )
    return _ParsedTag(roles[prefix], entity_type)


def _marks_ends(scheme: TagScheme) -> bool:
    return _Role.END in _PREFIX_OF_ROLE[scheme]


def _continues_entity(previous: _ParsedTag, current: _ParsedTag) -> bool:
    return (
        current.role in _CONTINUES
        and previous.role in _MAY_BE_CONTINUED
        and previous.entity_type == current.entity_type
    )


def _entity_starts(previous: _ParsedTag, current: _ParsedTag) -> bool:
    return current.role is not _Role.OUTSIDE and not _continues_entity(previous, current)


def _entity_ends(previous: _ParsedTag, current: _ParsedTag) -> bool:
    return previous.role is not _Role.OUTSIDE and not _continues_entity(previous, current)


def _is_legal(previous: _ParsedTag, current: _ParsedTag, scheme: TagScheme) -> bool:
    if scheme is TagScheme.IOB1:
        # A type stands in no `O`, so equal types mean that the left neighbour is in an entity of that type.
        return current.role is not _Role.BEGIN or previous.entity_type == current.entity_type
    if current.role in _CONTINUES:
        return _continues_entity(previous, current)
    return not (_marks_ends(scheme) and previous.role in _MAY_BE_CONTINUED)


def _strict_entities(parsed_tags: Sequence[_ParsedTag], scheme: TagScheme) -> Iterator[Entity]:
    padded = [_OUTSIDE, *parsed_tags, _OUTSIDE]  # word i is padded[i + 1]
    word_start = 0
    while word_start < len(parsed_tags):
        word_end = word_start + 1
        if _opens_strictly(padded[word_start], padded[word_end], scheme):
            while _continues_entity(padded[word_end], padded[word_end + 1]):
                word_end += 1
            if _closes_strictly(padded[word_end], padded[word_end + 1], scheme):
                yield Entity(word_start, word_end, padded[word_end].entity_type)
        word_start = word_end


def _opens_strictly(previous: _ParsedTag, current: _ParsedTag, scheme: TagScheme) -> bool:
    if scheme is TagScheme.IOB1:
        return current.role is not _Role.OUTSIDE and _is_legal(previous, current, scheme)
    return current.role in (_Role.BEGIN, _Role.SINGLE)


def _closes_strictly(last: _ParsedTag, following: _ParsedTag, scheme: TagScheme) -> bool:
    if _marks_ends(scheme):
        return last.role in (_Role.END, _Role.SINGLE)
    # seqeval drops an IOB1 entity of a single B where a B of another type, itself ill-formed, comes next.
    return not (
        scheme is TagScheme.IOB1
        and last.role is following.role is _Role.BEGIN
        and last.entity_type != following.entity_type
    )
