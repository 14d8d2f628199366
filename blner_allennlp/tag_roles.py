"""Tag schemes by role: letters differ between schemes, roles do not, so each rule stands here once."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from blner_allennlp.errors import TagSequenceError

OUTSIDE_TAG = "O"


class TagScheme(Enum):
    """How tags spell entities; the value is the name by which configurations call the scheme.

    In IOB1 an entity starts with I, and with B only where it touches an entity of the same type on its left.
    In BIO (also called IOB2) every entity starts with B. The other three mark the last word of an entity and
    entities of one word as well: BIOES with E and S, BIOUL (BILOU) with L and U, BMEWO with E and W, where M
    is the inside.
    """

    IOB1 = "IOB1"
    BIO = "BIO"
    BIOES = "BIOES"
    BIOUL = "BIOUL"
    BMEWO = "BMEWO"

    # Each member is there once. An Enum's own hash is a call of Python code; reading a corpus asks thrice a word.
    __hash__ = object.__hash__


class Role(Enum):
    """What a tag says about its word's place in an entity."""

    OUTSIDE = "outside"
    BEGIN = "begin"
    INSIDE = "inside"
    END = "end"
    SINGLE = "single"

    __hash__ = object.__hash__


class ParsedTag(NamedTuple):
    """A tag without its spelling; the type outside entities is the empty string."""

    role: Role
    entity_type: str


OUTSIDE = ParsedTag(Role.OUTSIDE, "")

# Detection takes the first scheme that has all letters seen: B and E alone are BIOES rather than BMEWO.
ROLE_OF_PREFIX: dict[TagScheme, dict[str, Role]] = {
    TagScheme.BIO: {"B": Role.BEGIN, "I": Role.INSIDE},
    TagScheme.IOB1: {"B": Role.BEGIN, "I": Role.INSIDE},
    TagScheme.BIOES: {"B": Role.BEGIN, "I": Role.INSIDE, "E": Role.END, "S": Role.SINGLE},
    TagScheme.BIOUL: {"B": Role.BEGIN, "I": Role.INSIDE, "L": Role.END, "U": Role.SINGLE},
    TagScheme.BMEWO: {"B": Role.BEGIN, "M": Role.INSIDE, "E": Role.END, "W": Role.SINGLE},
}
PREFIX_OF_ROLE = {
    scheme: {role: prefix for prefix, role in roles.items()} for scheme, roles in ROLE_OF_PREFIX.items()
}
_MAY_BE_CONTINUED = frozenset({Role.BEGIN, Role.INSIDE})
_CONTINUES = frozenset({Role.INSIDE, Role.END})


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


@lru_cache(maxsize=4096)
def parse_tag(tag: str, scheme: TagScheme) -> ParsedTag:
    """Read one tag.

    Args:
        tag: the tag as the corpus or a model spells it.
        scheme: how it is spelt.

    Returns:
        Its role and entity type.

    Raises:
        TagSequenceError: the tag is malformed, or its prefix is not of the scheme.
    """
    if tag == OUTSIDE_TAG:
        return OUTSIDE
    prefix, entity_type = split_tag(tag)
    roles = ROLE_OF_PREFIX[scheme]
    if prefix not in roles:
        raise TagSequenceError(
            f"tag {tag!r} is not of the scheme {scheme.value}, which has 'O' and the prefixes "
            f"{', '.join(roles)}; correct the tag or name the scheme in which it is written"
        )
    return ParsedTag(roles[prefix], entity_type)


def marks_ends(scheme: TagScheme) -> bool:
    """Whether the scheme has tags for last words and for entities of one word."""
    return Role.END in PREFIX_OF_ROLE[scheme]


def continues_entity(previous: ParsedTag, current: ParsedTag) -> bool:
    """Whether two neighbouring words are in one entity; the same in all schemes and all readings."""
    return (
        current.role in _CONTINUES
        and previous.role in _MAY_BE_CONTINUED
        and previous.entity_type == current.entity_type
    )


def entity_starts(previous: ParsedTag, current: ParsedTag) -> bool:
    """Whether conlleval starts an entity at `current`; before the first word, `previous` is `OUTSIDE`."""
    return current.role is not Role.OUTSIDE and not continues_entity(previous, current)


def entity_ends(previous: ParsedTag, current: ParsedTag) -> bool:
    """Whether conlleval ends an entity with `previous`; after the last word, `current` is `OUTSIDE`."""
    return previous.role is not Role.OUTSIDE and not continues_entity(previous, current)


def is_legal(previous: ParsedTag, current: ParsedTag, scheme: TagScheme) -> bool:
    """Whether a well-formed sequence of the scheme can hold the two tags side by side.

    Args:
        previous: the left tag; `OUTSIDE` before the first word.
        current: the right tag; `OUTSIDE` after the last word.
        scheme: the scheme of both.

    Returns:
        True exactly for neighbours that some set of disjoint entities needs.
    """
    if scheme is TagScheme.IOB1:
        # A type stands in no `O`, so equal types mean that the left neighbour is in an entity of that type.
        return current.role is not Role.BEGIN or previous.entity_type == current.entity_type
    if current.role in _CONTINUES:
        return continues_entity(previous, current)
    return not (marks_ends(scheme) and previous.role in _MAY_BE_CONTINUED)
