"""Whether scores are what they claim to be."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from blner_allennlp.analysis.results import Calibration
from blner_allennlp.reporting.figures.grouping import PlaceRuns, over_runs, range_note
from blner_allennlp.reporting.figures.points import draw_estimate
from blner_allennlp.reporting.figures.style import GREY, LIGHT_GREY, WIDTH, SeriesStyle, wrapped
from blner_allennlp.reporting.number_format import per_cent


def reliability_figure(place: PlaceRuns) -> Figure:
    """Draw reliability curves: a panel a system, the share of right predictions by their score.

    Args:
        place: the systems on one split of one corpus; at least one of them has scores.

    Returns:
        The figure. Systems without scores have no panel.
    """
    shown = []
    for index, system in enumerate(place.systems):
        calibrations = [run.calibration for run in system.runs if run.calibration is not None]
        if calibrations:
            shown.append((index, system.title, calibrations))
    per_row = min(4 if len(shown) in (4, 7, 8) or len(shown) > 9 else 3, len(shown))
    num_lines = math.ceil(len(shown) / per_row)
    size = min(3.6, WIDTH / per_row)
    titles = [wrapped(title, 24) for _, title, _ in shown]
    title_lines = 1 + max(title.count("\n") + 1 for title in titles)
    height = num_lines * (size + 0.15 + 0.17 * title_lines) + 0.8
    figure = Figure(figsize=(max(5.0, per_row * size), height), layout="constrained")
    axes = figure.subplots(num_lines, per_row, squeeze=False, sharex=True, sharey=True)
    for position, (index, title, calibrations) in enumerate(shown):
        panel = axes[position // per_row][position % per_row]
        _draw_panel(panel, calibrations, SeriesStyle(title, index))
        error = over_runs([calibration.expected_calibration_error for calibration in calibrations])
        panel.set_title(f"{titles[position]}\nECE {per_cent(error.value, 1)} %", fontsize=9.5)
        panel.set_xlabel("score in %")
        panel.tick_params(labelbottom=True)
        if position % per_row == 0:
            panel.set_ylabel("right in %")
    for panel in axes.flat[len(shown) :]:
        panel.set_axis_off()
    figure.suptitle(f"{place.title}: reliability of scores", fontsize=12, fontweight="bold")
    notes = ["dashed: scores that keep their promise", "grey: share of predictions", range_note([place])]
    figure.supxlabel(wrapped("; ".join(filter(None, notes)), 110 if per_row > 2 else 60, 3), fontsize=9)
    return figure


def _draw_panel(axes: Axes, calibrations: Sequence[Calibration], style: SeriesStyle) -> None:
    num_predicted = sum(bin_.num_predicted for calibration in calibrations for bin_ in calibration.bins)
    axes.plot([0, 100], [0, 100], color=GREY, linestyle="--", linewidth=1)
    scores, shares = [], []
    for bins in zip(*(calibration.bins for calibration in calibrations), strict=True):
        in_bin = sum(bin_.num_predicted for bin_ in bins)
        if num_predicted:
            axes.bar(
                50 * (bins[0].low + bins[0].high),
                100 * in_bin / num_predicted,
                100 * (bins[0].high - bins[0].low) * 0.96,
                color=LIGHT_GREY,
                zorder=1,
            )
        means = [bin_.mean_score for bin_ in bins if bin_.mean_score is not None]
        share = over_runs([bin_.share_right for bin_ in bins])
        if not means or share.value is None:
            continue
        scores.append(100 * sum(means) / len(means))
        shares.append(100 * share.value)
        draw_estimate(
            axes, share, scores[-1], colour=style.colour, marker=style.marker, is_horizontal=False, size=5
        )
    axes.plot(scores, shares, color=style.colour, linewidth=1.5, zorder=2)
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 102)
    axes.set_xticks([0, 25, 50, 75, 100])
    axes.set_yticks([0, 25, 50, 75, 100])
    axes.set_box_aspect(1)
    axes.grid()
