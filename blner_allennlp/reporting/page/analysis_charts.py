"""Charts of single runs: by type, by bucket, kinds of errors, reliability of scores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from blner_allennlp.analysis.results import SMALL_BUCKET, Estimate
from blner_allennlp.reporting.page.chart import Chart, Point, Series
from blner_allennlp.reporting.page.placed_chart import PlacedChart
from blner_allennlp.reporting.page.runs_shown import ShownRun

_ERROR_KINDS = (
    ("boundary_errors", "boundary"),
    ("type_errors", "type"),
    ("spurious", "spurious"),
    ("missing", "missing"),
)
FIRST_ERROR_STYLE = 4
"""Colours of the error kinds follow those of the paper's four models."""


def analysis_charts(runs: Sequence[ShownRun]) -> tuple[PlacedChart, ...]:
    """Draw the runs of each data set side by side.

    Args:
        runs: all runs of the page.

    Returns:
        For each data set and seed its charts.
    """
    groups: dict[tuple[str, str], list[ShownRun]] = {}
    for run in runs:
        groups.setdefault((run.data_set, run.seed), []).append(run)
    return tuple(
        PlacedChart(section, chart, group[0].analysis.info.corpus, data_set, seed)
        for (data_set, seed), group in groups.items()
        for section, chart in _charts_of(group)
        # Of an empty corpus there is nothing to draw.
        if any(point.y is not None for series in chart.series for point in series.points)
    )


def _charts_of(runs: Sequence[ShownRun]) -> Iterator[tuple[str, Chart]]:
    names = _names_in_group(runs)
    types = tuple(sorted({label for run in runs for label in run.analysis.per_type}))
    if types:
        yield "types", _types_chart(runs, names, types)
    yield from (("attributes", chart) for chart in _attribute_charts(runs, names))
    if any(run.analysis.errors.num_errors for run in runs):
        yield "errors", _errors_chart(runs, names)
    if any(run.analysis.calibration is not None for run in runs):
        yield "calibration", _reliability_chart(runs, names)


def _names_in_group(runs: Sequence[ShownRun]) -> tuple[str, ...]:
    """Titles alone where they suffice: the runs of a group have the same seed."""
    titles = tuple(run.analysis.info.title for run in runs)
    return titles if len(set(titles)) == len(titles) else tuple(run.label for run in runs)


def _types_chart(runs: Sequence[ShownRun], names: Sequence[str], types: tuple[str, ...]) -> Chart:
    series = []
    for run, name in zip(runs, names, strict=True):
        points = []
        for index, label in enumerate(types):
            scores = run.analysis.per_type.get(label)
            if scores is not None:
                note = f"{scores.true_positives} right of {scores.num_predicted} predicted and {scores.num_gold} gold"
                points.append(_point(index, scores.f1, note))
        series.append(Series(name, run.style, tuple(points)))
    return Chart("rows", "F1 by entity type", "Type", "F1", tuple(series), types, starts_at_zero=True)


def _attribute_charts(runs: Sequence[ShownRun], names: Sequence[str]) -> Iterator[Chart]:
    attributes = dict.fromkeys(figures.attribute for run in runs for figures in run.analysis.attributes)
    for attribute in attributes:
        series = []
        title = attribute
        # Runs that were analysed with different intervals share the axis where the intervals are the same.
        categories: dict[str, int] = {}
        for run, name in zip(runs, names, strict=True):
            points = []
            for figures in run.analysis.attributes:
                if figures.attribute != attribute:
                    continue
                title = f"{attribute}: {figures.title}"
                for bucket in figures.buckets:
                    place = categories.setdefault(f"{bucket.name} {bucket.label}", len(categories))
                    small = ", too few to mean much" if bucket.is_small else ""
                    note = f"{bucket.scores.num_gold} gold{small}"
                    points.append(_point(place, bucket.scores.f1, note, is_hollow=bucket.is_small))
            series.append(Series(name, run.style, tuple(points)))
        is_any_hollow = any(
            point.is_hollow and point.y is not None for each in series for point in each.points
        )
        hollow = f"Hollow: fewer than {SMALL_BUCKET} gold entities." if is_any_hollow else ""
        yield Chart("lines", title, "Bucket", "F1", tuple(series), tuple(categories), note=hollow)


def _errors_chart(runs: Sequence[ShownRun], names: Sequence[str]) -> Chart:
    series = []
    for style, (field, kind) in enumerate(_ERROR_KINDS, start=FIRST_ERROR_STYLE):
        points = []
        for index, run in enumerate(runs):
            errors = run.analysis.errors
            count: int = getattr(errors, field)
            points.append(
                Point(index, count, note=f"of {errors.false_positives} FP + {errors.false_negatives} FN")
            )
        series.append(Series(kind, style, tuple(points)))
    return Chart(
        "stack", "Kinds of errors", "System", "Mentions", tuple(series), tuple(names), "", starts_at_zero=True
    )


def _reliability_chart(runs: Sequence[ShownRun], names: Sequence[str]) -> Chart:
    series = []
    for run, name in zip(runs, names, strict=True):
        calibration = run.analysis.calibration
        if calibration is None:
            continue
        points = tuple(
            _point(found.mean_score, found.share_right, f"{found.num_predicted} predictions")
            for found in calibration.bins
            if found.mean_score is not None
        )
        series.append(Series(name, run.style, points))
    return Chart(
        "lines",
        "Reliability: are answers right as often as their scores say?",
        "Mean score of the predictions",
        "Share of them that is right",
        tuple(series),
        has_diagonal=True,
        starts_at_zero=True,
    )


def _point(x: float, estimate: Estimate, note: str, *, is_hollow: bool = False) -> Point:
    return Point(x, estimate.value, estimate.low, estimate.high, note, is_hollow)
