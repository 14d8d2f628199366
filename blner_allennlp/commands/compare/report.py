"""A comparison in the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from blner_allennlp.comparison.conclusion import FAILS, HOLDS
from blner_allennlp.comparison.results import (
    Bars,
    Comparison,
    Curve,
    Difference,
    HeatMap,
    HeatMapCell,
    MainRow,
    PublishedScores,
)
from blner_allennlp.reporting.number_format import (
    DASH,
    duration,
    over_seeds,
    p_value,
    per_cent,
    point_estimate,
    points,
)
from blner_allennlp.reporting.significance import SIGNIFICANCE_NOTE, is_significant, p_of

# As in the paper's heat maps; signs and arrows say the same without colour.
_BETTER, _WORSE = "green", "red"
_ENDS = {0.0: "(SpanNER)", 1.0: "(SeqNER)"}
_FILE_WIDTH = 120
_VERDICT_STYLES = {HOLDS: _BETTER, FAILS: _WORSE}


def report_console() -> Console:
    """The console that reports are printed to.

    Returns:
        Standard output; where that is no terminal, wide enough for all columns.
    """
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = max(console.width, _FILE_WIDTH)
    return console


def print_report(console: Console, comparison: Comparison, notes: Sequence[str] = ()) -> None:
    """Print Table 3, the heat maps, the variants, and the conclusions in words.

    Args:
        console: where to; without markup, since names may hold brackets.
        comparison: what was compared.
        notes: what else the user should know, such as runs that were left out.
    """
    for row in comparison.main:
        _print_main_row(console, row)
    if comparison.main:
        console.print(SIGNIFICANCE_NOTE, style="dim")
    for heat_map in (*comparison.bucket_maps, *comparison.error_maps):
        _print_heat_map(console, heat_map)
    for curve in comparison.curves:
        _print_curve(console, curve)
    for bars in (*comparison.taggings, *comparison.representations):
        _print_bars(console, bars)
    for conclusion in comparison.conclusions:
        _heading(console, f"Conclusion #{conclusion.number}: {conclusion.verdict}", conclusion.verdict)
        console.print(conclusion.claim, style="italic")
        console.print(conclusion.sentence)
        for finding in conclusion.findings:
            style = _VERDICT_STYLES.get(finding.verdict, "")
            console.print(Text.assemble((f"{finding.corpus}: {finding.verdict}. ", style), finding.sentence))
    if comparison.remarks or notes:
        _heading(console, "Remarks")
        for remark in (*comparison.remarks, *notes):
            console.print(f"- {remark}")


def _print_main_row(console: Console, row: MainRow) -> None:
    _heading(console, f"{row.corpus}, {row.split}: {_seeds(row)}")
    table = _table("system", "P", "R", "F1", "difference", "95 %", "p", "to")
    if row.published:
        for name in ("paper: F1", "difference"):
            table.add_column(name, justify="right", no_wrap=True)
    errata = []
    for system in row.systems:
        compared = [one for one in row.differences if (one.system, one.figure) == (system.title, "f1")]
        first = compared[0] if compared else None
        cells = [
            Text(system.title),
            Text(per_cent(system.precision.mean)),
            Text(per_cent(system.recall.mean)),
            Text(over_seeds(system.f1)),
            *_difference_cells(first),
        ]
        if row.published:
            published = None if system.variant else row.published.get(system.system)
            base = row.published.get(first.base) if first is not None else None
            cells += _published_cells(published, base)
            if published is not None and published.erratum:
                errata.append(f"† {system.title}: {published.erratum}")
        table.add_row(*cells)
        for difference in compared[1:]:
            table.add_row("", "", "", "", *_difference_cells(difference))
    console.print(table)
    for erratum in errata:
        console.print(erratum, style="dim")


def _seeds(row: MainRow) -> str:
    nums = sorted({len(system.seeds) for system in row.systems})
    if nums == [1]:
        return "one run of each"
    return f"means and deviations over {' to '.join(dict.fromkeys((str(nums[0]), str(nums[-1]))))} runs"


def _difference_cells(difference: Difference | None) -> list[Text]:
    if difference is None:
        return [Text(DASH), Text(""), Text(""), Text("")]
    delta = difference.delta
    star = "*" if is_significant(difference) else ""
    ends = "" if delta.low is None else f"{points(delta.low)} to {points(delta.high)}"
    return [
        Text(f"{points(delta.value)} {difference.arrow}{star}", style=_style(difference, True)),
        Text(ends),
        Text(p_value(p_of(difference))),
        Text(difference.base),
    ]


def _published_cells(published: PublishedScores | None, base: PublishedScores | None) -> list[Text]:
    if published is None:
        return [Text(DASH), Text(DASH)]
    f1 = per_cent(published.f1) + ("†" if published.erratum else "")
    return [Text(f1), Text(DASH if base is None else _with_arrow(published.f1 - base.f1))]


def _print_heat_map(console: Console, heat_map: HeatMap) -> None:
    what = "F1 by bucket" if heat_map.kind == "buckets" else "Rates of boundary (BE) and type errors (TE)"
    _heading(console, f"{what} against {heat_map.standard}: {heat_map.corpus}, {heat_map.split}")
    # Systems are columns: there are more buckets than fit side by side.
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("bucket" if heat_map.kind == "buckets" else "errors", no_wrap=True)
    table.add_column("gold" if heat_map.kind == "buckets" else "number", justify="right", no_wrap=True)
    for title in heat_map.rows:
        table.add_column(title, justify="right", overflow="fold")
    columns = list(zip(*heat_map.rows.values(), strict=True))
    for cells in columns:
        first: HeatMapCell = cells[0]
        name = f"{first.column} {first.interval}".strip()
        number = f"{first.num_gold:,}" + (" (few)" if first.is_small else "")
        table.add_row(Text(name), Text(number), *(_heat_map_cell(cell, heat_map) for cell in cells))
    console.print(table)


def _heat_map_cell(cell: HeatMapCell, heat_map: HeatMap) -> Text:
    if cell.difference is None:
        return Text(per_cent(cell.value))
    star = "*" if is_significant(cell.difference) else ""
    return Text(
        points(cell.difference.delta.value) + star, style=_style(cell.difference, heat_map.higher_is_better)
    )


def _print_curve(console: Console, curve: Curve) -> None:
    _heading(console, f"F1 by α: {curve.system}, {curve.corpus}, {curve.split}")
    table = _table("α", "F1", "")
    best = max((f1.mean for f1 in curve.f1 if f1.mean is not None), default=None)
    for alpha, f1 in zip(curve.alphas, curve.f1, strict=True):
        is_best = f1.mean is not None and f1.mean == best
        end = _ENDS.get(alpha, "")
        table.add_row(Text(f"{alpha:g} {end}".strip()), Text(over_seeds(f1)), Text("best" if is_best else ""))
    console.print(table)


def _print_bars(console: Console, bars: Bars) -> None:
    _heading(console, f"F1 by {bars.setting}: {bars.corpus}, {bars.split}")
    table = _table("system", *bars.values, *(f"{value}: training" for value in bars.values))
    for title, f1 in bars.f1.items():
        seconds = bars.training_seconds[title]
        table.add_row(
            Text(title),
            *(Text(over_seeds(value)) for value in f1),
            *(Text(duration(None if value is None else value.mean)) for value in seconds),
        )
    console.print(table)
    for difference in bars.differences:
        console.print(
            Text.assemble(
                f"{difference.system} to {difference.base}: ",
                (point_estimate(difference.delta), _style(difference, True)),
                f", p {_equals(p_value(p_of(difference)))}",
            )
        )


def _equals(p: str) -> str:
    return p if p.startswith("<") else f"= {p}"


def _table(first: str, *others: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    # Names may be folded where the terminal is narrow, numbers may not.
    table.add_column(first, overflow="fold")
    for name in others:
        if name == "to":
            table.add_column(name, overflow="fold")
        else:
            table.add_column(name, justify="right", no_wrap=True)
    return table


def _heading(console: Console, text: str, verdict: str = "") -> None:
    console.print()
    # A table's own title would be folded to the table's width.
    console.print(text, style=f"bold {_VERDICT_STYLES.get(verdict, '')}".strip())


def _style(difference: Difference, higher_is_better: bool) -> str:
    value = difference.delta.value
    if value is None or value == 0:
        return ""
    return _BETTER if (value > 0) == higher_is_better else _WORSE


def _with_arrow(delta: float) -> str:
    rounded = round(delta, 4)
    return f"{points(rounded)} {'=' if rounded == 0 else '↑' if rounded > 0 else '↓'}"
