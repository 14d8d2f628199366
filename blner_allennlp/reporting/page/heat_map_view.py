"""Heat maps for the page: columns in groups, cells with a shade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from blner_allennlp.comparison.results import HeatMap, HeatMapCell
from blner_allennlp.reporting.page.main_results import direction
from blner_allennlp.reporting.page.runs_shown import data_set_name

NUM_SHADES = 5
_ERROR_TITLES = {"BE": "Boundary errors", "TE": "Type errors"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Args:
        group: the attribute, or `BE`, `TE`.
        name: the bucket's name; empty for error rates.
        interval: the bucket's interval for the eye.
        num_gold: gold entities of the bucket, as the first system has them.
        is_small: whether the bucket is small for every system.
    """

    group: str
    name: str
    interval: str
    num_gold: int
    is_small: bool


@dataclass(frozen=True, slots=True)
class ShadedCell:
    """One cell.

    Args:
        cell: its figures.
        direction: `better`, `worse`, `equal` or empty.
        shade: strength of the colour, 0 to `NUM_SHADES`.
    """

    cell: HeatMapCell
    direction: str
    shade: int


@dataclass(frozen=True, slots=True)
class HeatMapView:
    """One heat map.

    Args:
        heat_map: what it shows.
        data_set: corpus and split.
        groups: attributes with the number of their columns.
        columns: all columns.
        rows: by system title.
    """

    heat_map: HeatMap
    data_set: str
    groups: tuple[tuple[str, int], ...]
    columns: tuple[Column, ...]
    rows: dict[str, tuple[ShadedCell, ...]]

    def group_title(self, group: str) -> str:
        """The attribute, or the error kind in words.

        Args:
            group: of `Column.group`.

        Returns:
            The title.
        """
        return _ERROR_TITLES.get(group, group)


def heat_map_view(heat_map: HeatMap) -> HeatMapView:
    """Lay out a heat map.

    Args:
        heat_map: its figures.

    Returns:
        Columns and shaded cells; the largest difference of the map has the strongest shade.
    """
    cells_by_column = list(zip(*heat_map.rows.values(), strict=True))
    columns = tuple(_column(cells) for cells in cells_by_column)
    groups = tuple((group, len(list(found))) for group, found in groupby(column.group for column in columns))
    largest = max(
        (
            abs(cell.difference.delta.value)
            for cells in heat_map.rows.values()
            for cell in cells
            # Small buckets jump about; they would leave no colour for the others.
            if not cell.is_small and cell.difference is not None and cell.difference.delta.value is not None
        ),
        default=0.0,
    )
    rows = {
        title: tuple(
            ShadedCell(cell, direction(cell.difference, heat_map.higher_is_better), _shade(cell, largest))
            for cell in cells
        )
        for title, cells in heat_map.rows.items()
    }
    return HeatMapView(heat_map, data_set_name(heat_map.corpus, heat_map.split), groups, columns, rows)


def _column(cells: Sequence[HeatMapCell]) -> Column:
    first = cells[0]
    group, _, name = first.column.partition(" ")
    return Column(group, name, first.interval, first.num_gold, all(cell.is_small for cell in cells))


def _shade(cell: HeatMapCell, largest: float) -> int:
    if cell.difference is None or not cell.difference.delta.value or largest == 0:
        return 0
    share = min(1.0, abs(cell.difference.delta.value) / largest)
    return max(1, round(NUM_SHADES * share))
