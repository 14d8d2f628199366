"""What `read_corpus` has to know of a file format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from blner_allennlp.entities import Sentence


@dataclass(frozen=True, slots=True)
class CorpusFormat:
    """A row in the table of formats: a name, a reader and a way to recognise files.

    Args:
        name: what the user writes as `format`.
        description: one line on what such a file looks like, for error messages.
        read: reads a file or directory, sentence by sentence in file order; keyword arguments are the
            options of the format.
        recognises: whether a path is likely of this format, given the path and the first characters of its
            text (empty for a directory and for what is no regular file).
        write: writes sentences to a new file or directory, without keeping them all; keyword arguments are the options
            of the writer. None where the format is read only.
        is_flat: whether the format cannot hold mentions that share words.
    """

    name: str
    description: str
    read: Callable[..., Iterator[Sentence]]
    recognises: Callable[[Path, str], bool]
    write: Callable[..., None] | None = None
    is_flat: bool = False
