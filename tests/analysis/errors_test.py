"""Kinds of errors: the paper's fixture, cases by hand, and what must add up."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from blner_allennlp.analysis.analyze import analyze
from blner_allennlp.analysis.results import ErrorFigures
from blner_allennlp.analysis.settings import AnalysisSettings
from blner_allennlp.runs.system_output import SystemOutput
from tests.analysis.outputs import Mention, make_output, outputs

TEXT = "will rain this night"
GOLD = [(1, 2, "Weather"), (2, 4, "Date")]


def errors_of(
    predicted: list[Mention], gold: list[Mention] = GOLD, text: str = TEXT, *, gold_side: bool = False
) -> ErrorFigures:
    settings_ = AnalysisSettings(num_resamples=0, count_gold_side=gold_side)
    return analyze(make_output([(text, gold, predicted)]), settings_).errors


@pytest.mark.parametrize(
    ("predicted", "num_false", "num_errors", "rates"),
    [
        ([(0, 2, "Weather"), (2, 4, "Date")], (1, 1), (1, 0), (1 / 2, 0)),
        # One prediction across both gold mentions is one boundary error of three errors.
        ([(0, 4, "Date")], (1, 2), (1, 0), (1 / 3, 0)),
        ([(1, 2, "Date"), (2, 3, "Date")], (2, 2), (1, 1), (1 / 4, 1 / 4)),
    ],
)
def test_boundary_and_type_errors_are_as_in_the_papers_example(
    predicted: list[Mention],
    num_false: tuple[int, int],
    num_errors: tuple[int, int],
    rates: tuple[float, float],
) -> None:
    errors = errors_of(predicted)
    assert (errors.false_positives, errors.false_negatives) == num_false
    assert errors.num_errors == sum(num_false)
    assert (errors.boundary_errors, errors.type_errors) == num_errors
    assert (errors.boundary_error_rate.value, errors.type_error_rate.value) == rates


def test_counted_by_gold_mentions_a_prediction_across_two_is_two_boundary_errors() -> None:
    errors = errors_of([(0, 4, "Date")], gold_side=True)
    assert errors.boundary_errors == 2
    assert errors.boundary_error_rate.value == 2 / 3
    assert errors_of([(1, 2, "Date"), (2, 3, "Date")], gold_side=True) == errors_of(
        [(1, 2, "Date"), (2, 3, "Date")]
    )


def test_spurious_predictions_and_missing_gold_are_no_boundary_errors() -> None:
    errors = errors_of([(0, 1, "Weather")])
    assert (errors.spurious, errors.missing, errors.boundary_errors, errors.type_errors) == (1, 2, 0, 0)
    assert (errors.false_positives, errors.false_negatives) == (1, 2)
    assert errors.boundary_error_rate.value == errors.type_error_rate.value == 0


def test_a_second_type_for_the_words_of_a_right_prediction_is_a_type_error() -> None:
    errors = errors_of([(1, 2, "Weather"), (1, 2, "Date"), (2, 4, "Date")])
    assert (errors.false_positives, errors.false_negatives, errors.type_errors) == (1, 0, 1)
    assert errors.type_error_rate.value == 1


def test_with_nested_gold_a_prediction_with_the_words_of_one_mention_is_no_boundary_error() -> None:
    errors = errors_of([(1, 2, "Date")], gold=[(0, 4, "Date"), (1, 2, "Weather")])
    assert (errors.type_errors, errors.boundary_errors) == (1, 0)
    # The outer mention shares a word with the prediction, so it is not missing either.
    assert (errors.missing, errors.false_negatives) == (0, 2)


def test_without_errors_the_rates_are_zero() -> None:
    errors = errors_of(list(GOLD))
    assert errors.num_errors == 0
    assert errors.boundary_error_rate.value == errors.type_error_rate.value == 0
    assert errors_of([], gold=[]).boundary_error_rate.value == 0


@settings(max_examples=30)
@given(output=outputs())
def test_each_false_positive_is_of_one_kind(output: SystemOutput) -> None:
    errors = analyze(output, AnalysisSettings(num_resamples=0)).errors
    assert errors.type_errors + errors.boundary_errors + errors.spurious == errors.false_positives
    assert errors.missing <= errors.false_negatives
    gold_side = analyze(output, AnalysisSettings(num_resamples=0, count_gold_side=True)).errors
    assert gold_side.type_errors + gold_side.boundary_errors + gold_side.missing == errors.false_negatives
