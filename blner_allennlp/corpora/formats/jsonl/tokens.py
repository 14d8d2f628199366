"""The words and the sentence starts that an object of JSON lines may state beside its text."""

from __future__ import annotations

from typing import Any, NoReturn

from blner_allennlp.corpora.formats.jsonl.offsets import OffsetConverter
from blner_allennlp.corpora.json_checker import JsonChecker
from blner_allennlp.corpora.json_objects import describe_json_value

TOKENS = "tokens"
SENTENCE_STARTS = "sentence_starts"


def read_tokens(
    fields: dict[str, Any], text: str, converter: OffsetConverter, checker: JsonChecker, keep_blanks: bool
) -> tuple[tuple[int, int], ...] | None:
    """Read the words that an object states, as texts in order or as objects with `start` and `end` (Prodigy).

    Args:
        fields: the object.
        text: its text.
        converter: for its offsets.
        checker: for errors at its place.
        keep_blanks: whether empty tokens and white space are words, too. spaCy, and so Prodigy, makes tokens of the
            white space that is more than one blank.

    Returns:
        The character spans of the words; None if the object states none. A CorpusError if the tokens are no such list,
        or are not cut from the text in order.
    """
    if fields.get(TOKENS) is None:
        return None
    spans: list[tuple[int, int]] = []
    position = 0
    for index, token in enumerate(checker.items(fields[TOKENS], TOKENS)):
        if isinstance(token, dict):
            span = _read_span(token, text, converter, index, checker)
        elif isinstance(token, str):
            span = _locate(checker.text(token, TOKENS), text, position, index, checker)
        else:
            _fail(
                checker,
                f"field '{TOKENS}[{index}]': expected a text or an object with its offsets, got "
                f"{describe_json_value(token)}; correct the file",
            )
        if span[0] < position:
            _fail(
                checker,
                f"field '{TOKENS}[{index}]': expected tokens in order and without overlap, got one that starts before "
                "the one before it ends; correct the offsets",
            )
        position = span[1]
        if keep_blanks or text[span[0] : span[1]].strip():
            spans.append(span)
    return tuple(spans)


def read_sentence_starts(
    fields: dict[str, Any], num_words: int, checker: JsonChecker
) -> tuple[int, ...] | None:
    """Read which of the tokens start sentences, as this package writes it.

    Args:
        fields: the object.
        num_words: how many tokens it has.
        checker: for errors at its place.

    Returns:
        Indices of tokens; None if the object states none. A CorpusError if they are no ascending list of such indices,
        or the first token is not among them.
    """
    if fields.get(SENTENCE_STARTS) is None:
        return None
    starts = tuple(
        checker.index(start, f"{SENTENCE_STARTS}[{index}]")
        for index, start in enumerate(checker.items(fields[SENTENCE_STARTS], SENTENCE_STARTS))
    )
    is_valid = starts[:1] == (0,) if num_words else not starts
    if not is_valid or list(starts) != sorted(set(starts)) or (starts and starts[-1] >= num_words):
        _fail(
            checker,
            f"field '{SENTENCE_STARTS}': expected indices of the {num_words} tokens, ascending from 0, got something "
            "else; correct them or leave the field out",
        )
    return starts


def _locate(token: str, text: str, position: int, index: int, checker: JsonChecker) -> tuple[int, int]:
    char_start = text.find(token, position)
    if char_start < 0:
        _fail(
            checker,
            f"field '{TOKENS}[{index}]': {token[:40]!r} does not occur in the text after character {position}; the "
            f"tokens must be cut from the text in order, or leave '{TOKENS}' out",
        )
    return char_start, char_start + len(token)


def _read_span(
    token: dict[str, Any], text: str, converter: OffsetConverter, index: int, checker: JsonChecker
) -> tuple[int, int]:
    # Names of fields are put together for errors only: there are as many tokens as words.
    offsets: tuple[Any, Any] = (token.get("start"), token.get("end"))
    if type(offsets[0]) is not int or type(offsets[1]) is not int:
        for name in ("start", "end"):
            checker.index(token.get(name), f"{TOKENS}[{index}].{name}")
    start, end = (converter.to_position(offset) if offset >= 0 else None for offset in offsets)
    if start is None or end is None or not start <= end <= len(text):
        _fail(
            checker,
            f"field '{TOKENS}[{index}]': expected a start and an end inside the text of {len(text)} characters, got "
            f"{offsets[0]} and {offsets[1]}; correct them, or choose another offset_unit",
        )
    stated = token.get("text")
    if stated is not None and stated != text[start:end]:
        stated = checker.text(stated, f"{TOKENS}[{index}].text")
        if stated != text[start:end]:
            _fail(
                checker,
                f"field '{TOKENS}[{index}]': expected {text[start:end][:40]!r}, which stands at its offsets, got "
                f"{stated[:40]!r}; correct the offsets, or choose another offset_unit",
            )
    return start, end


def _fail(checker: JsonChecker, message: str) -> NoReturn:
    raise checker.error(message)
