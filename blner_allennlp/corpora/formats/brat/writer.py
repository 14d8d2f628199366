"""Sentences -> a directory with the text of each document and its mentions as BRAT standoff."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from blner_allennlp.corpora.documents import Document, group_documents
from blner_allennlp.corpora.formats.brat.files import ANNOTATION_SUFFIX, BYTE_ORDER_MARK, TEXT_SUFFIX
from blner_allennlp.corpora.json_objects import replace_lone_surrogates
from blner_allennlp.corpora.unwritable import unwritable
from blner_allennlp.entities import Sentence
from blner_allennlp.errors import CorpusError

_CONFIGURATION_NAME = "annotation.conf"
_CONFIGURATION = "[entities]\n{labels}\n\n[relations]\n\n[events]\n\n[attributes]\n"
_LINE = re.compile(r"[^\r\n]+")
# What file systems reject or read as more than a character.
_UNSAFE = re.compile('[\x00-\x1f\x7f<>:"|?*\\\\\ud800-\udfff]')
_MAX_NAME_BYTES = 200


def write_brat(
    sentences: Iterable[Sentence], path: Path, *, sentences_per_document: int = 100, tokenized: bool = False
) -> None:
    """Write a pair of files a document, named after it, and an `annotation.conf` with the entity types for BRAT.

    Sentences that know their text are written to the letter. Others become a line each, with a blank between words;
    read with `word_splitter='whitespace'` and `sentence_splitter='lines'` they are the same again. Directories in the
    names of documents become directories; what no file can be called becomes `_`. A mention over several lines is
    written line by line, as BRAT itself does. Halves of surrogate pairs become U+FFFD.

    Args:
        sentences: the sentences, in order; their mentions may overlap. Documents without words are left out.
        path: the new directory.
        sentences_per_document: how many sentences that belong to no document make one.
        tokenized: whether all sentences become a line each, those that know their text as well.

    Raises:
        CorpusError: a sentence without text has a word that is empty or holds white space, an entity type does, or a
            mention is nothing but white space.
    """
    if isinstance(sentences_per_document, bool) or sentences_per_document < 1:
        raise CorpusError(
            f"expected at least 1 as sentences_per_document, got {sentences_per_document!r}; correct it", path
        )
    path.mkdir(parents=True, exist_ok=True)
    names = _Names()
    labels: dict[str, None] = {}
    if tokenized:
        sentences = (replace(sentence, text=None, char_offsets=None) for sentence in sentences)
    for document in group_documents(sentences, sentences_per_document):
        if not document.text.strip():
            continue
        for sentence in document.sentences:
            _check(sentence, path)
            labels.update((entity.label, None) for entity in sentence.entities)
        text, lines = _to_files(document, path)
        base = path / names.choose(document.document_id)
        base.parent.mkdir(parents=True, exist_ok=True)
        # Bytes, because the text's own line ends must stay.
        base.with_name(base.name + TEXT_SUFFIX).write_bytes(text.encode())
        base.with_name(base.name + ANNOTATION_SUFFIX).write_bytes("".join(lines).encode())
    configuration = _CONFIGURATION.format(labels="\n".join(sorted(map(replace_lone_surrogates, labels))))
    (path / _CONFIGURATION_NAME).write_bytes(configuration.encode())


def _check(sentence: Sentence, path: Path) -> None:
    for entity in sentence.entities:
        if entity.label.split() != [entity.label]:
            raise unwritable(
                f"expected entity types without white space, got {entity.label!r}, which BRAT cannot hold; rename it",
                sentence,
                path,
            )
    if sentence.text is not None and sentence.char_offsets is not None:
        return
    for word in sentence.words:
        if word.split() != [word]:
            raise unwritable(
                f"expected words without white space, got {word!r}; a text would not tell that it is one word, so "
                "replace it, or write format 'jsonl', which states the words",
                sentence,
                path,
            )


def _to_files(document: Document, path: Path) -> tuple[str, list[str]]:
    """The text of a document and the lines of its annotation."""
    text = replace_lone_surrogates(document.text)
    # A text that starts with this character would lose it when read, so it gets one more, which BRAT counts.
    mark = BYTE_ORDER_MARK if text.startswith(BYTE_ORDER_MARK) else ""
    lines: list[str] = []
    for sentence, word_spans in zip(document.sentences, document.word_spans, strict=True):
        for entity in sentence.entities:
            span = word_spans[entity.word_start][0], word_spans[entity.word_end - 1][1]
            pieces = list(_pieces(text, *span))
            if not pieces:
                raise unwritable(
                    f"expected mentions with a character that is no white space, got {text[slice(*span)]!r}; remove it",
                    sentence,
                    path,
                )
            offsets = ";".join(f"{start + len(mark)} {end + len(mark)}" for start, end in pieces)
            spelling = " ".join(text[start:end] for start, end in pieces)
            label = replace_lone_surrogates(entity.label)
            lines.append(f"T{len(lines) + 1}\t{label} {offsets}\t{spelling}\n")
    return mark + text, lines


def _pieces(text: str, char_start: int, char_end: int) -> Iterator[tuple[int, int]]:
    """The parts of a span that lie on one line each, without white space around them."""
    for line in _LINE.finditer(text, char_start, char_end):
        start = line.end() - len(line.group().lstrip())
        end = line.start() + len(line.group().rstrip())
        if start < end:
            yield start, end


class _Names:
    """Names for the files of documents, each given once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._num_wanted: dict[str, int] = {}

    def choose(self, document_id: str | None) -> str:
        """A name that no other document has, by a path with `/`, without suffix."""
        wanted = f"document-{len(self._taken) + 1:05}" if document_id is None else _safe_name(document_id)
        name = wanted
        while _folded(name) in self._taken:
            number = self._num_wanted.get(_folded(wanted), 1) + 1
            self._num_wanted[_folded(wanted)] = number
            name = f"{wanted}-{number}"
        self._taken.add(_folded(name))
        return name


def _safe_name(document_id: str) -> str:
    *directories, name = [part for part in _UNSAFE.sub("_", document_id).split("/") if part] or ["document"]
    # A directory must not be called like the files that stand beside it.
    parts = [
        f"{part}_" if part.endswith((TEXT_SUFFIX, ANNOTATION_SUFFIX, ".conf")) else part
        for part in directories
    ]
    # Hidden files do not count when read, and `..` leads elsewhere.
    safe = "/".join(re.sub(r"^\.", "_", part) for part in [*parts, name])
    if len(safe.encode()) <= _MAX_NAME_BYTES:
        return safe
    return safe.replace("/", "_").encode()[:_MAX_NAME_BYTES].decode(errors="ignore")


def _folded(name: str) -> str:
    # Some file systems take names for the same that differ in case or in how accents are encoded.
    return unicodedata.normalize("NFC", name).casefold()
