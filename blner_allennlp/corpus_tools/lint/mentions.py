"""Rules on gold mentions: overlapping ones, too wide ones, odd ends, none at all."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from blner_allennlp.candidates import smallest_sufficient_width
from blner_allennlp.corpus_tools.lint.findings import Example, Severity
from blner_allennlp.corpus_tools.lint.rule import Check, LintSettings, Rule, SeenSentence, per_sentence
from blner_allennlp.entities import Entity, RemarkKind, Sentence

_BRACKETS = {"(": ")", "[": "]", "{": "}", "-LRB-": "-RRB-", "-LSB-": "-RSB-", "-LCB-": "-RCB-"}
_PARTNERS = {**_BRACKETS, **{closing: opening for opening, closing in _BRACKETS.items()}}
_QUOTES = frozenset("\"'`\u2018\u2019\u201c\u201d\u00ab\u00bb") | {"``", "''"}


class _Overlaps(Check):
    """Names the mentions that the policy leaves out, and counts the pairs that make it do so."""

    def __init__(self, settings: LintSettings) -> None:
        self._policy = settings.overlaps
        self._num_mentions = self._num_removed = self._num_nested = self._num_crossing = self._num_equal = 0

    def visit(self, seen: SeenSentence) -> Iterable[Example]:
        sentence = seen.sentence
        self._num_mentions += len(sentence.entities)
        if seen.flat is sentence:
            return ()
        for left, right in _overlapping_pairs(sentence):
            if (left.word_start, left.word_end) == (right.word_start, right.word_end):
                self._num_equal += 1
            elif left.word_start == right.word_start or right.word_end <= left.word_end:
                self._num_nested += 1
            else:
                self._num_crossing += 1
        removed = [remark for remark in seen.flat.remarks if remark.kind is RemarkKind.OVERLAPPING]
        self._num_removed += len(removed)
        return [
            seen.example(f"{remark.text!r} ({remark.label}) is left out", remark.line_number)
            for remark in removed
        ]

    def summary(self) -> str:
        return (
            f"{self._num_nested} nested and {self._num_crossing} crossing pairs, {self._num_equal} pairs of the same "
            f"words with different types; the policy {self._policy.value} leaves out {self._num_removed} of "
            f"{self._num_mentions} mentions ({self._num_removed / self._num_mentions:.1%})"
        )


def _overlapping_pairs(sentence: Sentence) -> Iterator[tuple[Entity, Entity]]:
    # Mentions come in order of their first words; the same ones are duplicates, which have a rule of their own.
    entities = list(dict.fromkeys(sentence.entities))
    for index, left in enumerate(entities):
        for right in islice(entities, index + 1, None):
            if right.word_start >= left.word_end:
                break
            yield left, right


class _WideMentions(Check):
    """Names the mentions wider than ε, and the ε that would do."""

    def __init__(self, settings: LintSettings) -> None:
        self._max_width = settings.max_width
        self._num_by_width: Counter[int] = Counter()

    def visit(self, seen: SeenSentence) -> Iterable[Example]:
        entities = seen.flat.entities
        if not entities:
            return ()
        self._num_by_width.update([entity.word_end - entity.word_start for entity in entities])
        return [
            seen.example(f"{entity.num_words} words, {entity.label}: {seen.sentence.words_of(entity)!r}")
            for entity in entities
            if entity.word_end - entity.word_start > self._max_width
        ]

    def summary(self) -> str:
        total = self._num_by_width.total()
        num_wide = sum(count for width, count in self._num_by_width.items() if width > self._max_width)
        return (
            f"{num_wide / total:.2%} of {total} mentions are wider than \u03b5 = {self._max_width}; \u03b5 = "
            f"{smallest_sufficient_width(self._num_by_width)} reaches over 99 %, \u03b5 = {max(self._num_by_width)} all"
        )


class _NoEntities(Check):
    """Names the splits that have sentences, but no mention."""

    def __init__(self, settings: LintSettings) -> None:
        del settings
        self._num_mentions: Counter[str] = Counter()
        self._first: dict[str, SeenSentence] = {}

    def visit(self, seen: SeenSentence) -> Iterable[Example]:
        self._first.setdefault(seen.split, seen)
        self._num_mentions[seen.split] += len(seen.sentence.entities)
        return ()

    def finish(self) -> Iterable[Example]:
        return [
            Example("no mention in the whole split", split, seen.sentence.path)
            for split, seen in self._first.items()
            if not self._num_mentions[split]
        ]


def _odd_borders(seen: SeenSentence, settings: LintSettings) -> Iterable[Example]:
    del settings
    words = seen.sentence.words
    return [
        seen.example(f"{seen.sentence.words_of(entity)!r} ({entity.label})")
        for entity in seen.sentence.entities
        if _is_odd_border(words, entity.word_start, entity)
        or _is_odd_border(words, entity.word_end - 1, entity)
    ]


def _is_odd_border(words: tuple[str, ...], word_index: int, entity: Entity) -> bool:
    word = words[word_index]
    if not word or word.isspace():
        return True
    partner = _PARTNERS.get(word)
    inside = words[entity.word_start : entity.word_end]
    if partner is not None:
        return inside.count(partner) < inside.count(word)
    if word in _QUOTES:
        # A quoted title holds both of its quotes.
        return sum(other in _QUOTES for other in inside) < 2
    return all(unicodedata.category(character).startswith("P") for character in word)


RULES = (
    Rule(
        "no-entities",
        Severity.ERROR,
        "splits without any mention",
        "Look whether the annotation is in another column, field or file; a split without gold scores 0 whatever "
        "the model predicts.",
        _NoEntities,
    ),
    Rule(
        "overlapping-mentions",
        Severity.WARNING,
        "mentions that share words with others and are left out by the policy (--overlaps)",
        "Choose the policy that loses least (drop_both, keep_outer, keep_inner, keep_first), and report it with "
        "the scores.",
        _Overlaps,
    ),
    Rule(
        "wide-mention",
        Severity.WARNING,
        "mentions wider than \u03b5, which no candidate span of a span head reaches (--max-width, or the experiment's)",
        "Raise `model.span_head.max_width`, or accept that they count as missed.",
        _WideMentions,
    ),
    Rule(
        "mention-border",
        Severity.INFO,
        "mentions that begin or end with a word of punctuation only, or with a blank one",
        "Look whether quotes, brackets or full stops slipped into the mention; brackets that the mention closes "
        "itself are not counted.",
        per_sentence(_odd_borders),
    ),
)
