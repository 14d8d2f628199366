"""Sentences -> a `DocBin` that spaCy trains from."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from blner_allennlp.corpora.documents import Document, group_documents
from blner_allennlp.corpora.formats.docbin.block import DOCUMENT_ID
from blner_allennlp.corpora.json_objects import replace_lone_surrogates
from blner_allennlp.corpora.unwritable import unwritable
from blner_allennlp.entities import Entity, Sentence

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

SPAN_GROUP = "sc"
"""The span group that spaCy's span categorizer reads and writes if not told otherwise."""


def write_docbin(sentences: Iterable[Sentence], path: Path, *, span_group: str = SPAN_GROUP) -> None:
    """Write one `Doc` a document into a `DocBin`; sentences without a document get one each.

    A document's mentions become `doc.ents` if none overlap, as spaCy demands of these, else all of them a span group.
    Sentences are marked, and `doc.user_data["document_id"]` names the document. The block is compressed as a whole, so
    memory grows with the corpus. Halves of surrogate pairs become U+FFFD.
    Words that are empty or blank, mentions without a type, and text between the words that is not white space are a
    CorpusError: spaCy could not tell them.

    Args:
        sentences: the sentences, in order.
        path: the new file.
        span_group: the key of `doc.spans` for the mentions of documents in which some overlap.
    """
    from spacy.tokens import DocBin  # loading spaCy takes a second
    from spacy.vocab import Vocab

    vocab = Vocab()
    doc_bin = DocBin(attrs=["ENT_IOB", "ENT_TYPE", "SENT_START"], store_user_data=True)
    for document in group_documents(sentences):
        doc_bin.add(_make_doc(document, vocab, span_group, path))
    path.write_bytes(doc_bin.to_bytes())


class _Tokens:
    """The tokens of a document: words, and white space that is more than one blank."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.has_space: list[bool] = []

    def add_gap(self, gap: str) -> None:
        if self.texts and gap.startswith(" "):
            self.has_space[-1] = True
            gap = gap[1:]
        if gap:
            self.texts.append(gap)
            self.has_space.append(False)

    def add_word(self, word: str) -> int:
        self.texts.append(word)
        self.has_space.append(False)
        return len(self.texts) - 1


def _make_doc(document: Document, vocab: Vocab, span_group: str, path: Path) -> Doc:
    from spacy.tokens import Doc, Span

    text = replace_lone_surrogates(document.text)
    tokens = _Tokens()
    mentions: list[Entity] = []  # in tokens of the document
    starts = {0}
    position = 0
    for sentence, word_spans in zip(document.sentences, document.word_spans, strict=True):
        _check_sentence(sentence, path)
        token_indices: list[int] = []
        for start, end in word_spans:
            _check_gap(text[position:start], sentence, path)
            tokens.add_gap(text[position:start])
            token_indices.append(tokens.add_word(text[start:end]))
            position = end
        # White space before the first word of all belongs to its sentence.
        if token_indices and any(not token.isspace() for token in tokens.texts[: token_indices[0]]):
            starts.add(token_indices[0])
        for entity in sentence.entities:
            mentions.append(
                Entity(
                    token_indices[entity.word_start],
                    token_indices[entity.word_end - 1] + 1,
                    replace_lone_surrogates(entity.label),
                )
            )
    _check_gap(text[position:], document.sentences[-1], path)
    tokens.add_gap(text[position:])
    doc = Doc(
        vocab,
        words=tokens.texts,
        spaces=tokens.has_space,
        sent_starts=[index in starts for index in range(len(tokens.texts))],
        user_data={DOCUMENT_ID: document.document_id},
    )
    spans = [Span(doc, mention.word_start, mention.word_end, mention.label) for mention in mentions]
    in_order = sorted(mentions, key=lambda mention: mention.word_start)
    if any(earlier.overlaps(later) for earlier, later in pairwise(in_order)):
        doc.spans[span_group] = spans
    else:
        doc.set_ents(spans)
    return doc


def _check_sentence(sentence: Sentence, path: Path) -> None:
    for index, word in enumerate(sentence.words):
        if not word or word.isspace():
            raise unwritable(
                f"expected words that spaCy can tell from white space, got {word!r} at {index}; correct it in the "
                "corpus that it comes from",
                sentence,
                path,
            )
    for entity in sentence.entities:
        if not entity.label:
            raise unwritable(
                f"expected mentions with a type, got none for {sentence.words_of(entity)!r}; label it",
                sentence,
                path,
            )


def _check_gap(gap: str, sentence: Sentence, path: Path) -> None:
    if gap.strip():
        raise unwritable(
            f"expected white space between words, got {gap.strip()[:40]!r}; make it a word, or drop the "
            "sentence's text",
            sentence,
            path,
        )
