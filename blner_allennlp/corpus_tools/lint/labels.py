"""Rules on entity types: missing, rare, misspelt, ambiguous ones."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace

from blner_allennlp.corpus_tools.lint.findings import Example, Severity
from blner_allennlp.corpus_tools.lint.rule import Check, LintSettings, Rule, SeenSentence

_TRAIN = "train"
_SEPARATORS = re.compile(r"[\s._-]+")
# `B-PER` as a type comes from a file that was read in the wrong scheme or column; other letters may begin a name.
_TAG_PREFIX = re.compile(r"([BI])[-_](.+)")
_OTHER_PREFIX = re.compile(r"([ESLUMW])[-_](.+)")


class _LabelCheck(Check):
    """Counts the mentions of each type in each split, and knows where each was first seen."""

    def __init__(self, settings: LintSettings) -> None:
        self._settings = settings
        self._counts: dict[str, Counter[str]] = {}
        self._first: dict[tuple[str, str], Example] = {}

    def visit(self, seen: SeenSentence) -> Iterable[Example]:
        counts = self._counts.setdefault(seen.split, Counter())
        for entity in seen.sentence.entities:
            if entity.label not in counts:
                self._first[seen.split, entity.label] = seen.example(seen.sentence.words_of(entity))
            counts[entity.label] += 1
        return ()

    def _example(self, text: str, split: str, label: str) -> Example:
        first = self._first[split, label]
        return replace(first, text=f"{text}; first: {first.text!r}")

    def _totals(self) -> Counter[str]:
        return sum(self._counts.values(), Counter())


class _UnknownLabels(_LabelCheck):
    def finish(self) -> Iterable[Example]:
        trained = self._counts.get(_TRAIN)
        if trained is None:
            return []
        return [
            self._example(f"type {label!r} has {count} mentions, but none in train", split, label)
            for split, counts in self._counts.items()
            for label, count in counts.most_common()
            if label not in trained
        ]


class _UnscoredLabels(_LabelCheck):
    def finish(self) -> Iterable[Example]:
        trained = self._counts.get(_TRAIN, Counter())
        return [
            self._example(f"type {label!r} has {count} mentions in train, but none in {split}", _TRAIN, label)
            for split, counts in self._counts.items()
            for label, count in trained.most_common()
            if split != _TRAIN and counts and label not in counts
        ]


class _RareLabels(_LabelCheck):
    def finish(self) -> Iterable[Example]:
        # Without a training set the corpus as a whole may become one.
        splits = [_TRAIN] if _TRAIN in self._counts else list(self._counts)
        totals = sum((self._counts[split] for split in splits), Counter[str]())
        return [
            self._example(
                f"type {label!r} has {count} mention{'s' * (count > 1)}",
                next(split for split in splits if label in self._counts[split]),
                label,
            )
            for label, count in sorted(totals.items(), key=lambda item: item[1])
            if count < self._settings.min_mentions
        ]


class _LabelSpellings(_LabelCheck):
    def finish(self) -> Iterable[Example]:
        spellings: dict[str, list[str]] = defaultdict(list)
        totals = self._totals()
        for label, _ in totals.most_common():
            spellings[_SEPARATORS.sub("", label).casefold()].append(label)
        for same in spellings.values():
            usual, *others = same
            for other in others:
                split = next(split for split, counts in self._counts.items() if other in counts)
                yield self._example(
                    f"type {other!r} ({totals[other]} mentions) beside {usual!r} ({totals[usual]})",
                    split,
                    other,
                )


class _LabelPrefixes(_LabelCheck):
    def finish(self) -> Iterable[Example]:
        known = self._totals()
        for split, counts in self._counts.items():
            for label, count in counts.most_common():
                match = _OTHER_PREFIX.fullmatch(label)
                is_prefixed = _TAG_PREFIX.fullmatch(label) is not None or (
                    match is not None and match[2] in known
                )
                if is_prefixed or label == "O" or label != label.strip() or not label:
                    yield self._example(f"type {label!r} ({count} mentions)", split, label)


class _AmbiguousSurfaces(Check):
    """Finds the same words annotated with different types."""

    def __init__(self, settings: LintSettings) -> None:
        del settings
        self._labels: dict[str, Counter[str]] = {}
        self._first: dict[str, Example] = {}
        self._num_mentions = self._num_ambiguous = 0

    def visit(self, seen: SeenSentence) -> Iterable[Example]:
        for entity in seen.sentence.entities:
            surface = seen.sentence.words_of(entity)
            labels = self._labels.setdefault(surface, Counter())
            if labels and entity.label not in labels:
                self._first.setdefault(surface, seen.example(surface))
            labels[entity.label] += 1
            self._num_mentions += 1
        return ()

    def finish(self) -> Iterable[Example]:
        ambiguous = sorted(self._first, key=lambda surface: -self._labels[surface].total())
        self._num_ambiguous = sum(self._labels[surface].total() for surface in ambiguous)
        for surface in ambiguous:
            found = ", ".join(f"{label} {count}" for label, count in self._labels[surface].most_common())
            first = self._first[surface]
            yield replace(first, text=f"{surface!r}: {found}")

    def summary(self) -> str:
        share = self._num_ambiguous / self._num_mentions
        return f"{len(self._first)} of {len(self._labels)} surfaces, {share:.1%} of {self._num_mentions} mentions"


RULES = (
    Rule(
        "unknown-label",
        Severity.ERROR,
        "entity types of another split that train lacks",
        "Correct misspelt types; else move some of their documents into train, or leave the type out everywhere: no "
        "model can learn it.",
        _UnknownLabels,
    ),
    Rule(
        "unscored-label",
        Severity.INFO,
        "entity types of train that another split lacks",
        "Nothing says how well they are learnt; split anew, stratified, with `allennlp ner-corpus split`.",
        _UnscoredLabels,
    ),
    Rule(
        "rare-label",
        Severity.WARNING,
        "entity types with few mentions to learn from (--min-mentions)",
        "Annotate more, merge the type with another one (option `label_map`), or report scores by type.",
        _RareLabels,
    ),
    Rule(
        "label-spelling",
        Severity.WARNING,
        "entity types whose names differ only in case, blanks, hyphens, underscores or dots",
        "Spell them the same; to the model they are different types.",
        _LabelSpellings,
    ),
    Rule(
        "label-prefix",
        Severity.ERROR,
        "entity types that look like tags (`B-PER`, `O`), are empty or have blanks around them",
        "Take the prefix off the types; look whether the file is read in the right format and scheme.",
        _LabelPrefixes,
    ),
    Rule(
        "ambiguous-surface",
        Severity.INFO,
        "the same words as mentions of different types",
        "Look through the most frequent ones; what context does not explain is inconsistent annotation.",
        _AmbiguousSurfaces,
    ),
)
