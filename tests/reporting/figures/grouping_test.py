from __future__ import annotations

import pytest

from blner_allennlp.analysis.results import Estimate
from blner_allennlp.reporting.figures.grouping import group_runs, over_runs, range_note
from tests.reporting.example_results import make_analyses, make_bare_analysis


def test_seeds_of_a_system_stand_together() -> None:
    analyses = make_analyses(["SeqNER", "SpanNER"], seeds=(1, 2), num_gold=20)
    places = group_runs(analyses)
    assert [place.title for place in places] == ["wnut17 (test)", "conll04 (test)"]
    assert [(system.title, len(system.runs)) for system in places[0].systems] == [
        ("SeqNER", 2),
        ("SpanNER", 2),
    ]


def test_one_run_keeps_its_interval_and_several_have_their_range() -> None:
    assert over_runs([Estimate(0.5, 0.4, 0.7)]) == Estimate(0.5, 0.4, 0.7)
    seeds = over_runs([Estimate(0.5, 0.1, 0.9), Estimate(None), Estimate(0.7)])
    assert (seeds.value, seeds.low, seeds.high) == (pytest.approx(0.6), 0.5, 0.7)
    assert over_runs([Estimate(None), Estimate(None)]) == Estimate(None)


def test_what_bars_mean_is_said() -> None:
    one = group_runs(make_analyses(["SeqNER"], ["a"], num_gold=9))
    several = group_runs(make_analyses(["SeqNER"], ["b"], seeds=(1, 2), num_gold=9))
    assert range_note(one) == "bars: 95 % bootstrap interval"
    assert range_note(several) == "several seeds: mean, lowest and highest"
    assert (
        range_note([*one, *several])
        == "bars: 95 % bootstrap interval; several seeds: mean, lowest and highest"
    )
    assert range_note(group_runs([make_bare_analysis()])) == ""
