"""Tests of significance, held against all swaps, written out, and against scipy."""

from __future__ import annotations

import itertools
from random import Random
from statistics import fmean

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap, permutation_test

from blner_allennlp.analysis.resampling import Resampling
from blner_allennlp.comparison.errors import ComparisonError
from blner_allennlp.comparison.significance import (
    bootstrap_p_values,
    mean_over_seeds,
    percentile_interval,
    randomisation_p_values,
    ratios,
)

Sentence = tuple[int, int, int]
"""True positives, predicted, gold."""


def draw(num_sentences: int, luck: float, seed: object) -> list[Sentence]:
    random = Random(repr(seed))
    gold = Random("gold")
    sentences = []
    for _ in range(num_sentences):
        num_gold = gold.randint(0, 3)
        right = sum(random.random() < luck for _ in range(num_gold))
        sentences.append((right, right + random.randint(0, 1), num_gold))
    return sentences


def f1_of(sentences: list[Sentence]) -> float:
    right, predicted, gold = (sum(column) for column in zip(*sentences, strict=True))
    return 2 * right / (predicted + gold) if predicted + gold else 0.0


def as_counts(by_seed: list[list[Sentence]]) -> np.ndarray:
    """F1 as the only figure, (N, S, 1, 2)."""
    return np.array([[[(2 * right, predicted + gold)] for right, predicted, gold in run] for run in by_seed])


def p_of_all_swaps(first: list[list[Sentence]], second: list[list[Sentence]]) -> float:
    """Every way to swap sentences, for all seeds at once, with nothing but loops."""

    def difference(swaps: tuple[bool, ...]) -> float:
        deltas = []
        for one, other in zip(first, second, strict=True):
            mine = [b if swap else a for a, b, swap in zip(one, other, swaps, strict=True)]
            theirs = [a if swap else b for a, b, swap in zip(one, other, swaps, strict=True)]
            deltas.append(f1_of(mine) - f1_of(theirs))
        return fmean(deltas)

    num_sentences = len(first[0])
    observed = abs(difference((False,) * num_sentences))
    ways = list(itertools.product((False, True), repeat=num_sentences))
    return sum(abs(difference(swaps)) >= observed - 1e-12 for swaps in ways) / len(ways)


@pytest.mark.parametrize("num_seeds", [1, 3])
@pytest.mark.parametrize("luck", [0.5, 0.6, 0.9])
def test_few_sentences_give_the_exact_p_of_all_swaps(num_seeds: int, luck: float) -> None:
    first = [draw(8, 0.5, ("a", seed)) for seed in range(num_seeds)]
    second = [draw(8, luck, ("b", seed)) for seed in range(num_seeds)]

    p_values = randomisation_p_values(as_counts(first), as_counts(second), num_rounds=1000, seed=1)

    assert p_values == pytest.approx([p_of_all_swaps(first, second)])


def test_random_rounds_come_near_the_p_of_all_swaps() -> None:
    first = [draw(11, 0.35, ("a", seed)) for seed in range(2)]
    second = [draw(11, 0.75, ("b", seed)) for seed in range(2)]
    exact = p_of_all_swaps(first, second)
    assert 0.01 < exact < 0.5  # else the test says little

    # Fewer rounds than there are ways to swap, so they are drawn.
    found = [
        randomisation_p_values(as_counts(first), as_counts(second), num_rounds=400, seed=seed)[0]
        for seed in range(100)
    ]

    assert fmean(found) == pytest.approx(exact, abs=4 * (exact / 400 / 100) ** 0.5 + 1 / 400)
    assert len(set(found)) > 5


def test_p_is_that_of_scipys_permutation_test() -> None:
    first, second = draw(9, 0.4, "a"), draw(9, 0.8, "b")

    def statistic(mine: np.ndarray, theirs: np.ndarray) -> float:
        # scipy swaps numbers; here each stands for a sentence's counts.
        return f1_of([table[int(code)] for code in mine]) - f1_of([table[int(code)] for code in theirs])

    table = [*first, *second]
    expected = permutation_test(
        (np.arange(9), np.arange(9, 18)),
        statistic,
        permutation_type="samples",
        n_resamples=np.inf,
        vectorized=False,
    ).pvalue

    assert randomisation_p_values(as_counts([first]), as_counts([second]), 1000, 1)[0] == pytest.approx(
        expected
    )


def test_p_of_drawn_rounds_counts_the_systems_as_they_are_as_one_round() -> None:
    # The one finds everything in 40 sentences, the other nothing: no round of 99 comes near.
    first, second = [[(1, 1, 1)] * 40], [[(0, 1, 1)] * 40]

    assert randomisation_p_values(as_counts(first), as_counts(second), 99, seed=3) == pytest.approx([0.01])


def test_systems_that_do_not_differ_have_p_1() -> None:
    same = as_counts([draw(50, 0.6, "a")])

    assert randomisation_p_values(same, same, 500, 1) == pytest.approx([1.0])


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.sampled_from([5, 40]), st.permutations(range(3)))
def test_p_depends_neither_on_which_system_comes_first_nor_on_the_order_of_seed_pairs(
    draw_seed: int, num_sentences: int, order: list[int]
) -> None:
    first = as_counts([draw(num_sentences, 0.5, (draw_seed, "a", seed)) for seed in range(3)])
    second = as_counts([draw(num_sentences, 0.6, (draw_seed, "b", seed)) for seed in range(3)])

    p_values = randomisation_p_values(first, second, 200, 5)

    assert 0 < p_values[0] <= 1
    assert randomisation_p_values(second, first, 200, 5) == pytest.approx(p_values)
    assert randomisation_p_values(first[order], second[order], 200, 5) == pytest.approx(p_values)


