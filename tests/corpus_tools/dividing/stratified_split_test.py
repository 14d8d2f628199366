import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blner_allennlp.corpus_tools.dividing.stratified_split import SplitUnit, assign_parts

UNITS = st.lists(
    st.builds(
        SplitUnit,
        st.integers(1, 30),
        st.dictionaries(st.sampled_from(["PER", "LOC", "ORG", "rare"]), st.integers(0, 20), max_size=4),
    ),
    max_size=40,
)
SHARES = st.sampled_from(
    [(0.8, 0.1, 0.1), (0.5, 0.5, 0.0), (1.0, 0.0, 0.0), (0.34, 0.33, 0.33), (0.0, 0.05, 0.95)]
)


@given(units=UNITS, shares=SHARES, seed=st.integers(0, 3))
def test_every_unit_has_one_part_and_each_part_its_size(units, shares, seed):
    parts = assign_parts(units, shares, seed)
    assert len(parts) == len(units)
    used = [part for part, share in enumerate(shares) if share > 0]
    assert set(parts) <= set(used)
    total, largest = sum(unit.size for unit in units), max((unit.size for unit in units), default=0)
    for part in used:
        size = sum(unit.size for unit, its_part in zip(units, parts, strict=True) if its_part == part)
        excess = size - shares[part] * total
        assert -(len(used) - 1) * largest - 1e-6 <= excess <= largest + 1e-6
    if len(units) >= len(used):
        assert set(parts) == set(used)


@given(units=UNITS, shares=SHARES, seed=st.integers(0, 3))
def test_the_seed_alone_decides(units, shares, seed):
    reordered = [SplitUnit(unit.size, dict(reversed(unit.labels.items()))) for unit in units]
    assert assign_parts(units, shares, seed) == assign_parts(reordered, shares, seed)


def test_another_seed_gives_other_parts():
    units = [SplitUnit(1, {"PER": 1})] * 60
    found = {tuple(assign_parts(units, (0.8, 0.1, 0.1), seed)) for seed in range(5)}
    assert len(found) == 5


def chi_square(units, parts, shares) -> float:
    """Pearson's statistic over sentences and types, by its definition."""
    counts: Counter[tuple[str, int]] = Counter()
    for unit, part in zip(units, parts, strict=True):
        counts["", part] += unit.size
        for label, count in unit.labels.items():
            counts[label, part] += count
    total = 0.0
    for name in {name for name, _ in counts}:
        row = [counts[name, part] for part in range(len(shares))]
        total += sum(
            (found - share * sum(row)) ** 2 / (share * sum(row))
            for found, share in zip(row, shares, strict=True)
        )
    return total


@pytest.mark.parametrize("seed", range(3))
def test_the_mix_of_types_is_far_better_than_chance(seed):
    rng = random.Random(seed)
    shares = (0.8, 0.1, 0.1)
    units = [
        SplitUnit(
            rng.randint(1, 25),
            {label: rng.randint(0, most) for label, most in {"A": 20, "B": 9, "C": 3, "D": 1}.items()},
        )
        for _ in range(150)
    ]
    found = chi_square(units, assign_parts(units, shares, seed), shares)
    by_chance = [
        chi_square(units, rng.choices(range(3), weights=shares, k=len(units)), shares) for _ in range(200)
    ]
    assert found < min(by_chance) / 4


def test_a_division_that_works_out_is_found():
    units = (
        [SplitUnit(2, {"PER": 3})] * 10 + [SplitUnit(1, {"LOC": 2, "ORG": 1})] * 20 + [SplitUnit(1, {})] * 10
    )
    parts = assign_parts(units, (0.8, 0.1, 0.1), 7)
    kinds = Counter((part, 0 if index < 10 else 1 if index < 30 else 2) for index, part in enumerate(parts))
    assert kinds == {
        (0, 0): 8, (0, 1): 16, (0, 2): 8, (1, 0): 1, (1, 1): 2, (1, 2): 1, (2, 0): 1, (2, 1): 2, (2, 2): 1
    }  # fmt: skip


def test_a_type_of_few_mentions_goes_to_the_largest_part():
    units = [SplitUnit(1, {"rare": 1})] * 3 + [SplitUnit(1, {"PER": 1})] * 97
    assert assign_parts(units, (0.8, 0.1, 0.1), 1)[:3] == [0, 0, 0]


@pytest.mark.parametrize("shares", [(0.8, 0.1), (1.2, -0.2), (float("nan"), 1.0), (0.5, 0.6)])
def test_shares_must_add_up(shares):
    with pytest.raises(ValueError, match="expected shares of 0 or more that add up to 1, got "):
        assign_parts([SplitUnit(1, {})], shares, 0)


def test_an_empty_unit_is_an_error():
    with pytest.raises(ValueError, match="expected units of at least one sentence"):
        assign_parts([SplitUnit(0, {})], (1.0,), 0)


def test_nothing_is_divided_into_nothing():
    assert assign_parts([], (0.8, 0.1, 0.1), 0) == []
