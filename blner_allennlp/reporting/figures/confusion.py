"""Types taken for each other."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.figure import Figure

from blner_allennlp.reporting.figures.grouping import PlaceRuns, SystemRuns
from blner_allennlp.reporting.figures.style import GREY, INK, SHARES, WIDTH, text_colour, wrapped


def confusion_figure(place: PlaceRuns, system: SystemRuns) -> Figure:
    """Draw gold types against predicted types, counts of all seeds added.

    Args:
        place: corpus and split.
        system: one system's runs, with at least one type.

    Returns:
        The figure. A row's shades are shares of its gold; the last row has no gold and stays white.
    """
    labels = sorted({label for run in system.runs for label in run.confusion.labels})
    size = len(labels) + 1
    counts = np.zeros((size, size), dtype=np.int64)
    for run in system.runs:
        # Seeds may know different types.
        places = [*(labels.index(label) for label in run.confusion.labels), size - 1]
        counts[np.ix_(places, places)] += np.array(run.confusion.counts, dtype=np.int64)
    totals = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, totals, out=np.zeros(counts.shape), where=totals > 0)
    cell = min(0.62, (WIDTH - 2.0) / size)
    figure = Figure(
        figsize=(max(5.5, min(WIDTH, cell * size + 2.6)), cell * size + 2.3), layout="constrained"
    )
    axes = figure.subplots()
    font_size = 9 if size <= 12 else 7.5 if size <= 22 else 6
    for row in range(size):
        for column in range(size):
            has_shade = row < size - 1
            # By the square root, as errors are few beside what is right.
            rgba = SHARES(math.sqrt(shares[row, column])) if has_shade else (1.0, 1.0, 1.0, 1.0)
            axes.fill_between([column, column + 1], row, row + 1, color=rgba, linewidth=0)
            if counts[row, column] or row == column < size - 1:
                axes.text(
                    column + 0.5,
                    row + 0.5,
                    str(counts[row, column]),
                    ha="center",
                    va="center",
                    fontsize=font_size,
                    fontweight="bold" if row == column else "normal",
                    color=text_colour(rgba),
                )
    for line in range(size + 1):
        is_border = line == size - 1
        axes.axhline(line, color=INK if is_border else "#e4e8eb", linewidth=1.2 if is_border else 0.6)
        axes.axvline(line, color=INK if is_border else "#e4e8eb", linewidth=1.2 if is_border else 0.6)
    ticks = [index + 0.5 for index in range(size)]
    names = [wrapped(label, 20) for label in labels]
    axes.set_xticks(
        ticks,
        [*names, "not predicted"],
        rotation=90 if size > 8 else 45,
        ha="center" if size > 8 else "right",
        rotation_mode="default" if size > 8 else "anchor",
    )
    axes.set_yticks(ticks, [*names, "not gold"])
    axes.tick_params(length=0, labelsize=9 if size <= 22 else 7)
    axes.set_xlim(0, size)
    axes.set_ylim(size, 0)
    axes.set_aspect("equal")
    axes.set_xlabel("predicted")
    axes.set_ylabel("gold")
    for spine in axes.spines.values():
        spine.set_color(GREY)
    axes.set_title("mentions with the right words; shades: share of the row", fontsize=9, fontweight="normal")
    seeds = f" ({len(system.runs)} seeds added up)" if len(system.runs) > 1 else ""
    figure.suptitle(
        wrapped(f"{place.title}, {system.title}: types{seeds}", 60, 3), fontsize=12, fontweight="bold"
    )
    return figure
