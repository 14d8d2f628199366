"""Rows of named fields, one with the tokens of a sentence and one with their tags -> sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blner_allennlp.corpora.formats.columns.transition_check import TransitionCheck
from blner_allennlp.corpora.json_checker import JsonChecker
from blner_allennlp.entities import Sentence
from blner_allennlp.errors import CorpusError, TagSequenceError
from blner_allennlp.tag_schemes import Reading, TagScheme, detect_scheme, tags_to_entities

TOKEN_FIELDS = ("tokens", "words")
TAG_FIELDS = ("ner_tags", "tags", "labels", "ner")
DOCUMENT_FIELDS = ("document_id", "doc_id")
"""The usual names of fields."""

_NUM_FIELDS_SHOWN = 20

Rows = Iterable[tuple[int, dict[str, Any]]]
"""Numbers of rows, or of lines, and what stands there."""


@dataclass(frozen=True, slots=True)
class TagFields:
    """Where rows have what a tagged sentence is made of.

    Args:
        tokens: the field of the tokens.
        tags: the field of the tags.
        document: the field with the document's name; None if there is none.
        tag_names: the tags in the order of their numbers; None if the rows have them as texts.
    """

    tokens: str
    tags: str
    document: str | None
    tag_names: list[str] | None

    def all(self) -> list[str]:
        """The names of the fields."""
        fields = [self.tokens, self.tags, self.document]
        return list(dict.fromkeys(name for name in fields if name is not None))


def detect_row_scheme(sources: Iterable[tuple[Path, Rows, TagFields]]) -> TagScheme:
    """Tell from all tags of some files how they are spelt.

    Args:
        sources: the files, at least one, with their rows and fields.

    Returns:
        The scheme.

    Raises:
        CorpusError: no scheme explains the tags.
    """
    path, row_number = Path(), 0

    def tag_sequences() -> Iterator[list[str]]:
        nonlocal path, row_number
        for path, rows, fields in sources:
            for row_number, row in rows:
                yield _words_and_tags(row, fields, JsonChecker(path, row_number))[1]

    try:
        return detect_scheme(tag_sequences())
    except TagSequenceError as error:
        raise CorpusError(f"unknown tag: {error}", path, row_number) from error


def read_tagged_rows(
    path: Path, rows: Rows, fields: TagFields, scheme: TagScheme, reading: Reading
) -> Iterator[Sentence]:
    """Read the sentences of a file.

    Args:
        path: the file.
        rows: its rows.
        fields: their fields.
        scheme: how the tags are spelt.
        reading: what to make of ill-formed tag sequences.

    Yields:
        The sentences; a row without tokens gives none.

    Raises:
        CorpusError: a row has no tokens or no tag a token, or a tag is not of the scheme.
    """
    transitions = TransitionCheck(scheme)
    for row_number, row in rows:
        checker = JsonChecker(path, row_number)
        words, tags = _words_and_tags(row, fields, checker)
        try:
            entities = tags_to_entities(tags, scheme, reading)
        except TagSequenceError as error:
            raise CorpusError(f"unknown tag: {error}", path, row_number) from error
        document_id = None
        if fields.document is not None:
            document_id = checker.name(row.get(fields.document), fields.document)
        if words:
            yield Sentence(
                words,
                entities,
                document_id=document_id,
                line_number=row_number,
                remarks=transitions.remarks(words, tags, [row_number] * len(words), entities),
                path=path,
            )


def _words_and_tags(
    row: dict[str, Any], fields: TagFields, checker: JsonChecker
) -> tuple[tuple[str, ...], list[str]]:
    for name in (fields.tokens, fields.tags):
        if name not in row:
            raise checker.error(
                f"expected a field {name!r}, as those before have it, got only "
                f"{', '.join(map(repr, list(row)[:_NUM_FIELDS_SHOWN]))}; add it"
            )
    words = checker.words(row[fields.tokens], fields.tokens)
    tags = [
        _tag(value, f"{fields.tags}[{index}]", fields.tag_names, checker)
        for index, value in enumerate(checker.items(row[fields.tags], fields.tags))
    ]
    if len(words) != len(tags):
        raise checker.error(
            f"expected one tag a token, got {len(words)} in {fields.tokens!r} and {len(tags)} in {fields.tags!r}; "
            "correct the row"
        )
    return words, tags


def _tag(value: Any, field: str, tag_names: list[str] | None, checker: JsonChecker) -> str:
    if isinstance(value, str):
        return checker.text(value, field)
    number = checker.index(value, field)
    if tag_names is None:
        raise checker.error(
            f"field '{field}': expected the tag as text, got the number {number}, and the data set does not name its "
            "tags; list them in the order of their numbers with label_names"
        )
    if number >= len(tag_names):
        raise checker.error(
            f"field '{field}': expected the number of one of {len(tag_names)} tags, got {number}; correct the row, or "
            "list all tags with label_names"
        )
    return tag_names[number]
