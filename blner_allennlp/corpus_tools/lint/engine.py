"""A corpus through the rules: what would hurt a training run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from blner_allennlp.corpus_tools.counting.pieces import SentencePieces
from blner_allennlp.corpus_tools.lint.findings import Example, Finding, Severity
from blner_allennlp.corpus_tools.lint.rule import Check, LintSettings, Rule, SeenSentence
from blner_allennlp.corpus_tools.lint.sentence_index import SentenceIndex
from blner_allennlp.corpus_tools.lint.tags import UNREADABLE
from blner_allennlp.entities import Sentence
from blner_allennlp.errors import CorpusError
from blner_allennlp.flattening import flatten

_BATCH_SIZE = 256


@dataclass(frozen=True, slots=True)
class SplitToCheck:
    """One split of a corpus.

    Args:
        name: `train`, `dev`, `test` or another one.
        path: the corpus file.
        sentences: its sentences, nested mentions included; read once.
    """

    name: str
    path: Path
    sentences: Iterable[Sentence]


@dataclass(slots=True)
class CheckedSplit:
    """What was read of a split.

    Args:
        name: the split.
        path: the corpus file.
        num_sentences: how many sentences were checked.
        num_words: how many words they have.
        num_mentions: how many mentions they have, as the file has them.
        is_whole: whether the file could be read to its end.
    """

    name: str
    path: Path
    num_sentences: int = 0
    num_words: int = 0
    num_mentions: int = 0
    is_whole: bool = True

    def to_json(self) -> dict[str, Any]:
        """The counts as plain JSON values."""
        return {
            "split": self.name,
            "path": str(self.path),
            "sentences": self.num_sentences,
            "words": self.num_words,
            "mentions": self.num_mentions,
            "read_to_the_end": self.is_whole,
        }


@dataclass(frozen=True, slots=True)
class LintReport:
    """All that lint has to say about a corpus.

    Args:
        findings: one for each rule that is broken, the worst first.
        splits: what was read.
        rules: names of the rules that were checked.
    """

    findings: tuple[Finding, ...]
    splits: tuple[CheckedSplit, ...]
    rules: tuple[str, ...]

    def fails(self, threshold: Severity) -> bool:
        """Whether some finding is as bad as the threshold or worse."""
        return any(finding.severity.rank <= threshold.rank for finding in self.findings)

    def to_json(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        severities = Counter(finding.severity for finding in self.findings)
        return {
            "splits": [split.to_json() for split in self.splits],
            "rules": list(self.rules),
            "findings_by_severity": {severity.value: severities[severity] for severity in Severity},
            "findings": [finding.to_json() for finding in self.findings],
        }


def lint(splits: Iterable[SplitToCheck], settings: LintSettings, rules: Iterable[Rule]) -> LintReport:
    """Check a corpus; memory grows with the number of sentences by their hashes, not by their text.

    Where a file cannot be read any further, that place is a finding and the next file goes on, provided that the rule
    `unreadable` is among the rules; else the CorpusError is raised.

    Args:
        splits: the files; train first, so that what recurs elsewhere is found there.
        settings: what the corpus is to be trained with.
        rules: what to check.

    Returns:
        The findings.
    """
    known_rules = tuple(rules)
    workers = [_Worker(rule, settings) for rule in known_rules if rule is not UNREADABLE]
    active = [worker for worker in workers if worker.check is not None]
    unreadable = _Worker(UNREADABLE, settings) if UNREADABLE in known_rules else None
    index = SentenceIndex()
    checked = []
    for split in splits:
        counts = CheckedSplit(split.name, split.path)
        checked.append(counts)
        for batch in _read_batches(split, counts, unreadable):
            for seen in _prepare(batch, split.name, settings, index):
                counts.num_sentences += 1
                counts.num_words += len(seen.sentence.words)
                counts.num_mentions += len(seen.sentence.entities)
                for worker in active:
                    worker.visit(seen)
    for worker in active:
        worker.finish()
    findings = [
        worker.finding() for worker in (*([unreadable] if unreadable else []), *active) if worker.counts
    ]
    findings.sort(key=lambda finding: finding.severity.rank)
    applied = [worker.rule.name for worker in (*([unreadable] if unreadable else []), *active)]
    return LintReport(tuple(findings), tuple(checked), tuple(applied))


class _Worker:
    """A rule, its check and what it found so far."""

    def __init__(self, rule: Rule, settings: LintSettings) -> None:
        self.rule = rule
        self.check: Check | None = rule.make_check(settings)
        self.counts: Counter[str] = Counter()
        self._num_examples = settings.num_examples
        self._examples: list[Example] = []

    def add(self, hits: Iterable[Example]) -> None:
        for hit in hits:
            self.counts[hit.split] += 1
            if len(self._examples) < self._num_examples:
                self._examples.append(hit)

    def visit(self, seen: SeenSentence) -> None:
        if self.check is not None:
            self.add(self.check.visit(seen))

    def finish(self) -> None:
        if self.check is not None:
            self.add(self.check.finish())

    def finding(self) -> Finding:
        summary = self.check.summary() if self.check is not None else ""
        rule = self.rule
        return Finding(
            rule.name,
            rule.severity,
            rule.meaning,
            rule.remedy,
            dict(self.counts),
            summary,
            tuple(self._examples),
        )


def _read_batches(
    split: SplitToCheck, counts: CheckedSplit, unreadable: _Worker | None
) -> Iterator[list[Sentence]]:
    sentences = iter(split.sentences)
    while True:
        batch: list[Sentence] = []
        try:
            # Sentences that come before an error in the same batch stay in it.
            batch.extend(islice(sentences, _BATCH_SIZE))
        except CorpusError as error:
            if unreadable is None:
                raise
            counts.is_whole = False
            unreadable.add([Example(error.reason, split.name, error.path, error.line_number)])
        if batch:
            yield batch
        if len(batch) < _BATCH_SIZE:
            return


def _prepare(
    batch: Sequence[Sentence], split: str, settings: LintSettings, index: SentenceIndex
) -> Iterator[SeenSentence]:
    pieces: list[SentencePieces | None] = [None] * len(batch)
    if settings.count_pieces is not None:
        pieces = list(settings.count_pieces([sentence.words for sentence in batch]))
    for sentence, sentence_pieces in zip(batch, pieces, strict=True):
        earlier, here = index.add(sentence, split)
        yield SeenSentence(
            split,
            sentence,
            flatten(sentence, settings.overlaps),
            " ".join(sentence.words),
            earlier,
            here,
            sentence_pieces,
        )
