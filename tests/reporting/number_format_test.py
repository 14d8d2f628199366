from __future__ import annotations

import pytest

from blner_allennlp.analysis.results import Estimate
from blner_allennlp.comparison.results import OverSeeds
from blner_allennlp.reporting.number_format import (
    DASH,
    duration,
    estimate,
    over_seeds,
    p_value,
    per_cent,
    point_estimate,
    points,
)


def test_shares_are_per_cent_with_two_decimals_and_nothing_is_a_dash() -> None:
    assert per_cent(0.845149) == "84.51"
    assert per_cent(1.0, 0) == "100"
    assert per_cent(0.0) == "0.00"
    assert per_cent(None) == DASH


@pytest.mark.parametrize(
    ("difference", "text"),
    [(0.013, "+1.30"), (-0.0025, "−0.25"), (0.0, "0.00"), (-0.00001, "0.00"), (0.00001, "0.00"), (None, "–")],
)
def test_differences_have_a_sign_unless_they_round_to_nothing(difference: float | None, text: str) -> None:
    assert points(difference) == text


def test_intervals_stand_in_brackets_where_there_are_any() -> None:
    assert estimate(Estimate(0.5, 0.4, 0.625)) == "50.00 [40.00, 62.50]"
    assert estimate(Estimate(0.5)) == "50.00"
    assert estimate(Estimate(None)) == DASH
    assert point_estimate(Estimate(0.01, -0.005, 0.025)) == "+1.00 [−0.50, +2.50]"
    assert point_estimate(Estimate(0.01)) == "+1.00"


def test_a_single_seed_has_no_deviation() -> None:
    assert over_seeds(OverSeeds(0.8, 0.0123, (0.8,))) == "80.00 ± 1.23"
    assert over_seeds(OverSeeds(0.8, None, (0.8,))) == "80.00"
    assert over_seeds(OverSeeds(None, None, (None,))) == DASH
    assert over_seeds(None) == DASH


def test_a_small_p_is_said_to_be_small() -> None:
    assert (p_value(0.0321), p_value(0.0009), p_value(0.001), p_value(None)) == (
        "0.032",
        "< 0.001",
        "0.001",
        DASH,
    )


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (3.21, "3.2 s"),
        (42.4, "42 s"),
        (59.7, "1 min 00 s"),
        (200, "3 min 20 s"),
        (3600, "1 h 00 min"),
        (7490, "2 h 05 min"),
        (None, "–"),
    ],
)
def test_durations_are_said_in_the_units_that_people_use(seconds: float | None, text: str) -> None:
    assert duration(seconds) == text


def test_durations_that_go_on_have_no_decimals() -> None:
    assert [duration(seconds, decimals=0) for seconds in (0.4, 3.7, 9.6, 42.4)] == [
        "0 s",
        "4 s",
        "10 s",
        "42 s",
    ]
