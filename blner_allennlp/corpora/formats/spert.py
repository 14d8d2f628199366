"""SpERT's JSON: an array of sentences, each with its words and its mentions by half-open word offsets."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from blner_allennlp.corpora.corpus_format import CorpusFormat
from blner_allennlp.corpora.json_checker import JsonChecker
from blner_allennlp.corpora.json_objects import read_json_objects, replace_lone_surrogates
from blner_allennlp.corpora.word_mentions import make_sentence
from blner_allennlp.entities import Entity, Sentence
from blner_allennlp.errors import CorpusError

_WORD_LIST = re.compile(r'"tokens"\s*:\s*\[\s*"')
_MENTION = re.compile(r'"entities"\s*:\s*\[\s*\{[^{}]*"start"\s*:\s*\d')
# What the JSON of other tools has beside a list of words.
_FOREIGN = re.compile(r'"(?:text|tags|ner_tags|labels|ner|sentences)"\s*:')


def read_spert(path: Path, *, encoding: str = "utf-8") -> Iterator[Sentence]:
    """Read a file in the layout of SpERT's data sets, such as CoNLL04.

    Each element is `{"tokens": [word, ...], "entities": [{"type": ..., "start": ..., "end": ...}, ...]}`; `orig_id`
    becomes the `document_id`, and all else, such as `relations`, is ignored. Mentions may share words. An element
    without words gives no sentence.

    Args:
        path: one JSON array of such elements, or one of them a line.
        encoding: character encoding of the file.

    Yields:
        The sentences, in file order.

    Raises:
        CorpusError: the file has no sentence, or an element is not of this form.
    """
    num_sentences = 0
    for line_number, element in read_json_objects(path, encoding):
        sentence = _read_element(element, JsonChecker(path, line_number))
        if sentence.words:
            num_sentences += 1
            yield sentence
    if num_sentences == 0:
        raise CorpusError(
            "expected at least one sentence with words, got none; fetch or make the file again", path
        )


def write_spert(sentences: Iterable[Sentence], path: Path) -> None:
    """Write a JSON array in SpERT's layout, a sentence a line.

    Texts, character offsets and remarks are left out; halves of surrogate pairs become U+FFFD.

    Args:
        sentences: the sentences; those without words are left out.
        path: the new file.
    """
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        separator = "[\n"
        for sentence in sentences:
            if sentence.words:
                element = json.dumps(_to_element(sentence), ensure_ascii=False)
                stream.write(separator + replace_lone_surrogates(element))
                separator = ",\n"
        stream.write("\n]\n" if separator != "[\n" else "[]\n")


def _read_element(element: dict[str, Any], check: JsonChecker) -> Sentence:
    for field in ("tokens", "entities"):
        if field not in element:
            raise check.error(
                f"field '{field}': expected a list, but the element has none; add it (`[]` where there is nothing), "
                "or name the format that the file has"
            )
    words = check.words(element["tokens"], "tokens")
    mentions = [
        _read_mention(mention, f"entities[{index}]", len(words), check)
        for index, mention in enumerate(check.items(element["entities"], "entities"))
    ]
    document_id = check.name(element.get("orig_id"), "orig_id")
    return make_sentence(words, mentions, check.path, check.line_number, document_id)


def _read_mention(value: Any, field: str, num_words: int, check: JsonChecker) -> Entity:
    members = check.members(value, field)
    label = check.entity_type(members.get("type"), f"{field}.type")
    word_start = check.index(members.get("start"), f"{field}.start")
    word_end = check.index(members.get("end"), f"{field}.end")
    if not word_start < word_end <= num_words:
        raise check.error(
            f"field '{field}': expected start < end <= {num_words}, the number of tokens, got start {word_start} and "
            f"end {word_end}; offsets count tokens from 0, and `end` is the one after the last"
        )
    return Entity(word_start, word_end, label)


def _to_element(sentence: Sentence) -> dict[str, Any]:
    element: dict[str, Any] = {
        "tokens": sentence.words,
        "entities": [
            {"type": entity.label, "start": entity.word_start, "end": entity.word_end}
            for entity in sentence.entities
        ],
        "relations": [],
    }
    if sentence.document_id is not None:
        element["orig_id"] = sentence.document_id
    return element


def _recognises(path: Path, head: str) -> bool:
    del path
    return (
        head.lstrip().startswith(("[", "{"))
        and (_WORD_LIST.search(head) is not None or _MENTION.search(head) is not None)
        and _FOREIGN.search(head) is None
    )


SPERT = CorpusFormat(
    name="spert",
    description="SpERT's JSON (CoNLL04): `tokens` and `entities` with word offsets, one file",
    read=read_spert,
    recognises=_recognises,
    write=write_spert,
)
