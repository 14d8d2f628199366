"""Columns and notes that the tables of a comparison share."""

from __future__ import annotations

from typing import Any

from blner_allennlp.comparison.results import Comparison, Difference


def difference_columns(difference: Difference | None) -> dict[str, Any]:
    """A difference with its interval and its p.

    Args:
        difference: the difference; None where there is none.

    Returns:
        The base, delta with its interval, the arrow and the three p.
    """
    return {
        "base": None if difference is None else difference.base,
        "delta": None if difference is None else difference.delta.value,
        "delta_low": None if difference is None else difference.delta.low,
        "delta_high": None if difference is None else difference.delta.high,
        "arrow": None if difference is None else difference.arrow,
        "p_randomisation": None if difference is None else difference.p_randomisation,
        "p_bootstrap": None if difference is None else difference.p_bootstrap,
        "p_adjusted": None if difference is None else difference.p_adjusted,
    }


def resampling_note(comparison: Comparison) -> list[str]:
    """Say where intervals and p come from.

    Args:
        comparison: the systems side by side.

    Returns:
        One note; none if nothing was resampled.
    """
    said = []
    if comparison.num_resamples:
        said.append(f"95 % intervals from {comparison.num_resamples} paired bootstrap samples of sentences")
    if comparison.num_rounds:
        said.append(f"p from {comparison.num_rounds} rounds of approximate randomisation")
    return [f"{', '.join(said)} (random seed {comparison.resampling_seed})."] if said else []
