"""Tables in Markdown, as GitHub and most other readers show them."""

from __future__ import annotations

from tabulate import tabulate

from blner_allennlp.reporting.tables.escaping import escape_markdown
from blner_allennlp.reporting.tables.report_table import Cell, ReportTable, TablePart


def to_markdown(table: ReportTable) -> str:
    """Write a table's parts under one heading, its notes below.

    Args:
        table: the table.

    Returns:
        The file's content.
    """
    blocks = [f"# {escape_markdown(table.title)}"]
    for part in table.parts:
        if part.caption:
            blocks.append(f"## {escape_markdown(part.caption)}")
        blocks.append(_part(part))
    blocks += [escape_markdown(note) for note in table.notes]
    return "\n\n".join(blocks) + "\n"


def _part(part: TablePart) -> str:
    text = tabulate(
        [[_field(cell) for cell in row] for row in part.rows],
        headers=[escape_markdown(title) for title in part.header],
        tablefmt="pipe",
        # Numbers are text by now; tabulate must not write them anew.
        disable_numparse=True,
        colalign=["right" if side == "r" else "left" for side in part.alignment],
    )
    return str(text)


def _field(cell: Cell) -> str:
    text = escape_markdown(cell.text)
    if cell.bold:
        text = f"**{text}**"
    return text + escape_markdown(cell.mark)
