"""Words and types of a corpus as text that any file and any font can take."""

from __future__ import annotations

import re

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def one_line(text: str) -> str:
    """Replace what would break a line or is no sign at all.

    Args:
        text: any text.

    Returns:
        The text on one line, without blanks at its ends; halves of surrogate pairs are question marks.
    """
    return _UNPRINTABLE.sub(" ", encodable(text)).strip()


def encodable(text: str) -> str:
    """Replace halves of surrogate pairs, which JSON can say, but no file can hold.

    Args:
        text: any text.

    Returns:
        The text, with question marks in their places.
    """
    return text.encode("utf-8", errors="replace").decode("utf-8")
