"""DyGIE++ JSON lines: a document a line, mentions by inclusive word offsets that count through the document."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

from blner_allennlp.corpora.corpus_format import CorpusFormat
from blner_allennlp.corpora.documents import Document, group_documents
from blner_allennlp.corpora.json_checker import JsonChecker
from blner_allennlp.corpora.json_objects import read_json_objects, replace_lone_surrogates
from blner_allennlp.corpora.unwritable import unwritable
from blner_allennlp.corpora.word_mentions import make_sentence
from blner_allennlp.entities import Entity, Remark, RemarkKind, Sentence
from blner_allennlp.errors import CorpusError

# Coreference clusters may come first and fill the whole head of a file.
_DOCUMENT = re.compile(r'"doc_key"\s*:|"sentences"\s*:\s*\[\s*\[|\s*\{\s*"clusters"\s*:\s*\[')


def read_dygie(path: Path, *, encoding: str = "utf-8") -> Iterator[Sentence]:
    """Read DyGIE++ JSON lines, the layout of SciERC and of GENIA and ACE as DyGIE++ prepares them.

    A line is `{"doc_key": ..., "sentences": [[word, ...], ...], "ner": [[[start, end, type], ...], ...]}`: a list of
    mentions for each sentence, whose offsets count the words of the whole document and include the last word. What
    follows the type (a confidence) and all other fields (`clusters`, `relations`, `predicted_ner`) are ignored.
    Mentions may share words. A document without `ner` has no mentions, one without `doc_key` or `doc_id` is named
    `doc-<n>` after its place in the file. Sentences without words are left out.

    Args:
        path: the file.
        encoding: character encoding of the file.

    Yields:
        The sentences, in file order; `line_number` is that of their document. A mention that goes beyond its sentence
        is left out with a remark.

    Raises:
        CorpusError: the file has no sentence, a document is not of this form, or a mention lies outside the sentence
            that lists it.
    """
    num_sentences = 0
    for document_index, (line_number, fields) in enumerate(read_json_objects(path, encoding)):
        for sentence in _read_document(fields, f"doc-{document_index + 1}", JsonChecker(path, line_number)):
            num_sentences += 1
            yield sentence
    if num_sentences == 0:
        raise CorpusError(
            "expected at least one sentence with words, got none; fetch or make the file again", path
        )


def write_dygie(sentences: Iterable[Sentence], path: Path) -> None:
    """Write DyGIE++ JSON lines, a document a line.

    Texts, character offsets and remarks are left out; halves of surrogate pairs become U+FFFD. A sentence without a
    document becomes one of its own, named `<name of the file>-<n>`.

    Args:
        sentences: the sentences; those without words are left out, and one with an empty word, which DyGIE++ does not
            read, is a CorpusError.
        path: the new file.
    """
    num_unnamed = 0
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for document in group_documents(sentence for sentence in sentences if sentence.words):
            document_id = document.document_id
            if document_id is None:
                num_unnamed += 1
                document_id = f"{path.stem}-{num_unnamed}"
            line = json.dumps(_to_fields(document, document_id, path), ensure_ascii=False)
            stream.write(replace_lone_surrogates(line) + "\n")


def _to_fields(document: Document, document_id: str, path: Path) -> dict[str, Any]:
    mentions_of_sentence = []
    first = 0
    for sentence in document.sentences:
        if "" in sentence.words:
            raise unwritable(
                f"word {sentence.words.index('')} (counted from 0) is empty, which DyGIE++ does not read; write "
                "another format, or put a visible sign in its place",
                sentence,
                path,
            )
        mentions_of_sentence.append(
            [
                [first + entity.word_start, first + entity.word_end - 1, entity.label]
                for entity in sentence.entities
            ]
        )
        first += len(sentence.words)
    return {
        "doc_key": document_id,
        "sentences": [sentence.words for sentence in document.sentences],
        "ner": mentions_of_sentence,
    }


def _read_document(fields: dict[str, Any], default_id: str, check: JsonChecker) -> Iterator[Sentence]:
    if "sentences" not in fields:
        raise check.error(
            "field 'sentences': expected a list of lists of words, but the document has none; add it, or name the "
            "format that the file has"
        )
    sentences = [
        check.words(words, f"sentences[{index}]")
        for index, words in enumerate(check.items(fields["sentences"], "sentences"))
    ]
    document_id = check.name(fields.get("doc_key"), "doc_key")
    if document_id is None:
        document_id = check.name(fields.get("doc_id"), "doc_id")
    mentions_of_sentence: list[Any] = [[] for _ in sentences]
    if fields.get("ner") is not None:
        mentions_of_sentence = check.items(fields["ner"], "ner")
    if len(mentions_of_sentence) != len(sentences):
        raise check.error(
            f"field 'ner': expected {len(sentences)} lists, one for each of the 'sentences', got "
            f"{len(mentions_of_sentence)}; give a sentence without mentions an empty list"
        )
    document_words = [word for words in sentences for word in words]
    first_words = [0, *accumulate(len(words) for words in sentences)]
    for index, words in enumerate(sentences):
        entities: list[Entity] = []
        remarks: list[Remark] = []
        field = f"ner[{index}]"
        for mention_index, mention in enumerate(check.items(mentions_of_sentence[index], field)):
            entity = _read_mention(mention, f"{field}[{mention_index}]", len(document_words), check)
            first, last = first_words[index], first_words[index + 1]
            if first == last or entity.word_end <= first or entity.word_start >= last:
                listed_in = bisect_right(first_words, entity.word_start) - 1
                expected = (
                    f"a mention among the words {first} to {last - 1} of sentence {index}"
                    if words
                    else f"no mention in sentence {index}, which has no words"
                )
                raise check.error(
                    f"field '{field}[{mention_index}]': expected {expected}, got "
                    f"{entity.word_start} to {entity.word_end - 1}, which is in sentence {listed_in}; offsets "
                    "count from the start of the document, not of the sentence"
                )
            if first <= entity.word_start and entity.word_end <= last:
                entities.append(Entity(entity.word_start - first, entity.word_end - first, entity.label))
            else:
                mention_text = " ".join(document_words[entity.word_start : entity.word_end])
                remarks.append(
                    Remark(RemarkKind.ACROSS_SENTENCES, entity.label, mention_text, check.line_number)
                )
        if words:
            name = document_id if document_id is not None else default_id
            yield make_sentence(words, entities, check.path, check.line_number, name, remarks)


def _read_mention(value: Any, field: str, num_words: int, check: JsonChecker) -> Entity:
    """The mention, as half-open words of the document."""
    members = check.items(value, field)
    if len(members) < 3:
        raise check.error(
            f"field '{field}': expected [start, end, type], got a list of {len(members)}; correct the file"
        )
    word_start = check.index(members[0], f"{field}[0]")
    word_end_inclusive = check.index(members[1], f"{field}[1]")
    label = check.entity_type(members[2], f"{field}[2]")
    if not word_start <= word_end_inclusive < num_words:
        raise check.error(
            f"field '{field}': expected start <= end < {num_words}, the number of words of the document, got start "
            f"{word_start} and end {word_end_inclusive}; offsets count words from 0, and the end is the last word"
        )
    return Entity(word_start, word_end_inclusive + 1, label)


def _recognises(path: Path, head: str) -> bool:
    del path
    return head.lstrip().startswith(("{", "[")) and _DOCUMENT.search(head) is not None


DYGIE = CorpusFormat(
    name="dygie",
    description="DyGIE++ JSON lines (SciERC, GENIA, ACE): `sentences` and `ner`, a document a line, one file",
    read=read_dygie,
    recognises=_recognises,
    write=write_dygie,
)
