"""Table 3 for the page: a row for each system of each corpus, with its differences and the paper's numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from blner_allennlp.comparison.results import Difference, MainRow, PublishedScores, SystemSummary
from blner_allennlp.reporting.significance import is_significant

_COMPARED_IN_THE_PAPER = {"BL-SeqNER": "SeqNER", "BL-SpanNER": "SpanNER", "SpanNER": "SeqNER"}


@dataclass(frozen=True, slots=True)
class MainResult:
    """One system on one corpus.

    Args:
        summary: its scores.
        is_best: whether no other system of the corpus has a higher F1.
        differences: its F1 against other systems.
        published: what the paper prints for it; None for nothing.
        published_delta: the paper's F1 less its F1 of the system that it compares with; None where it does not.
        erratum_number: number of the note on what is wrong with the paper's numbers; None for none.
    """

    summary: SystemSummary
    is_best: bool
    differences: tuple[Difference, ...]
    published: PublishedScores | None
    published_delta: float | None
    erratum_number: int | None


@dataclass(frozen=True, slots=True)
class MainResults:
    """The whole table.

    Args:
        rows: corpus by corpus, in the comparison's order.
        errata: notes on the paper's numbers; their numbers count from 1.
        has_published: whether the paper has any of these corpora.
        has_training_seconds: whether any training time is known.
    """

    rows: tuple[MainResult, ...]
    errata: tuple[str, ...]
    has_published: bool
    has_training_seconds: bool


def main_results(main: Sequence[MainRow]) -> MainResults:
    """Lay out Table 3.

    Args:
        main: the corpora.

    Returns:
        A row for each system of each corpus.
    """
    rows = []
    errata: list[str] = []
    for corpus in main:
        highest = max(
            (summary.f1.mean for summary in corpus.systems if summary.f1.mean is not None), default=None
        )
        for summary in corpus.systems:
            published = None if summary.variant else corpus.published.get(summary.system)
            number = None
            if published is not None and published.erratum:
                errata.append(f"{corpus.corpus}, {summary.system}: {published.erratum}")
                number = len(errata)
            rows.append(
                MainResult(
                    summary,
                    highest is not None and summary.f1.mean == highest,
                    tuple(d for d in corpus.differences if d.system == summary.title and d.figure == "f1"),
                    published,
                    _published_delta(corpus, summary) if published is not None else None,
                    number,
                )
            )
    return MainResults(
        tuple(rows),
        tuple(errata),
        any(row.published is not None for row in rows),
        any(row.summary.training_seconds is not None for row in rows),
    )


def direction(difference: Difference | None, higher_is_better: bool = True) -> str:
    """Which way a difference points, as a word for styles and for the eye.

    Args:
        difference: a difference; None for none.
        higher_is_better: False for error rates.

    Returns:
        `better`, `worse`, `equal`, or empty where there is no figure.
    """
    if difference is None or difference.delta.value is None:
        return ""
    if difference.delta.value == 0:
        return "equal"
    return "better" if (difference.delta.value > 0) == higher_is_better else "worse"


def significance_mark(difference: Difference | None) -> str:
    """The asterisk behind differences that are more than chance.

    Args:
        difference: a difference; None for none.

    Returns:
        `*` or nothing.
    """
    return "*" if is_significant(difference) else ""


def _published_delta(corpus: MainRow, summary: SystemSummary) -> float | None:
    base = corpus.published.get(_COMPARED_IN_THE_PAPER.get(summary.system, ""))
    return None if base is None else corpus.published[summary.system].f1 - base.f1
