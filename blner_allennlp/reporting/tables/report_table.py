"""A table before it becomes a file: numbers for machines, and the same numbers for the eye."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from blner_allennlp.reporting.plain_text import encodable


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one field, as plain text: each format escapes it in its own way.

    Args:
        text: the text.
        mark: a mark after it that a note explains, such as `*` or `†`.
        bold: whether it stands out.
    """

    text: str
    mark: str = ""
    bold: bool = False


@dataclass(frozen=True, slots=True)
class TablePart:
    """What the eye sees of a table, or of one part of it.

    Args:
        caption: what tells this part from the others, such as a corpus; empty where there is only one.
        header: the columns' titles.
        alignment: for each column `l` (left), `r` (right) or `p` (left, a paragraph of several lines).
        rows: the fields, as many in each row as there are titles.

    Raises:
        ValueError: header, alignment and rows differ in length.
    """

    caption: str
    header: Sequence[str]
    alignment: str
    rows: Sequence[Sequence[Cell]]

    def __post_init__(self) -> None:
        lengths = {len(self.header), len(self.alignment), *(len(row) for row in self.rows)}
        if len(lengths) != 1:
            raise ValueError(
                f"table part {self.caption!r}: {len(self.header)} titles, {len(self.alignment)} alignments and rows "
                f"of {sorted({len(row) for row in self.rows})} fields; all must be equal"
            )


@dataclass(frozen=True, slots=True)
class ReportTable:
    """One table: a CSV, a LaTeX and a Markdown file.

    Args:
        name: the files' name without its ending.
        title: what the table shows, in one line.
        data: full precision, shares in [0, 1], a line for each case.
        parts: what LaTeX and Markdown show.
        notes: what marks mean and how numbers came about.
    """

    name: str
    title: str
    data: pd.DataFrame
    parts: Sequence[TablePart]
    notes: Sequence[str] = field(default=())


def text_cells(*texts: str) -> list[Cell]:
    """Fields of nothing but text.

    Args:
        *texts: their texts.

    Returns:
        The fields, in the same order.
    """
    return [Cell(text) for text in texts]


def data_frame(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Make a data frame whose columns keep their kind where values are missing.

    Args:
        rows: plain values by column; each row has the same columns.

    Returns:
        The frame: columns of whole numbers stay whole numbers, with gaps where a value is None.
    """
    rows = [
        {name: encodable(value) if isinstance(value, str) else value for name, value in row.items()}
        for row in rows
    ]
    frame = pd.DataFrame.from_records(rows, columns=list(rows[0]) if rows else None)
    for column in frame.columns:
        kinds = {type(row[column]) for row in rows if row[column] is not None}
        if kinds == {int}:
            frame[column] = pd.array([row[column] for row in rows], dtype="Int64")
        elif kinds == {bool}:
            frame[column] = pd.array([row[column] for row in rows], dtype="boolean")
    return frame
