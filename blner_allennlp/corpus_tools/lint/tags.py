"""Rules on tags, and on files that cannot be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from blner_allennlp.corpus_tools.lint.findings import Example, Severity
from blner_allennlp.corpus_tools.lint.offsets import with_remark
from blner_allennlp.corpus_tools.lint.rule import Check, LintSettings, Rule, SeenSentence
from blner_allennlp.entities import RemarkKind

# Slips of annotators are fewer; a wrong scheme breaks as many transitions as there are mentions, or neighbours.
_MIN_SHARE = 0.1
_MIN_COUNT = 3


class _MixedSchemes(Check):
    """Tells a file in another scheme from one with slips, by the share of mentions with a broken transition."""

    def __init__(self, settings: LintSettings) -> None:
        del settings
        self._num_mentions: Counter[tuple[str, Path | None]] = Counter()
        self._num_broken: Counter[tuple[str, Path | None]] = Counter()

    def visit(self, seen: SeenSentence) -> Iterable[Example]:
        key = (seen.split, seen.sentence.path)
        kinds = Counter(remark.kind for remark in seen.sentence.remarks)
        self._num_mentions[key] += len(seen.sentence.entities) + kinds[RemarkKind.ILL_FORMED]
        self._num_broken[key] += kinds[RemarkKind.ILLEGAL_TRANSITION] + kinds[RemarkKind.ILL_FORMED]
        return ()

    def finish(self) -> Iterable[Example]:
        for (split, path), num_broken in self._num_broken.items():
            num_mentions = self._num_mentions[split, path]
            if num_broken >= max(_MIN_COUNT, _MIN_SHARE * num_mentions):
                yield Example(f"{num_broken} broken transitions on {num_mentions} mentions", split, path)


def _no_check(settings: LintSettings) -> None:
    del settings


UNREADABLE = Rule(
    "unreadable",
    Severity.ERROR,
    "files with a place that cannot be read; nothing after it is checked",
    "Correct the first such place, which is named, and run lint again.",
    _no_check,
)
"""Found by `lint` itself, where the reader gives up."""

RULES = (
    UNREADABLE,
    Rule(
        "illegal-transition",
        Severity.ERROR,
        "tags that cannot follow the tag before them, such as `I-PER` after `O` in BIO; conlleval's rule reads them",
        "Correct the tags; where most mentions have it, name the right scheme (option `scheme`).",
        with_remark(RemarkKind.ILLEGAL_TRANSITION),
    ),
    Rule(
        "ill-formed",
        Severity.ERROR,
        "mentions whose tags spell no whole mention; they are left out by the reading `strict`",
        "Correct the tags, or let conlleval's rule read them (option `reading`).",
        with_remark(RemarkKind.ILL_FORMED),
    ),
    Rule(
        "mixed-schemes",
        Severity.WARNING,
        "files with so many broken transitions that they must be, at least in part, in another tag scheme",
        "Name the scheme (option `scheme`: IOB1, BIO, BIOES, BIOUL, BMEWO), or read files of different schemes apart "
        "and write them anew with `allennlp ner-corpus convert`.",
        _MixedSchemes,
    ),
)
