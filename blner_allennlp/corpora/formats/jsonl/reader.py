"""JSON lines of annotation tools: in each object a text and its mentions by character offsets, or tokens and tags."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from blner_allennlp.corpora.annotated_text import TextSplitters, to_sentences
from blner_allennlp.corpora.choices import parse_choice
from blner_allennlp.corpora.corpus_format import CorpusFormat
from blner_allennlp.corpora.formats.jsonl.forms import FieldOptions, ObjectReader
from blner_allennlp.corpora.formats.jsonl.offsets import OffsetUnit
from blner_allennlp.corpora.formats.jsonl.tagged import TagOptions, find_tag_fields, read_tagged_objects
from blner_allennlp.corpora.formats.jsonl.writer import write_jsonl
from blner_allennlp.corpora.json_objects import read_json_objects
from blner_allennlp.entities import Sentence
from blner_allennlp.errors import CorpusError
from blner_allennlp.tag_schemes import Reading, TagScheme

logger = logging.getLogger(__name__)

_OBJECT_START = re.compile(r'\s*(?:\[\s*)?\{\s*"')


def read_jsonl(
    path: Path,
    *,
    text_field: str | None = None,
    entities_field: str | None = None,
    label_field: str | None = None,
    id_field: str | None = None,
    token_field: str | None = None,
    tag_field: str | None = None,
    label_names: Sequence[str] | None = None,
    scheme: TagScheme | str | None = None,
    reading: Reading | str = Reading.CONLLEVAL,
    offset_unit: OffsetUnit | str = OffsetUnit.CHARACTERS,
    word_splitter: str = "rules",
    sentence_splitter: str = "rules",
    language: str = "en",
    encoding: str = "utf-8",
) -> Iterator[Sentence]:
    """Read JSON lines, or one JSON array, of objects that annotation tools export.

    Each object tells by its fields whose form it has. All offsets are half-open:

    - Doccano: `label` (or `labels`) with `[start, end, type]`; where relations are annotated, `entities` with `label`,
      `start_offset` and `end_offset` (https://github.com/doccano/doccano/pull/1703).
    - Prodigy: `spans` with `start`, `end` and `label`; the `tokens` are the words. Examples that the annotator rejected
      or ignored are left out (https://prodi.gy/docs/api-interfaces).
    - Label Studio, JSON: `data` with the text, `annotations` with results of type `labels`. Of several annotations the
      one marked as ground truth is read, else the first that was not cancelled; tasks without any are left out
      (https://labelstud.io/guide/task_format). JSON_MIN: `label` with `start`, `end` and `labels`.
    - spaCy 2: `entities` with `[start, end, type]`.
    - This package: what `write_jsonl` writes, and what `allennlp predict` writes, the predicted `entities` as gold.
    - Tokens and tags, as data sets of Hugging Face are exported: `tokens` and `ner_tags`, the tags being texts, or
      numbers whose names `label_names` gives. The first object of a file tells whether all of them are so; each is a
      sentence.

    What is left out is counted in a warning after the last object. An object without a field of mentions has none; if
    that is so for all of them, a warning says so. An object is a document; it is called by its `document_id`, `doc_id`
    or `id`, else `doc-1` and so on by its place in the file.

    Args:
        path: the file, plain or gzip-compressed.
        text_field: the field with the text; None for `text`, `sentence` or `data`.
        entities_field: the field with the mentions; None for `spans`, `entities`, `label` or `labels`.
        label_field: the field of a mention with its type; None for `label`, `type` or `labels`.
        id_field: the field with the document's name.
        token_field: the field with the tokens, where there are tags; None for `tokens` or `words`.
        tag_field: the field with the tags; None for `ner_tags`, `tags`, `labels` or `ner`.
        label_names: the tags in the order of their numbers, where they are numbers.
        scheme: how the tags are spelt; None to find out from all of them before the first sentence.
        reading: what to make of ill-formed tag sequences.
        offset_unit: what the offsets count: `characters`; `utf16` units, as Label Studio and other tools in JavaScript
            (https://github.com/HumanSignal/label-studio/issues/1347); or `bytes` of UTF-8.
        word_splitter: how text becomes words where an object has no `tokens`.
        sentence_splitter: how words become sentences where an object has no `sentence_starts`.
        language: for the rules of `word_splitter`.
        encoding: character encoding of the file.

    Yields:
        The sentences, in file order.

    Raises:
        CorpusError: the file is no such JSON or has no words, or an object lacks a field or has one of the wrong type.
    """
    unit = parse_choice(OffsetUnit, offset_unit, "an offset unit", path)
    options = FieldOptions(text_field, entities_field, label_field, id_field, unit)
    known_scheme = parse_choice(TagScheme, scheme, "a tag scheme", path) if scheme is not None else None
    known_reading = parse_choice(Reading, reading, "a reading", path)
    tag_options = TagOptions(token_field, tag_field, label_names, known_scheme, known_reading)
    splitters = TextSplitters.by_name(word_splitter, sentence_splitter, language, path)
    objects = read_json_objects(path, encoding)
    first = next(objects)
    objects = chain([first], objects)
    num_sentences = 0
    reader = ObjectReader(options, path)
    tag_fields = find_tag_fields(first[1], tag_options, id_field)
    sentences = (
        read_tagged_objects(path, encoding, objects, tag_fields, tag_options)
        if tag_fields is not None
        else _read_texts(objects, reader, splitters)
    )
    for sentence in sentences:
        num_sentences += 1
        yield sentence
    if tag_fields is None and reader.num_read == 0:
        raise CorpusError(
            "expected at least one annotated object, but all are left out "
            f"({'; '.join(sorted(reader.left_out))}); export annotated data",
            path,
        )
    if num_sentences == 0:
        raise CorpusError(
            "expected at least one sentence with words, got none; fetch or make the file again", path
        )


def _read_texts(
    objects: Iterable[tuple[int, dict[str, Any]]], reader: ObjectReader, splitters: TextSplitters
) -> Iterator[Sentence]:
    for line_number, fields in objects:
        annotated = reader.read(fields, line_number)
        if annotated is not None:
            yield from to_sentences(annotated, splitters)
    for warning in reader.warnings():
        logger.warning(warning)


def _recognises(path: Path, head: str) -> bool:
    return not path.is_dir() and _OBJECT_START.match(head) is not None


JSONL = CorpusFormat(
    name="jsonl",
    description="JSON lines with text and character offsets (Doccano, Prodigy, Label Studio and the like), or with "
    "`tokens` and `ner_tags`: one file",
    read=read_jsonl,
    recognises=_recognises,
    write=write_jsonl,
)
