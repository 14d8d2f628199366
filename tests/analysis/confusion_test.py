"""Types taken for each other."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings

from blner_allennlp.analysis.confusion import confuse
from blner_allennlp.analysis.mention_table import build_mention_table
from blner_allennlp.analysis.results import Confusion
from blner_allennlp.analysis.settings import AnalysisSettings
from blner_allennlp.runs.system_output import SystemOutput
from tests.analysis.outputs import make_output, outputs


def confusion_of(output: SystemOutput) -> Confusion:
    return confuse(build_mention_table(output, AnalysisSettings()))


def test_right_wrong_missed_and_made_up_types_are_counted() -> None:
    output = make_output(
        [
            ("a b c d", [(0, 1, "A"), (1, 2, "B"), (2, 4, "A")], [(0, 1, "A"), (1, 2, "A"), (2, 3, "A")]),
            ("a b", [(0, 1, "B")], [(0, 1, "A"), (1, 2, "C")]),
        ]
    )
    assert confusion_of(output) == Confusion(
        ("A", "B", "C"),
        (
            (1, 0, 0, 1),  # A: found once; "c d" is not predicted
            (2, 0, 0, 0),  # B: taken for A twice
            (0, 0, 0, 0),
            (1, 0, 1, 0),  # "c" as A and "b" as C are no gold mentions
        ),
    )


def test_of_several_types_of_the_same_words_right_ones_are_paired_first_then_in_alphabetical_order() -> None:
    output = make_output([("a", [(0, 1, "A"), (0, 1, "C"), (0, 1, "D")], [(0, 1, "B"), (0, 1, "C")])])
    assert confusion_of(output) == Confusion(
        ("A", "B", "C", "D"),
        ((0, 1, 0, 0, 0), (0, 0, 0, 0, 0), (0, 0, 1, 0, 0), (0, 0, 0, 0, 1), (0, 0, 0, 0, 0)),
    )


def test_without_mentions_there_is_one_empty_cell() -> None:
    assert confusion_of(make_output([("a", [], [])])) == Confusion((), ((0,),))


@settings(max_examples=30)
@given(output=outputs())
def test_rows_add_up_to_gold_and_columns_to_predictions(output: SystemOutput) -> None:
    confusion = confusion_of(output)
    gold = Counter(
        label
        for sentence in output.sentences
        for _, _, label in {(each.word_start, each.word_end, each.label) for each in sentence.entities}
    )
    predicted = Counter(
        each.label for answer in output.predicted for each in {scored.entity for scored in answer}
    )
    right = sum(
        len(set(sentence.entities) & {scored.entity for scored in answer})
        for sentence, answer in zip(output.sentences, output.predicted, strict=True)
    )
    assert [sum(row) for row in confusion.counts[:-1]] == [gold[label] for label in confusion.labels]
    columns = list(zip(*confusion.counts, strict=True))
    assert [sum(column) for column in columns[:-1]] == [predicted[label] for label in confusion.labels]
    assert sum(confusion.counts[place][place] for place in range(len(confusion.labels))) == right
    assert confusion.counts[-1][-1] == 0
