"""spaCy's binary training data: `DocBin` files, usually called `.spacy`."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

from blner_allennlp.corpora.annotated_text import AnnotatedText, CharMention, TextSplitters, to_sentences
from blner_allennlp.corpora.corpus_format import CorpusFormat
from blner_allennlp.corpora.formats.docbin.block import StoredDoc, TokenSpan, read_block
from blner_allennlp.corpora.formats.docbin.writer import SPAN_GROUP, write_docbin
from blner_allennlp.entities import Sentence
from blner_allennlp.errors import CorpusError

logger = logging.getLogger(__name__)

_ENTITIES = "ents"


def read_docbin(
    path: Path, *, span_group: str | None = None, sentence_splitter: str = "rules"
) -> Iterator[Sentence]:
    """Read a spaCy `DocBin` (https://spacy.io/api/docbin).

    The file is one compressed block, so all of it is in memory while it is read. It holds no code, and none of spaCy's
    own objects are made from it. The words are spaCy's tokens; tokens of white space are no words but stay in the text.
    A document's number, counted from 1, takes the place of a line number. Its name is what its `user_data` hold as
    `document_id`, else `doc-` and its number.

    Args:
        path: the file.
        span_group: where the mentions are: a key of `doc.spans`, or `ents` for `doc.ents`; None for `doc.ents` or the
            group `sc`, which spaCy's span categorizer uses, whichever a document has. Groups that are not read are
            counted in a warning.
        sentence_splitter: how to find sentences where a document does not tell.

    Yields:
        The sentences, in file order.

    Raises:
        CorpusError: the file is no such block or has no words, or a document has different mentions in `doc.ents` and
            in the group `sc`.
    """
    splitters = TextSplitters.by_name("whitespace", sentence_splitter, "en", path)
    unread: Counter[str] = Counter()
    num_sentences = 0
    for num_documents, doc in enumerate(_read_docs(path), start=1):
        spans = _choose_spans(doc, span_group, unread, path, num_documents)
        document_id = doc.document_id if doc.has_document_id else f"doc-{num_documents}"
        for sentence in to_sentences(_annotate(doc, spans, path, num_documents, document_id), splitters):
            num_sentences += 1
            yield sentence
    if num_sentences == 0:
        raise CorpusError(
            "the file is empty: expected at least one document with words, got none; make it again", path
        )
    if unread:
        counts = "; ".join(f"{count} of {name!r}" for name, count in sorted(unread.items()))
        logger.warning("%s: mentions that are not read: %s; choose with span_group", path, counts)


def _read_docs(path: Path) -> Iterator[StoredDoc]:
    if path.is_dir():
        raise CorpusError("expected one DocBin file, got a directory; name one of its .spacy files", path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CorpusError(f"the file cannot be read: {error.strerror or error}", path) from error
    if not data:
        raise CorpusError("the file is empty: expected a DocBin, got no bytes; make it again", path)
    docs = read_block(data)
    while True:
        try:
            doc = next(docs)
        except StopIteration:
            return
        except Exception as error:  # what a damaged or forged block raises is open-ended
            raise CorpusError(
                f"expected a DocBin as spaCy 3 writes it, but: {type(error).__name__}: {str(error)[:200]}; make the "
                "file again with spaCy",
                path,
            ) from error
        yield doc


def _choose_spans(
    doc: StoredDoc, span_group: str | None, unread: Counter[str], path: Path, number: int
) -> tuple[TokenSpan, ...]:
    groups = {_ENTITIES: doc.entities, **doc.span_groups}
    chosen = span_group
    if chosen is None:
        in_group = doc.span_groups.get(SPAN_GROUP, ())
        if set(doc.entities) <= set(in_group):
            chosen = SPAN_GROUP if in_group else _ENTITIES
        elif set(in_group) <= set(doc.entities):
            chosen = _ENTITIES
        else:
            raise CorpusError(
                f"document {number} has different mentions in doc.ents and in the span group {SPAN_GROUP!r}; choose "
                f"with span_group='{_ENTITIES}' or span_group='{SPAN_GROUP}'",
                path,
                number,
            )
    spans = groups.get(chosen, ())
    for name, others in groups.items():
        num_unread = len(set(others) - set(spans)) if name != chosen else 0
        if num_unread:
            unread[name] += num_unread
    return spans


def _annotate(
    doc: StoredDoc, spans: tuple[TokenSpan, ...], path: Path, number: int, document_id: str | None
) -> AnnotatedText:
    pieces = [token + " " * has_space for token, has_space in zip(doc.tokens, doc.has_space, strict=True)]
    starts = list(accumulate(map(len, pieces), initial=0))
    token_spans = [(start, start + len(token)) for start, token in zip(starts, doc.tokens, strict=False)]
    word_indices = [index for index, token in enumerate(doc.tokens) if not token.isspace()]
    sentence_starts = None
    if doc.sentence_starts is not None:
        # A sentence that starts with white space starts with the word after it.
        num_words_before = [0, *accumulate(not token.isspace() for token in doc.tokens)]
        found = dict.fromkeys(num_words_before[start] for start in doc.sentence_starts)
        sentence_starts = tuple(start for start in found if start < len(word_indices))
    return AnnotatedText(
        "".join(pieces),
        tuple(
            CharMention(((token_spans[start][0], token_spans[end - 1][1]),), label, line_number=number)
            for start, end, label in spans
        ),
        path,
        document_id=document_id,
        line_number=number,
        word_spans=tuple(token_spans[index] for index in word_indices),
        sentence_starts=sentence_starts,
    )


def _recognises(path: Path, head: str) -> bool:
    # A zlib stream as Python writes it starts with 0x78 0x9C, of which the second byte is no text.
    return not path.is_dir() and (path.suffix == ".spacy" or head.startswith("x\ufffd"))


DOCBIN = CorpusFormat(
    name="docbin",
    description="spaCy's DocBin: one file, usually `.spacy`",
    read=read_docbin,
    recognises=_recognises,
    write=write_docbin,
)
