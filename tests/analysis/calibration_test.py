"""Reliability and expected calibration error, by hand and against a loop over predictions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blner_allennlp.analysis.analyze import analyze
from blner_allennlp.analysis.results import Calibration
from blner_allennlp.analysis.settings import AnalysisSettings
from tests.analysis.outputs import make_output


def calibration_of(scores: list[float], rights: list[bool]) -> Calibration:
    """One prediction a sentence, right or wrong."""
    output = make_output(
        [
            ("a b", [(0, 1, "A")] if right else [], [(0, 1, "A", score)])
            for score, right in zip(scores, rights, strict=True)
        ]
    )
    calibration = analyze(output, AnalysisSettings(num_resamples=0)).calibration
    assert calibration is not None
    return calibration


def test_a_small_case_is_as_computed_by_hand() -> None:
    calibration = calibration_of([0.95, 0.91, 0.99, 0.55], [True, True, False, False])
    last, sixth = calibration.bins[9], calibration.bins[5]
    assert (last.low, last.high, last.num_predicted) == (0.9, 1.0, 3)
    assert last.mean_score == pytest.approx(0.95)
    assert last.share_right.value == pytest.approx(2 / 3)
    assert (sixth.num_predicted, sixth.mean_score, sixth.share_right.value) == (1, 0.55, 0)
    assert calibration.bins[0].num_predicted == 0
    assert calibration.bins[0].mean_score is None
    assert calibration.bins[0].share_right.value is None
    # 3/4 of |0.95 - 2/3| and 1/4 of 0.55
    assert calibration.expected_calibration_error.value == pytest.approx(0.75 * (0.95 - 2 / 3) + 0.25 * 0.55)


@pytest.mark.parametrize(
    ("score", "place"),
    [
        (0.0, 0),
        (0.1, 0),
        (np.nextafter(0.1, 1), 1),
        (0.3, 2),
        (0.7, 6),
        (0.9, 8),
        (np.nextafter(0.9, 1), 9),
        (1.0, 9),
    ],
)
def test_scores_at_a_border_are_in_the_lower_bin(score: float, place: int) -> None:
    bins = calibration_of([score], [True]).bins
    assert [index for index, each in enumerate(bins) if each.num_predicted] == [place]


@settings(max_examples=30)
@given(cases=st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=20))
def test_the_error_is_the_mean_distance_of_score_and_share_right(cases: list[tuple[float, bool]]) -> None:
    calibration = calibration_of([score for score, _ in cases], [right for _, right in cases])
    expected = 0.0
    for place in range(10):
        low, high = place / 10, (place + 1) / 10
        members = [case for case in cases if low < case[0] <= high or (place == 0 and case[0] == 0)]
        if members:
            mean_score = sum(score for score, _ in members) / len(members)
            share_right = sum(right for _, right in members) / len(members)
            expected += len(members) / len(cases) * abs(mean_score - share_right)
            assert calibration.bins[place].share_right.value == pytest.approx(share_right)
    assert sum(each.num_predicted for each in calibration.bins) == len(cases)
    assert calibration.expected_calibration_error.value == pytest.approx(expected)


def test_without_predictions_there_is_no_error_and_without_scores_no_calibration() -> None:
    settings_ = AnalysisSettings(num_resamples=10)
    calibration = analyze(make_output([("a", [(0, 1, "A")], [])]), settings_).calibration
    assert calibration is not None
    assert calibration.expected_calibration_error.value is None
    assert analyze(make_output([("a", [], [(0, 1, "A")])], has_scores=False), settings_).calibration is None


@pytest.mark.parametrize("score", [-0.1, 1.5, float("nan")])
def test_a_score_that_is_no_probability_is_an_error(score: float) -> None:
    output = make_output([("a", [], []), ("a b", [], [(0, 1, "A", 0.5), (1, 2, "A", score)])])
    with pytest.raises(
        ValueError, match=f"sentence 2: the score of a prediction is {score}, but must be a probability"
    ):
        analyze(output)
