"""Tables in LaTeX, with the rules of booktabs."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from blner_allennlp.reporting.tables.escaping import escape_latex
from blner_allennlp.reporting.tables.report_table import Cell, ReportTable, TablePart

MAX_ROWS_OF_A_PAGE = 45


def to_latex(table: ReportTable) -> str:
    """Write a table's parts, each as a table of its own that can be referred to.

    Args:
        table: the table.

    Returns:
        A file for `\\input`: `table` environments, `longtable` for those that need several pages.
    """
    uses_longtable = any(len(part.rows) > MAX_ROWS_OF_A_PAGE for part in table.parts)
    packages = ["adjustbox", "booktabs", "textcomp", *(["longtable"] if uses_longtable else [])]
    blocks = [f"% Needs \\usepackage[T1]{{fontenc}} \\usepackage{{{','.join(packages)}}}"]
    for number, part in enumerate(table.parts, start=1):
        label = f"tab:{table.name}" + (f"-{number}" if len(table.parts) > 1 else "")
        title = f"{table.title}: {part.caption}" if part.caption else table.title
        blocks.append(_part(part, escape_latex(title.rstrip(".")) + ".", label, table.notes))
    return "\n\n".join(blocks) + "\n"


def _part(part: TablePart, caption: str, label: str, notes: Sequence[str]) -> str:
    titles = [escape_latex(title) for title in part.header]
    styler = (
        pd.DataFrame([[_field(cell) for cell in row] for row in part.rows], columns=range(len(titles)))
        .style.hide(axis="index")
        .format_index(lambda column: titles[column], axis=1)
    )
    column_format = "@{}" + part.alignment.replace("p", r"p{0.6\linewidth}") + "@{}"
    notes_text = "".join(f"\\par {escape_latex(note)}\n" for note in notes)
    if notes_text:
        notes_text = f"{{\\footnotesize\\raggedright\n{notes_text}}}\n"
    if len(part.rows) > MAX_ROWS_OF_A_PAGE:
        body = styler.to_latex(
            hrules=True, column_format=column_format, environment="longtable", caption=caption, label=label
        )
        return f"{{\\small\n{body}{notes_text}}}"
    body = styler.to_latex(hrules=True, column_format=column_format)
    return (
        "\\begin{table}[htbp]\n\\centering\n\\small\n"
        f"\\caption{{{caption}}}\n\\label{{{label}}}\n"
        f"\\begin{{adjustbox}}{{max width=\\linewidth}}\n{body}\\end{{adjustbox}}\n{notes_text}\\end{{table}}"
    )


def _field(cell: Cell) -> str:
    text = escape_latex(cell.text)
    if cell.bold:
        text = f"\\textbf{{{text}}}"
    return f"{text}\\textsuperscript{{{escape_latex(cell.mark)}}}" if cell.mark else text
