"""Heat maps against a standard (paper, Tables 6 and 7)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from blner_allennlp.comparison.results import HeatMap, HeatMapCell
from blner_allennlp.reporting.figures.style import GREY, INK, WIDTH, WORSE_BETTER, text_colour, wrapped
from blner_allennlp.reporting.number_format import DASH, per_cent, points
from blner_allennlp.reporting.significance import is_significant

_LEAST_RANGE = 0.01
_GREATEST_RANGE = 0.15
_ROW_HEIGHT = 0.5


def bucket_map_figure(heat_map: HeatMap) -> Figure:
    """Draw Table 6 for one corpus: a panel an attribute, a row a system, a column a bucket.

    Args:
        heat_map: buckets of several systems against one of them.

    Returns:
        The figure.
    """
    first = next(iter(heat_map.rows.values()))
    groups: dict[str, list[int]] = {}
    for index, cell in enumerate(first):
        groups.setdefault(cell.column.rpartition(" ")[0], []).append(index)
    # Wide panels stand below each other.
    per_row = 2 if max(len(indices) for indices in groups.values()) <= 4 and len(groups) > 1 else 1
    num_lines = math.ceil(len(groups) / per_row)
    height = num_lines * (_ROW_HEIGHT * len(heat_map.rows) + 0.95) + 1.55
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    axes = figure.subplots(num_lines, per_row, squeeze=False)
    scale = _scale([heat_map])
    for position, (name, indices) in enumerate(groups.items()):
        panel = axes[position // per_row][position % per_row]
        rows = {system: [cells[index] for index in indices] for system, cells in heat_map.rows.items()}
        titles = [
            f"{cell.column.rpartition(' ')[2]}\n{cell.interval}\nn = {cell.num_gold}"
            for cell in rows[heat_map.standard]
        ]
        _draw_panel(panel, heat_map, rows, titles, scale, show_systems=position % per_row == 0)
        panel.set_title(name, pad=6)
    for panel in axes.flat[len(groups) :]:
        panel.set_axis_off()
    _finish(
        figure,
        axes.ravel().tolist(),
        scale,
        f"{heat_map.corpus} ({heat_map.split}): F1 by bucket, in points above or below {heat_map.standard}",
        f"worse than {heat_map.standard}  ←   F1 points   →  better than {heat_map.standard}",
        f"In brackets: {heat_map.standard}'s own F1. n: gold entities. * significant (p < 0.05). "
        "Hatched: fewer than 30 gold entities. Dash: empty.",
    )
    return figure


def error_map_figure(heat_maps: Sequence[HeatMap]) -> Figure:
    """Draw Table 7: a panel a corpus, a row a system, a column an error rate.

    Args:
        heat_maps: error rates, one for each corpus; at least one.

    Returns:
        The figure.
    """
    per_row = 2 if len(heat_maps) in (2, 4) else min(3, len(heat_maps))
    num_lines = math.ceil(len(heat_maps) / per_row)
    most_systems = max(len(heat_map.rows) for heat_map in heat_maps)
    width = WIDTH if per_row > 1 else 6.0
    figure = Figure(
        figsize=(width, num_lines * (_ROW_HEIGHT * most_systems + 0.8) + 1.7), layout="constrained"
    )
    axes = figure.subplots(num_lines, per_row, squeeze=False)
    scale = _scale(heat_maps)
    names = {"BE": "boundary\nerrors", "TE": "type\nerrors"}
    same_systems = len({tuple(heat_map.rows) for heat_map in heat_maps}) == 1
    for position, heat_map in enumerate(heat_maps):
        panel = axes[position // per_row][position % per_row]
        titles = [names.get(cell.column, cell.column) for cell in next(iter(heat_map.rows.values()))]
        show_systems = position % per_row == 0 or not same_systems
        _draw_panel(panel, heat_map, heat_map.rows, titles, scale, show_systems=show_systems)
        panel.set_title(wrapped(f"{heat_map.corpus} ({heat_map.split})", 30), pad=6)
    for panel in axes.flat[len(heat_maps) :]:
        panel.set_axis_off()
    standards = " or ".join(dict.fromkeys(heat_map.standard for heat_map in heat_maps))
    _finish(
        figure,
        axes.ravel().tolist(),
        scale,
        f"Error rates, in points above or below {standards}",
        f"higher rate, worse than {standards}  ←   points   →  lower rate, better",
        "A higher rate is worse, and orange (the paper's Table 7 has it green). In brackets: the standard's own "
        "rate, in per cent of FP + FN. * significant (p < 0.05). Hatched: few errors.",
        sign=-1,
    )
    return figure


def _scale(heat_maps: Sequence[HeatMap]) -> Normalize:
    """One scale for all cells, symmetric about 0; few extreme cells shall not make all others pale."""
    sizes = [
        abs(cell.difference.delta.value)
        for heat_map in heat_maps
        for cells in heat_map.rows.values()
        for cell in cells
        if cell.difference is not None and cell.difference.delta.value is not None and not cell.is_small
    ]
    end = min(_GREATEST_RANGE, max([_LEAST_RANGE, *sizes]))
    end = math.ceil(end * 100 - 1e-9) / 100
    return Normalize(-end, end, clip=True)


def _draw_panel(
    axes: Axes,
    heat_map: HeatMap,
    rows: Mapping[str, Sequence[HeatMapCell]],
    titles: Sequence[str],
    scale: Normalize,
    *,
    show_systems: bool,
) -> None:
    for row, (system, cells) in enumerate(rows.items()):
        for column, cell in enumerate(cells):
            _draw_cell(axes, heat_map, cell, row, column, scale, is_standard=system == heat_map.standard)
    axes.set_xlim(0, len(titles))
    axes.set_ylim(len(rows), 0)
    axes.set_xticks([index + 0.5 for index in range(len(titles))], titles)
    labels = [wrapped(system, 18) for system in rows] if show_systems else [""] * len(rows)
    axes.set_yticks([index + 0.5 for index in range(len(rows))], labels)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _draw_cell(
    axes: Axes,
    heat_map: HeatMap,
    cell: HeatMapCell,
    row: int,
    column: int,
    scale: Normalize,
    *,
    is_standard: bool,
) -> None:
    delta = None if cell.difference is None else cell.difference.delta.value
    is_empty = cell.value is None or (not is_standard and delta is None)
    better = 0.0 if delta is None else delta if heat_map.higher_is_better else -delta
    rgba = (1.0, 1.0, 1.0, 1.0) if is_empty else WORSE_BETTER(float(scale(better)))
    axes.add_patch(
        Rectangle(
            (column + 0.03, row + 0.04),
            0.94,
            0.92,
            facecolor=rgba,
            edgecolor=GREY if is_empty or cell.is_small else "none",
            linestyle="--" if is_empty else "-",
            linewidth=0.7 if is_empty or cell.is_small else 0,
            hatch="///" if cell.is_small and not is_empty else None,
        )
    )
    if is_empty:
        text = DASH
    elif is_standard:
        text = f"0\n({per_cent(cell.value, 1)})"
    else:
        text = points(delta, 1) + ("*" if is_significant(cell.difference) else "")
    box = None
    if cell.is_small and not is_empty:
        # The hatching would run through the number.
        box = {"facecolor": rgba, "edgecolor": "none", "boxstyle": "round,pad=0.12"}
    axes.text(
        column + 0.5,
        row + 0.5,
        text,
        ha="center",
        va="center",
        fontsize=9.5 if not is_standard else 8.5,
        linespacing=1.15,
        color=INK if is_empty else text_colour(rgba),
        bbox=box,
    )


def _finish(
    figure: Figure, axes: list[Axes], scale: Normalize, title: str, scale_title: str, note: str, sign: int = 1
) -> None:
    width, height = figure.get_size_inches()
    figure.suptitle(wrapped(title, int(9.5 * width)), fontsize=12, fontweight="bold")
    bar = figure.colorbar(
        ScalarMappable(scale, WORSE_BETTER),
        ax=axes,
        orientation="horizontal",
        fraction=0.25 / height,
        aspect=45,
        pad=0.12 / height,
    )
    ticks = [scale.vmin, (scale.vmin or 0) / 2, 0.0, (scale.vmax or 0) / 2, scale.vmax]
    bar.set_ticks([tick for tick in ticks if tick is not None])
    bar.set_ticklabels([points(sign * tick, 1) for tick in ticks if tick is not None])
    bar.outline.set_visible(False)
    bar.set_label(f"{scale_title}\n{wrapped(note, int(11 * width), 4)}", fontsize=9)
