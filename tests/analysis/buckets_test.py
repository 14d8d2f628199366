"""The paper's intervals at their borders, and that intervals hold each value once."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blner_allennlp.analysis.buckets import DEFAULT_BUCKETS, PAPERS_BUCKETS, Buckets
from blner_allennlp.analysis.results import Interval
from blner_allennlp.attributes import Attribute

# Every border of Table 5 and the values next to it.
BORDERS = {
    "eLen": {1: "XS", 2: "S", 3: "L", 4: "L", 5: "XL", 60: "XL"},
    "tLen": {1: "XS", 7: "XS", 8: "S", 16: "S", 17: "L", 31: "L", 32: "XL", 500: "XL"},
    "eCon": {
        0: "XS",
        0.1: "XS",
        np.nextafter(0.1, 1): "S",
        0.5: "S",
        np.nextafter(0.5, 1): "L",
        0.9: "L",
        np.nextafter(0.9, 1): "XL",
        1: "XL",
    },
    "eDen": {
        0: "XS",
        0.01: "XS",
        np.nextafter(0.01, 1): "S",
        0.025: "S",
        np.nextafter(0.025, 1): "L",
        0.05: "L",
        np.nextafter(0.05, 1): "XL",
        1: "XL",
    },
    "eFre": {0: "XS", 1: "S", 2: "S", 3: "L", 9: "L", 10: "XL"},
    "tFre": {0: "XS", 1: "S", 9: "S", 10: "L", 99: "L", 100: "XL"},
    "oDen": {
        0: "XS",
        1e-9: "S",
        0.1: "S",
        np.nextafter(0.1, 1): "L",
        0.3: "L",
        np.nextafter(0.3, 1): "XL",
        1: "XL",
    },
}
SHARE_BUCKETS = [buckets for buckets in DEFAULT_BUCKETS.values() if not buckets.attribute.is_count]


def interval(text: str) -> Interval:
    low, high = text[1:-1].split(",")
    end = float(high) if high.strip() else None
    return Interval(
        float(low), end, low_closed=text[0] == "[", high_closed=end is not None and text[-1] == "]"
    )


@pytest.mark.parametrize("attribute", BORDERS)
def test_values_at_the_borders_are_in_the_bucket_that_the_paper_prints(attribute: str) -> None:
    buckets = DEFAULT_BUCKETS[Attribute(attribute)]
    expected = BORDERS[attribute]
    assigned = buckets.assign(np.array(list(expected), dtype=np.float64))
    assert [buckets.names[index] for index in assigned] == list(expected.values())


@pytest.mark.parametrize("numerator_and_denominator", [(1, 100), (1, 40), (1, 20), (3, 30), (9, 10), (2, 4)])
def test_a_share_that_equals_a_border_is_on_its_closed_side(
    numerator_and_denominator: tuple[int, int],
) -> None:
    numerator, denominator = numerator_and_denominator
    value = np.array([numerator]) / np.array([denominator])
    for buckets in SHARE_BUCKETS:
        for index, each in enumerate(buckets.intervals):
            if each.high is not None and numerator / denominator == each.high:
                assert buckets.assign(value) == [index]


def test_table_5_is_labelled_as_printed() -> None:
    assert {attribute.value: buckets.labels for attribute, buckets in PAPERS_BUCKETS.items()} == {
        "eLen": ("1", "2", "[3, 4]", "≥ 5"),
        "tLen": ("[1, 7]", "[8, 16]", "[17, 31]", "≥ 32"),
        "eCon": ("[0, 0.1]", "(0.1, 0.5]", "(0.5, 0.9]", "(0.9, 1]"),
        "eDen": ("[0, 0.01]", "(0.01, 0.025]", "(0.025, 0.05]", "(0.05, 1]"),
    }
    assert DEFAULT_BUCKETS[Attribute.OOV_DENSITY].labels[0] == "0"


@pytest.mark.parametrize("buckets", DEFAULT_BUCKETS.values(), ids=lambda buckets: buckets.attribute.value)
@given(data=st.data())
def test_each_value_is_in_the_one_interval_that_holds_it(buckets: Buckets, data: st.DataObject) -> None:
    lowest = buckets.attribute.lowest
    values = st.integers(lowest, 300) if buckets.attribute.is_count else st.floats(lowest, 1)
    value = data.draw(values)
    (index,) = buckets.assign(np.array([value], dtype=np.float64))
    assert [each for each, candidate in enumerate(buckets.intervals) if value in candidate] == [index]


def test_a_density_above_one_is_in_the_last_bucket() -> None:
    assert DEFAULT_BUCKETS[Attribute.ENTITY_DENSITY].assign(np.array([1.5])) == [3]


def test_other_numbers_of_buckets_are_numbered() -> None:
    buckets = Buckets(Attribute.ENTITY_LENGTH, (interval("[1, 3]"), interval("[4,]")))
    assert buckets.names == ("1", "2")
    assert buckets.labels == ("[1, 3]", "≥ 4")


def test_an_open_interval_of_shares_is_labelled() -> None:
    buckets = Buckets(Attribute.ENTITY_DENSITY, (interval("[0, 0.5)"), interval("[0.5,]")))
    assert buckets.labels == ("[0, 0.5)", "≥ 0.5")
    assert buckets.assign(np.array([0.4999, 0.5, 7])).tolist() == [0, 1, 1]


@pytest.mark.parametrize(
    ("attribute", "texts", "message"),
    [
        ("eLen", [], "no interval; give at least one, such as [1,]"),
        ("eLen", ["[1, 2]", "(2, 3)", "[3,]"], "no value lies in (2, 3)"),
        ("eCon", ["[0, 0.5]", "(0.5, 0.5]", "(0.5, 1]"], "no value lies in (0.5, 0.5]"),
        ("eCon", ["[0, 0.5]", "(0.5, 0.2]"], "no value lies in (0.5, 0.2]"),
        ("eLen", ["[2, 3]", "[4,]"], "values begin at 1"),
        ("eCon", ["(0, 1]"], "values begin at 0"),
        ("eLen", ["[1, 2]", "[4,]"], "[1, 2] and [4,] must meet"),
        ("eLen", ["[1, 2]", "[2,]"], "[1, 2] and [2,] must meet"),
        ("eLen", ["[1,]", "[5,]"], "[1,] and [5,] must meet"),
        ("eCon", ["[0, 0.5)", "(0.5, 1]"], "[0, 0.5) and (0.5, 1] must meet"),
        ("eCon", ["[0, 0.5]", "[0.5, 1]"], "[0, 0.5] and [0.5, 1] must meet"),
        ("eLen", ["[1, 2]", "[3, 9]"], "values above [3, 9] are in no interval"),
        ("eCon", ["[0, 0.9]"], "values above [0, 0.9] are in no interval"),
        ("eCon", ["[0, 1)"], "end the last one with 1]"),
    ],
)
def test_intervals_that_do_not_hold_each_value_once_are_rejected(
    attribute: str, texts: list[str], message: str
) -> None:
    with pytest.raises(ValueError, match=f"^{attribute}: .*{re.escape(message)}"):
        Buckets(Attribute(attribute), tuple(interval(text) for text in texts))


def test_intervals_of_counts_may_be_written_with_open_ends() -> None:
    buckets = Buckets(Attribute.ENTITY_FREQUENCY, (interval("[0, 1)"), interval("(0, 3]"), interval("(3,]")))
    assert buckets.labels == ("0", "[1, 3]", "≥ 4")
    assert buckets.assign(np.array([0.0, 1, 3, 4])).tolist() == [0, 1, 1, 2]
