"""Means and intervals, against printed tables and against scipy."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blner_allennlp.speed.confidence import Interval, confidence_interval, student_quantile

speeds = st.lists(st.floats(0.01, 1e6), min_size=2, max_size=20)


@pytest.mark.parametrize(
    ("degrees", "quantile"),
    [(1, 12.706), (2, 4.303), (4, 2.776), (5, 2.571), (10, 2.228), (30, 2.042), (120, 1.980)],
)
def test_the_quantiles_are_those_of_the_printed_tables(degrees: int, quantile: float) -> None:
    assert student_quantile(degrees) == pytest.approx(quantile, abs=5e-4)


def test_the_quantiles_are_those_of_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    for degrees in (*range(1, 31), 99, 100):
        for confidence in (0.05, 0.5, 0.9, 0.95, 0.999):
            expected = stats.t.ppf((1 + confidence) / 2, degrees)
            assert student_quantile(degrees, confidence) == pytest.approx(expected, rel=1e-9)


def test_two_rounds_worked_by_hand() -> None:
    # Logarithms 1 and 3: mean 2, standard deviation √2, standard error 1.
    interval = confidence_interval([math.e, math.e**3])
    assert interval.mean == pytest.approx(math.e**2)
    assert interval.low == pytest.approx(math.exp(2 - 12.7062), rel=1e-4)
    assert interval.high == pytest.approx(math.exp(2 + 12.7062), rel=1e-4)


def test_one_round_has_a_mean_but_no_interval() -> None:
    assert confidence_interval([3.5]) == Interval(3.5, None, None)


def test_equal_rounds_leave_no_doubt() -> None:
    interval = confidence_interval([7.0, 7.0, 7.0])
    assert (interval.low, interval.mean, interval.high) == pytest.approx((7, 7, 7))


@given(speeds)
def test_the_interval_of_the_reciprocals_is_the_interval_upside_down(values: list[float]) -> None:
    interval, reciprocal = confidence_interval(values), confidence_interval([1 / value for value in values])
    assert interval.low <= interval.mean <= interval.high
    assert 1 / reciprocal.mean == pytest.approx(interval.mean)
    if reciprocal.high < math.inf and interval.low > 0:
        assert 1 / reciprocal.high == pytest.approx(interval.low, rel=1e-6)


@pytest.mark.parametrize("values", [[], [1.0, 0.0], [-1.0]])
def test_there_are_no_speeds_of_nothing(values: list[float]) -> None:
    with pytest.raises(ValueError, match="expected one value at least, and all above 0, got"):
        confidence_interval(values)
