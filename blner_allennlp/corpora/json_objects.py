"""The JSON objects of a file, one by one: a line each, or the elements of one array, whatever its layout."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from blner_allennlp.corpora.lines import read_lines
from blner_allennlp.errors import CorpusError

# An array is decoded from a text that grows by at least so many characters until an element is complete.
_MIN_GROWTH = 1 << 16
_BLANKS = " \t\r\n"
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")
_REPLACEMENT_CHARACTER = "\ufffd"
_NUM_CHARACTERS_SHOWN = 40


def read_json_objects(path: Path, encoding: str = "utf-8") -> Iterator[tuple[int, dict[str, Any]]]:
    """Read JSON objects from a file, without holding more than one of them and some of the text around it.

    Args:
        path: JSON lines, or one JSON array of objects; plain or gzip-compressed.
        encoding: character encoding of the file.

    Yields:
        The number of the line on which an object starts, counted from 1, and the object.

    Raises:
        CorpusError: the file cannot be read, is no such JSON, or is empty.
    """
    lines = read_lines(path, encoding)
    for line_number, line in lines:
        content = line.strip(_BLANKS)
        if not content:
            continue
        if content.startswith("["):
            yield from _ArrayReader(lines, path).read(line_number, line)
        else:
            yield line_number, _parse_line(content, path, line_number)
            for further_number, further in lines:
                if not further.isspace() and further:
                    yield further_number, _parse_line(further, path, further_number)
        return
    raise CorpusError(
        "the file is empty: expected at least one JSON object, got none; fetch or make the file again", path
    )


def replace_lone_surrogates(text: str) -> str:
    """Replace halves of surrogate pairs, which JSON can spell but no tokenizer or UTF-8 file can take.

    Args:
        text: any text.

    Returns:
        A text of the same length, with U+FFFD for each of them.
    """
    return _LONE_SURROGATES.sub(_REPLACEMENT_CHARACTER, text)


def describe_json_value(value: Any) -> str:
    """Name a JSON value in an error message, whatever its size.

    Args:
        value: what `json.loads` gave.

    Returns:
        A few words.
    """
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, dict):
        return "an object with " + (
            f"the field {next(iter(value))!r}"[:_NUM_CHARACTERS_SHOWN] if value else "no field"
        )
    if isinstance(value, str):
        shown = repr(value[:_NUM_CHARACTERS_SHOWN])
        return shown if len(value) <= _NUM_CHARACTERS_SHOWN else f"{shown}…"
    return json.dumps(value)[:_NUM_CHARACTERS_SHOWN]


def _parse_line(line: str, path: Path, line_number: int) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise CorpusError(
            f"expected one JSON object a line, got something else ({error}); correct the line",
            path,
            line_number,
        ) from error
    return _as_object(value, path, line_number)


def _as_object(value: Any, path: Path, line_number: int) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise CorpusError(
            f"expected a JSON object in braces, got {describe_json_value(value)}; correct the file",
            path,
            line_number,
        )
    return value


class _ArrayReader:
    """Cuts one JSON array into its elements while its lines come in."""

    def __init__(self, lines: Iterator[tuple[int, str]], path: Path) -> None:
        self._lines = lines
        self._path = path
        self._decoder = json.JSONDecoder()
        self._text = ""
        self._position = 0
        self._line_number = 1  # of `_position`
        self._is_whole = False

    def read(self, line_number: int, line: str) -> Iterator[tuple[int, dict[str, Any]]]:
        self._line_number = line_number
        self._text = line + "\n"
        self._advance(line.index("[") + 1)
        expects_comma = False
        while True:
            character = self._next_character()
            if character == "]":
                self._advance(self._position + 1)
                if self._next_character(may_end=True):
                    self._fail("expected nothing after the array")
                return
            if expects_comma:
                if character != ",":
                    self._fail("expected a comma or the end of the array")
                self._advance(self._position + 1)
                character = self._next_character()
            if character != "{":
                self._fail("expected a JSON object in braces")
            start_line = self._line_number
            yield start_line, self._read_object()
            expects_comma = True

    def _read_object(self) -> dict[str, Any]:
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._position)
            except ValueError as error:
                # Whether the object is broken or not yet complete only the rest of the file can tell.
                if self._is_whole:
                    position = getattr(error, "pos", self._position)
                    line_number = self._line_number + self._text.count("\n", self._position, position)
                    raise CorpusError(
                        f"expected a JSON object, got something else ({error}); correct the file",
                        self._path,
                        line_number,
                    ) from error
                self._grow()
            except RecursionError as error:
                raise CorpusError(
                    "expected a JSON object, got one nested too deep", self._path, self._line_number
                ) from error
            else:
                self._advance(end)
                return _as_object(value, self._path, self._line_number)

    def _next_character(self, may_end: bool = False) -> str:
        while True:
            position = self._position
            while position < len(self._text) and self._text[position] in _BLANKS:
                position += 1
            self._advance(position)
            if position < len(self._text):
                return self._text[position]
            if self._is_whole:
                if may_end:
                    return ""
                self._fail("expected the array to end with `]`")
            self._grow()

    def _advance(self, position: int) -> None:
        self._line_number += self._text.count("\n", self._position, position)
        self._position = position

    def _grow(self) -> None:
        """Drop what is read and take in as much again as is left, so that all work stays linear in the file."""
        rest = self._text[self._position :]
        self._position = 0
        pieces = [rest]
        num_wanted = max(_MIN_GROWTH, len(rest))
        for _, line in self._lines:
            pieces += [line, "\n"]
            num_wanted -= len(line) + 1
            if num_wanted <= 0:
                break
        else:
            self._is_whole = True
        self._text = "".join(pieces)

    def _fail(self, expected: str) -> None:
        found = self._text[self._position : self._position + 20]
        raise CorpusError(
            f"{expected}, got {found!r}"
            if found
            else f"{expected}, but the file ends; fetch or make it again",
            self._path,
            self._line_number,
        )
