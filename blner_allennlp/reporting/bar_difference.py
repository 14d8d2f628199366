"""Which difference belongs to which bar."""

from __future__ import annotations

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
    # `BL-SeqNER` and `BL-SeqNER (hybrid)`, say: the value joins what stands in brackets already.
    joined = f"{system[:-1]}, " if system.endswith(")") else f"{system} ("
    titles = {f"{joined}{value})", f"{joined}{bars.setting}={value})"}
    for difference in bars.differences:
        if difference.figure == "f1" and difference.system in titles:
            return difference
    return None
