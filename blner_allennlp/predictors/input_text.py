"""A JSON object with text -> a `Sentence` with character offsets."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from allennlp.common.checks import ConfigurationError

from blner_allennlp.entities import Sentence
from blner_allennlp.splitting import WordSplitter, word_splitter

# Half a surrogate pair is legal in JSON, but no tokenizer can encode it. Its replacement is as long.
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")
_REPLACEMENT_CHARACTER = "\ufffd"


class InputError(ValueError):
    """An input that no entities can be predicted for; the message says what was expected."""


def named_splitter(name: str, language: str = "en") -> WordSplitter:
    """A way to split texts into words; none of them needs a model.

    Args:
        name: one of `splitting.WORD_SPLITTERS`.
        language: ISO code, such as `en`, or `xx` for rules that fit many languages; for `rules` only.

    Returns:
        A function from a text to the half-open character spans of its words; white space is no word.

    Raises:
        ConfigurationError: there is no such splitter, or spaCy is not installed, has no rules for the language, or
            lacks a package for it.
    """
    try:
        return word_splitter(name, language)
    except ValueError as error:
        raise ConfigurationError(f"predictor: {error}; or give 'tokens' instead of text") from error


def parse_line(line: bytes) -> Any:
    """Read one line of JSON.

    Args:
        line: the line as it stands in the file.

    Returns:
        A JSON value.

    Raises:
        InputError: the line is not UTF-8, or no JSON.
    """
    try:
        # Given bytes, the parser would guess at UTF-16 and UTF-32 as well.
        text = line.decode("utf-8").removeprefix("\ufeff")
        return json.loads(text, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise InputError(
            f"expected UTF-8, got byte 0x{line[error.start]:02x} at position {error.start} of the line"
        ) from error
    except (ValueError, RecursionError) as error:
        # Broken, a number of thousands of digits, or nested too deeply.
        raise InputError(f"expected one JSON object a line, but: {error}") from error


def _refuse_constant(name: str) -> None:
    """Python reads and writes these, but no other reader of the output would."""
    raise ValueError(f"{name} is no JSON value")


def to_sentence(fields: Any, split_words: WordSplitter) -> Sentence:
    """Read one input object.

    Args:
        fields: a JSON value: an object with `text` or `sentence` (a string), or `tokens` (a list of strings), or
            `tokens` and the `text` that they were cut from.
        split_words: how a text becomes words.

    Returns:
        The words, the text (`tokens` joined by one blank if there is none) and each word's place in it. A text without
        words gives a sentence without words.

    Raises:
        InputError: the value is not such an object.
    """
    if not isinstance(fields, dict):
        raise InputError(f'expected a JSON object, got {_kind(fields)}; write {{"text": …}}')
    text = _text_of(fields)
    if "tokens" not in fields:
        if text is None:
            raise InputError(
                "expected a field 'text', 'sentence' or 'tokens', got "
                + (f"only {', '.join(map(repr, fields))}" if fields else "an empty object")
            )
        readable = _encodable(text)
        char_offsets = split_words(readable)
    else:
        tokens = fields["tokens"]
        if not isinstance(tokens, list) or not all(isinstance(token, str) for token in tokens):
            raise InputError(f"'tokens' must be a list of strings, got {_kind(tokens)}")
        if text is None:
            text = " ".join(tokens)
        char_offsets = _locate(tokens, text)
        readable = _encodable(text)
    words = tuple(readable[start:end] for start, end in char_offsets)
    return Sentence(words, text=text, char_offsets=tuple(char_offsets))


def _encodable(text: str) -> str:
    return _LONE_SURROGATES.sub(_REPLACEMENT_CHARACTER, text)


def _text_of(fields: dict[str, Any]) -> str | None:
    for name in ("text", "sentence"):
        # Who writes all fields always may well write null for the one that is not used.
        if name in fields and not (fields[name] is None and "tokens" in fields):
            if not isinstance(fields[name], str):
                raise InputError(f"{name!r} must be a string, got {_kind(fields[name])}")
            return fields[name]
    return None


def _locate(tokens: Sequence[str], text: str) -> list[tuple[int, int]]:
    """Find each token in the text, one after the other."""
    char_offsets = []
    position = 0
    for index, token in enumerate(tokens):
        char_start = text.find(token, position)
        if char_start < 0:
            raise InputError(
                f"token {index} ({token!r}) does not occur in the text after character {position}; "
                "'tokens' must be cut from 'text' in order, or leave 'text' out"
            )
        position = char_start + len(token)
        char_offsets.append((char_start, position))
    return char_offsets


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", type(None): "null"}
    if isinstance(value, list) and not all(isinstance(item, str) for item in value):
        return "a list with other values"
    return names.get(type(value), "a number")
