"""F1 by attribute of one or more systems."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from blner_allennlp.analysis.results import AttributeFigures, Estimate
from blner_allennlp.reporting.figures.grouping import PlaceRuns, over_runs, range_note
from blner_allennlp.reporting.figures.points import draw_estimate, start_of_axis
from blner_allennlp.reporting.figures.style import GREY, WIDTH, SeriesStyle, wrapped
from blner_allennlp.reporting.number_format import DASH


def buckets_figure(place: PlaceRuns) -> Figure:
    """Draw F1 by bucket: a panel an attribute, a point a system.

    Args:
        place: the systems on one split of one corpus; at least one of them has an attribute.

    Returns:
        The figure.
    """
    attributes: dict[str, AttributeFigures] = {}
    for system in place.systems:
        for run in system.runs:
            for attribute in run.attributes:
                attributes.setdefault(attribute.attribute, attribute)
    most_buckets = max(len(attribute.buckets) for attribute in attributes.values())
    # Many systems or buckets need the whole width.
    per_row = 2 if most_buckets * len(place.systems) <= 24 and len(attributes) > 1 else 1
    num_lines = math.ceil(len(attributes) / per_row)
    figure = Figure(figsize=(WIDTH, 2.9 * num_lines + 1.1), layout="constrained")
    axes = figure.subplots(num_lines, per_row, squeeze=False, sharey=True)
    drawn: list[Estimate] = []
    for position, attribute in enumerate(attributes.values()):
        panel = axes[position // per_row][position % per_row]
        drawn += _draw_panel(panel, place, attribute)
        panel.set_title(wrapped(f"{attribute.attribute}: {attribute.title}", 48 if per_row == 2 else 95))
        if position % per_row == 0:
            panel.set_ylabel("F1 in %")
    for panel in axes.flat[len(attributes) :]:
        panel.set_axis_off()
    axes[0][0].set_ylim(start_of_axis(drawn), 103)
    figure.suptitle(f"{place.title}: F1 by attribute", fontsize=12, fontweight="bold")
    handles = []
    for index, system in enumerate(place.systems):
        style = SeriesStyle(system.title, index)
        handles.append(
            Line2D(
                [], [], color=style.colour, marker=style.marker, linestyle="", label=wrapped(system.title, 24)
            )
        )
    notes = [range_note([place]), "hollow: fewer than 30 gold entities", "n: gold entities"]
    figure.legend(
        handles=handles,
        loc="outside lower center",
        ncols=min(4, len(handles)),
        title="; ".join(filter(None, notes)),
        title_fontsize=9,
    )
    return figure


def _draw_panel(axes: Axes, place: PlaceRuns, attribute: AttributeFigures) -> list[Estimate]:
    """Draws one attribute; returns all points of it."""
    drawn = []
    num_systems = len(place.systems)
    step = 0.8 / num_systems
    for position, bucket in enumerate(attribute.buckets):
        if position % 2:
            axes.axvspan(position - 0.5, position + 0.5, color="#f3f5f7", zorder=0)
        is_drawn = False
        for index, system in enumerate(place.systems):
            found = [
                other
                for run in system.runs
                for known in run.attributes
                if known.attribute == attribute.attribute
                for other in known.buckets
                if other.interval == bucket.interval
            ]
            if not found:
                continue
            style = SeriesStyle(system.title, index)
            estimate = over_runs([other.scores.f1 for other in found])
            is_drawn = is_drawn or estimate.value is not None
            drawn.append(estimate)
            draw_estimate(
                axes,
                estimate,
                position + (index - (num_systems - 1) / 2) * step,
                colour=style.colour,
                marker=style.marker,
                is_horizontal=False,
                is_hollow=any(other.is_small for other in found),
            )
        if not is_drawn:
            axes.annotate(
                f"{DASH} empty",
                (position, 0.5),
                xycoords=("data", "axes fraction"),
                ha="center",
                va="center",
                color=GREY,
                fontsize=9,
            )
    axes.set_xticks(
        range(len(attribute.buckets)),
        [f"{bucket.name}\n{bucket.label}\nn = {bucket.scores.num_gold}" for bucket in attribute.buckets],
        fontsize=9 if len(attribute.buckets) <= 8 else 7,
    )
    axes.set_xlim(-0.5, len(attribute.buckets) - 0.5)
    axes.tick_params(axis="x", length=0)
    axes.grid(axis="y")
    return drawn
