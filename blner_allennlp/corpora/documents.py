"""Sentences -> documents with one text and character offsets into it, for the formats that want them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from blner_allennlp.entities import Sentence


@dataclass(frozen=True, slots=True)
class Document:
    """Sentences that belong together, and their text.

    Args:
        document_id: the document's name; None where the corpus marks no documents.
        sentences: its sentences, in order.
        text: its text: the sentences' own texts where they have them, else their words joined by blanks and the
            sentences by line feeds.
        word_spans: for each sentence the half-open character spans of its words in `text`.
    """

    document_id: str | None
    sentences: tuple[Sentence, ...]
    text: str
    word_spans: tuple[tuple[tuple[int, int], ...], ...]

    def char_spans(self) -> Iterator[tuple[int, int, str]]:
        """The mentions of all sentences as half-open character spans of the text, with their types."""
        for sentence, spans in zip(self.sentences, self.word_spans, strict=True):
            for entity in sentence.entities:
                yield spans[entity.word_start][0], spans[entity.word_end - 1][1], entity.label


def group_documents(sentences: Iterable[Sentence], sentences_without_document: int = 1) -> Iterator[Document]:
    """Gather neighbouring sentences of the same document; memory holds one document at a time.

    Args:
        sentences: sentences in corpus order.
        sentences_without_document: how many neighbours that belong to no document make one.

    Yields:
        The documents, in order.
    """
    gathered: list[Sentence] = []
    for sentence in sentences:
        if gathered and (
            sentence.document_id != gathered[-1].document_id
            or (sentence.document_id is None and len(gathered) == sentences_without_document)
        ):
            yield make_document(gathered)
            gathered = []
        gathered.append(sentence)
    if gathered:
        yield make_document(gathered)


def make_document(sentences: Iterable[Sentence]) -> Document:
    """Put sentences together as one document.

    Args:
        sentences: its sentences, in order, at least one.

    Returns:
        The document.
    """
    members = tuple(sentences)
    texts: list[str] = []
    word_spans: list[tuple[tuple[int, int], ...]] = []
    position = 0
    for index, sentence in enumerate(members):
        text, offsets = _text_of(sentence)
        # The text of a sentence reaches to the next one; words alone do not, and neither does a text from elsewhere.
        is_last = index == len(members) - 1
        if (
            not is_last
            and text
            and not text[-1].isspace()
            and (sentence.text is None or members[index + 1].text is None)
        ):
            text += "\n"
        word_spans.append(tuple((start + position, end + position) for start, end in offsets))
        texts.append(text)
        position += len(text)
    return Document(members[0].document_id, members, "".join(texts), tuple(word_spans))


def _text_of(sentence: Sentence) -> tuple[str, list[tuple[int, int]]]:
    if sentence.text is not None and sentence.char_offsets is not None:
        return sentence.text, list(sentence.char_offsets)
    offsets = []
    position = 0
    for word in sentence.words:
        offsets.append((position, position + len(word)))
        position += len(word) + 1
    return " ".join(sentence.words), offsets
