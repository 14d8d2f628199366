"""Text -> words."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

WordSplitter = Callable[[str], list[tuple[int, int]]]
"""From a text to the half-open character spans of its words; white space is no word, all else belongs to one."""

WORD_SPLITTERS = ("rules", "whitespace", "biomedical")

# Numbers with their decimals stay whole ("0.05", "1,000"), and so do runs of letters and digits of any script, with the
# accents that are characters of their own. Everything else, hyphens, slashes and brackets above all, is a word for
# itself: chemical and gene names end at such characters more often than anywhere else.
_BIOMEDICAL_WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_](?:[^\W_]|[\u0300-\u036f])*|\S")
_NOT_BLANK = re.compile(r"\S+")


def word_splitter(name: str, language: str = "en") -> WordSplitter:
    """Get a way to split text into words.

    Args:
        name: `rules` for spaCy's rules of a language, which need no model; `whitespace`; or `biomedical`, which parts
            words at every character that is neither letter nor digit (but keeps `0.05` whole).
        language: for `rules`: ISO code, such as `en`, or `xx` for rules that fit many languages.

    Returns:
        A function from a text to the half-open character spans of its words.

    Raises:
        ValueError: there is no such splitter, or spaCy has no rules for the language.
    """
    if name == "rules":
        return _rule_based(language)
    if name == "whitespace":
        return _matches_of(_NOT_BLANK)
    if name == "biomedical":
        return _matches_of(_BIOMEDICAL_WORD)
    raise ValueError(f"expected a word splitter out of {', '.join(WORD_SPLITTERS)}, got {name!r}")


def _matches_of(pattern: re.Pattern[str]) -> WordSplitter:
    def split(text: str) -> list[tuple[int, int]]:
        return [match.span() for match in pattern.finditer(text)]

    return split


@cache
def _rule_based(language: str) -> WordSplitter:
    try:
        import spacy  # loading spaCy takes a second: only where raw text is to be split

        tokenizer = spacy.blank(language).tokenizer
    except ImportError as error:
        raise ValueError(
            f"language is {language!r}, but spaCy cannot split its words: {error}; use a code that spaCy "
            "knows, such as 'en' or 'xx'"
        ) from error

    def split(text: str) -> list[tuple[int, int]]:
        return [(token.idx, token.idx + len(token)) for token in tokenizer(text) if not token.is_space]

    return split
