"""Intervals as a user writes them -> buckets."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from blner_allennlp.analysis.buckets import DEFAULT_BUCKETS, Buckets
from blner_allennlp.analysis.results import Interval
from blner_allennlp.attributes import Attribute

_NUMBER = r"\d+(?:\.\d+)?"
_PAIR = re.compile(rf"([\[(])\s*({_NUMBER})\s*,\s*({_NUMBER})?\s*([\])])")
_SINGLE = re.compile(rf"[\[{{]?\s*({_NUMBER})\s*[\]}}]?")
_OPEN = re.compile(rf"(≥|>=|>)\s*({_NUMBER})")


def parse_buckets(by_attribute: Mapping[str, Any]) -> dict[Attribute, Buckets]:
    """Read a user's intervals; attributes that are not named keep their default ones.

    Args:
        by_attribute: for an attribute, such as `eLen`, either the upper ends of all buckets but the last, `[1, 2, 4]`
            for 1, 2, [3, 4] and ≥ 5, right-closed as in the paper's Table 5; or the intervals themselves,
            `["[0, 0.1]", "(0.1, 0.5]", "(0.5, 1]"]`, where `"[5,]"` has no end and `"[1]"` is one value.

    Returns:
        The buckets of all attributes.

    Raises:
        ValueError: an attribute is unknown, an interval cannot be read, or the intervals leave values out or hold some
            twice.
    """
    buckets = dict(DEFAULT_BUCKETS)
    for name, given in by_attribute.items():
        try:
            attribute = Attribute(name)
        except ValueError as error:
            raise ValueError(
                f"buckets: {name!r} is no attribute; expected one of {', '.join(Attribute)}"
            ) from error
        buckets[attribute] = Buckets(attribute, _parse_intervals(attribute, given))
    return buckets


def _parse_intervals(attribute: Attribute, given: Any) -> tuple[Interval, ...]:
    if isinstance(given, Sequence) and not isinstance(given, str) and given:
        if all(isinstance(value, str) for value in given):
            return tuple(_parse_interval(attribute, text) for text in given)
        if all(isinstance(value, int | float) and not isinstance(value, bool) for value in given):
            return _from_upper_ends(attribute, given)
    raise ValueError(
        f"buckets: {attribute}: expected a list of upper ends, such as [1, 2, 4], or of intervals, such as "
        f'["[1]", "[2, 4]", "[5,]"], got {given!r}'
    )


def _from_upper_ends(attribute: Attribute, upper_ends: Sequence[float]) -> tuple[Interval, ...]:
    if any(low >= high for low, high in pairwise(upper_ends)):
        raise ValueError(f"buckets: {attribute}: expected upper ends that rise, got {list(upper_ends)}")
    if not attribute.is_count and upper_ends[-1] > 1:
        raise ValueError(
            f"buckets: {attribute}: expected shares, at most 1, as upper ends, got {list(upper_ends)}"
        )
    intervals = [Interval(attribute.lowest, upper_ends[0], low_closed=True, high_closed=True)]
    intervals += [
        Interval(low, high, low_closed=False, high_closed=True) for low, high in pairwise(upper_ends)
    ]
    last = upper_ends[-1]
    if attribute.is_count:
        intervals.append(Interval(last, None, low_closed=False, high_closed=False))
    elif last < 1:
        intervals.append(Interval(last, 1, low_closed=False, high_closed=True))
    return tuple(intervals)


def _parse_interval(attribute: Attribute, text: str) -> Interval:
    stripped = text.strip()
    if match := _PAIR.fullmatch(stripped):
        left, low, high, right = match.groups()
        return Interval(
            float(low),
            None if high is None else float(high),
            low_closed=left == "[",
            high_closed=high is not None and right == "]",
        )
    if match := _SINGLE.fullmatch(stripped):
        value = float(match.group(1))
        return Interval(value, value, low_closed=True, high_closed=True)
    if match := _OPEN.fullmatch(stripped):
        return Interval(float(match.group(2)), None, low_closed=match.group(1) != ">", high_closed=False)
    raise ValueError(
        f'buckets: {attribute}: expected an interval, such as "[3, 4]", "(0.1, 0.5]", "[5,]" or "[1]", got {text!r}'
    )
