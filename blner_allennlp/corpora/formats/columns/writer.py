"""Sentences -> a column file: token and tag a line, an empty line after each sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from blner_allennlp.corpora.choices import parse_choice
from blner_allennlp.corpora.json_objects import replace_lone_surrogates
from blner_allennlp.corpora.unwritable import unwritable
from blner_allennlp.entities import Sentence
from blner_allennlp.errors import CorpusError, TagSequenceError
from blner_allennlp.flattening import OverlapPolicy
from blner_allennlp.tag_schemes import OUTSIDE_TAG, TagScheme, entities_to_tags

_DOCUMENT_START = "-DOCSTART-"
_LINE_ENDS = re.compile("[\r\n]")
_BYTE_ORDER_MARK = "\ufeff"
# Token lines that start so are no token lines to the reader.
_OTHER_LINES = (f"{_DOCUMENT_START} ", "# global.columns =")


def write_columns(
    sentences: Iterable[Sentence],
    path: Path,
    *,
    scheme: TagScheme | str = TagScheme.BIO,
    separator: str = "\t",
) -> None:
    """Write a token and its tag a line, and an empty line after each sentence.

    A `-DOCSTART-` line stands before each document, and before sentences without one that follow a document. The names
    of documents are lost, because no column format that other tools read has a place for them: read back, they are
    `doc-1`, `doc-2` and so on. So are texts, character offsets and remarks. Halves of surrogate pairs become U+FFFD.

    Args:
        sentences: the sentences; those without words are left out. Mentions that share words, words and entity types
            that hold the separator or a line end, and the word `-DOCSTART-` are CorpusErrors.
        path: the new file.
        scheme: how to spell the tags.
        separator: what stands between token and tag: a TAB, or a blank, which no word may then hold.

    Raises:
        CorpusError: the separator is none of those that there are.
    """
    known_scheme = parse_choice(TagScheme, scheme, "a tag scheme", path)
    if separator not in ("\t", " "):
        raise CorpusError(f"expected a TAB or a blank as separator, got {separator!r}", path)
    document_id: str | None = None
    is_first = True
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for sentence in sentences:
            if not sentence.words:
                continue
            lines = _to_lines(sentence, known_scheme, separator, path)
            if sentence.document_id != document_id:
                lines = [f"{_DOCUMENT_START}{separator}{OUTSIDE_TAG}", "", *lines]
            elif is_first and lines[0].startswith(_BYTE_ORDER_MARK):
                # At the very start of a file it would be taken for a mark of the encoding.
                lines = ["", *lines]
            stream.write(replace_lone_surrogates("\n".join([*lines, "", ""])))
            document_id = sentence.document_id
            is_first = False


def _to_lines(sentence: Sentence, scheme: TagScheme, separator: str, path: Path) -> list[str]:
    try:
        tags = entities_to_tags(sentence.entities, len(sentence.words), scheme)
    except TagSequenceError as error:
        policies = ", ".join(policy.value for policy in OverlapPolicy)
        raise unwritable(
            f"{error}; a policy for overlapping mentions ({policies}) makes them disjoint", sentence, path
        ) from error
    for entity in sentence.entities:
        _check(entity.label, "entity type", separator, sentence, path)
        if entity.label != entity.label.strip(" \t"):
            raise unwritable(
                f"entity type {entity.label!r} starts or ends with a blank, which column files do not keep; rename it",
                sentence,
                path,
            )
    for word in sentence.words:
        _check(word, "word", separator, sentence, path)
        if word == _DOCUMENT_START or word.startswith(_OTHER_LINES) or (separator == " " and not word):
            raise unwritable(
                f"word {word!r} would not be read as a word of a column file; change it, or write another format",
                sentence,
                path,
            )
    return [f"{word}{separator}{tag}" for word, tag in zip(sentence.words, tags, strict=True)]


def _check(text: str, what: str, separator: str, sentence: Sentence, path: Path) -> None:
    if "\t" in text or separator in text or _LINE_ENDS.search(text):
        name = "a TAB" if separator == "\t" else "a blank, a TAB"
        raise unwritable(
            f"{what} {text!r} holds {name} or a line end, which part the columns and lines of the file; replace them, "
            "or write another format",
            sentence,
            path,
        )
