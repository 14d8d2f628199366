"""F1 and training time by a setting (paper, Figures 6 and 7)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from blner_allennlp.comparison.results import Bars, OverSeeds
from blner_allennlp.reporting.figures.points import seeds_note
from blner_allennlp.reporting.figures.style import HATCHES, INK, WIDTH, wrapped
from blner_allennlp.reporting.number_format import DASH

_FILLS = ("#9ecae1", "#fdae6b", "#74c476", "#bcbddc", "#f7b6d2", "#c7c7c7")


def bars_figure(charts: Sequence[Bars]) -> Figure:
    """Draw Figure 6 or 7: a line a corpus, F1 at the left, training time at the right.

    Args:
        charts: systems that differ in one setting, the same in all; at least one.

    Returns:
        The figure.
    """
    has_time = any(
        seconds is not None and seconds.mean is not None
        for bars in charts
        for values in bars.training_seconds.values()
        for seconds in values
    )
    figure = Figure(figsize=(WIDTH, 2.9 * len(charts) + 0.9), layout="constrained")
    axes = figure.subplots(
        len(charts), 2 if has_time else 1, squeeze=False, width_ratios=[3, 2] if has_time else [1]
    )
    for line, bars in zip(axes, charts, strict=True):
        line[0].set_title(wrapped(f"{bars.corpus} ({bars.split}): F1", 45))
        bottom, top = _ends(bars.f1)
        _draw(line[0], bars, bars.f1, factor=100)
        bottom = _start(bottom, top)
        line[0].set_ylabel(f"F1 in %, axis from {bottom:g}" if bottom else "F1 in %")
        line[0].set_ylim(bottom, bottom + 1.18 * (top - bottom) if top > bottom else bottom + 1)
        if has_time:
            line[1].set_title("training time")
            unit, name = _unit(bars)
            times = {system: bars.training_seconds.get(system, ()) for system in bars.f1}
            _draw(line[1], bars, times, factor=1 / unit)
            line[1].set_ylabel(name)
            highest = _ends(times)[1] / 100 / unit
            line[1].set_ylim(0, 1.18 * highest if highest else 1)
    handles, labels = axes[0][0].get_legend_handles_labels()
    setting = charts[0].setting
    figure.suptitle(
        f"F1 and training time by {setting}" if has_time else f"F1 by {setting}",
        fontsize=12,
        fontweight="bold",
    )
    figure.legend(
        handles,
        labels,
        loc="outside lower center",
        ncols=min(6, len(labels)),
        title=f"{setting}; {seeds_note(figure for bars in charts for row in bars.f1.values() for figure in row)}",
        title_fontsize=9,
    )
    return figure


def _ends(figures: Mapping[str, Sequence[OverSeeds | None]]) -> tuple[float, float]:
    """Lowest and highest end of an error bar, times 100; zeros without any."""
    known = [figure for values in figures.values() for figure in values if figure is not None]
    bars = [(figure.mean, figure.standard_deviation or 0) for figure in known if figure.mean is not None]
    if not bars:
        return 0.0, 0.0
    return 100 * min(mean - margin for mean, margin in bars), 100 * max(
        mean + margin for mean, margin in bars
    )


def _start(lowest: float, highest: float) -> float:
    """Where F1's axis starts: differences are small beside F1 itself."""
    return max(0.0, float(math.floor(lowest - max(1.0, 0.5 * (highest - lowest)))))


def _unit(bars: Bars) -> tuple[float, str]:
    longest = max(
        (
            seconds.mean
            for values in bars.training_seconds.values()
            for seconds in values
            if seconds is not None and seconds.mean is not None
        ),
        default=0.0,
    )
    if longest >= 3 * 3600:
        return 3600.0, "hours"
    return (60.0, "minutes") if longest >= 180 else (1.0, "seconds")


def _draw(
    axes: Axes,
    bars: Bars,
    figures: Mapping[str, Sequence[OverSeeds | None]],
    *,
    factor: float,
) -> None:
    num_values = len(bars.values)
    width = 0.84 / num_values
    is_dense = len(figures) * num_values > 12
    for rank, value in enumerate(bars.values):
        for place, system in enumerate(figures):
            of_system = figures[system]
            figure = of_system[rank] if rank < len(of_system) else None
            x = place + (rank - (num_values - 1) / 2) * width
            label = value if place == 0 else None
            if figure is None or figure.mean is None:
                axes.bar(x, 0, width * 0.92, label=label, **_look(rank))
                axes.annotate(
                    DASH,
                    (x, 0),
                    (0, 3),
                    textcoords="offset points",
                    xycoords=("data", "axes fraction"),
                    ha="center",
                )
                continue
            height = factor * figure.mean
            deviation = figure.standard_deviation
            margin = 0.0 if deviation is None else factor * deviation
            axes.bar(x, height, width * 0.92, label=label, **_look(rank))
            if margin:
                axes.errorbar(x, height, margin, color=INK, linewidth=1, capsize=2.5)
            axes.annotate(
                f"{height:.{2 if height < 10 else 1}f}",
                (x, height + margin),
                (0, 2.5),
                textcoords="offset points",
                ha="center",
                va="bottom",
                fontsize=7.5,
                rotation=90 if is_dense else 0,
            )
    axes.set_xticks(
        range(len(figures)), [wrapped(system, 12 if len(figures) <= 6 else 10) for system in figures]
    )
    if len(figures) > 6:
        axes.tick_params(axis="x", rotation=60)
    axes.grid(axis="y")


def _look(rank: int) -> dict[str, Any]:
    return {
        "facecolor": _FILLS[rank % len(_FILLS)],
        "hatch": HATCHES[rank % len(HATCHES)],
        "edgecolor": INK,
        "linewidth": 0.7,
    }
