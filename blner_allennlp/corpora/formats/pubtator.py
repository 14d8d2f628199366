"""PubTator files (BC5CDR, NCBI disease): title, abstract and mentions by character offsets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from blner_allennlp.corpora.annotated_text import AnnotatedText, CharMention, TextSplitters, to_sentences
from blner_allennlp.corpora.corpus_format import CorpusFormat
from blner_allennlp.corpora.lines import read_lines
from blner_allennlp.entities import Sentence
from blner_allennlp.errors import CorpusError

_TITLE = re.compile(r"\s*[^|\s]+\|t\|")
_TEXT_LINE = re.compile(r"(?P<document_id>[^|\s]+)\|(?P<part>[at])\|(?P<text>.*)")
# Nobody has longer texts, and Python refuses to convert numbers of thousands of digits.
_OFFSET = re.compile(r"[0-9]{1,15}")
# `CID` of BC5CDR, `Positive_Correlation` of others: it stands where a mention has its first offset.
_RELATION_TYPE = re.compile(r"[A-Za-z][A-Za-z_-]+")
_NUM_MENTION_FIELDS = 5
_NUM_RELATION_FIELDS = 4


def read_pubtator(
    path: Path,
    *,
    word_splitter: str = "biomedical",
    sentence_splitter: str = "biomedical",
    language: str = "en",
    encoding: str = "utf-8",
) -> Iterator[Sentence]:
    """Read a PubTator file.

    A document is a line `<id>|t|<title>`, a line `<id>|a|<abstract>` and a line for each mention: id, start, end, text,
    type and whatever follows (a concept, the parts of a composite mention), parted by TABs. The offsets count the
    characters of the title, one blank and the abstract. Lines with relations (`<id> TAB CID TAB ...`) are skipped, and
    blank lines wherever they stand. No sentence holds the end of a title and the start of an abstract.

    A document that the file holds a second time is read a second time, because the published counts of mentions
    include it; it is named `<id>-2`, and each of its mentions has a remark.

    Args:
        path: the file, plain or gzip-compressed.
        word_splitter: how to find words, one of `splitting.WORD_SPLITTERS`.
        sentence_splitter: how to find sentences, one of `splitting.SENTENCE_SPLITTERS`.
        language: ISO code, for `word_splitter="rules"`.
        encoding: character encoding of the file.

    Yields:
        The sentences with their mentions, in file order.

    Raises:
        CorpusError: the file has no sentence, or a line is none of those above or belongs to another document.
    """
    if path.is_dir():
        raise CorpusError("expected one PubTator file, got a directory; name one of its files", path)
    splitters = TextSplitters.by_name(word_splitter, sentence_splitter, language, path)
    is_empty = True
    # Document names are all that is remembered of the documents before.
    names: set[str] = set()
    for document in _read_documents(path, encoding):
        for sentence in to_sentences(document.to_annotated_text(path, names), splitters):
            is_empty = False
            yield sentence
    if is_empty:
        raise CorpusError(
            "the file is empty: expected at least one document with words, got none; fetch or make the file again",
            path,
        )


@dataclass(slots=True)
class _Document:
    """The lines of one document, while they come in."""

    document_id: str
    title: str
    line_number: int
    abstract: str | None = None
    abstract_line_number: int = 0
    mentions: list[CharMention] = field(default_factory=list)

    def to_annotated_text(self, path: Path, names: set[str]) -> AnnotatedText:
        if self.abstract is None:
            raise CorpusError(
                f"expected a line `{self.document_id}|a|<abstract>` after this title, got none; add the line, with "
                "nothing after the second bar if there is no abstract",
                path,
                self.line_number,
            )
        name = self.document_id
        num_before = 0
        while name in names:
            num_before += 1
            name = f"{self.document_id}-{num_before + 1}"
        names.add(name)
        abstract_start = len(self.title) + 1
        return AnnotatedText(
            text=f"{self.title} {self.abstract}",
            mentions=tuple(self.mentions),
            path=path,
            document_id=name,
            line_number=self.line_number,
            line_starts=((abstract_start, self.abstract_line_number),),
            sentence_borders=(abstract_start,),
            repeats_document=num_before > 0,
        )


def _read_documents(path: Path, encoding: str) -> Iterator[_Document]:
    document: _Document | None = None
    for line_number, line in read_lines(path, encoding):
        if not line or line.isspace():
            continue
        text_line = _TEXT_LINE.fullmatch(line)
        if text_line is not None and text_line["part"] == "t":
            if document is not None:
                yield document
            document = _Document(text_line["document_id"], text_line["text"], line_number)
            continue
        if document is None:
            raise CorpusError(
                f"expected a line `<id>|t|<title>` first, got {line[:60]!r}; add the title, or name another format",
                path,
                line_number,
            )
        if text_line is not None:
            _check_document_id(text_line["document_id"], document, path, line_number)
            if document.abstract is not None:
                raise CorpusError(
                    f"expected one abstract a document, got a second one of document {document.document_id}, whose "
                    f"first is in line {document.abstract_line_number}; remove one of them",
                    path,
                    line_number,
                )
            document.abstract, document.abstract_line_number = text_line["text"], line_number
            continue
        mention = _parse_mention(line, document, path, line_number)
        if mention is not None:
            document.mentions.append(mention)
    if document is not None:
        yield document


def _parse_mention(line: str, document: _Document, path: Path, line_number: int) -> CharMention | None:
    """The mention that a line states; None for a relation."""
    fields = line.split("\t")
    if len(fields) >= _NUM_RELATION_FIELDS and _RELATION_TYPE.fullmatch(fields[1]):
        _check_document_id(fields[0], document, path, line_number)
        return None
    offsets = [_OFFSET.fullmatch(offset) for offset in fields[1:3]]
    if len(fields) < _NUM_MENTION_FIELDS or None in offsets or not fields[4].strip():
        raise CorpusError(
            "expected a mention (id, start, end, text and type, parted by TABs, start and end whole numbers), a "
            f"relation (`<id> TAB CID TAB ...`) or a line `<id>|t|<title>`, got {line[:80]!r}; correct the line",
            path,
            line_number,
        )
    _check_document_id(fields[0], document, path, line_number)
    char_start, char_end = int(fields[1]), int(fields[2])
    if char_start >= char_end:
        raise CorpusError(
            f"expected a mention to end after its start, got start {char_start} and end {char_end}; correct it",
            path,
            line_number,
        )
    return CharMention(((char_start, char_end),), fields[4].strip(), fields[3] or None, line_number)


def _check_document_id(document_id: str, document: _Document, path: Path, line_number: int) -> None:
    if document_id.strip() != document.document_id:
        raise CorpusError(
            f"expected a line of document {document.document_id}, which starts in line {document.line_number}, got one "
            f"of {document_id[:40]!r}; move the line to its document, or correct its id",
            path,
            line_number,
        )


def _recognises(path: Path, head: str) -> bool:
    del path
    return _TITLE.match(head) is not None


PUBTATOR = CorpusFormat(
    name="pubtator",
    description="PubTator (BC5CDR, NCBI disease): `<id>|t|<title>`, `<id>|a|<abstract>`, mentions: one file",
    read=read_pubtator,
    recognises=_recognises,
)
