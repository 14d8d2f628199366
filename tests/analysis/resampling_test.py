"""The bootstrap over sentences: exact sums, the same samples for all, and intervals as scipy's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from blner_allennlp.analysis import resampling
from blner_allennlp.analysis.resampled_counts import resample_counts
from blner_allennlp.analysis.resampling import Resampling, estimate
from blner_allennlp.analysis.results import Estimate

COUNTS = np.random.default_rng(5).integers(0, 4, size=(40, 3))


def test_every_sample_holds_as_many_sentences_as_there_are() -> None:
    sums = Resampling(40, 200, seed=1).sums(np.ones((40, 1), dtype=np.int64))
    assert (sums == 40).all()


def test_sums_are_those_of_the_sentences_that_were_drawn() -> None:
    # A column for each sentence shows how often it was drawn.
    resampled = Resampling(40, 50, seed=2).sums(np.concatenate([np.eye(40, dtype=np.int64), COUNTS], axis=1))
    draws = resampled[:, :40]
    assert (resampled[:, 40:] == draws @ COUNTS).all()
    assert len(np.unique(draws, axis=0)) == 50


def test_all_columns_see_the_same_samples_in_one_call_and_in_several() -> None:
    samples = Resampling(40, 30, seed=3)
    together = samples.sums(COUNTS)
    assert np.array_equal(together, samples.sums(COUNTS))
    assert np.array_equal(together[:, 1:2], samples.sums(COUNTS[:, 1:2]))
    assert not np.array_equal(together, Resampling(40, 30, seed=4).sums(COUNTS))


def test_chunks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Resampling(40, 30, seed=3).sums(COUNTS)
    monkeypatch.setattr(resampling, "_CHUNK_CELLS", 70)
    assert np.array_equal(whole, Resampling(40, 30, seed=3).sums(COUNTS))
    monkeypatch.setattr(resampling, "_CHUNK_CELLS", 1)
    assert np.array_equal(whole, Resampling(40, 30, seed=3).sums(COUNTS))


def test_sentences_without_counts_are_drawn_all_the_same() -> None:
    counts = np.zeros((10, 1), dtype=np.int64)
    counts[3] = 1
    sums = Resampling(10, 4000, seed=0).sums(counts)[:, 0]
    # How often one of ten sentences is drawn in ten draws: binomial with mean 1 and variance 0.9.
    assert sums.mean() == pytest.approx(1, abs=0.06)
    assert sums.var() == pytest.approx(0.9, abs=0.08)


@pytest.mark.parametrize(("num_sentences", "num_resamples"), [(0, 5), (5, 0), (0, 0)])
def test_nothing_to_draw_from_and_no_samples_are_fine(num_sentences: int, num_resamples: int) -> None:
    sums = Resampling(num_sentences, num_resamples).sums(np.ones((num_sentences, 2), dtype=np.int64))
    assert sums.shape == (num_resamples, 2)


def test_counts_of_other_sentences_are_rejected() -> None:
    with pytest.raises(ValueError, match="counts of 3 sentences, but samples of 4; give one row a sentence"):
        Resampling(4).sums(np.ones((3, 1)))


@pytest.mark.parametrize("numbers", [(-1, 1, 0), (1, -1, 0), (1, 1, -1)])
def test_negative_numbers_are_rejected(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="none of them may be negative"):
        Resampling(*numbers)


def test_the_interval_of_f1_is_scipys_but_for_chance() -> None:
    generator = np.random.default_rng(11)
    gold = generator.integers(0, 5, size=60)
    right = generator.binomial(gold, 0.7)
    predicted = right + generator.integers(0, 3, size=60)

    def f1(right: np.ndarray, predicted: np.ndarray, gold: np.ndarray, axis: int = -1) -> np.ndarray:
        return 2 * right.sum(axis) / (predicted.sum(axis) + gold.sum(axis))

    theirs = stats.bootstrap(
        (right, predicted, gold), f1, paired=True, n_resamples=20_000, method="percentile", rng=1
    ).confidence_interval
    sums = Resampling(60, 20_000, seed=2).sums(np.stack([right, predicted, gold], axis=1))
    ours = estimate(float(f1(right, predicted, gold)), 2 * sums[:, 0] / (sums[:, 1] + sums[:, 2]))
    # The Monte-Carlo error of such a quantile is about 0.0005 on both sides.
    assert ours.low == pytest.approx(theirs.low, abs=0.003)
    assert ours.high == pytest.approx(theirs.high, abs=0.003)
    assert theirs.high - theirs.low > 0.05


def test_an_estimate_is_bounded_by_the_percentiles_of_the_samples_that_have_the_figure() -> None:
    resampled = np.array([*np.arange(0, 1001) / 1000, np.nan, np.nan])
    assert estimate(0.5, resampled) == Estimate(0.5, pytest.approx(0.025), pytest.approx(0.975))
    assert estimate(None, resampled) == Estimate(None)
    assert estimate(0.5, np.array([np.nan])) == Estimate(0.5)
    assert estimate(0.5, np.array([])) == Estimate(0.5)


def test_many_figures_are_summed_at_once() -> None:
    samples = Resampling(40, 10, seed=0)
    resampled = resample_counts({"a": COUNTS[:, :2], "b": COUNTS[:, 2:] / 3}, samples)
    assert resampled["a"].total.tolist() == COUNTS[:, :2].sum(axis=0).tolist()
    assert np.array_equal(resampled["a"].resampled, samples.sums(COUNTS[:, :2]))
    assert np.allclose(resampled["b"].resampled, samples.sums(COUNTS[:, 2:]) / 3)
    assert resample_counts({}, samples) == {}
