"""Hugging Face data sets on disk: Parquet files, or what `save_to_disk` wrote."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from blner_allennlp.corpora.annotated_text import TextSplitters, to_sentences
from blner_allennlp.corpora.choices import parse_choice
from blner_allennlp.corpora.corpus_format import CorpusFormat
from blner_allennlp.corpora.formats.datasets.files import find_data_files, is_data_set
from blner_allennlp.corpora.formats.datasets.table import DataTable
from blner_allennlp.corpora.formats.jsonl.forms import FieldOptions, ObjectReader
from blner_allennlp.corpora.formats.jsonl.offsets import OffsetUnit
from blner_allennlp.corpora.tagged_rows import (
    DOCUMENT_FIELDS,
    TAG_FIELDS,
    TOKEN_FIELDS,
    TagFields,
    detect_row_scheme,
    read_tagged_rows,
)
from blner_allennlp.entities import Sentence
from blner_allennlp.errors import CorpusError
from blner_allennlp.tag_schemes import Reading, TagScheme

logger = logging.getLogger(__name__)

_TEXT_COLUMNS = ("text", "sentence")
_ENTITIES_COLUMNS = ("spans", "entities", "label", "labels")


def read_datasets(
    path: Path,
    *,
    split: str | None = None,
    token_column: str | None = None,
    tag_column: str | None = None,
    label_names: Sequence[str] | None = None,
    scheme: TagScheme | str | None = None,
    reading: Reading | str = Reading.CONLLEVAL,
    text_column: str | None = None,
    entities_column: str | None = None,
    label_field: str | None = None,
    id_column: str | None = None,
    offset_unit: OffsetUnit | str = OffsetUnit.CHARACTERS,
    word_splitter: str = "rules",
    sentence_splitter: str = "rules",
    language: str = "en",
) -> Iterator[Sentence]:
    """Read a data set of Hugging Face that lies on disk; the library `datasets` is not needed, `pyarrow` is.

    A row is a sentence where the data set has a column of tokens and one of tags; the tags are texts, or the numbers of
    a `ClassLabel` (https://huggingface.co/docs/datasets/about_dataset_features). Otherwise it is a document with a text
    and mentions by character offsets, in the forms that `read_jsonl` knows. A row's number in its file, counted from 1,
    takes the place of a line number.

    Args:
        path: a `.parquet` or `.arrow` file; a directory of `save_to_disk`, of one split or of several
            (https://huggingface.co/docs/datasets/process#save); or a directory with Parquet files at any depth, named
            as on the hub (`train-00000-of-00002.parquet`, `train/0000.parquet`).
        split: which split of a directory; None where it has only one.
        token_column: the column of tokens; None for `tokens` or `words`.
        tag_column: the column of tags; None for `ner_tags`, `tags`, `labels` or `ner`.
        label_names: the tags in the order of their numbers, where the file does not name them.
        scheme: how the tags are spelt; None to find out from all of them before the first sentence.
        reading: what to make of ill-formed tag sequences.
        text_column: the column of texts; None for `text` or `sentence`.
        entities_column: the column of mentions; None for `spans`, `entities`, `label` or `labels`.
        label_field: the field of a mention with its type; None for `label`, `type` or `labels`.
        id_column: the column with the document's name; None for `document_id` or `doc_id`, and beside texts also `id`.
        offset_unit: what the offsets count: `characters`, `utf16` units or `bytes`.
        word_splitter: how a text becomes words.
        sentence_splitter: how words become sentences.
        language: for the rules of `word_splitter`.

    Yields:
        The sentences, in the order of the rows.

    Raises:
        CorpusError: there is no such data set or split, a file is damaged, pyarrow is missing, or a column is missing
            or holds the wrong values.
    """
    known_scheme = parse_choice(TagScheme, scheme, "a tag scheme", path) if scheme is not None else None
    known_reading = parse_choice(Reading, reading, "a reading", path)
    unit = parse_choice(OffsetUnit, offset_unit, "an offset unit", path)
    options = FieldOptions(text_column, entities_column, label_field, id_column, unit)
    splitters = TextSplitters.by_name(word_splitter, sentence_splitter, language, path)
    tables = [DataTable(file) for file in find_data_files(path, split)]
    tagged = [
        (table, columns)
        for table in tables
        if (columns := _tag_columns(table, token_column, tag_column, id_column, label_names)) is not None
    ]
    num_sentences = 0
    if tagged and len(tagged) == len(tables):
        if known_scheme is None:
            known_scheme = detect_row_scheme(
                (table.path, table.rows(columns.all()), columns) for table, columns in tagged
            )
        for table, columns in tagged:
            rows = table.rows(columns.all())
            for sentence in read_tagged_rows(table.path, rows, columns, known_scheme, known_reading):
                num_sentences += 1
                yield sentence
    else:
        num_rows = 0
        for table in tables:
            reader = ObjectReader(options, table.path, num_documents_before=num_rows)
            names = _mention_labels(table, entities_column)
            _check_text_column(table, text_column)
            for row_number, row in table.rows():
                num_rows += 1
                annotated = reader.read(_name_labels(row, names), row_number)
                if annotated is not None:
                    for sentence in to_sentences(annotated, splitters):
                        num_sentences += 1
                        yield sentence
            for warning in reader.warnings():
                logger.warning(warning)
    if num_sentences == 0:
        raise CorpusError(
            "the data set is empty: expected at least one row with words, got none; fetch or make it again",
            path,
        )


def _tag_columns(
    table: DataTable,
    token_column: str | None,
    tag_column: str | None,
    id_column: str | None,
    label_names: Sequence[str] | None,
) -> TagFields | None:
    """The columns of a file whose rows are tagged sentences; None if it has none."""
    is_asked_for = token_column is not None or tag_column is not None
    found = []
    for given, usual in ((token_column, TOKEN_FIELDS), (tag_column, TAG_FIELDS)):
        names = (given,) if given is not None else usual
        name = next((name for name in names if table.is_list_of_values(name)), None)
        if name is None:
            if is_asked_for:
                raise _missing(table, "lists, of tokens or tags, called", names, "token_column or tag_column")
            return None
        found.append(name)
    document = next((name for name in DOCUMENT_FIELDS if name in table.columns), None)
    if id_column is not None:
        if id_column not in table.columns:
            raise _missing(table, "names of documents, called", (id_column,), "id_column")
        document = id_column
    class_names = list(label_names) if label_names is not None else table.class_names(found[1])
    return TagFields(found[0], found[1], document, class_names)


def _check_text_column(table: DataTable, text_column: str | None) -> None:
    names = (text_column,) if text_column is not None else _TEXT_COLUMNS
    if not any(name in table.columns for name in names):
        expected = ("tokens", "ner_tags") if text_column is None else ()
        raise _missing(
            table, "text called", (*names, *expected), "token_column and tag_column, or text_column"
        )


def _missing(table: DataTable, what: str, names: Sequence[str], options: str) -> CorpusError:
    return CorpusError(
        f"expected a column of {what} {' or '.join(map(repr, names))}, got the columns {', '.join(table.columns)}; "
        f"name the right one with {options}",
        table.path,
    )


def _mention_labels(table: DataTable, entities_column: str | None) -> dict[str, list[str]]:
    """The names of types that mentions state as numbers, by the column of the mentions."""
    columns = (entities_column,) if entities_column is not None else _ENTITIES_COLUMNS
    named = {column: table.class_names(column) for column in columns if column in table.columns}
    return {column: names for column, names in named.items() if names is not None}


def _name_labels(row: dict[str, Any], names_of_column: dict[str, list[str]]) -> dict[str, Any]:
    return {
        column: _with_names(value, names_of_column[column]) if column in names_of_column else value
        for column, value in row.items()
    }


def _with_names(value: Any, names: list[str]) -> Any:
    """Mentions as a list of objects, or as an object of lists, with names in place of the types' numbers."""
    if isinstance(value, list):
        return [_with_names(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        field: _names_of(item, names) if field in ("label", "type", "labels") else item
        for field, item in value.items()
    }


def _names_of(value: Any, names: list[str]) -> Any:
    if isinstance(value, list):
        return [_names_of(item, names) for item in value]
    # A number without a name stays one, which is reported where a type is expected.
    return names[value] if isinstance(value, int) and 0 <= value < len(names) else value


def _recognises(path: Path, head: str) -> bool:
    if path.is_dir():
        return is_data_set(path)
    return path.suffix in (".parquet", ".arrow") or head.startswith(("PAR1", "ARROW1"))


DATASETS = CorpusFormat(
    name="datasets",
    description="a Hugging Face data set on disk: Parquet or Arrow files, or a directory of them",
    read=read_datasets,
    recognises=_recognises,
)
