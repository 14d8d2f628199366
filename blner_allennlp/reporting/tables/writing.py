"""Tables -> files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from blner_allennlp.reporting.tables.latex import to_latex
from blner_allennlp.reporting.tables.markdown import to_markdown
from blner_allennlp.reporting.tables.report_table import ReportTable


def write_tables(tables: Iterable[ReportTable], directory: Path) -> list[Path]:
    """Write tables as CSV, LaTeX and Markdown; one without rows is left out.

    Args:
        tables: the tables.
        directory: where to; made if it does not exist.

    Returns:
        The written files, a table's three after each other.
    """
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for table in tables:
        if table.data.empty:
            continue
        for ending, content in (
            ("csv", table.data.to_csv(index=False, lineterminator="\n")),
            ("tex", to_latex(table)),
            ("md", to_markdown(table)),
        ):
            path = directory / f"{table.name}.{ending}"
            # Written as bytes, so that a file is the same on every system.
            path.write_bytes(content.encode("utf-8"))
            written.append(path)
    return written
