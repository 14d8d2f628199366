"""Figures 6 and 7: systems with one setting after the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from blner_allennlp.comparison.adjustment import adjusted_by_table
from blner_allennlp.comparison.evidence import Evidence
from blner_allennlp.comparison.likeness import distinguish, series_over
from blner_allennlp.comparison.main_rows import training_seconds
from blner_allennlp.comparison.results import Bars, Difference, OverSeeds
from blner_allennlp.comparison.systems import System
from blner_allennlp.runs.system_output import FOUR_MODELS

TAGGING = "tagging"
REPRESENTATION = "representation"
ORDERS: dict[str, tuple[str, ...]] = {
    TAGGING: ("softmax", "crf"),
    REPRESENTATION: ("boundary", "pooling", "hybrid"),
}
"""The settings of Figures 6 and 7 with the order of their values; other values come after them."""


def make_bars(setting: str, systems: Sequence[System], evidence: Evidence) -> Bars | None:
    """Find systems that differ in one setting only, and compare its values (paper, 4.5.2 and 4.5.3).

    Args:
        setting: `tagging` or `representation`.
        systems: the systems of one split of one corpus.
        evidence: their scores.

    Returns:
        The bars; None where no system has been run with two values. `p_adjusted` is left to `adjust_bars`.
    """
    rows = _rows(setting, systems)
    if not rows:
        return None
    found = {value for by_value in rows.values() for value in by_value}
    known = [value for value in ORDERS.get(setting, ()) if value in found]
    values = [*known, *sorted(found.difference(known))]
    f1: dict[str, tuple[OverSeeds | None, ...]] = {}
    seconds: dict[str, tuple[OverSeeds | None, ...]] = {}
    differences: list[Difference] = []
    for title, by_value in rows.items():
        of_values = [by_value.get(value) for value in values]
        f1[title] = tuple(
            None if system is None else evidence.over_seeds(system.title, "f1") for system in of_values
        )
        seconds[title] = tuple(None if system is None else training_seconds(system) for system in of_values)
        (first_value, first), *others = (
            (value, system) for value, system in zip(values, of_values, strict=True) if system is not None
        )
        for value, system in others:
            (difference,) = evidence.differences(system.title, first.title, ["f1"])
            differences.append(
                replace(difference, system=_with(title, value), base=_with(title, first_value))
            )
    return Bars(systems[0].corpus, systems[0].split, setting, tuple(values), f1, seconds, tuple(differences))


def adjust_bars(bars: Iterable[Bars]) -> tuple[Bars, ...]:
    """Correct p for the number of comparisons in a whole figure, corpus beside corpus.

    Args:
        bars: all of one setting.

    Returns:
        The bars with `p_adjusted`.
    """
    bars = list(bars)
    adjusted = adjusted_by_table(difference for of_corpus in bars for difference in of_corpus.differences)
    return tuple(
        replace(
            of_corpus, differences=tuple(adjusted[id(difference)] for difference in of_corpus.differences)
        )
        for of_corpus in bars
    )


def _rows(setting: str, systems: Sequence[System]) -> dict[str, dict[str, System]]:
    """By title of the row, for each value the system; rows of two values at least."""
    rows: dict[str, dict[str, System]] = {}
    others = dict.fromkeys(system.name for system in systems if system.name not in FOUR_MODELS)
    for name in (*FOUR_MODELS, *others):
        series = series_over(setting, (system for system in systems if system.name == name))
        long_enough = {shared: by_value for shared, by_value in series.items() if len(by_value) > 1}
        for suffix, by_value in zip(distinguish(list(long_enough)), long_enough.values(), strict=True):
            title = f"{name} ({suffix})" if suffix else name
            rows[title] = {str(value): system for value, system in by_value.items()}
    return rows


def _with(title: str, value: str) -> str:
    return f"{title[:-1]}, {value})" if title.endswith(")") else f"{title} ({value})"
