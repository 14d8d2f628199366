"""What is to be drawn: charts as values, which the page's script turns into pictures and tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

ChartValue = float | int | str | None


@dataclass(frozen=True, slots=True)
class Point:
    """One figure of a series.

    Args:
        x: place on the x-axis, or index of its category.
        y: the figure; None leaves a gap.
        low: lower end of its interval; None for none.
        high: upper end.
        note: what else a tooltip and the table say of it.
        is_hollow: whether its marker is hollow, for figures that say little.
    """

    x: float
    y: float | None
    low: float | None = None
    high: float | None = None
    note: str = ""
    is_hollow: bool = False

    def to_json(self) -> list[ChartValue]:
        """The values in order, rounded to what can be seen, without empty ones at the end."""
        values: list[ChartValue] = [
            _rounded(self.x),
            *map(_rounded, (self.y, self.low, self.high)),
            self.note,
            1 if self.is_hollow else None,
        ]
        while len(values) > 1 and values[-1] in (None, ""):
            values.pop()
        return values


@dataclass(frozen=True, slots=True)
class Series:
    """Figures that belong together, usually those of one system.

    Args:
        name: as the legend says it.
        style: number of its colour, marker and dashes.
        points: in order of x.
    """

    name: str
    style: int
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart.

    Args:
        kind: `lines`, `bars` (side by side), `stack` (one bar of parts for each category) or `dots` (a row for each
            category).
        title: what it shows.
        x_label: the x-axis, or what the categories are.
        y_label: what is measured.
        series: in the order of the legend.
        categories: names of the places on the x-axis; empty if x is a number.
        unit: `%` for shares, `s` for seconds, empty for counts.
        has_diagonal: whether y = x is drawn, as what should be.
        starts_at_zero: whether the axis of the figures begins at 0.
        note: a sentence below the legend, such as what hollow markers are; empty for none.
    """

    kind: str
    title: str
    x_label: str
    y_label: str
    series: tuple[Series, ...]
    categories: tuple[str, ...] = ()
    unit: str = "%"
    has_diagonal: bool = False
    starts_at_zero: bool = False
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """The chart as plain JSON values."""
        return {
            "kind": self.kind,
            "title": self.title,
            "x": self.x_label,
            "y": self.y_label,
            "categories": list(self.categories),
            "unit": self.unit,
            "diagonal": self.has_diagonal,
            "zero": self.starts_at_zero,
            "note": self.note,
            "series": [
                {
                    "name": series.name,
                    "style": series.style,
                    "points": [point.to_json() for point in series.points],
                }
                for series in self.series
            ],
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 5)
