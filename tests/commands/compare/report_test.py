"""A comparison on terminals of several widths: nothing that is a number or a name may be cut off."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

import pytest
from rich.console import Console
from rich.text import Text

from blner_allennlp.commands.compare.number_tables import fits, number_table
from blner_allennlp.commands.compare.report import print_report
from tests.reporting.example_results import make_comparison

HEADS = ("system", "F1", "difference", "to")
ROWS = (("BL-SpanNER (alpha=0.1)", "83.79 ± 0.25", "+3.90 ↑*", "BL-SeqNER (alpha=0.1)"),)


def printed(width: int, rows: Sequence[Sequence[str]] = ROWS) -> str:
    console = Console(file=io.StringIO(), width=width)
    console.print(number_table(console, HEADS, [[Text(cell) for cell in row] for row in rows], names=["to"]))
    return str(console.file.getvalue())  # type: ignore[attr-defined]


def report(width: int) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False, markup=False, emoji=False)
    print_report(console, make_comparison())
    return str(console.file.getvalue())  # type: ignore[attr-defined]


def test_a_table_that_fits_keeps_its_names_on_one_line() -> None:
    assert re.split(r" {3,}", printed(100).splitlines()[-1]) == list(ROWS[0])


def test_names_are_folded_between_words_where_a_table_does_not_fit() -> None:
    lines = [line.split() for line in printed(60).splitlines()[2:]]

    assert lines == [
        ["BL-SpanNER", "83.79", "±", "0.25", "+3.90", "↑*", "BL-SeqNER"],
        ["(alpha=0.1)", "(alpha=0.1)"],
    ]


def test_a_table_without_rows_is_its_heads() -> None:
    assert printed(100, ()).split()[:4] == list(HEADS)


@pytest.mark.parametrize(("width", "does_fit"), [(74, True), (50, False)])
def test_what_fits_is_measured_in_columns(width: int, does_fit: bool) -> None:
    console = Console(file=io.StringIO(), width=width)
    table = number_table(Console(width=200), HEADS, [[Text(cell) for cell in ROWS[0]]], names=["to"])

    assert fits(console, table) is does_fit


@pytest.mark.parametrize("width", [80, 100, 160])
def test_a_report_has_every_system_and_every_number_on_any_terminal(width: int) -> None:
    text = report(width)

    assert "…" not in text
    assert max(map(len, text.splitlines())) <= width
    # Word by word, as names may be folded.
    assert set(report(400).split()) - {"─" * length for length in range(401)} <= set(text.split())
