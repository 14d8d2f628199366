"""JSON lines of annotation tools: a text and its mentions by character offsets in each object."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path

from blner_allennlp.corpora.annotated_text import TextSplitters, to_sentences
from blner_allennlp.corpora.corpus_format import CorpusFormat
from blner_allennlp.corpora.formats.jsonl.forms import FieldOptions, ObjectReader
from blner_allennlp.corpora.formats.jsonl.offsets import OffsetUnit, parse_offset_unit
from blner_allennlp.corpora.formats.jsonl.writer import write_jsonl
from blner_allennlp.corpora.json_objects import read_json_objects
from blner_allennlp.entities import Sentence
from blner_allennlp.errors import CorpusError

logger = logging.getLogger(__name__)

_OBJECT_START = re.compile(r'\s*(?:\[\s*)?\{\s*"')


def read_jsonl(
    path: Path,
    *,
    text_field: str | None = None,
    entities_field: str | None = None,
    label_field: str | None = None,
    id_field: str | None = None,
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

    What is left out is counted in a warning after the last object. An object without a field of mentions has none; if
    that is so for all of them, a warning says so. An object is a document; it is called by its `document_id`, `doc_id`
    or `id`, else `doc-1` and so on by its place in the file.

    Args:
        path: the file, plain or gzip-compressed.
        text_field: the field with the text; None for `text`, `sentence` or `data`.
        entities_field: the field with the mentions; None for `spans`, `entities`, `label` or `labels`.
        label_field: the field of a mention with its type; None for `label`, `type` or `labels`.
        id_field: the field with the document's name.
        offset_unit: what the offsets count: `characters`; `utf16` units, as Label Studio and other tools in JavaScript
            (https://github.com/HumanSignal/label-studio/issues/1347); or `bytes` of UTF-8.
        word_splitter: how text becomes words where an object has no `tokens`.
        sentence_splitter: how words become sentences where an object has no `sentence_starts`.
        language: for the rules of `word_splitter`.
        encoding: character encoding of the file.

    Yields:
        The sentences, in file order.

    Raises:
        CorpusError: the file is no such JSON, or an object lacks a field or has one of the wrong type.
    """
    options = FieldOptions(
        text_field, entities_field, label_field, id_field, parse_offset_unit(offset_unit, path)
    )
    splitters = TextSplitters.by_name(word_splitter, sentence_splitter, language, path)
    reader = ObjectReader(options, path)
    for line_number, fields in read_json_objects(path, encoding):
        annotated = reader.read(fields, line_number)
        if annotated is not None:
            yield from to_sentences(annotated, splitters)
    for warning in reader.warnings():
        logger.warning(warning)
    if reader.num_read == 0:
        raise CorpusError(
            "expected at least one annotated object, but all are left out "
            f"({'; '.join(sorted(reader.left_out))}); export annotated data",
            path,
        )


def _recognises(path: Path, head: str) -> bool:
    return not path.is_dir() and _OBJECT_START.match(head) is not None


JSONL = CorpusFormat(
    name="jsonl",
    description="JSON lines with text and character offsets (Doccano, Prodigy, Label Studio and the like): one file",
    read=read_jsonl,
    recognises=_recognises,
    write=write_jsonl,
)
