"""Charts of a comparison: headline scores, curves over the loss weight (Figure 5), bars (Figures 6 and 7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from blner_allennlp.comparison.results import Bars, Comparison, OverSeeds
from blner_allennlp.reporting.number_format import per_cent
from blner_allennlp.reporting.page.chart import Chart, Point, Series
from blner_allennlp.reporting.page.placed_chart import PlacedChart
from blner_allennlp.reporting.page.runs_shown import ShownRun, data_set_name

FIRST_SETTING_STYLE = 4
"""Colours of a setting's values follow those of the paper's four models."""


def headline_chart(
    runs: Sequence[ShownRun], comparison: Comparison | None, styles: Mapping[str, int]
) -> PlacedChart | None:
    """F1 of all systems on all data sets.

    Args:
        runs: the runs of the page, shown where nothing was compared.
        comparison: the means over seeds; None where nothing was compared.
        styles: number of the style by system title.

    Returns:
        The chart; None where there is nothing to draw.
    """
    places: dict[str, int] = {}
    by_system: dict[str, list[Point]] = {}
    style_by_name = dict(styles)
    if comparison is not None and comparison.main:
        for row in comparison.main:
            place = places.setdefault(data_set_name(row.corpus, row.split), len(places))
            for summary in row.systems:
                by_system.setdefault(summary.title, []).append(_point(place, summary.f1))
    else:
        for run in runs:
            place = places.setdefault(run.data_set, len(places))
            style_by_name[run.label] = run.style
            f1 = run.analysis.micro.f1
            by_system.setdefault(run.label, []).append(Point(place, f1.value, f1.low, f1.high))
    series = tuple(Series(name, style_by_name[name], tuple(points)) for name, points in by_system.items())
    if not series:
        return None
    return PlacedChart("overview", Chart("dots", "Micro F1", "Corpus", "F1", series, tuple(places)))


def comparison_charts(comparison: Comparison, styles: Mapping[str, int]) -> tuple[PlacedChart, ...]:
    """Draw Figures 5, 6 and 7.

    Args:
        comparison: the figures.
        styles: number of the style by system title.

    Returns:
        A chart for each corpus and figure; with the training time beside the bars, where it is known.
    """
    return (*_curves(comparison, styles), *_all_bars(comparison))


def _curves(comparison: Comparison, styles: Mapping[str, int]) -> Iterator[PlacedChart]:
    corpora: dict[tuple[str, str], list[Series]] = {}
    for curve in comparison.curves:
        points = tuple(_point(alpha, f1) for alpha, f1 in zip(curve.alphas, curve.f1, strict=True))
        series = Series(curve.system, styles.get(curve.system, 0), points)
        corpora.setdefault((curve.corpus, curve.split), []).append(series)
    for (corpus, split), curves in corpora.items():
        title = f"{data_set_name(corpus, split)}: F1 by loss weight α"
        chart = Chart("lines", title, "Loss weight α (0: span only, 1: sequence only)", "F1", tuple(curves))
        yield PlacedChart("curves", chart, corpus)


def _all_bars(comparison: Comparison) -> Iterator[PlacedChart]:
    for name, all_bars in (("tagging", comparison.taggings), ("representation", comparison.representations)):
        for bars in all_bars:
            where = data_set_name(bars.corpus, bars.split)
            f1 = _bar_series(bars, bars.f1, is_share=True)
            if f1:
                systems = tuple(bars.f1)
                chart = Chart("bars", f"{where}: F1 by {name}", "System", "F1", f1, systems)
                yield PlacedChart("bars", chart, bars.corpus)
            seconds = _bar_series(bars, bars.training_seconds, is_share=False)
            if seconds:
                systems = tuple(bars.training_seconds)
                title = f"{where}: training time by {name}"
                chart = Chart("bars", title, "System", "Seconds", seconds, systems, "s", starts_at_zero=True)
                yield PlacedChart("bars", chart, bars.corpus)


def _bar_series(
    bars: Bars, figures: Mapping[str, tuple[OverSeeds | None, ...]], *, is_share: bool
) -> tuple[Series, ...]:
    """A series for each value of the setting; none where no run has a figure."""
    series = []
    for place, value in enumerate(bars.values):
        points = tuple(
            _point(index, cells[place], is_share)
            for index, cells in enumerate(figures.values())
            if cells[place] is not None
        )
        series.append(Series(value, FIRST_SETTING_STYLE + place, points))
    return tuple(series) if any(point.y is not None for each in series for point in each.points) else ()


def _point(x: float, figure: OverSeeds | None, is_share: bool = True) -> Point:
    if figure is None:
        return Point(x, None)
    note = ""
    if figure.standard_deviation is not None:
        spread = per_cent(figure.standard_deviation) if is_share else f"{figure.standard_deviation:.1f}"
        note = f"± {spread} over {len(figure.values)} seeds"
    return Point(x, figure.mean, figure.low, figure.high, note)
