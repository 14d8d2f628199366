"""ACE 2004 and 2005 as LDC releases them: running text with some tags, and its mentions in a file beside it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path

from blner_allennlp.corpora.annotated_text import AnnotatedText, CharMention, TextSplitters, to_sentences
from blner_allennlp.corpora.corpus_format import CorpusFormat
from blner_allennlp.corpora.formats.ace.annotations import AceMention, AceSelection, read_ace_annotations
from blner_allennlp.corpora.formats.ace.files import (
    ANNOTATION_SUFFIX,
    TEXT_SUFFIX,
    AceFiles,
    find_ace_files,
    is_list_beside_documents,
)
from blner_allennlp.corpora.formats.ace.text import AceText, read_ace_text
from blner_allennlp.entities import Sentence
from blner_allennlp.errors import CorpusError


def read_ace(
    path: Path,
    *,
    root: str | Path | None = None,
    heads: bool = False,
    subtypes: bool = False,
    values: bool = False,
    headers: bool = False,
    word_splitter: str = "rules",
    sentence_splitter: str = "rules",
    language: str = "en",
    encoding: str = "utf-8",
) -> Iterator[Sentence]:
    """Read documents of ACE 2004 or 2005.

    Sentences are made of the TEXT element of each document; what is annotated outside of it leaves a remark. They end
    at tags, such as those of turns and posts, but not inside a mention. `path` of a sentence is the `.sgm` file; the
    lines of its remarks are those of the `.apf.xml` file beside it.

    Args:
        path: a directory tree with pairs of `.apf.xml` and `.sgm` files, one file of a pair, or a list with a document
            a line. Of the passes of annotation that ACE 2005 has of each document, `timex2norm` is read, else `adj`.
        root: the directory tree that a list refers to; None for the list's own directory.
        heads: whether mentions are their heads (`president`) rather than their whole extents (`the president who …`).
        subtypes: whether types have their subtypes: `PER:Group` instead of `PER`.
        values: whether values and times are mentions as well, by their types and `TIMEX2`.
        headers: whether all text outside of tags is read, headlines and document names included.
        word_splitter: how text becomes words, one of `WORD_SPLITTERS`.
        sentence_splitter: how text becomes sentences, one of `SENTENCE_SPLITTERS`.
        language: ISO code, for the rules of `word_splitter`.
        encoding: character encoding of texts and list; the annotation states its own.

    Yields:
        The sentences with their mentions, nested and crossing ones included.

    Raises:
        CorpusError: there is no document, one has no sentence or lacks one of its files, or a file is not what it
            should be.
    """
    splitters = TextSplitters.by_name(word_splitter, sentence_splitter, language, path)
    selection = AceSelection(heads, subtypes, values)
    for files in find_ace_files(path, Path(root) if root is not None else None, encoding):
        document_id, mentions = read_ace_annotations(files.annotation, selection)
        text = read_ace_text(files.text, encoding, headers)
        num_sentences = 0
        for sentence in to_sentences(_annotate(text, mentions, document_id or files.name, files), splitters):
            num_sentences += 1
            yield sentence
        if num_sentences == 0:
            raise CorpusError(
                "expected at least one word in the body, got none; fetch the file again", files.text
            )


def _annotate(
    text: AceText, mentions: Sequence[AceMention], document_id: str, files: AceFiles
) -> AnnotatedText:
    body_start, body_end = text.body
    spans = [(start - body_start, end - body_start) for start, end in _place(text, mentions)]
    borders = sorted({tag - body_start for tag in text.tags if body_start < tag < body_end})
    return AnnotatedText(
        text=text.text[body_start:body_end],
        mentions=tuple(
            CharMention((span,), mention.label, mention.text, mention.line_number)
            for span, mention in zip(spans, mentions, strict=True)
        ),
        path=files.text,
        document_id=document_id,
        line_number=text.body_line,
        has_lines=text.has_lines,
        sentence_borders=tuple(_outside(borders, spans)),
    )


def _place(text: AceText, mentions: Sequence[AceMention]) -> list[tuple[int, int]]:
    """Find the mentions in the text, whether their offsets count `&amp;` as five characters or as one.

    LDC's count five. Which it is in the file at hand shows where the mentions are spelt out.
    """
    as_written = [text.locate(mention.start, mention.end_inclusive + 1) for mention in mentions]
    if not text.written_starts:
        return as_written
    as_resolved = [(mention.start, mention.end_inclusive + 1) for mention in mentions]
    return max(as_written, as_resolved, key=lambda spans: _num_confirmed(text.text, spans, mentions))


def _num_confirmed(text: str, spans: Sequence[tuple[int, int]], mentions: Sequence[AceMention]) -> int:
    return sum(
        mention.text is not None and text[start:end].split() == mention.text.split()
        for (start, end), mention in zip(spans, mentions, strict=True)
    )


def _outside(borders: Sequence[int], spans: Sequence[tuple[int, int]]) -> Iterator[int]:
    """The borders that lie inside no mention."""
    depth_change = dict.fromkeys(borders, 0)
    for start, end in spans:
        first, behind = bisect_right(borders, start), bisect_right(borders, end - 1)
        if first < behind:
            depth_change[borders[first]] += 1
            if behind < len(borders):
                depth_change[borders[behind]] -= 1
    depth = 0
    for border in borders:
        depth += depth_change[border]
        if depth == 0:
            yield border


def _recognises(path: Path, head: str) -> bool:
    if path.is_dir():
        return next(path.rglob(f"*{ANNOTATION_SUFFIX}"), None) is not None
    return (
        path.name.lower().endswith((ANNOTATION_SUFFIX, TEXT_SUFFIX)) or "<source_file" in head
    ) or is_list_beside_documents(path, head)


ACE = CorpusFormat(
    name="ace",
    description="ACE 2004 and 2005 (LDC): `.apf.xml` and `.sgm` files, a directory tree or a list of documents",
    read=read_ace,
    recognises=_recognises,
)
