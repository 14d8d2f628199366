"""Intervals of attributes that mentions are put into, so that each mention is in exactly one (paper, Table 5)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from blner_allennlp.analysis.results import Interval
from blner_allennlp.attributes import Attribute

FOUR_NAMES = ("XS", "S", "L", "XL")


@dataclass(frozen=True, slots=True)
class Buckets:
    """The intervals of one attribute; together they hold every value that it can have, each value once.

    Args:
        attribute: the attribute.
        intervals: in rising order. Where the last one ends at 1, the highest share there is, values above it are in
            it, too: the density of gold that is nested can be.

    Raises:
        ValueError: an interval is empty, two share a value, or values lie between, below or above them.
    """

    attribute: Attribute
    intervals: tuple[Interval, ...]

    def __post_init__(self) -> None:
        _check_cover(self.attribute, self.intervals)

    @property
    def names(self) -> tuple[str, ...]:
        """`XS`, `S`, `L`, `XL` where there are four, else `1`, `2`, …"""
        num_buckets = len(self.intervals)
        if num_buckets == len(FOUR_NAMES):
            return FOUR_NAMES
        return tuple(str(number) for number in range(1, num_buckets + 1))

    @property
    def labels(self) -> tuple[str, ...]:
        """The intervals for the eye: `1`, `[3, 4]`, `≥ 5`, `(0.1, 0.5]`."""
        return tuple(interval_label(self.attribute, interval) for interval in self.intervals)

    def assign(self, values: NDArray[np.float64]) -> NDArray[np.int64]:
        """Find the bucket of each value.

        Args:
            values: values of the attribute, float (M,).

        Returns:
            Indices into `intervals`, int (M,).
        """
        indices = np.zeros(len(values), dtype=np.int64)
        for below in self.intervals[:-1]:
            if below.high is not None:  # only the last one is open
                indices += values > below.high if below.high_closed else values >= below.high
        return indices


def interval_label(attribute: Attribute, interval: Interval) -> str:
    """Write an interval for the eye, that of a count by the whole numbers in it.

    Args:
        attribute: what it is an interval of.
        interval: the interval.

    Returns:
        Such as `1`, `[3, 4]`, `≥ 5`, `(0.1, 0.5]`.
    """
    if attribute.is_count:
        low, high = whole_numbers(interval)
        if high is None:
            return f"≥ {low}"
        return str(low) if low == high else f"[{low}, {high}]"
    if interval.high is None:
        return f"{'≥' if interval.low_closed else '>'} {interval.low:g}"
    if interval.low == interval.high:
        return f"{interval.low:g}"
    left, right = "[" if interval.low_closed else "(", "]" if interval.high_closed else ")"
    return f"{left}{interval.low:g}, {interval.high:g}{right}"


def whole_numbers(interval: Interval) -> tuple[int, int | None]:
    """Find the lowest and the highest whole number of an interval.

    Args:
        interval: the interval.

    Returns:
        Both, the highest None where there is no end; the lowest is above it where there are none.
    """
    low = math.ceil(interval.low) if interval.low_closed else math.floor(interval.low) + 1
    if interval.high is None:
        return low, None
    return low, math.floor(interval.high) if interval.high_closed else math.ceil(interval.high) - 1


def _check_cover(attribute: Attribute, intervals: tuple[Interval, ...]) -> None:
    if not intervals:
        raise ValueError(f"{attribute}: no interval; give at least one, such as [{attribute.lowest},]")
    for interval in intervals:
        if _is_empty(attribute, interval):
            raise ValueError(
                f"{attribute}: no value lies in {_as_typed(interval)}; its end must lie above its beginning"
            )
    first, last = intervals[0], intervals[-1]
    if attribute.lowest not in first:
        raise ValueError(
            f"{attribute}: the intervals begin with {_as_typed(first)}, but values begin at {attribute.lowest}, and "
            f"every mention needs a bucket; begin the first one with [{attribute.lowest}"
        )
    for below, above in pairwise(intervals):
        if not _meet(attribute, below, above):
            raise ValueError(
                f"{attribute}: {_as_typed(below)} and {_as_typed(above)} must meet, with no value in both or between "
                "them, so that every mention is in one bucket; one may end with `0.5]` where the next begins `(0.5`"
            )
    if last.high is not None and (attribute.is_count or 1.0 not in last):
        raise ValueError(
            f"{attribute}: values above {_as_typed(last)} are in no interval, but every mention needs a bucket; end "
            f"the last one with {'no number: `[5,]`' if attribute.is_count else '1]'}"
        )


def _is_empty(attribute: Attribute, interval: Interval) -> bool:
    if attribute.is_count:
        low, high = whole_numbers(interval)
        return high is not None and high < low
    if interval.high is None or interval.low < interval.high:
        return False
    return interval.low > interval.high or not (interval.low_closed and interval.high_closed)


def _meet(attribute: Attribute, below: Interval, above: Interval) -> bool:
    if attribute.is_count:
        _, high = whole_numbers(below)
        return high is not None and whole_numbers(above)[0] == high + 1
    return below.high == above.low and below.high_closed != above.low_closed


def _as_typed(interval: Interval) -> str:
    left = "[" if interval.low_closed else "("
    if interval.high is None:
        return f"{left}{interval.low:g},]"
    return f"{left}{interval.low:g}, {interval.high:g}{']' if interval.high_closed else ')'}"


def _closed(low: float, high: float | None) -> Interval:
    return Interval(low, high, low_closed=True, high_closed=high is not None)


def _above(low: float, high: float) -> Interval:
    return Interval(low, high, low_closed=False, high_closed=True)


PAPERS_BUCKETS: Mapping[Attribute, Buckets] = {
    buckets.attribute: buckets
    for buckets in (
        Buckets(Attribute.ENTITY_LENGTH, (_closed(1, 1), _closed(2, 2), _closed(3, 4), _closed(5, None))),
        Buckets(Attribute.TEXT_LENGTH, (_closed(1, 7), _closed(8, 16), _closed(17, 31), _closed(32, None))),
        Buckets(
            Attribute.LABEL_CONSISTENCY, (_closed(0, 0.1), _above(0.1, 0.5), _above(0.5, 0.9), _above(0.9, 1))
        ),
        Buckets(
            Attribute.ENTITY_DENSITY,
            (_closed(0, 0.01), _above(0.01, 0.025), _above(0.025, 0.05), _above(0.05, 1)),
        ),
    )
}
"""Table 5, right-closed, and the first bucket holds 0."""

DEFAULT_BUCKETS: Mapping[Attribute, Buckets] = {
    **PAPERS_BUCKETS,
    **{
        buckets.attribute: buckets
        for buckets in (
            Buckets(
                Attribute.ENTITY_FREQUENCY, (_closed(0, 0), _closed(1, 2), _closed(3, 9), _closed(10, None))
            ),
            Buckets(
                Attribute.TOKEN_FREQUENCY, (_closed(0, 0), _closed(1, 9), _closed(10, 99), _closed(100, None))
            ),
            Buckets(Attribute.OOV_DENSITY, (_closed(0, 0), _above(0, 0.1), _above(0.1, 0.3), _above(0.3, 1))),
        )
    },
}
"""Table 5, and intervals of our own for InterpretEval's attributes. InterpretEval keeps 0 apart, too, but cuts the rest
into parts of equal size, which differ from corpus to corpus (`conf.ner-attributes`)."""
