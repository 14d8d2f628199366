"""CoNLL-2012 (OntoNotes) files: names as brackets in the 11th column, several parts a document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from blner_allennlp.corpora.corpus_format import CorpusFormat
from blner_allennlp.corpora.document_list import DocumentList
from blner_allennlp.corpora.formats.conll2012.tree import find_gold_files
from blner_allennlp.corpora.lines import read_lines
from blner_allennlp.entities import Entity, Sentence
from blner_allennlp.errors import CorpusError

_DOCUMENT_INDEX = 0
_WORD_INDEX = 3
_NAME_INDEX = 10
# Eleven columns, then one for each predicate of the sentence, then coreference.
_MIN_COLUMNS = 12
_FILE_NAMES = ("gold_conll", "gold_conll.gz")
_FIELD = re.compile("[^ \t]+")
_BEGIN_DOCUMENT = re.compile(r"#begin document \((?P<name>.*)\); part (?P<part>\S+)")
_NAME_TAG = re.compile(r"(?:\((?P<label>[^()*]+))?(?:\*(?!\))|(?P<close>\*?\)))")


class _ParsedSentence(NamedTuple):
    sentence: Sentence
    document_name: str
    has_coreference: bool


def read_conll2012(
    path: Path,
    *,
    split: str | None = None,
    language: str | None = None,
    documents: str | Path | None = None,
    coreference_only: bool = False,
    encoding: str = "utf-8",
) -> Iterator[Sentence]:
    """Read a CoNLL-2012 file, or the `*gold_conll` files of a directory tree in the order of their paths.

    The published trees are `conll-2012/v4/data/<split>/data/<language>/annotations/<genre>/...`, whose splits are
    `train`, `development` and `test`, and `conll-formatted-ontonotes-5.0/data/<split>/data/english/annotations/...`
    (version 12), which has more documents, and the official test set as `conll-2012-test`. Any directory above the
    files will do; where it holds more than one split or language, name one.

    Words are kept as the file spells them (`/.` and `-LRB-` included). Each part of a document counts as a
    document of its own: `document_id` is `<document>; part <number>`.

    Args:
        path: a file, or a directory that holds such files at any depth; gzip-compressed ones count.
        split: the split to read of a tree that has several.
        language: `arabic`, `chinese` or `english`, of a tree that has several.
        documents: a list of documents to read, one a line, such as the official `train.id`; all others are left out.
        coreference_only: leave out documents of which no part has anything in the coreference column. Version 4,
            which the paper's Table 1 counts, has only documents with coreference; version 12 has others, too.
        encoding: character encoding of the files.

    Yields:
        The sentences, each with its names.

    Raises:
        CorpusError: there is no file or a file has no sentence, a line has too few or too many columns,
            the brackets of the name column do not form flat, balanced spans, the tree has several splits or languages
            and none is named, or the corpus lacks a document of the list.
    """
    wanted = DocumentList(Path(documents)) if documents is not None else None
    is_empty = True
    for file_path in find_gold_files(path, split, language):
        parsed_sentences = _read_file(file_path, encoding)
        if wanted is not None:
            parsed_sentences = _keep_listed(parsed_sentences, wanted)
        if coreference_only:
            parsed_sentences = _keep_coreference(parsed_sentences)
        for parsed in parsed_sentences:
            is_empty = False
            yield parsed.sentence
    if wanted is not None:
        wanted.check_all_found(path)
    if is_empty:
        raise CorpusError("expected documents with coreference, got none; leave coreference_only out", path)


def _keep_listed(
    parsed_sentences: Iterator[_ParsedSentence], documents: DocumentList
) -> Iterator[_ParsedSentence]:
    return (parsed for parsed in parsed_sentences if parsed.document_name in documents)


def _keep_coreference(parsed_sentences: Iterator[_ParsedSentence]) -> Iterator[_ParsedSentence]:
    for _, of_document in groupby(parsed_sentences, key=lambda parsed: parsed.document_name):
        members = list(of_document)
        if any(parsed.has_coreference for parsed in members):
            yield from members


def _read_file(path: Path, encoding: str) -> Iterator[_ParsedSentence]:
    document_id: str | None = None
    document_name: str | None = None
    rows: list[tuple[int, list[str]]] = []
    is_empty = True
    for line_number, line in read_lines(path, encoding):
        is_document_mark = line.startswith(("#begin document", "#end document"))
        if not is_document_mark and line.strip():
            rows.append((line_number, _split_row(line, rows, path, line_number)))
            continue
        if rows:
            yield _parse_sentence(rows, document_id, document_name, path)
            rows = []
            is_empty = False
        if is_document_mark:
            document_id, document_name = _parse_document_mark(line)
    if rows:
        yield _parse_sentence(rows, document_id, document_name, path)
    elif is_empty:
        raise CorpusError(
            "the file is empty: expected at least one sentence, got none; fetch or make the file again", path
        )


def _parse_sentence(
    rows: list[tuple[int, list[str]]], document_id: str | None, document_name: str | None, path: Path
) -> _ParsedSentence:
    return _ParsedSentence(
        _make_sentence(rows, document_id, path),
        document_name if document_name is not None else rows[0][1][_DOCUMENT_INDEX],
        any("(" in fields[-1] or ")" in fields[-1] for _, fields in rows),
    )


def _parse_document_mark(line: str) -> tuple[str | None, str | None]:
    """The document's id, which tells its parts apart, and its name, which does not."""
    if not line.startswith("#begin document"):
        return None, None
    mark = _BEGIN_DOCUMENT.match(line)
    if mark is None:
        return line.removeprefix("#begin document").strip() or None, None
    return f"{mark['name']}; part {mark['part']}", mark["name"]


