"""Words of a text -> where its sentences start."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from blner_allennlp.splitting.biomedical import biomedical_sentences

SentenceSplitter = Callable[[str, Sequence[tuple[int, int]]], list[int]]
"""From a text and the character spans of its words to the indices of the words that start a sentence, 0 included."""

SENTENCE_SPLITTERS = ("rules", "lines", "none", "biomedical")

_PARAGRAPH_BREAK = re.compile(r"\n[^\S\n]*\n")


def sentence_splitter(name: str) -> SentenceSplitter:
    """Get a way to find sentences.

    Args:
        name: `rules` for spaCy's sentencizer (a sentence ends after `.`, `!`, `?` and their like where the word
            splitter made them words of their own; also at blank lines); `lines` for a sentence a line; `none` for one
            sentence a text; `biomedical` for abstracts of medical papers (see `biomedical_sentences`).

    Returns:
        A function from a text and its words to the words that start a sentence.

    Raises:
        ValueError: there is no such splitter.
    """
    known: dict[str, SentenceSplitter] = {
        "rules": _rule_based,
        "lines": _by_lines,
        "none": _not_at_all,
        "biomedical": _biomedical,
    }
    if name not in known:
        raise ValueError(f"expected a sentence splitter out of {', '.join(SENTENCE_SPLITTERS)}, got {name!r}")
    return known[name]


def words_after(positions: Sequence[int], word_spans: Sequence[tuple[int, int]]) -> list[int]:
    """Find the words that come first after some places of a text.

    Args:
        positions: places in the text, ascending.
        word_spans: character spans of the words, in order.

    Returns:
        For each place the index of the first word that starts there or later, where there is one; each word once.
    """
    found: list[int] = []
    word_index = 0
    for position in positions:
        while word_index < len(word_spans) and word_spans[word_index][0] < position:
            word_index += 1
        if word_index < len(word_spans) and (not found or found[-1] != word_index):
            found.append(word_index)
    return found


def _not_at_all(text: str, word_spans: Sequence[tuple[int, int]]) -> list[int]:
    del text
    return [0] if word_spans else []


def _by_lines(text: str, word_spans: Sequence[tuple[int, int]]) -> list[int]:
    return words_after([0, *(match.end() for match in re.finditer("\n", text))], word_spans)


@cache
def _sentencizer() -> tuple[Any, Any, Any]:
    import spacy  # loading spaCy takes a second: only where raw text is to be split
    from spacy.pipeline import Sentencizer
    from spacy.tokens import Doc

    return Sentencizer(), spacy.blank("xx").vocab, Doc


def _rule_based(text: str, word_spans: Sequence[tuple[int, int]]) -> list[int]:
    if not word_spans:
        return []
    sentencizer, vocab, doc_class = _sentencizer()
    doc = doc_class(vocab, words=[text[start:end] for start, end in word_spans])
    (is_start,) = sentencizer.predict([doc])
    starts = {index for index, starts_sentence in enumerate(is_start) if starts_sentence}
    starts.update(words_after([match.end() for match in _PARAGRAPH_BREAK.finditer(text)], word_spans))
    return sorted(starts | {0})


def _biomedical(text: str, word_spans: Sequence[tuple[int, int]]) -> list[int]:
    return words_after(biomedical_sentences(text), word_spans)
