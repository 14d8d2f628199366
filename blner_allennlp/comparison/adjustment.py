"""p values of one table, corrected for their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from blner_allennlp.comparison.results import Difference


def adjusted_by_table(differences: Iterable[Difference]) -> dict[int, Difference]:
    """Correct p of approximate randomisation after Benjamini and Hochberg, which holds the false discovery rate.

    Each figure of the table is a family of its own: F1 of all buckets is one, precision of all systems another.

    Args:
        differences: all differences of one table.

    Returns:
        The differences with `p_adjusted`, by the `id` of those that were given; those without p keep none.
    """
    from scipy.stats import (
        false_discovery_control,
    )  # half a second, which commands that compare nothing should not pay

    families: defaultdict[str, list[Difference]] = defaultdict(list)
    adjusted: dict[int, Difference] = {}
    for difference in differences:
        adjusted[id(difference)] = difference
        if difference.p_randomisation is not None:
            families[difference.figure].append(difference)
    for family in families.values():
        p_values = false_discovery_control([difference.p_randomisation for difference in family], method="bh")
        for difference, p in zip(family, p_values, strict=True):
            adjusted[id(difference)] = replace(difference, p_adjusted=float(p))
    return adjusted
