"""Rules on sentences that occur more than once."""

from __future__ import annotations

from collections.abc import Iterator

from blner_allennlp.corpus_tools.lint.findings import Example, Severity
from blner_allennlp.corpus_tools.lint.rule import LintSettings, Rule, SeenSentence, per_sentence
from blner_allennlp.corpus_tools.lint.sentence_index import Occurrence

_NUM_SHOWN_CHARACTERS = 60


def _leaks(seen: SeenSentence, settings: LintSettings) -> Iterator[Example]:
    if len(seen.sentence.words) >= settings.min_duplicate_words:
        for earlier in seen.earlier:
            if earlier.split != seen.split:
                yield _example(seen, earlier)
                return


def _repetitions(seen: SeenSentence, settings: LintSettings) -> Iterator[Example]:
    if len(seen.sentence.words) >= settings.min_duplicate_words:
        for earlier in seen.earlier:
            if earlier.split == seen.split:
                yield _example(seen, earlier)


def _contradictions(seen: SeenSentence, settings: LintSettings) -> Iterator[Example]:
    if len(seen.sentence.words) >= settings.min_duplicate_words:
        for earlier in seen.earlier:
            if earlier.gold != seen.here.gold:
                yield _example(seen, earlier)
                return


def _example(seen: SeenSentence, earlier: Occurrence) -> Example:
    text = seen.text
    if len(text) > _NUM_SHOWN_CHARACTERS:
        text = text[: _NUM_SHOWN_CHARACTERS - 3] + "..."
    place = Example("", earlier.split, earlier.path, earlier.line_number).place
    if earlier.path == seen.sentence.path and earlier.line_number is not None:
        place = f"line {earlier.line_number}"
    document = f", document {earlier.document_id}" if earlier.document_id is not None else ""
    return seen.example(f"{text!r} is also in {earlier.split}, {place}{document}")


RULES = (
    Rule(
        "split-leak",
        Severity.WARNING,
        "sentences that also stand in another split (from five words on)",
        "Remove them from the training set, or split anew with `allennlp ner-corpus split`, which keeps duplicates "
        "together: scores on them measure memory.",
        per_sentence(_leaks),
    ),
    Rule(
        "repeated-sentence",
        Severity.INFO,
        "sentences that stand in the same split before (from five words on)",
        "Remove repetitions that are no part of the texts, such as a document that is in the file twice; they weigh "
        "double in training and in the score.",
        per_sentence(_repetitions),
    ),
    Rule(
        "contradicting-duplicate",
        Severity.WARNING,
        "sentences that stand elsewhere with other mentions (from five words on)",
        "Compare the two annotations and correct one; no model can be right on both.",
        per_sentence(_contradictions),
    ),
)
