from __future__ import annotations

import pytest

from blner_allennlp.analysis.results import Estimate
from blner_allennlp.comparison.results import Bars, Difference
from blner_allennlp.reporting.bar_difference import bar_difference


def bars_with(*titles: str) -> Bars:
    differences = tuple(Difference(title, "base", "f1", Estimate(0.01), 0.5, 0.5) for title in titles)
    return Bars("mine", "dev", "tagging", ("softmax", "crf"), {}, {}, differences)


@pytest.mark.parametrize(
    ("system", "title"),
    [
        ("BL-SeqNER", "BL-SeqNER (crf)"),
        ("BL-SeqNER", "BL-SeqNER (tagging=crf)"),
        ("BL-SeqNER (hybrid)", "BL-SeqNER (hybrid, crf)"),
    ],
)
def test_a_title_with_the_value_is_found(system: str, title: str) -> None:
    found = bar_difference(bars_with("SeqNER (crf)", title), system, "crf")
    assert found is not None
    assert found.system == title


def test_other_systems_and_values_are_not_taken_for_it() -> None:
    bars = bars_with("BL-SeqNER (hybrid, crf)", "BL-SeqNER2 (crf)", "BL-SeqNER (softmax)")
    assert bar_difference(bars, "BL-SeqNER", "crf") is None
