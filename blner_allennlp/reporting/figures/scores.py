"""Precision, recall and F1: of whole runs, and by entity type."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from blner_allennlp.analysis.results import Estimate, ScoreFigures
from blner_allennlp.reporting.figures.grouping import PlaceRuns, SystemRuns, over_runs, range_note
from blner_allennlp.reporting.figures.points import draw_estimate, start_of_axis
from blner_allennlp.reporting.figures.style import GREY, WIDTH, wrapped

_LOOKS = {
    "precision": ("#d55e00", "^", "precision"),
    "recall": ("#009e73", "s", "recall"),
    "f1": ("#0072b2", "o", "F1"),
}
_OFFSETS = {"precision": -0.24, "recall": 0.0, "f1": 0.24}


def scores_figure(places: Sequence[PlaceRuns]) -> Figure:
    """Draw the scores over all mentions: a panel a corpus, a line a system.

    Args:
        places: corpora with their systems; at least one.

    Returns:
        The figure.
    """
    num_lines = [len(place.systems) for place in places]
    figure = Figure(figsize=(WIDTH, 0.5 * sum(num_lines) + 0.7 * len(places) + 1.2), layout="constrained")
    axes = figure.subplots(len(places), 1, squeeze=False, sharex=True, height_ratios=num_lines)
    drawn: list[Estimate] = []
    for panel, place in zip(axes[:, 0], places, strict=True):
        lines = [(system.title, "", [run.micro for run in system.runs]) for system in place.systems]
        drawn += _draw(panel, lines)
        panel.set_title(wrapped(place.title, 80))
        panel.tick_params(labelbottom=True)
    # All panels share it.
    axes[-1, 0].set_xlim(start_of_axis(drawn), 101)
    axes[-1, 0].set_xlabel("%")
    figure.suptitle("Precision, recall and F1 over all mentions", fontsize=12, fontweight="bold")
    _legend(figure, range_note(places))
    return figure


def types_figure(place: PlaceRuns, system: SystemRuns) -> Figure:
    """Draw the scores by entity type: a line a type.

    Args:
        place: corpus and split.
        system: one system's runs, with at least one type.

    Returns:
        The figure.
    """
    types = sorted({label for run in system.runs for label in run.per_type})
    lines = []
    for label in types:
        scores = [run.per_type[label] for run in system.runs if label in run.per_type]
        lines.append((label, f"n = {scores[0].num_gold}", scores))
    figure = Figure(figsize=(WIDTH, 0.46 * len(lines) + 1.7), layout="constrained")
    axes = figure.subplots()
    axes.set_xlim(start_of_axis(_draw(axes, lines)), 101)
    axes.set_xlabel("%")
    figure.suptitle(
        wrapped(f"{place.title}, {system.title}: scores by type", 90), fontsize=12, fontweight="bold"
    )
    note = range_note([PlaceRuns(place.corpus, place.split, (system,))])
    _legend(figure, "; ".join(filter(None, [note, "n: gold mentions"])))
    return figure


def _draw(axes: Axes, lines: Sequence[tuple[str, str, Sequence[ScoreFigures]]]) -> list[Estimate]:
    """Draws lines of points; returns all points of them."""
    drawn = []
    for place, (_, count, scores) in enumerate(lines):
        if place % 2:
            axes.axhspan(place - 0.5, place + 0.5, color="#f3f5f7", zorder=0)
        for name, (colour, marker, _) in _LOOKS.items():
            estimate = over_runs([getattr(score, name) for score in scores])
            drawn.append(estimate)
            draw_estimate(
                axes, estimate, place + _OFFSETS[name], colour=colour, marker=marker, is_horizontal=True
            )
        if all(score.f1.value is None for score in scores):
            axes.annotate(
                "– no mention",
                (0.01, place),
                xycoords=("axes fraction", "data"),
                va="center",
                color=GREY,
            )
        axes.annotate(
            count, (1.01, place), xycoords=("axes fraction", "data"), va="center", fontsize=8.5, color=GREY
        )
    axes.set_yticks(range(len(lines)), [wrapped(label, 26) for label, _, _ in lines])
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x")
    return drawn


def _legend(figure: Figure, note: str) -> None:
    handles = [
        Line2D([], [], color=colour, marker=marker, label=label) for colour, marker, label in _LOOKS.values()
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=3, title=note or None, title_fontsize=9)
