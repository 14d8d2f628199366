from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from rich.console import Console

from blner_allennlp.analysis.results import Estimate
from blner_allennlp.commands.compare.report import print_report
from blner_allennlp.comparison.results import Difference
from blner_allennlp.reporting.page.main_results import direction, main_results, significance_mark
from blner_allennlp.reporting.page.page import render_page
from tests.reporting.example_results import make_bare_comparison, make_comparison


def test_each_system_has_its_own_differences_in_f1_only() -> None:
    results = main_results(make_comparison().main)
    bases = {
        row.summary.title: [(difference.base, difference.figure) for difference in row.differences]
        for row in results.rows
        if row.summary.corpus == "wnut17"
    }
    assert bases == {
        "SeqNER": [],
        "BL-SeqNER": [("SeqNER", "f1")],
        "SpanNER": [("SeqNER", "f1")],
        "BL-SpanNER": [("SpanNER", "f1")],
    }


def test_one_system_of_a_corpus_is_the_best() -> None:
    results = main_results(make_comparison().main)
    for corpus in ("wnut17", "conll04"):
        rows = [row for row in results.rows if row.summary.corpus == corpus]
        best = [row.summary for row in rows if row.is_best]
        assert len(best) == 1
        assert all(row.summary.f1.mean <= best[0].f1.mean for row in rows)


def test_the_papers_differences_are_those_of_its_printed_scores() -> None:
    # The example prints 0.56, 0.57, 0.58, 0.59.
    results = main_results(make_comparison().main)
    deltas = {
        row.summary.title: row.published_deltas for row in results.rows if row.summary.corpus == "wnut17"
    }
    assert deltas == {"SeqNER": (), "BL-SeqNER": (0.01,), "SpanNER": (0.02,), "BL-SpanNER": (0.01,)}


def test_the_papers_differences_are_to_the_systems_that_the_measured_ones_are_to() -> None:
    row = make_comparison().main[0]
    to_others = [
        Difference("BL-SpanNER", "SeqNER", "f1", Estimate(0.1), None, None),
        Difference("BL-SpanNER", "SpanNER (BIO)", "f1", Estimate(0.2), None, None),
    ]
    results = main_results([replace(row, differences=tuple(to_others))])
    deltas = {row.summary.title: row.published_deltas for row in results.rows}
    assert deltas == {"SeqNER": (), "BL-SeqNER": (), "SpanNER": (), "BL-SpanNER": (0.03, None)}


@pytest.mark.parametrize(("base", "words"), [("SeqNER", "↑ +3.00 to SeqNER"), ("SpanNER (BIO)", "")])
def test_page_and_terminal_say_the_same_of_the_paper(base: str, words: str) -> None:
    comparison = make_comparison()
    compared = Difference("BL-SpanNER", base, "f1", Estimate(0.1), None, None)
    comparison = replace(comparison, main=(replace(comparison.main[0], differences=(compared,)),))
    page = render_page([], comparison, [], "Rain")
    assert re.findall(r'<small class="of-paper">(.*?)</small>', page) == [words] * bool(words)
    console = Console(file=io.StringIO(), width=400)
    print_report(console, comparison)
    last_cells = [line.split()[-2:] for line in console.file.getvalue().splitlines() if " +10.00 ↑ " in line]
    assert last_cells == ([["+3.00", "↑"]] if words else [["(BIO)", "–"]])


def test_errata_are_numbered_in_order() -> None:
    results = main_results(make_comparison().main)
    assert results.errata == ("conll04, SeqNER: F1 does not follow from P and R: 91.32",)
    assert [row.erratum_number for row in results.rows] == [None, None, None, None, 1, None, None, None]


def test_a_corpus_that_the_paper_does_not_have_needs_no_column() -> None:
    assert not main_results(make_bare_comparison().main).has_published


def difference(value: float | None, p: float | None = None) -> Difference:
    return Difference("A", "B", "f1", Estimate(value), p, None, p)


def test_directions() -> None:
    assert direction(None) == direction(difference(None)) == ""
    assert direction(difference(0.0)) == "equal"
    assert (direction(difference(0.1)), direction(difference(-0.1))) == ("better", "worse")
    assert direction(difference(0.1), higher_is_better=False) == "worse"


def test_an_asterisk_stands_for_p_below_five_per_cent() -> None:
    assert [significance_mark(difference(0.1, p)) for p in (0.049, 0.05, None)] == ["*", "", ""]
