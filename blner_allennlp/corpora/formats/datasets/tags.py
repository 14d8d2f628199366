"""Rows of tokens and tags -> sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from blner_allennlp.corpora.formats.columns.transition_check import TransitionCheck
from blner_allennlp.corpora.formats.datasets.table import DataTable
from blner_allennlp.corpora.json_checker import JsonChecker
from blner_allennlp.entities import Sentence
from blner_allennlp.errors import CorpusError, TagSequenceError
from blner_allennlp.tag_schemes import Reading, TagScheme, detect_scheme, tags_to_entities


@dataclass(frozen=True, slots=True)
class TagColumns:
    """Where a file's rows have what a tagged sentence is made of.

    Args:
        tokens: the column of the tokens.
        tags: the column of the tags.
        document: the column with the document's name; None if there is none.
        tag_names: the tags in the order of their numbers; None if the rows have them as texts.
    """

    tokens: str
    tags: str
    document: str | None
    tag_names: list[str] | None

    def all(self) -> list[str]:
        """The names of the columns."""
        columns = [self.tokens, self.tags, self.document]
        return list(dict.fromkeys(column for column in columns if column is not None))


def detect_table_scheme(tables: Sequence[tuple[DataTable, TagColumns]]) -> TagScheme:
    """Tell from all tags of some files how they are spelt.

    Args:
        tables: the files and their columns.

    Returns:
        The scheme.

    Raises:
        CorpusError: no scheme explains the tags.
    """
    path, row_number = tables[0][0].path, 0

    def tag_sequences() -> Iterator[list[str]]:
        nonlocal path, row_number
        for table, columns in tables:
            path = table.path
            for row_number, row in table.rows(columns.all()):
                yield _words_and_tags(row, columns, JsonChecker(path, row_number))[1]

    try:
        return detect_scheme(tag_sequences())
    except TagSequenceError as error:
        raise CorpusError(f"unknown tag: {error}", path, row_number) from error


def read_tagged_rows(
    table: DataTable, columns: TagColumns, scheme: TagScheme, reading: Reading
) -> Iterator[Sentence]:
    """Read the sentences of a file.

    Args:
        table: the file.
        columns: its columns.
        scheme: how the tags are spelt.
        reading: what to make of ill-formed tag sequences.

    Yields:
        The sentences; a row without tokens gives none.

    Raises:
        CorpusError: a row has no tokens or no tag a token, or a tag is not of the scheme.
    """
    transitions = TransitionCheck(scheme)
    for row_number, row in table.rows(columns.all()):
        checker = JsonChecker(table.path, row_number)
        words, tags = _words_and_tags(row, columns, checker)
        try:
            entities = tags_to_entities(tags, scheme, reading)
        except TagSequenceError as error:
            raise CorpusError(f"unknown tag: {error}", table.path, row_number) from error
        document_id = None
        if columns.document is not None:
            document_id = checker.name(row[columns.document], columns.document)
        if words:
            yield Sentence(
                words,
                entities,
                document_id=document_id,
                line_number=row_number,
                remarks=transitions.remarks(words, tags, [row_number] * len(words), entities),
                path=table.path,
            )


def _words_and_tags(
    row: dict[str, Any], columns: TagColumns, checker: JsonChecker
) -> tuple[tuple[str, ...], list[str]]:
    words = checker.words(row[columns.tokens], columns.tokens)
    tags = [
        _tag(value, f"{columns.tags}[{index}]", columns.tag_names, checker)
        for index, value in enumerate(checker.items(row[columns.tags], columns.tags))
    ]
    if len(words) != len(tags):
        raise checker.error(
            f"expected one tag a token, got {len(words)} in {columns.tokens!r} and {len(tags)} in {columns.tags!r}; "
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
