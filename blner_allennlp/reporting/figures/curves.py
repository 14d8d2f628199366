"""F1 against the loss weight (paper, Figure 5)."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from blner_allennlp.comparison.results import Curve
from blner_allennlp.reporting.figures.points import seeds_note
from blner_allennlp.reporting.figures.style import WIDTH, SeriesStyle, wrapped
from blner_allennlp.runs.system_output import BL_SEQNER, BL_SPANNER, SEQNER, SPANNER

_ENDS = {0.0: SPANNER, 1.0: SEQNER}


def curves_figure(curves: Sequence[Curve]) -> Figure:
    """Draw Figure 5: a panel a corpus, a line a head, the ends of α as lines of reference.

    Args:
        curves: of one or more corpora and heads; at least one.

    Returns:
        The figure.
    """
    places = list(dict.fromkeys((curve.corpus, curve.split) for curve in curves))
    per_row = min(2, len(places))
    num_lines = math.ceil(len(places) / per_row)
    figure = Figure(figsize=(WIDTH, 3.1 * num_lines + 0.9), layout="constrained")
    axes = figure.subplots(num_lines, per_row, squeeze=False)
    for position, place in enumerate(places):
        panel = axes[position // per_row][position % per_row]
        _draw_panel(panel, [curve for curve in curves if (curve.corpus, curve.split) == place])
        panel.set_title(wrapped(f"{place[0]} ({place[1]})", 40))
    for panel in axes.flat[len(places) :]:
        panel.set_axis_off()
    handles: dict[str, Line2D] = {}
    for panel in axes.flat:
        for handle, label in zip(*panel.get_legend_handles_labels(), strict=True):
            handles.setdefault(label, handle)
    figure.suptitle("F1 by loss weight α", fontsize=12, fontweight="bold")
    figure.legend(
        list(handles.values()),
        list(handles),
        loc="outside lower center",
        ncols=min(4, len(handles)),
        title=seeds_note(f1 for curve in curves for f1 in curve.f1),
        title_fontsize=9,
    )
    return figure


def _draw_panel(axes: Axes, curves: Sequence[Curve]) -> None:
    for index, curve in enumerate(curves):
        style = SeriesStyle(curve.system, index)
        # Gaps in the middle break the line; the ends are other models.
        between = [
            (alpha, f1)
            for alpha, f1 in zip(curve.alphas, curve.f1, strict=True)
            if alpha not in _ENDS and f1.mean is not None
        ]
        alphas = [alpha for alpha, _ in between]
        means = [100 * (f1.mean or 0) for _, f1 in between]
        margins = [100 * (f1.standard_deviation or 0) for _, f1 in between]
        axes.plot(
            alphas,
            means,
            color=style.colour,
            marker=style.marker,
            linestyle=style.line,
            markersize=5.5,
            linewidth=1.8,
            label=curve.system,
        )
        if any(margins):
            axes.fill_between(
                alphas,
                [mean - margin for mean, margin in zip(means, margins, strict=True)],
                [mean + margin for mean, margin in zip(means, margins, strict=True)],
                color=style.colour,
                alpha=0.15,
                linewidth=0,
            )
    for alpha, system in _ENDS.items():
        ends = _ends_of(curves, alpha)
        for suffix, end in ends.items():
            axes.axhline(
                100 * end,
                color=SeriesStyle(system, 0).colour,
                linestyle=(0, (5, 2)) if alpha == 0 else (0, (1, 1.5)),
                linewidth=1.6,
                label=f"{system}{suffix if len(ends) > 1 else ''} (α = {alpha:g})",
            )
    axes.set_xlim(0, 1)
    axes.set_xticks([index / 10 for index in range(11)])
    axes.set_xlabel("loss weight α")
    axes.set_ylabel("F1 in %")
    axes.margins(y=0.12)
    axes.grid(axis="y")


def _ends_of(curves: Sequence[Curve], alpha: float) -> dict[str, float]:
    """F1 at one end of α, by what stands behind the heads' names; both heads of one model have the same end."""
    ends: dict[str, float] = {}
    for curve in curves:
        suffix = curve.system.removeprefix(BL_SEQNER).removeprefix(BL_SPANNER)
        for known, f1 in zip(curve.alphas, curve.f1, strict=True):
            if known == alpha and f1.mean is not None and f1.mean not in ends.values():
                ends[suffix] = f1.mean
    return ends
