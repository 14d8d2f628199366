"""CoNLL-2012 (OntoNotes) files: names as brackets in the 11th column, several parts a document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from blner_allennlp.corpora.corpus_format import CorpusFormat
from blner_allennlp.corpora.lines import read_lines
from blner_allennlp.entities import Entity, Sentence
from blner_allennlp.errors import CorpusError

_WORD_INDEX = 3
_NAME_INDEX = 10
# Eleven columns, then one for each predicate of the sentence, then coreference.
_MIN_COLUMNS = 12
_FILE_NAMES = ("gold_conll", "gold_conll.gz")
_BEGIN_DOCUMENT = re.compile(r"#begin document \((?P<name>.*)\); part (?P<part>\S+)")
_NAME_TAG = re.compile(r"(?:\((?P<label>[^()*]+))?(?:\*(?!\))|(?P<close>\*?\)))")


def read_conll2012(path: Path, *, encoding: str = "utf-8") -> Iterator[Sentence]:
    """Read a CoNLL-2012 file, or all `*gold_conll` files of a directory tree in the order of their paths.

    Words are kept as the file spells them (`/.` and `-LRB-` included). Each part of a document counts as a
    document of its own: `document_id` is `<document>; part <number>`.

    Args:
        path: a file, or a directory that holds such files at any depth; gzip-compressed ones count.
        encoding: character encoding of the files.

    Yields:
        The sentences, each with its names.

    Raises:
        CorpusError: there is no file or a file has no sentence, a line has too few or too many columns, or
            the brackets of the name column do not form flat, balanced spans.
    """
    for file_path in _corpus_files(path):
        num_sentences = 0
        for sentence in _read_file(file_path, encoding):
            num_sentences += 1
            yield sentence
        if num_sentences == 0:
            raise CorpusError(
                "the file is empty: expected at least one sentence, got none; fetch or make the file again",
                file_path,
            )


def _corpus_files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = [
        file for file in path.rglob("*gold_conll*") if file.name.endswith(_FILE_NAMES) and file.is_file()
    ]
    if not files:
        hint = "point to the directory that holds them"
        if any(path.rglob("*gold_skel")):
            hint = (
                "the *gold_skel files here lack the words, which the CoNLL-2012 script skeleton2conll.sh "
                "fills in from OntoNotes 5.0"
            )
        raise CorpusError(f"expected *gold_conll files in this directory, got none; {hint}", path)
    return sorted(files, key=lambda file: file.relative_to(path).as_posix())


def _read_file(path: Path, encoding: str) -> Iterator[Sentence]:
    document_id: str | None = None
    rows: list[tuple[int, list[str]]] = []
    for line_number, line in read_lines(path, encoding):
        is_document_mark = line.startswith(("#begin document", "#end document"))
        if not is_document_mark and line.strip():
            rows.append((line_number, _split_row(line, rows, path, line_number)))
            continue
        if rows:
            yield _make_sentence(rows, document_id, path)
            rows = []
        if is_document_mark:
            document_id = _parse_document_mark(line)
    if rows:
        yield _make_sentence(rows, document_id, path)


def _parse_document_mark(line: str) -> str | None:
    if not line.startswith("#begin document"):
        return None
    mark = _BEGIN_DOCUMENT.match(line)
    if mark is None:
        return line.removeprefix("#begin document").strip() or None
    return f"{mark['name']}; part {mark['part']}"


def _split_row(line: str, rows: list[tuple[int, list[str]]], path: Path, line_number: int) -> list[str]:
    # Other Unicode blanks belong to words, so `str.split()` will not do.
    fields = [field for field in re.split("[ \t]+", line) if field]
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
