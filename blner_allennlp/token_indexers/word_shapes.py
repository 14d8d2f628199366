"""How a word is written: what an encoder that lower-cases its input does not see."""

from __future__ import annotations

import functools
import unicodedata
from enum import IntEnum


class WordShape(IntEnum):
    """Kinds of spelling, told apart by case, digits and punctuation; the numbers index an embedding."""

    PADDING = 0
    """No word."""
    ALL_LOWER = 1
    """Letters, none upper case: `rain`, `e.g.`"""
    INITIAL = 2
    """An upper-case letter, then no other: `London`, `I`."""
    ALL_CAPS = 3
    """Two letters or more, all upper case: `NATO`, `U.S.`"""
    MIXED = 4
    """Any other use of case: `iPhone`, `McDonald`, `AC-Milan`."""
    DIGITS = 5
    """Digits without letters: `1996`, `3,000.5`, `10-12`."""
    HAS_DIGIT = 6
    """Digits and letters: `B2B`, `20th`."""
    PUNCTUATION = 7
    """Punctuation or symbols without letters and digits: `,`, `--`, `€`."""
    OTHER = 8
    """The rest: scripts without case, marks, invisible characters, nothing."""


@functools.lru_cache(maxsize=1 << 16)
def word_shape(word: str) -> WordShape:
    """Tell how a word is written.

    Args:
        word: one word of a text.

    Returns:
        Its shape, never `WordShape.PADDING`.
    """
    has_letter = any(character.isalpha() for character in word)
    if any(character.isdigit() for character in word):
        return WordShape.HAS_DIGIT if has_letter else WordShape.DIGITS
    if not has_letter:
        # Unicode's categories P* and S*.
        is_punctuation = any(unicodedata.category(character)[0] in "PS" for character in word)
        return WordShape.PUNCTUATION if is_punctuation else WordShape.OTHER
    cased_letters = "".join(character for character in word if character.lower() != character.upper())
    if not cased_letters:
        return WordShape.OTHER
    if cased_letters.islower():
        return WordShape.ALL_LOWER
    if cased_letters[0].isupper() and (len(cased_letters) == 1 or cased_letters[1:].islower()):
        return WordShape.INITIAL
    return WordShape.ALL_CAPS if cased_letters.isupper() else WordShape.MIXED
