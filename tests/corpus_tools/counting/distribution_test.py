"""Means, percentiles and counts of whole numbers, against the sorted list of them."""

from __future__ import annotations

import statistics
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blner_allennlp.corpus_tools.counting.distribution import PERCENTS, Distribution

numbers = st.lists(st.integers(0, 40), max_size=60)


def distribution_of(values: list[int]) -> Distribution:
    distribution = Distribution()
    for value in values:
        distribution.add(value)
    return distribution


@given(numbers.filter(len), st.integers(0, 100))
def test_a_percentile_is_the_first_number_of_the_sorted_list_with_enough_numbers_up_to_it(
    values: list[int], percent: int
) -> None:
    enough = [
        value
        for value in sorted(values)
        if Fraction(sum(other <= value for other in values), len(values)) >= Fraction(percent, 100)
    ]
    assert distribution_of(values).percentile(percent) == enough[0]


@given(numbers, st.integers(0, 41))
def test_everything_else_is_what_the_list_says(values: list[int], limit: int) -> None:
    distribution = distribution_of(values)
    assert distribution.num_values == len(values)
    assert distribution.sum == sum(values)
    assert distribution.num_above(limit) == sum(value > limit for value in values)
    assert distribution.max == max(values, default=None)
    assert distribution.mean == (pytest.approx(statistics.mean(values)) if values else None)


@given(numbers, numbers)
def test_two_distributions_together_are_the_distribution_of_both_lists(
    values: list[int], others: list[int]
) -> None:
    distribution = distribution_of(values)
    distribution.update(distribution_of(others))
    assert distribution.num_by_value == Counter([*values, *others])


def test_a_hundred_numbers_have_themselves_as_percentiles() -> None:
    distribution = distribution_of(list(range(1, 101)))
    assert [distribution.percentile(percent) for percent in (0, 1, *PERCENTS, 100)] == [
        1,
        1,
        50,
        90,
        95,
        99,
        100,
    ]
    assert distribution.to_json() == {
        "mean": 50.5, "p50": 50, "p90": 90, "p95": 95, "p99": 99, "max": 100,
    }  # fmt: skip


def test_without_numbers_nothing_is_known() -> None:
    assert Distribution().to_json() == dict.fromkeys(["mean", "p50", "p90", "p95", "p99", "max"])


@pytest.mark.parametrize("percent", [-1, 101])
def test_a_percent_outside_0_to_100_is_refused(percent: int) -> None:
    with pytest.raises(ValueError, match=f"percent is {percent}, but must be from 0 to 100"):
        distribution_of([1]).percentile(percent)
