"""Intervals as users write them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from blner_allennlp.analysis.bucket_settings import parse_buckets
from blner_allennlp.analysis.buckets import DEFAULT_BUCKETS
from blner_allennlp.attributes import Attribute


@pytest.mark.parametrize(
    ("attribute", "given", "labels"),
    [
        ("eLen", [1, 2, 4], ("1", "2", "[3, 4]", "≥ 5")),
        ("eLen", [3], ("[1, 3]", "≥ 4")),
        ("tLen", [7, 16, 31], ("[1, 7]", "[8, 16]", "[17, 31]", "≥ 32")),
        ("eFre", [0, 5], ("0", "[1, 5]", "≥ 6")),
        ("eCon", [0.1, 0.5, 0.9], ("[0, 0.1]", "(0.1, 0.5]", "(0.5, 0.9]", "(0.9, 1]")),
        ("eCon", [0, 0.5, 1], ("0", "(0, 0.5]", "(0.5, 1]")),
        ("eDen", ["[0, 0.2)", "[0.2, 1]"], ("[0, 0.2)", "[0.2, 1]")),
        ("eLen", ["[1]", "2", " [3 , 4] ", "[5,]"], ("1", "2", "[3, 4]", "≥ 5")),
        ("eLen", ["{1}", "(1,5)", ">= 5"], ("1", "[2, 4]", "≥ 5")),
        ("oDen", ["[0]", "> 0"], ("0", "> 0")),
        ("oDen", ["[0, 0.5)", "≥0.5"], ("[0, 0.5)", "≥ 0.5")),
    ],
)
def test_upper_ends_and_intervals_are_understood(
    attribute: str, given: list[Any], labels: tuple[str, ...]
) -> None:
    buckets = parse_buckets({attribute: given})
    assert buckets[Attribute(attribute)].labels == labels


def test_attributes_that_are_not_named_keep_their_buckets() -> None:
    buckets = parse_buckets({"eLen": [2]})
    assert set(buckets) == set(Attribute)
    assert all(
        buckets[attribute] == DEFAULT_BUCKETS[attribute] for attribute in Attribute if attribute != "eLen"
    )
    assert parse_buckets({}) == DEFAULT_BUCKETS


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"length": [1]},
            "'length' is no attribute; expected one of eLen, tLen, eCon, eDen, eFre, tFre, oDen",
        ),
        ({"eLen": 3}, "eLen: expected a list of upper ends, such as [1, 2, 4], or of intervals"),
        ({"eLen": []}, "eLen: expected a list of upper ends"),
        ({"eLen": "[1,]"}, "got '[1,]'"),
        ({"eLen": [1, "[2,]"]}, "got [1, '[2,]']"),
        ({"eLen": [True]}, "got [True]"),
        ({"eLen": [2, 2]}, "eLen: expected upper ends that rise, got [2, 2]"),
        ({"eLen": ["1 to 3"]}, "eLen: expected an interval, such as"),
        ({"eLen": [0, 3]}, "no value lies in [1, 0]"),
        ({"eCon": [0.5, 2]}, "eCon: expected shares, at most 1, as upper ends, got [0.5, 2]"),
    ],
)
def test_what_cannot_be_read_is_an_error_that_says_what_to_write(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        parse_buckets(given)
