"""Tables 6 and 7: buckets and error rates of each system against one that is the standard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from blner_allennlp.analysis.results import SMALL_BUCKET
from blner_allennlp.comparison.adjustment import adjusted_by_table
from blner_allennlp.comparison.evidence import Evidence
from blner_allennlp.comparison.figure_counts import ERROR_FIGURES
from blner_allennlp.comparison.results import Difference, HeatMap, HeatMapCell
from blner_allennlp.comparison.systems import System

ERROR_COLUMNS = ("BE", "TE")
"""The columns of Table 7: boundary and type errors, in the order of `ERROR_FIGURES`."""


def make_bucket_map(systems: Sequence[System], evidence: Evidence, standard: str) -> HeatMap | None:
    """Compare F1 bucket by bucket (Table 6).

    Of the paper's three pairs two stand in the map as they are, SeqNER and BL-SpanNER against SpanNER; what BL-SeqNER
    gains on SeqNER is the difference of these two rows.

    Args:
        systems: the systems, in order.
        evidence: their counts.
        standard: name or title of the system whose differences are 0.

    Returns:
        The map; None where there is no bucket to show.
    """
    if not evidence.buckets:
        return None
    base = choose_standard(systems, standard)
    names = [bucket.name for bucket in evidence.buckets]
    rows = {}
    for system in systems:
        differences = _differences(system, base, evidence, names)
        values = [evidence.over_seeds(system.title, name).mean for name in names]
        rows[system.title] = tuple(
            HeatMapCell(
                column=bucket.name,
                interval=bucket.interval,
                value=value,
                difference=difference,
                num_gold=bucket.num_gold,
                is_small=bucket.num_gold < SMALL_BUCKET,
            )
            for bucket, value, difference in zip(evidence.buckets, values, differences, strict=True)
        )
    return HeatMap(base.corpus, base.split, base.title, "buckets", higher_is_better=True, rows=rows)


def make_error_map(systems: Sequence[System], evidence: Evidence, standard: str) -> HeatMap:
    """Compare rates of boundary and type errors (Table 7, Eq. 24).

    Args:
        systems: the systems, in order.
        evidence: their counts.
        standard: name or title of the system whose differences are 0.

    Returns:
        The map; a cell's `num_gold` is the mean number of errors over seeds, rounded.
    """
    base = choose_standard(systems, standard)
    rows = {}
    for system in systems:
        differences = _differences(system, base, evidence, ERROR_FIGURES)
        cells = []
        for column, figure, difference in zip(ERROR_COLUMNS, ERROR_FIGURES, differences, strict=True):
            num_errors = evidence.totals(system.title)[:, evidence.names.index(figure), 1].mean()
            value = evidence.over_seeds(system.title, figure).mean
            cells.append(
                HeatMapCell(
                    column, "", value, difference, round(float(num_errors)), bool(num_errors < SMALL_BUCKET)
                )
            )
        rows[system.title] = tuple(cells)
    return HeatMap(base.corpus, base.split, base.title, "errors", higher_is_better=False, rows=rows)


def adjust_maps(maps: Iterable[HeatMap]) -> tuple[HeatMap, ...]:
    """Correct p for the number of comparisons in all maps of a table, corpus beside corpus.

    Args:
        maps: all maps of one kind.

    Returns:
        The maps with `p_adjusted`.
    """
    maps = list(maps)
    adjusted = adjusted_by_table(
        cell.difference
        for heat_map in maps
        for cells in heat_map.rows.values()
        for cell in cells
        if cell.difference is not None
    )

    def adjust(cell: HeatMapCell) -> HeatMapCell:
        return cell if cell.difference is None else replace(cell, difference=adjusted[id(cell.difference)])

    return tuple(
        replace(heat_map, rows={title: tuple(map(adjust, cells)) for title, cells in heat_map.rows.items()})
        for heat_map in maps
    )


def choose_standard(systems: Sequence[System], standard: str) -> System:
    """Find the system that the others are held against.

    Args:
        systems: the systems, in order.
        standard: its title; or its name, of whose variants the plain one, or else the first, is taken.

    Returns:
        The system; the first one of all where there is none of that name.
    """
    for system in systems:
        if system.title == standard:
            return system
    return next((system for system in systems if system.name == standard), systems[0])


def _differences(
    system: System, base: System, evidence: Evidence, figures: Sequence[str]
) -> Sequence[Difference | None]:
    if system.title == base.title:
        return [None] * len(figures)
    return evidence.differences(system.title, base.title, figures)
