"""Offsets that count UTF-16 units or bytes <-> positions of characters."""

from __future__ import annotations

from bisect import bisect_left
from enum import StrEnum
from itertools import accumulate


class OffsetUnit(StrEnum):
    """What the offsets of a file count."""

    CHARACTERS = "characters"
    """Unicode code points, as Python does."""
    UTF16 = "utf16"
    """UTF-16 code units, as JavaScript and Java do: a character outside the basic plane, such as an emoji, is two."""
    BYTES = "bytes"
    """Bytes of the text in UTF-8."""


class OffsetConverter:
    """Turns offsets into one text to positions of its characters and back.

    Args:
        text: the text, without halves of surrogate pairs.
        unit: what the offsets count.
    """

    def __init__(self, text: str, unit: OffsetUnit) -> None:
        self._num_characters = len(text)
        # The offset of each character and of the end; None where offsets are positions already.
        self._offsets: list[int] | None = None
        if unit is OffsetUnit.UTF16 and text and max(text) > "\uffff":
            self._offsets = list(accumulate((1 + (character > "\uffff") for character in text), initial=0))
        elif unit is OffsetUnit.BYTES and not text.isascii():
            self._offsets = list(accumulate((len(character.encode()) for character in text), initial=0))

    def to_position(self, offset: int) -> int | None:
        """Find the character that starts at an offset.

        Args:
            offset: an offset, 0 or more.

        Returns:
            Its position; one past the text stays past it. None if the offset lies inside a character.
        """
        if self._offsets is None:
            return offset
        if offset > self._offsets[-1]:
            return self._num_characters + offset - self._offsets[-1]
        position = bisect_left(self._offsets, offset)
        return position if self._offsets[position] == offset else None

    def to_offset(self, position: int) -> int:
        """Find the offset of a character.

        Args:
            position: a position in the text; its length stands for its end.

        Returns:
            The offset.
        """
        return position if self._offsets is None else self._offsets[position]
