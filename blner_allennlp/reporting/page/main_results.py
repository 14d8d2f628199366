"""Table 3 for the page: a row for each system of each corpus, with its differences and the paper's numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from blner_allennlp.comparison.results import Difference, MainRow, PublishedScores, SystemSummary
from blner_allennlp.reporting.published_difference import published_difference
from blner_allennlp.reporting.significance import is_significant


@dataclass(frozen=True, slots=True)
class MainResult:
    """One system on one corpus.

    Args:
        summary: its scores.
        is_best: whether no other system of the corpus has a higher F1.
        differences: its F1 against other systems.
        published: what the paper prints for it; None for nothing.
        published_deltas: beside each of the differences, the paper's for the same two systems; None where it has none.
        erratum_number: number of the note on what is wrong with the paper's numbers; None for none.
    """

    summary: SystemSummary
    is_best: bool
    differences: tuple[Difference, ...]
    published: PublishedScores | None
    published_deltas: tuple[float | None, ...]
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
            differences = tuple(
                d for d in corpus.differences if d.system == summary.title and d.figure == "f1"
            )
            rows.append(
                MainResult(
                    summary,
                    highest is not None and summary.f1.mean == highest,
                    differences,
                    published,
                    tuple(published_difference(corpus, difference) for difference in differences),
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
