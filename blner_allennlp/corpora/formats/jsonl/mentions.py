"""The values by which annotation tools state mentions -> `CharMention`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

from blner_allennlp.corpora.annotated_text import CharMention
from blner_allennlp.corpora.formats.jsonl.offsets import OffsetConverter
from blner_allennlp.corpora.json_checker import JsonChecker

_START_FIELDS = ("start", "start_offset", "char_start")
_END_FIELDS = ("end", "end_offset", "char_end")
_LABEL_FIELDS = ("label", "type", "labels")
_NUM_FIELDS_SHOWN = 20


class MentionReader:
    """Reads the mentions of one text.

    Args:
        converter: for offsets into the text.
        checker: for errors at the place of the object that states them.
        label_field: the field of a mention with its type; None for the usual ones.
    """

    def __init__(self, converter: OffsetConverter, checker: JsonChecker, label_field: str | None) -> None:
        self._converter = converter
        self._checker = checker
        self._label_fields = (label_field,) if label_field is not None else _LABEL_FIELDS

    def read_all(self, value: Any, field: str) -> Iterator[CharMention]:
        """Read a list of mentions, or an object with a list for each of their fields, as data sets on disk have it.

        Args:
            value: the list or object.
            field: its name, for messages.

        Yields:
            The mentions; a CorpusError if the value is no such list, or holds anything else.
        """
        if isinstance(value, dict) and value and all(isinstance(column, list) for column in value.values()):
            if len({len(column) for column in value.values()}) > 1:
                self._fail(
                    f"field '{field}': expected lists of the same length, got different ones; correct them"
                )
            value = [dict(zip(value, row, strict=True)) for row in zip(*value.values(), strict=True)]
        for index, mention in enumerate(self._checker.items(value, field)):
            yield from self.read(mention, f"{field}[{index}]")

    def read(self, value: Any, field: str) -> Iterator[CharMention]:
        """Read one mention.

        Args:
            value: `[start, end, type]`, or an object with such fields.
            field: its name, for messages.

        Yields:
            The mention, once for each of its types; a CorpusError if the value is nothing like it.
        """
        if isinstance(value, list):
            if len(value) != 3:
                self._fail(
                    f"field '{field}': expected [start, end, type], got a list of {len(value)}; correct the file"
                )
            span = self._span(value[0], value[1], f"{field}[0]", f"{field}[1]")
            label = self._checker.entity_type(value[2], f"{field}[2]")
            yield CharMention((span,), label, None, self._checker.line_number)
            return
        members = self._checker.members(value, field)
        start_name = self._first_of(_START_FIELDS, members, field, "start")
        end_name = self._first_of(_END_FIELDS, members, field, "end")
        label_name = self._first_of(self._label_fields, members, field, "type")
        span = self._span(
            members[start_name], members[end_name], f"{field}.{start_name}", f"{field}.{end_name}"
        )
        stated = members.get("text")
        text = self._checker.text(stated, f"{field}.text") if stated is not None else None
        for label in self._labels(members[label_name], f"{field}.{label_name}"):
            yield CharMention((span,), label, text, self._checker.line_number)

    def _span(self, start: Any, end: Any, start_name: str, end_name: str) -> tuple[int, int]:
        offsets = self._checker.index(start, start_name), self._checker.index(end, end_name)
        if offsets[0] > offsets[1]:
            self._fail(
                f"field '{end_name}': expected an end at {offsets[0]} or later, where the mention starts, got "
                f"{offsets[1]}; swap the two or correct them"
            )
        return self._position(offsets[0], start_name), self._position(offsets[1], end_name)

    def _position(self, offset: int, name: str) -> int:
        position = self._converter.to_position(offset)
        if position is None:
            self._fail(
                f"field '{name}': {offset} lies inside a character; correct it, or choose another offset_unit"
            )
        return position

    def _first_of(self, names: tuple[str, ...], members: dict[str, Any], field: str, what: str) -> str:
        found = next((name for name in names if name in members), None)
        if found is None:
            self._fail(
                f"field '{field}': expected a field {' or '.join(map(repr, names))} with the mention's {what}, got "
                f"{list_fields(members)}; correct the file"
            )
        return found

    def _fail(self, message: str) -> NoReturn:
        raise self._checker.error(message)

    def _labels(self, value: Any, field: str) -> list[str]:
        if not isinstance(value, list):
            return [self._checker.entity_type(value, field)]
        if not value:
            self._fail(f"field '{field}': expected at least one entity type, got none; label the mention")
        return [self._checker.entity_type(label, f"{field}[{index}]") for index, label in enumerate(value)]


def list_fields(fields: dict[str, Any]) -> str:
    """Name the fields of an object in an error message.

    Args:
        fields: the object.

    Returns:
        A few words.
    """
    return f"only {', '.join(map(repr, list(fields)[:_NUM_FIELDS_SHOWN]))}" if fields else "an empty object"