def test_sentences_that_both_answer_alike_do_not_change_p() -> None:
    first, second = draw(9, 0.3, "a"), draw(9, 0.9, "b")
    alike = [(0, 0, 0)] * 5

    with_them = randomisation_p_values(as_counts([first + alike]), as_counts([second + alike]), 1000, 1)

    # Nine sentences have 512 ways to swap; fourteen would have more than there are rounds.
    assert with_them == pytest.approx([p_of_all_swaps([first], [second])])


def test_a_figure_that_a_system_lacks_has_no_p() -> None:
    first = np.array([[[(2, 2), (0, 0)], [(0, 2), (0, 0)]]])
    second = np.array([[[(0, 2), (0, 0)], [(0, 2), (1, 3)]]])

    p_values = randomisation_p_values(first, second, 100, 1)

    assert p_values[0] == 1.0  # one sentence differs: swapping it only turns the sign
    assert np.isnan(p_values[1])


def test_figures_of_one_call_are_tested_as_they_are_alone() -> None:
    first = np.concatenate([as_counts([draw(30, 0.5, name)]) for name in "ab"], axis=2)
    second = np.concatenate([as_counts([draw(30, 0.7, name)]) for name in "cd"], axis=2)
    rounds = 20_000

    together = randomisation_p_values(first, second, rounds, 1)

    for figure in range(2):
        alone = randomisation_p_values(first[:, :, [figure]], second[:, :, [figure]], rounds, 2)[0]
        assert together[figure] == pytest.approx(alone, abs=5 * (alone / rounds) ** 0.5)


def test_large_counts_are_summed_exactly() -> None:
    # Above 2**24 single precision would lose the units.
    first = np.array([[[(2**26 + 1, 2**27)], [(1, 2)]]])
    second = np.array([[[(2**26, 2**27)], [(2, 2)]]])

    # 2**26 + 2 against 2**26 + 2: equal, so any swap is as far apart.
    assert randomisation_p_values(first, second, 100, 1) == pytest.approx([1.0])


@pytest.mark.parametrize(
    ("first", "second"), [((1, 4, 1, 2), (2, 4, 1, 2)), ((1, 0, 1, 2), (1, 0, 1, 2)), ((4, 1, 2), (4, 1, 2))]
)
def test_counts_that_do_not_match_are_refused(first: tuple[int, ...], second: tuple[int, ...]) -> None:
    with pytest.raises(
        ComparisonError, match="expected as many seeds, sentences and figures of both systems"
    ):
        randomisation_p_values(np.zeros(first, int), np.zeros(second, int), 10, 1)


def test_ratios_and_means_over_seeds_leave_out_what_is_undefined() -> None:
    found = ratios(np.array([[[1, 2], [0, 0]], [[3, 4], [1, 4]], [[0, 5], [0, 0]]]))

    assert found[:, 0].tolist() == [0.5, 0.75, 0.0]
    assert np.isnan(found[[0, 2], 1]).all()
    assert mean_over_seeds(found) == pytest.approx([1.25 / 3, 0.25])
    assert np.isnan(mean_over_seeds(np.full((2, 1), np.nan))).all()


def test_the_interval_of_a_difference_is_that_of_scipys_bootstrap() -> None:
    first, second = draw(120, 0.5, "a"), draw(120, 0.65, "b")
    one, other = as_counts([first])[0, :, 0], as_counts([second])[0, :, 0]

    def statistic(chosen: np.ndarray, axis: int) -> np.ndarray:
        def f1(counts: np.ndarray) -> np.ndarray:
            return counts[chosen, 0].sum(axis=axis) / counts[chosen, 1].sum(axis=axis)

        return f1(other) - f1(one)

    theirs = bootstrap(
        (np.arange(120),), statistic, n_resamples=6000, method="percentile", vectorized=True, rng=3
    ).confidence_interval
    sums = Resampling(120, 6000, seed=4).sums(np.concatenate([one, other], axis=1))
    deltas = (sums[:, 2] / sums[:, 3] - sums[:, 0] / sums[:, 1])[:, None]

    low, high = percentile_interval(deltas)

    width = theirs.high - theirs.low
    assert low[0] == pytest.approx(theirs.low, abs=0.05 * width)
    assert high[0] == pytest.approx(theirs.high, abs=0.05 * width)


def test_p_of_the_bootstrap_is_twice_the_smaller_tail() -> None:
    deltas = np.array(
        [[0.1, -1.0, np.nan, np.nan]] * 3 + [[-0.1, -2.0, np.nan, 0.0]] + [[0.2, -3.0, np.nan, 0.0]] * 15
    )

    # 1 of 19 below 0; none above 0; nothing known; all 16 known ones are 0 itself.
    expected = [2 * 2 / 20, 2 * 1 / 20, np.nan, 1.0]
    assert bootstrap_p_values(deltas) == pytest.approx(expected, nan_ok=True)


def test_p_of_the_bootstrap_is_small_just_where_the_interval_leaves_out_0() -> None:
    random = np.random.default_rng(1)
    deltas = random.normal(np.linspace(-4, 4, 81), 1.0, (2000, 81))

    low, high = percentile_interval(deltas)
    leaves_out = (low > 0) | (high < 0)
    p_values = bootstrap_p_values(deltas)

    assert 10 < leaves_out.sum() < 71
    assert leaves_out[p_values < 0.049].all()
    assert not leaves_out[p_values > 0.052].any()


def test_the_interval_of_what_no_sample_has_is_unknown() -> None:
    low, high = percentile_interval(np.array([[np.nan, 1.0], [np.nan, 3.0]]))

    assert np.isnan(low[0])
    assert np.isnan(high[0])
    assert (low[1], high[1]) == (pytest.approx(1.05), pytest.approx(2.95))
