"""Words of a text -> where its sentences start."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

SentenceSplitter = Callable[[str, Sequence[tuple[int, int]]], list[int]]
"""From a text and the character spans of its words to the indices of the words that start a sentence, 0 included."""

SENTENCE_SPLITTERS = ("rules", "lines", "none", "biomedical")

_PARAGRAPH_BREAK = re.compile(r"\n[^\S\n]*\n")
# After one of these the text goes on; compared in lower case, without the stop.
_BIOMEDICAL_ABBREVIATIONS = frozenset(
    """
    al approx ca cf co conc deg dr eq eqs etc e.g ed eds exp fig figs gen i.e i.m i.p i.v inc incl jr max min mol mr mrs
    ms no nos p.o p pp prof ref refs resp s.c sect sp spp ssp st suppl temp tab var viz vol vs
    """.split()  # noqa: SIM905 - a list would take a line each
)
_STOP = re.compile(r"[.?!][\"'\u201d\u2019)\]]*\s+(?=[\"'\u201c\u2018(\[]*[A-Z0-9\u0391-\u03c9])")
_LAST_WORD = re.compile(r"[\w.]*\Z")
_INITIAL = re.compile(r"[A-Z]\Z")


def sentence_splitter(name: str) -> SentenceSplitter:
    """Get a way to find sentences.

    Args:
        name: `rules` for spaCy's sentencizer (a sentence ends after `.`, `!`, `?` and their like where the word
            splitter made them words of their own; also at blank lines); `lines` for a sentence a line; `none` for one
            sentence a text; `biomedical` for abstracts of medical papers: a sentence ends after `.`, `?` or `!` and
            white space where a capital letter, a Greek letter or a digit follows, but not after an initial or a known
            abbreviation.

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
    ends = [match.end() for match in _STOP.finditer(text) if not _goes_on(text, match)]
    breaks = [match.end() for match in _PARAGRAPH_BREAK.finditer(text)]
    return words_after(sorted([0, *ends, *breaks]), word_spans)


def _goes_on(text: str, stop: re.Match[str]) -> bool:
    """Whether a stop ends an abbreviation or an initial instead of a sentence."""
    if not stop.group().startswith(".") or stop.group()[1] in "\"'\u201d\u2019)]":
        return False
    last_word = _LAST_WORD.search(text, max(0, stop.start() - 20), stop.start())
    word = last_word.group() if last_word is not None else ""
    if _INITIAL.match(word) is not None:
        # `E. coli` and `J. Smith`, but a sentence may end with `vitamin C.` before a capital.
        return stop.end() < len(text) and not _ends_with_label(text, stop.start())
    return word.lower() in _BIOMEDICAL_ABBREVIATIONS


def _ends_with_label(text: str, position: int) -> bool:
    before = text[max(0, position - 20) : position - 1].rstrip().rsplit(maxsplit=1)
    return bool(before) and before[-1].lower() in {"vitamin", "hepatitis", "group", "type", "class", "factor"}
