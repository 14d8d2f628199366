"""Which errors are shown, and what they should have been."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings

from blner_allennlp.analysis.examples import ErrorExamples
from blner_allennlp.analysis.mention_table import build_mention_table
from blner_allennlp.analysis.results import ErrorExample
from blner_allennlp.analysis.settings import AnalysisSettings
from blner_allennlp.analysis.wrong_pairs import NO_GOLD, find_counterparts
from blner_allennlp.runs.system_output import SystemOutput
from tests.analysis.outputs import Mention, make_output, outputs

# Three times Oslo is taken for a person, twice "Ms Berg" for "Berg"; one mention is missing, one made up.
OUTPUT = make_output(
    [
        ("Oslo is wet", [(0, 1, "Place")], [(0, 1, "Person", 0.6)]),
        (
            "in Oslo Ms Berg",
            [(1, 2, "Place"), (3, 4, "Person")],
            [(1, 2, "Person", 0.9), (2, 4, "Person", 0.7)],
        ),
        (
            "Ms Berg likes Oslo",
            [(1, 2, "Person"), (3, 4, "Place")],
            [(3, 4, "Person", 0.8), (0, 2, "Person", 0.99)],
        ),
        ("rain over Narvik", [(2, 3, "Place")], [(0, 1, "Weather", 0.95)]),
    ]
)
OSLO = ("type", "Oslo", "Person", "Oslo", "Place")
BERG = ("boundary", "Ms Berg", "Person", "Berg", "Person")
RAIN = ("spurious", "rain", "Weather", None, None)
NARVIK = ("missing", "Narvik", None, "Narvik", "Place")


def examples_of(output: SystemOutput) -> ErrorExamples:
    return ErrorExamples(build_mention_table(output, AnalysisSettings()), output.has_scores)


def identity(example: ErrorExample) -> tuple[str, str, str | None, str | None, str | None]:
    return example.kind, example.text, example.predicted_type, example.gold_text, example.gold_type


def test_the_same_errors_are_counted_together_and_the_most_frequent_come_first() -> None:
    examples = examples_of(OUTPUT).most_frequent(10)
    assert [identity(example) for example in examples] == [OSLO, BERG, RAIN, NARVIK]
    assert [example.count for example in examples] == [3, 2, 1, 1]
    assert [example.score for example in examples] == [0.9, 0.99, 0.95, None]
    assert [example.sentence_indices for example in examples] == [(0, 1, 2), (1, 2), (3,), (3,)]


def test_the_errors_with_the_highest_scores_come_first_with_their_best_sentence_in_front() -> None:
    examples = examples_of(OUTPUT).most_confident(10)
    assert [identity(example) for example in examples] == [BERG, RAIN, OSLO]
    assert [example.sentence_indices for example in examples] == [(2, 1), (3,), (1, 2, 0)]


def test_only_as_many_as_asked_for_are_listed() -> None:
    examples = examples_of(OUTPUT)
    assert [identity(example) for example in examples.most_frequent(2)] == [OSLO, BERG]
    assert [identity(example) for example in examples.most_confident(1)] == [BERG]
    assert examples.most_frequent(0) == examples.most_confident(0) == ()


def test_without_scores_no_error_is_confident() -> None:
    output = make_output([("a", [], [(0, 1, "A")])], has_scores=False)
    examples = examples_of(output)
    assert examples.most_confident(5) == ()
    assert [example.score for example in examples.most_frequent(5)] == [None]


def test_without_errors_none_are_listed() -> None:
    examples = examples_of(make_output([("a", [(0, 1, "A")], [(0, 1, "A")])]))
    assert examples.most_frequent(5) == examples.most_confident(5) == ()


def test_at_most_ten_sentences_are_named() -> None:
    output = make_output([("a", [], [(0, 1, "A", 0.5)])] * 12)
    (example,) = examples_of(output).most_frequent(5)
    assert example.count == 12
    assert example.sentence_indices == tuple(range(10))


@pytest.mark.parametrize(
    ("gold", "predicted", "expected"),
    [
        # The one that shares most words, then one that nobody found, then the first.
        ([(0, 1, "A"), (2, 5, "B")], [(0, 4, "A")], (2, 5, "B")),
        ([(0, 2, "A"), (3, 5, "B")], [(1, 4, "A")], (0, 2, "A")),
        ([(0, 2, "A"), (3, 5, "B")], [(1, 4, "A"), (0, 2, "A")], (3, 5, "B")),
        # The same words before a mention around them.
        ([(0, 4, "A"), (1, 2, "B")], [(1, 2, "C")], (1, 2, "B")),
        # Of two types of the same words the one that nobody found.
        ([(1, 2, "A"), (1, 2, "B")], [(1, 2, "A"), (1, 2, "C")], (1, 2, "B")),
        ([(1, 2, "B"), (1, 2, "A")], [(1, 2, "C")], (1, 2, "A")),
    ],
)
def test_a_wrong_prediction_should_have_been_the_closest_gold_mention(
    gold: list[Mention], predicted: list[Mention], expected: Mention
) -> None:
    table = build_mention_table(
        make_output([("z", [(0, 1, "A")], []), ("a b c d e", gold, predicted)]), AnalysisSettings()
    )
    counterparts = [
        None if place == NO_GOLD else table.gold.rows[place].tolist()
        for place in find_counterparts(table).tolist()
    ]
    found = [place for place in counterparts if place is not None]
    assert found == [[1, expected[0], expected[1], table.labels.index(expected[2])]]


@settings(max_examples=40)
@given(output=outputs())
def test_all_errors_together_are_all_false_positives_and_all_missing_gold(output: SystemOutput) -> None:
    examples = examples_of(output).most_frequent(1000)
    counts = Counter({identity(example): example.count for example in examples})
    assert len(counts) == len(examples)
    expected: Counter[tuple[str, str | None]] = Counter()
    for sentence, answer in zip(output.sentences, output.predicted, strict=True):
        predicted = {scored.entity for scored in answer}
        for entity in predicted - set(sentence.entities):
            expected["predicted", sentence.words_of(entity)] += 1
        for entity in set(sentence.entities):
            if not any(entity.overlaps(other) for other in predicted):
                expected["missing", sentence.words_of(entity)] += 1
    found: Counter[tuple[str, str | None]] = Counter()
    for (kind, text, _, _, _), count in counts.items():
        found["missing" if kind == "missing" else "predicted", text] += count
    assert found == expected
    assert [example.count for example in examples] == sorted(counts.values(), reverse=True)
