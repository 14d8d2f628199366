"""Options that are one of a few names."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TypeVar

from blner_allennlp.errors import CorpusError

Choice = TypeVar("Choice", bound=Enum)


def parse_choice(kind: type[Choice], value: Choice | str, what: str, path: Path) -> Choice:
    """Look an option's value up by its name.

    Args:
        kind: the values that there are.
        value: one of them or its name.
        what: what the option is, with its article, for messages.
        path: the corpus, for messages.

    Returns:
        The value.

    Raises:
        CorpusError: there is none of that name.
    """
    try:
        return kind(value)
    except ValueError as error:
        names = ", ".join(member.value for member in kind)
        raise CorpusError(f"expected {what} out of {names}, got {value!r}", path) from error
