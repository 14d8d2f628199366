"""Points with ranges: what most figures of single runs are made of."""

from __future__ import annotations

import math
from collections.abc import Iterable

from matplotlib.axes import Axes

from blner_allennlp.analysis.results import Estimate
from blner_allennlp.comparison.results import OverSeeds


def draw_estimate(
    axes: Axes,
    figure: Estimate,
    place: float,
    *,
    colour: str,
    marker: str,
    is_horizontal: bool,
    is_hollow: bool = False,
    size: float = 6,
) -> None:
    """Draw one share in per cent with its range; nothing where there is no value.

    Args:
        axes: where to.
        figure: a share in [0, 1].
        place: where on the other axis.
        colour: of point and range.
        marker: matplotlib's letter for the point's shape.
        is_horizontal: whether the share is read on the horizontal axis.
        is_hollow: whether the point is white inside, for figures that say little.
        size: of the point.
    """
    if figure.value is None:
        return
    value = 100 * figure.value
    margins = None
    if figure.low is not None and figure.high is not None:
        # A percentile interval need not hold the value itself.
        margins = [[max(0.0, value - 100 * figure.low)], [max(0.0, 100 * figure.high - value)]]
    x, y = (value, place) if is_horizontal else (place, value)
    axes.errorbar(
        x,
        y,
        xerr=margins if is_horizontal else None,
        yerr=None if is_horizontal else margins,
        color=colour,
        marker=marker,
        markersize=size,
        markerfacecolor="white" if is_hollow else colour,
        linewidth=1.2,
        capsize=2,
        zorder=3,
    )


def start_of_axis(figures: Iterable[Estimate]) -> float:
    """Where an axis of shares in per cent may start without cutting off what is drawn on it.

    Args:
        figures: all that is drawn, as shares in [0, 1].

    Returns:
        0, or a higher multiple of 10 where all of them lie far above 0.
    """
    bounds = [bound for figure in figures for bound in (figure.value, figure.low) if bound is not None]
    lowest = 100 * min(bounds, default=0.0)
    return 0.0 if lowest < 40 else 10.0 * math.floor((lowest - 2) / 10)


def seeds_note(figures: Iterable[OverSeeds | None]) -> str:
    """Say what points and bars over seeds are.

    Args:
        figures: all that is drawn.

    Returns:
        In words.
    """
    if any(figure is not None and figure.standard_deviation is not None for figure in figures):
        return "mean over seeds, ± 1 standard deviation"
    return "one seed each"