def _split_row(line: str, rows: list[tuple[int, list[str]]], path: Path, line_number: int) -> list[str]:
    # Other Unicode blanks belong to words, so `str.split()`, which is faster, will do for ASCII only.
    is_plain = line.isascii() and line.replace("\t", " ").isprintable()
    fields = line.split() if is_plain else _FIELD.findall(line)
    if len(fields) < _MIN_COLUMNS:
        raise CorpusError(
            f"wrong number of columns: expected at least {_MIN_COLUMNS} (the name in column {_NAME_INDEX}, "
            f"counted from 0), got {len(fields)} in {line!r}; correct the line, or read the file as "
            "format='columns'",
            path,
            line_number,
        )
    if rows and len(fields) != len(rows[0][1]):
        raise CorpusError(
            f"wrong number of columns: expected {len(rows[0][1])}, as in line {rows[0][0]} of the same "
            f"sentence, got {len(fields)}; correct the line, or put a blank line between sentences",
            path,
            line_number,
        )
    return fields


def _make_sentence(rows: list[tuple[int, list[str]]], document_id: str | None, path: Path) -> Sentence:
    entities: list[Entity] = []
    open_label: str | None = None
    open_index = 0
    for word_index, (line_number, fields) in enumerate(rows):
        tag = fields[_NAME_INDEX]
        name = _NAME_TAG.fullmatch(tag)
        if name is None and tag.count("(") < 2 and tag.count(")") < 2:
            raise CorpusError(
                f"unknown tag {tag!r} in the name column: expected `*`, `(TYPE*`, `*)` or `(TYPE)`; correct "
                "the line",
                path,
                line_number,
            )
        label = name["label"] if name is not None else None
        if name is None or (label is not None and open_label is not None):
            raise CorpusError(
                f"unbalanced bracket: {tag!r} puts a name inside another one, but names of CoNLL-2012 are "
                "flat; close the outer name first, or keep one of the two",
                path,
                line_number,
            )
        if label is not None:
            open_label, open_index = label, word_index
        if name["close"]:
            if open_label is None:
                raise CorpusError(
                    f"unbalanced bracket: {tag!r} closes a name, but none is open in this sentence; add the "
                    "opening `(TYPE*` or remove the bracket",
                    path,
                    line_number,
                )
            entities.append(Entity(open_index, word_index + 1, open_label))
            open_label = None
    if open_label is not None:
        raise CorpusError(
            f"unbalanced bracket: the name `({open_label}*` that opens here is not closed within its "
            "sentence; add `*)` at its last word",
            path,
            rows[open_index][0],
        )
    words = tuple(fields[_WORD_INDEX] for _, fields in rows)
    return Sentence(words, tuple(entities), document_id=document_id, line_number=rows[0][0], path=path)


def _recognises(path: Path, head: str) -> bool:
    if path.is_dir():
        return next(path.rglob("*gold_*"), None) is not None
    return path.name.endswith(_FILE_NAMES) or head.lstrip().startswith("#begin document")


CONLL2012 = CorpusFormat(
    name="conll2012",
    description="CoNLL-2012 (OntoNotes): `*gold_conll`, a file or a directory tree",
    read=read_conll2012,
    recognises=_recognises,
)
