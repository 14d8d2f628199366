"""Checks on the values of a JSON corpus, so that every wrong one becomes an error with its place and its field."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from blner_allennlp.corpora.json_objects import describe_json_value, replace_lone_surrogates
from blner_allennlp.errors import CorpusError


@dataclass(frozen=True, slots=True)
class JsonChecker:
    """Expects certain values of one JSON object; each method raises a CorpusError with the field if it gets others.

    Args:
        path: the corpus file.
        line_number: the line on which the object starts.
    """

    path: Path
    line_number: int

    def error(self, message: str) -> CorpusError:
        """An error at the object's place.

        Args:
            message: what was expected, what was found and what to change.

        Returns:
            The error, to be raised.
        """
        return CorpusError(message, self.path, self.line_number)

    def items(self, value: Any, field: str) -> list[Any]:
        """Expect a list, of anything.

        Args:
            value: a JSON value.
            field: its name, for messages.

        Returns:
            The value.
        """
        if not isinstance(value, list):
            self._fail(field, "a list", value)
        return value

    def members(self, value: Any, field: str) -> dict[str, Any]:
        """Expect an object.

        Args:
            value: a JSON value.
            field: its name, for messages.

        Returns:
            The value.
        """
        if not isinstance(value, dict):
            self._fail(field, "an object", value)
        return value

    def words(self, value: Any, field: str) -> tuple[str, ...]:
        """Expect a list of words; an empty text is a word, too.

        Args:
            value: a JSON value.
            field: its name, for messages.

        Returns:
            The words, halves of surrogate pairs replaced.
        """
        words = self.items(value, field)
        for index, word in enumerate(words):
            if not isinstance(word, str):
                self._fail(f"{field}[{index}]", "a text in quotes", word)
        return tuple(word if word.isascii() else replace_lone_surrogates(word) for word in words)

    def text(self, value: Any, field: str) -> str:
        """Expect a text, which may be empty.

        Args:
            value: a JSON value.
            field: its name, for messages.

        Returns:
            The text, halves of surrogate pairs replaced.
        """
        if not isinstance(value, str):
            self._fail(field, "a text in quotes", value)
        return value if value.isascii() else replace_lone_surrogates(value)

    def entity_type(self, value: Any, field: str) -> str:
        """Expect the type of a mention: a text that is not empty.

        Args:
            value: a JSON value.
            field: its name, for messages.

        Returns:
            The type, halves of surrogate pairs replaced.
        """
        if value == "":
            self._fail(field, "an entity type", value)
        return self.text(value, field)

    def name(self, value: Any, field: str) -> str | None:
        """Expect a name, which may be a whole number, or null.

        Args:
            value: a JSON value.
            field: its name, for messages.

        Returns:
            The name, or the number as a text; None for null.
        """
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if not isinstance(value, str):
            self._fail(field, "a text or a whole number", value)
        return self.text(value, field)

    def index(self, value: Any, field: str) -> int:
        """Expect a position, counted from 0.

        Args:
            value: a JSON value.
            field: its name, for messages.

        Returns:
            The number.
        """
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            self._fail(field, "a whole number, 0 or more", value)
        return value

    def _fail(self, field: str, expected: str, value: Any) -> NoReturn:
        raise self.error(
            f"field '{field}': expected {expected}, got {describe_json_value(value)}; correct the file"
        )
