"""Which difference belongs to which bar."""

from __future__ import annotations

import re

from blner_allennlp.comparison.results import Bars, Difference


def bar_difference(bars: Bars, system: str, value: str) -> Difference | None:
    """Find how much one value of a setting is above the first one.

    Args:
        bars: the systems that differ in the setting.
        system: one of them.
        value: one of the setting's values.

    Returns:
        The F1 difference whose title names both: `BL-SeqNER (crf)`, `BL-SeqNER (tagging=crf)`; None if there is none.
    """
    for difference in bars.differences:
        if difference.figure != "f1" or not difference.system.startswith(system):
            continue
        rest = difference.system[len(system) :]
        # What follows must be the variant, not the rest of a longer name.
        if (not rest or rest[0] in " (,") and value in re.split(r"[^\w-]+", rest):
            return difference
    return None
