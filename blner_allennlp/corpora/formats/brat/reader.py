"""BRAT standoff: a text file as it is, and beside it a file with a mention a line, by character offsets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from blner_allennlp.corpora.annotated_text import AnnotatedText, CharMention, TextSplitters, to_sentences
from blner_allennlp.corpora.corpus_format import CorpusFormat
from blner_allennlp.corpora.formats.brat.files import (
    ANNOTATION_SUFFIX,
    BYTE_ORDER_MARK,
    TEXT_SUFFIX,
    BratFiles,
    find_brat_files,
    read_whole_text,
)
from blner_allennlp.corpora.formats.brat.writer import write_brat
from blner_allennlp.entities import Sentence
from blner_allennlp.errors import CorpusError

# Relations, events, equivalences, attributes, modifications, normalisations and notes.
_NO_MENTION = re.compile(r"(?:[REAMN#][^\t ]*|\*)\t")
_MENTION = re.compile(
    r"T[^\t ]*\t(?P<label>[^\t ]+) (?P<spans>[0-9]{1,18} [0-9]{1,18}(?:;[0-9]{1,18} [0-9]{1,18})*)"
    r"(?:\t(?P<text>.*))?",
    flags=re.DOTALL,
)


def read_brat(
    path: Path,
    *,
    allow_unannotated: bool = False,
    word_splitter: str = "rules",
    sentence_splitter: str = "rules",
    language: str = "en",
    encoding: str = "utf-8",
) -> Iterator[Sentence]:
    """Read documents that were annotated with BRAT, or exported from another tool in its format.

    Mentions are the `T` lines; relations, events, attributes and notes are skipped. Those in several pieces leave a
    remark, unless only a line end parts the pieces. `path` of a sentence is the `.txt` file; the lines of its remarks
    are those of the `.ann` file beside it. `document_id` is the path below the directory, without suffix.

    Args:
        path: a directory with pairs of `.txt` and `.ann` files at any depth, or one file of a pair.
        allow_unannotated: whether a `.txt` file without an `.ann` file is a text without mentions rather than an error.
        word_splitter: how text becomes words, one of `WORD_SPLITTERS`.
        sentence_splitter: how text becomes sentences, one of `SENTENCE_SPLITTERS`.
        language: ISO code, for the rules of `word_splitter`.
        encoding: character encoding of the files.

    Yields:
        The sentences with their mentions, nested and crossing ones included.

    Raises:
        CorpusError: there is no document, one has no word or lacks one of its files, or a line is no annotation.
    """
    splitters = TextSplitters.by_name(word_splitter, sentence_splitter, language, path)
    for files in find_brat_files(path, allow_unannotated):
        num_sentences = 0
        for sentence in to_sentences(_read_document(files, encoding), splitters):
            num_sentences += 1
            yield sentence
        if num_sentences == 0:
            raise CorpusError(
                "the file is empty: expected at least one word, got none; remove it, or fetch it again",
                files.text,
            )


def _read_document(files: BratFiles, encoding: str) -> AnnotatedText:
    text = read_whole_text(files.text, encoding)
    # BRAT counts the mark as a character, but it is part of no word.
    num_skipped = len(BYTE_ORDER_MARK) if text.startswith(BYTE_ORDER_MARK) else 0
    mentions = _read_mentions(files.annotation, encoding, num_skipped) if files.annotation is not None else ()
    return AnnotatedText(
        text=text[num_skipped:],
        mentions=tuple(mentions),
        path=files.text,
        document_id=files.name,
        line_number=1,
        has_lines=True,
    )


def _read_mentions(path: Path, encoding: str, num_skipped: int) -> Iterator[CharMention]:
    content = read_whole_text(path, encoding).removeprefix(BYTE_ORDER_MARK)
    # Mentions may hold all other characters at which a text can be said to break.
    for line_number, raw_line in enumerate(content.split("\n"), start=1):
        line = raw_line.removesuffix("\r")
        if not line.strip() or _NO_MENTION.match(line):
            continue
        mention = _MENTION.fullmatch(line)
        if mention is None:
            raise CorpusError(
                "expected a mention (`T1 TAB Type start end TAB text`, the offsets being numbers, several pairs parted "
                f"by `;`) or another annotation of BRAT's, got {line[:100]!r}; correct the line",
                path,
                line_number,
            )
        yield CharMention(
            tuple(_read_span(span, num_skipped, path, line_number) for span in mention["spans"].split(";")),
            mention["label"],
            mention["text"],
            line_number,
        )


def _read_span(span: str, num_skipped: int, path: Path, line_number: int) -> tuple[int, int]:
    char_start, char_end = map(int, span.split(" "))
    if char_end < char_start:
        raise CorpusError(
            f"expected the end of a mention at or after its start, got {span!r}; correct the line",
            path,
            line_number,
        )
    return max(0, char_start - num_skipped), max(0, char_end - num_skipped)


def _recognises(path: Path, head: str) -> bool:
    del head
    if path.is_dir():
        return next(path.rglob(f"*{ANNOTATION_SUFFIX}"), None) is not None
    return path.suffix == ANNOTATION_SUFFIX or (
        path.suffix == TEXT_SUFFIX and path.with_suffix(ANNOTATION_SUFFIX).is_file()
    )


BRAT = CorpusFormat(
    name="brat",
    description="BRAT standoff: `.txt` and `.ann` files, a directory or one of a pair",
    read=read_brat,
    recognises=_recognises,
    write=write_brat,
)
