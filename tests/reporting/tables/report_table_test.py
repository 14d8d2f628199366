from __future__ import annotations

import pytest

from blner_allennlp.reporting.tables.latex import MAX_ROWS_OF_A_PAGE, to_latex
from blner_allennlp.reporting.tables.markdown import to_markdown
from blner_allennlp.reporting.tables.report_table import Cell, ReportTable, TablePart, data_frame, text_cells

TABLE = ReportTable(
    "scores",
    "F1 in 100 %",
    data_frame([{"f1": 0.5}]),
    [
        TablePart(
            "", ("Type_1", "F1"), "lr", [[Cell("A|B"), Cell("50.00 ↑", "*", bold=True)], text_cells("x", "–")]
        )
    ],
    ["* p < 0.05"],
)


def test_rows_of_other_lengths_are_refused() -> None:
    with pytest.raises(
        ValueError, match=r"'mine': 2 titles, 1 alignments and rows of \[1\] fields; all must be equal"
    ):
        TablePart("mine", ("a", "b"), "l", [text_cells("x")])


def test_markdown_is_a_table_with_alignment_and_escaped_fields() -> None:
    assert to_markdown(TABLE).splitlines() == [
        "# F1 in 100 %",
        "",
        "| Type\\_1   |            F1 |",
        "|:----------|--------------:|",
        "| A\\|B      | **50.00 ↑**\\* |",
        "| x         |             – |",
        "",
        "\\* p \\< 0.05",
    ]


def test_latex_is_a_booktabs_table_with_caption_label_and_notes() -> None:
    assert to_latex(TABLE).splitlines() == [
        r"% Needs \usepackage[T1]{fontenc} \usepackage{adjustbox,booktabs,textcomp}",
        "",
        r"\begin{table}[htbp]",
        r"\centering",
        r"\small",
        r"\caption{F1 in 100 \%.}",
        r"\label{tab:scores}",
        r"\begin{adjustbox}{max width=\linewidth}",
        r"\begin{tabular}{@{}lr@{}}",
        r"\toprule",
        r"Type\_1 & F1 \\",
        r"\midrule",
        r"A\textbar{}B & \textbf{50.00 $\uparrow$}\textsuperscript{{*}} \\",
        r"x & -- \\",
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{adjustbox}",
        r"{\footnotesize\raggedright",
        r"\par {*} p \textless{} 0.05",
        r"}",
        r"\end{table}",
    ]


def test_several_parts_are_tables_with_labels_of_their_own() -> None:
    parts = [TablePart(name, ("F1",), "r", [text_cells("1")]) for name in ("one", "two")]
    table = ReportTable("t", "F1", data_frame([{"f1": 1}]), parts)
    latex = to_latex(table)
    assert r"\caption{F1: one.}" in latex
    assert r"\label{tab:t-1}" in latex
    assert r"\label{tab:t-2}" in latex
    assert [line for line in to_markdown(table).splitlines() if line.startswith("## ")] == [
        "## one",
        "## two",
    ]


def test_what_is_longer_than_a_page_may_break() -> None:
    rows = [text_cells(str(number)) for number in range(MAX_ROWS_OF_A_PAGE + 1)]
    latex = to_latex(ReportTable("t", "Numbers", data_frame([{"n": 1}]), [TablePart("", ("N",), "r", rows)]))
    assert r"\begin{longtable}" in latex
    assert r"\caption{Numbers.}" in latex
    assert "adjustbox,booktabs,textcomp,longtable" in latex
    assert r"\begin{table}" not in latex


def test_equal_titles_are_columns_of_their_own() -> None:
    part = TablePart("", ("F1", "F1"), "rr", [text_cells("1", "2")])
    latex = to_latex(ReportTable("t", "F1", data_frame([{"n": 1}]), [part]))
    assert "F1 & F1 \\\\" in latex
    assert "1 & 2 \\\\" in latex


def test_whole_numbers_stay_whole_where_some_are_missing() -> None:
    rows = [
        {"seed": 1, "right": True, "f1": 1.0, "name": "a"},
        {"seed": None, "right": None, "f1": None, "name": None},
    ]
    text = data_frame(rows).to_csv(index=False)
    assert text == "seed,right,f1,name\n1,True,1.0,a\n,,,\n"


def test_numbers_keep_all_their_digits() -> None:
    values = [0.1 + 0.2, 1 / 3, 1e-17]
    text = data_frame([{"f1": value} for value in values]).to_csv(index=False)
    assert [float(line) for line in text.splitlines()[1:]] == values
