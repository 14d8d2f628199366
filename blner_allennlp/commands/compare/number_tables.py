"""Tables of numbers for a terminal of any width."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

_UNLIMITED = 10_000
_MAX_NAME_WIDTH = 16


def number_table(
    console: Console, heads: Sequence[str], rows: Iterable[Sequence[Text]], names: Sequence[str] = ()
) -> Table:
    """A table whose numbers are never cut off: where it is too wide, names and heads are folded between words.

    Args:
        console: what it is for.
        heads: the columns' heads; the first column holds names.
        rows: a cell a column.
        names: the heads of other columns that hold names.

    Returns:
        The table; wider than the console if its numbers are.
    """
    lines = list(rows)
    natural = _make_table(heads, lines, names, folded=False)
    return natural if fits(console, natural) else _make_table(heads, lines, names, folded=True)


def fits(console: Console, table: Table) -> bool:
    """Tells whether a console shows all of a table.

    Args:
        console: the console.
        table: a table.

    Returns:
        Whether no column has to be narrower than it is.
    """
    options = console.options.update(max_width=_UNLIMITED)
    return console.measure(table, options=options).maximum <= console.width


def _make_table(
    heads: Sequence[str], rows: Sequence[Sequence[Text]], names: Sequence[str], *, folded: bool
) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for place, head in enumerate(heads):
        cells = [row[place] for row in rows]
        is_name = place == 0 or head in names
        width = _folded_width(head, cells, is_name=is_name) if folded else None
        table.add_column(head, justify="left" if is_name else "right", overflow="fold", width=width)
    for row in rows:
        table.add_row(*row)
    return table


def _folded_width(head: str, cells: Sequence[Text], *, is_name: bool) -> int:
    words = head.split()
    if is_name:
        words += [word for cell in cells for word in cell.plain.split()]
        return min(max(map(cell_len, words), default=1), _MAX_NAME_WIDTH)
    return max([*(cell.cell_len for cell in cells), *map(cell_len, words), 1])
