"""The JSON objects of a file, one by one: a line each, or the elements of one array, whatever its layout."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from blner_allennlp.corpora.lines import read_chunks
from blner_allennlp.errors import CorpusError

_CHUNK_LENGTH = 1 << 16
# No word or escape of JSON that may be cut off is longer than `\\ud83d\\ude00`.
_MAX_CUT_LENGTH = 16
_BLANKS = " \t\r\n"
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")
_REPLACEMENT_CHARACTER = "\ufffd"
_NUM_CHARACTERS_SHOWN = 40


def read_json_objects(path: Path, encoding: str = "utf-8") -> Iterator[tuple[int, dict[str, Any]]]:
    """Read JSON objects from a file, without holding more than one of them and some of the text around it.

    Args:
        path: JSON lines, or one JSON array of objects, even if it is a single line; plain or gzip-compressed.
        encoding: character encoding of the file.

    Yields:
        The number of the line on which an object starts, counted from 1, and the object.

    Raises:
        CorpusError: the file cannot be read, is no such JSON, or has no object.
    """
    is_empty = True
    for line_number_and_object in _read_lines_or_array(path, encoding):
        is_empty = False
        yield line_number_and_object
    if is_empty:
        raise CorpusError(
            "the file is empty: expected at least one JSON object, got none; fetch or make the file again",
            path,
        )


def _read_lines_or_array(path: Path, encoding: str) -> Iterator[tuple[int, dict[str, Any]]]:
    chunks = read_chunks(path, encoding, _CHUNK_LENGTH)
    line_number = 1
    for chunk in chunks:
        content = chunk.lstrip(_BLANKS)
        line_number += chunk.count("\n", 0, len(chunk) - len(content))
        if content.startswith("["):
            yield from _ArrayReader(chunks, path).read(line_number, content)
        elif content:
            yield from _read_lines(chunks, path, line_number, content)


def _read_lines(
    chunks: Iterator[str], path: Path, line_number: int, content: str
) -> Iterator[tuple[int, dict[str, Any]]]:
    unfinished: list[str] = []
    for chunk in chain([content], chunks):
        first, *others = chunk.split("\n")
        unfinished.append(first)
        for following in others:
            line = "".join(unfinished).strip(_BLANKS)
            if line:
                yield line_number, _parse_line(line, path, line_number)
            line_number += 1
            unfinished = [following]
    line = "".join(unfinished).strip(_BLANKS)
    if line:
        yield line_number, _parse_line(line, path, line_number)


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
    return json.dumps(value, default=repr)[:_NUM_CHARACTERS_SHOWN]


def _parse_line(line: str, path: Path, line_number: int) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise CorpusError(
            f"expected one JSON object a line, got something else ({_describe_error(error)}); correct the line",
            path,
            line_number,
        ) from error
    return _as_object(value, path, line_number)


def _describe_error(error: ValueError | RecursionError, start: int = 0) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg}, after {error.pos - start} characters"
    return "brackets nested too deep" if isinstance(error, RecursionError) else "a number of too many digits"


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

    def __init__(self, chunks: Iterator[str], path: Path) -> None:
        self._chunks = chunks
        self._path = path
        self._decoder = json.JSONDecoder()
        self._text = ""
        self._position = 0
        self._line_number = 1  # of `_position`
        self._is_whole = False

    def read(self, line_number: int, content: str) -> Iterator[tuple[int, dict[str, Any]]]:
        self._line_number = line_number
        self._text = content
        self._advance(1)
        if self._next_character() == "]":
            self._finish()
            return
        while True:
            if self._next_character() != "{":
                self._fail("expected a JSON object in braces")
            start_line = self._line_number
            yield start_line, self._read_object()
            character = self._next_character()
            if character == "]":
                self._finish()
                return
            if character != ",":
                self._fail("expected a comma or the end of the array")
            self._advance(self._position + 1)

    def _finish(self) -> None:
        self._advance(self._position + 1)
        if self._next_character(may_end=True):
            self._fail("expected nothing after the array")

    def _read_object(self) -> dict[str, Any]:
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._position)
            except (ValueError, RecursionError) as error:
                if self._may_be_incomplete(error):
                    self._grow()
                    continue
                start = self._position
                self._advance(error.pos if isinstance(error, json.JSONDecodeError) else start)
                raise CorpusError(
                    f"expected a JSON object, got something else ({_describe_error(error, start)}); correct the file",
                    self._path,
                    self._line_number,
                ) from error
            self._advance(end)
            return _as_object(value, self._path, self._line_number)

    def _may_be_incomplete(self, error: ValueError | RecursionError) -> bool:
        """Whether the text that is still to come could complete what could not be decoded."""
        if self._is_whole or isinstance(error, RecursionError):
            return False
        if not isinstance(error, json.JSONDecodeError):
            return self._text[
                -1
            ].isdigit()  # a number too long, of which the text to come may make a fraction
        # A text that breaks off is an error at its end, or one at the start of its last string.
        return error.pos > len(self._text) - _MAX_CUT_LENGTH or error.msg.startswith("Unterminated")

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
        num_wanted = max(1, len(rest))
        for chunk in self._chunks:
            pieces.append(chunk)
            num_wanted -= len(chunk)
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
