"""Sentences -> JSON lines that annotation tools can load."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from blner_allennlp.corpora.choices import parse_choice
from blner_allennlp.corpora.documents import Document, group_documents
from blner_allennlp.corpora.formats.jsonl.offsets import OffsetConverter, OffsetUnit
from blner_allennlp.corpora.formats.jsonl.tokens import SENTENCE_STARTS, TOKENS
from blner_allennlp.corpora.json_objects import replace_lone_surrogates
from blner_allennlp.corpora.unwritable import unwritable
from blner_allennlp.entities import Sentence
from blner_allennlp.errors import CorpusError


def write_jsonl(
    sentences: Iterable[Sentence],
    path: Path,
    *,
    style: str = "prodigy",
    offset_unit: OffsetUnit | str = OffsetUnit.CHARACTERS,
) -> None:
    """Write one JSON object a document; sentences without a document get one each.

    Halves of surrogate pairs become U+FFFD.

    Args:
        sentences: the sentences, in order; their mentions may overlap.
        path: the new file.
        style: `prodigy` for objects with words and sentence borders, from which `read_jsonl` makes the same sentences
            again; `doccano` for JSON lines, or `label_studio` for one JSON array of tasks, with what these tools take
            up: text and mentions.
        offset_unit: what the offsets count.

    Raises:
        CorpusError: there is no such style, or a sentence has an empty word, which offsets cannot hold.
    """
    if style not in _STYLES:
        raise CorpusError(f"expected a style out of {', '.join(_STYLES)}, got {style!r}", path)
    make_object = _STYLES[style]
    unit = parse_choice(OffsetUnit, offset_unit, "an offset unit", path)
    is_array = style == "label_studio"
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write("[\n" if is_array else "")
        separator = ""
        for document in group_documents(sentences):
            if style == "prodigy":
                _check_words(document, path)
            converter = OffsetConverter(replace_lone_surrogates(document.text), unit)
            line = json.dumps(make_object(document, converter), ensure_ascii=False)
            stream.write(separator + replace_lone_surrogates(line) + ("" if is_array else "\n"))
            separator = ",\n" if is_array else ""
        stream.write("\n]\n" if is_array else "")


def _prodigy(document: Document, converter: OffsetConverter) -> dict[str, Any]:
    text = document.text
    tokens: list[dict[str, Any]] = []
    spans: list[dict[str, Any]] = []
    sentence_starts = []
    for sentence, word_spans in zip(document.sentences, document.word_spans, strict=True):
        first = len(tokens)
        if word_spans:
            sentence_starts.append(first)
        for start, end in word_spans:
            tokens.append(
                {
                    "text": text[start:end],
                    "start": converter.to_offset(start),
                    "end": converter.to_offset(end),
                    "id": len(tokens),
                    "ws": text[end : end + 1] == " ",
                }
            )
        for entity in sentence.entities:
            spans.append(
                {
                    "start": tokens[first + entity.word_start]["start"],
                    "end": tokens[first + entity.word_end - 1]["end"],
                    "token_start": first + entity.word_start,
                    # The index of the last token, not the one after it.
                    "token_end": first + entity.word_end - 1,
                    "label": entity.label,
                }
            )
    return {
        "document_id": document.document_id,
        "text": text,
        "spans": spans,
        TOKENS: tokens,
        SENTENCE_STARTS: sentence_starts,
    }


def _doccano(document: Document, converter: OffsetConverter) -> dict[str, Any]:
    mentions = [
        [converter.to_offset(start), converter.to_offset(end), label]
        for start, end, label in document.char_spans()
    ]
    return {"document_id": document.document_id, "text": document.text, "label": mentions}


def _label_studio(document: Document, converter: OffsetConverter) -> dict[str, Any]:
    result = [
        {
            "from_name": "label",
            "to_name": "text",
            "type": "labels",
            "value": {
                "start": converter.to_offset(start),
                "end": converter.to_offset(end),
                "text": document.text[start:end],
                "labels": [label],
            },
        }
        for start, end, label in document.char_spans()
    ]
    data = {"document_id": document.document_id, "text": document.text}
    return {"data": data, "annotations": [{"result": result}]}


_STYLES: dict[str, Callable[[Document, OffsetConverter], dict[str, Any]]] = {
    "prodigy": _prodigy,
    "doccano": _doccano,
    "label_studio": _label_studio,
}


def _check_words(document: Document, path: Path) -> None:
    for sentence in document.sentences:
        if "" in sentence.words:
            raise unwritable(
                f"expected words of at least one character, got an empty one at {sentence.words.index('')}; offsets "
                "cannot hold it, so correct it in the corpus that it comes from",
                sentence,
                path,
            )
