"""A comparison in the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from blner_allennlp.commands.compare.number_tables import fits, number_table
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
    SystemSummary,
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
from blner_allennlp.reporting.published_difference import published_difference
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
    published = {
        system.title: row.published[system.system]
        for system in row.systems
        if not system.variant and system.system in row.published
    }
    names, scores, differences = ["system"], ["P", "R", "F1"], ["difference", "95 %", "p", "to"]
    if published:
        scores.append("paper: F1")
        differences.append("paper: difference")
    lines = [line for system in row.systems for line in _main_lines(row, system, published)]
    whole = number_table(
        console,
        names + scores + differences,
        [[name, *left, *right] for name, left, right in lines],
        names=["to"],
    )
    if fits(console, whole):
        console.print(whole)
    else:
        # Differences go below, to systems that they name again.
        console.print(
            number_table(console, names + scores, [[name, *left] for name, left, _ in lines if name])
        )
        compared = [
            [Text(system.title), *_difference_cells(row, difference, published)]
            for system in row.systems
            for difference in _f1_differences(row, system)
        ]
        if compared:
            console.print()
            console.print(number_table(console, names + differences, compared, names=["to"]))
    for title, scores_of_paper in published.items():
        if scores_of_paper.erratum:
            console.print(f"† {title}: {scores_of_paper.erratum}", style="dim")


def _main_lines(
    row: MainRow, system: SystemSummary, published: Mapping[str, PublishedScores]
) -> Iterator[tuple[Text, list[Text], list[Text]]]:
    """A system's name, scores and first difference; its other differences below, without name and scores."""
    scores = [
        Text(per_cent(system.precision.mean)),
        Text(per_cent(system.recall.mean)),
        Text(over_seeds(system.f1)),
    ]
    if published:
        of_paper = published.get(system.title)
        erratum = "†" if of_paper is not None and of_paper.erratum else ""
        scores.append(Text(DASH if of_paper is None else per_cent(of_paper.f1) + erratum))
    differences = [_difference_cells(row, one, published) for one in _f1_differences(row, system)]
    num_cells = 5 if published else 4
    yield (
        Text(system.title),
        scores,
        differences[0] if differences else [Text(DASH)] + [Text("")] * (num_cells - 1),
    )
    for cells in differences[1:]:
        yield Text(""), [Text("")] * len(scores), cells


def _f1_differences(row: MainRow, system: SystemSummary) -> list[Difference]:
    return [one for one in row.differences if (one.system, one.figure) == (system.title, "f1")]


def _seeds(row: MainRow) -> str:
    nums = sorted({len(system.seeds) for system in row.systems})
    if nums == [1]:
        return "one run of each"
    return f"means and deviations over {' to '.join(dict.fromkeys((str(nums[0]), str(nums[-1]))))} runs"


def _difference_cells(
    row: MainRow, difference: Difference, published: Mapping[str, PublishedScores]
) -> list[Text]:
    delta = difference.delta
    star = "*" if is_significant(difference) else ""
    ends = "" if delta.low is None else f"{points(delta.low)} to {points(delta.high)}"
    cells = [
        Text(f"{points(delta.value)} {difference.arrow}{star}", style=_style(difference, True)),
        Text(ends),
        Text(p_value(p_of(difference))),
        Text(difference.base),
    ]
    if published:
        of_paper = published_difference(row, difference)
        cells.append(Text(DASH if of_paper is None else _with_arrow(of_paper)))
    return cells


def _print_heat_map(console: Console, heat_map: HeatMap) -> None:
    what = "F1 by bucket" if heat_map.kind == "buckets" else "Rates of boundary (BE) and type errors (TE)"
    _heading(console, f"{what} against {heat_map.standard}: {heat_map.corpus}, {heat_map.split}")
    first = "bucket" if heat_map.kind == "buckets" else "errors"
    number = "gold" if heat_map.kind == "buckets" else "number"
    columns = list(zip(*heat_map.rows.values(), strict=True))
    titles = list(heat_map.rows)
    names = [
        [
            Text(f"{cells[0].column} {cells[0].interval}".strip()),
            Text(f"{cells[0].num_gold:,}" + (" (few)" if cells[0].is_small else "")),
        ]
        for cells in columns
    ]

    def table_of(shown: slice) -> Table:
        rows = [
            [*name, *(_heat_map_cell(cell, heat_map) for cell in cells[shown])]
            for name, cells in zip(names, columns, strict=True)
        ]
        return number_table(console, [first, number, *titles[shown]], rows)

    # Systems are columns: there are more buckets than fit side by side. Many systems go below one another.
    start = 0
    while start < len(titles):
        if start:
            console.print()
        stop = start + 1
        while stop < len(titles) and fits(console, table_of(slice(start, stop + 1))):
            stop += 1
        console.print(table_of(slice(start, stop)))
        start = stop


def _heat_map_cell(cell: HeatMapCell, heat_map: HeatMap) -> Text:
    if cell.difference is None:
        return Text(per_cent(cell.value))
    star = "*" if is_significant(cell.difference) else ""
    return Text(
        points(cell.difference.delta.value) + star, style=_style(cell.difference, heat_map.higher_is_better)
    )


def _print_curve(console: Console, curve: Curve) -> None:
    _heading(console, f"F1 by α: {curve.system}, {curve.corpus}, {curve.split}")
    rows = []
    best = max((f1.mean for f1 in curve.f1 if f1.mean is not None), default=None)
    for alpha, f1 in zip(curve.alphas, curve.f1, strict=True):
        is_best = f1.mean is not None and f1.mean == best
        end = _ENDS.get(alpha, "")
        rows.append([Text(f"{alpha:g} {end}".strip()), Text(over_seeds(f1)), Text("best" if is_best else "")])
    console.print(number_table(console, ["α", "F1", ""], rows))


def _print_bars(console: Console, bars: Bars) -> None:
    _heading(console, f"F1 by {bars.setting}: {bars.corpus}, {bars.split}")
    scores = [[Text(over_seeds(value)) for value in f1] for f1 in bars.f1.values()]
    times = [
        [Text(duration(None if value is None else value.mean)) for value in bars.training_seconds[title]]
        for title in bars.f1
    ]
    titles = [Text(title) for title in bars.f1]
    trained = [f"{value}: training" for value in bars.values]
    lines = [[title, *left, *right] for title, left, right in zip(titles, scores, times, strict=True)]
    whole = number_table(console, ["system", *bars.values, *trained], lines)
    if fits(console, whole):
        console.print(whole)
    else:
        for heads, cells in ((bars.values, scores), (trained, times)):
            rows = [[title, *line] for title, line in zip(titles, cells, strict=True)]
            console.print(number_table(console, ["system", *heads], rows))
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
    return f"{points(delta)} {'=' if delta == 0 else '↑' if delta > 0 else '↓'}"
