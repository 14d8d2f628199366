"""Objects of JSON lines with tokens and tags, as Hugging Face data sets are exported."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blner_allennlp.corpora.json_objects import read_json_objects
from blner_allennlp.corpora.tagged_rows import (
    DOCUMENT_FIELDS,
    TAG_FIELDS,
    TOKEN_FIELDS,
    Rows,
    TagFields,
    detect_row_scheme,
    read_tagged_rows,
)
from blner_allennlp.entities import Sentence
from blner_allennlp.tag_schemes import Reading, TagScheme

_OFFSET_FIELDS = ("spans", "entities")


@dataclass(frozen=True, slots=True)
class TagOptions:
    """What the user says about tokens and tags.

    Args:
        token_field: the field with the tokens; None for the usual ones.
        tag_field: the field with the tags; None for the usual ones.
        label_names: the tags in the order of their numbers; None where they are texts.
        scheme: how the tags are spelt; None to find out.
        reading: what to make of ill-formed tag sequences.
    """

    token_field: str | None
    tag_field: str | None
    label_names: Sequence[str] | None
    scheme: TagScheme | None
    reading: Reading


def find_tag_fields(first: dict[str, Any], options: TagOptions, id_field: str | None) -> TagFields | None:
    """Tell from the first object of a file whether its objects are tagged sentences.

    Args:
        first: the object.
        options: what the user says.
        id_field: the field with the document's name; None for the usual ones.

    Returns:
        The fields; None if the object has none such and the user names none.
    """
    is_asked_for = options.token_field is not None or options.tag_field is not None
    has_mentions = any(isinstance(first.get(name), (list, dict)) for name in _OFFSET_FIELDS)
    found = []
    for given, usual in ((options.token_field, TOKEN_FIELDS), (options.tag_field, TAG_FIELDS)):
        name = given or next((name for name in usual if _is_list_of_values(first.get(name))), None)
        if name is None and is_asked_for:
            name = usual[0]
        if name is None or (has_mentions and not is_asked_for):
            return None
        found.append(name)
    if first.get(found[0]) and not first.get(found[1]) and not is_asked_for:
        return None
    document = id_field or next((name for name in DOCUMENT_FIELDS if name in first), None)
    names = list(options.label_names) if options.label_names is not None else None
    return TagFields(found[0], found[1], document, names)


def read_tagged_objects(
    path: Path, encoding: str, objects: Rows, fields: TagFields, options: TagOptions
) -> Iterator[Sentence]:
    """Read the objects of a file.

    Args:
        path: the file. It is read twice where the scheme is to be found out, unless it is a pipe, which memory holds.
        encoding: its character encoding.
        objects: its lines and objects.
        fields: their fields.
        options: what the user says.

    Yields:
        The sentences; a CorpusError if an object is not like the first one, or no scheme explains the tags.
    """
    scheme = options.scheme
    if scheme is None:
        if not path.is_file():
            objects = list(objects)
        scheme = detect_row_scheme([(path, objects, fields)])
        if path.is_file():
            objects = read_json_objects(path, encoding)
    yield from read_tagged_rows(path, objects, fields, scheme, options.reading)


def _is_list_of_values(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, (str, int)) for item in value)
