"""The sentences of the page's browser."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from blner_allennlp.analysis.analyze import analyze
from blner_allennlp.analysis.judged_sentence import JudgedSentence
from blner_allennlp.analysis.sentence_records import distinct_titles, judged_sentences
from blner_allennlp.analysis.settings import AnalysisSettings
from blner_allennlp.runs.system_output import SystemInfo, SystemOutput
from tests.analysis.outputs import make_output, outputs

SETTINGS = AnalysisSettings(num_resamples=0)


def renamed(output: SystemOutput, **names: object) -> SystemOutput:
    return replace(output, info=replace(output.info, **names))


def test_gold_answers_verdicts_and_buckets_stand_side_by_side() -> None:
    text, gold = "will it rain this night", [(3, 5, "Date"), (2, 3, "Weather")]
    one = make_output(
        [(text, gold, [(2, 3, "Date", 0.5), (3, 4, "Date", 0.25), (0, 1, "Date", 0.75)])], training=[]
    )
    other = make_output([(text, gold, [(3, 5, "Date")])], system="mine", has_scores=False)
    assert judged_sentences([other, one], SETTINGS) == [
        JudgedSentence(
            corpus="invented",
            split="test",
            index=0,
            words=("will", "it", "rain", "this", "night"),
            gold=((2, 3, "Weather"), (3, 5, "Date")),
            answers={
                "mine": ((3, 5, "Date", None, "right"),),
                "SpanNER": (
                    (0, 1, "Date", 0.75, "spurious"),
                    (2, 3, "Date", 0.5, "type"),
                    (3, 4, "Date", 0.25, "boundary"),
                ),
            },
            missing={"mine": ((0, "missing"),), "SpanNER": ((0, "type"), (1, "boundary"))},
            buckets={
                "eLen": ("XS", "S"),
                "tLen": ("XS", "XS"),
                "eCon": ("XS", "XS"),
                "eDen": ("XL", "XL"),
                "eFre": ("XS", "XS"),
                "tFre": ("XS", "XS"),
                "oDen": ("XL", "XL"),
            },
        )
    ]


@settings(max_examples=20)
@given(output=outputs())
def test_verdicts_add_up_to_the_analysis(output: SystemOutput) -> None:
    records = judged_sentences([output], SETTINGS)
    analysis = analyze(output, SETTINGS)
    verdicts = [mention[4] for record in records for mention in record.answers["SpanNER"]]
    kinds = [kind for record in records for _, kind in record.missing["SpanNER"]]
    assert verdicts.count("right") == analysis.micro.true_positives
    assert verdicts.count("type") == analysis.errors.type_errors
    assert verdicts.count("boundary") == analysis.errors.boundary_errors
    assert verdicts.count("spurious") == analysis.errors.spurious
    assert len(kinds) == analysis.errors.false_negatives
    assert kinds.count("missing") == analysis.errors.missing
    for attribute in analysis.attributes:
        names = [name for record in records for name in record.buckets[attribute.attribute]]
        assert [names.count(bucket.name) for bucket in attribute.buckets] == [
            bucket.scores.num_gold for bucket in attribute.buckets
        ]


def test_where_not_all_fit_sentences_with_errors_come_before_gold_before_others() -> None:
    right = ("a b", [(0, 1, "A")], [(0, 1, "A")])
    wrong = ("a b", [(0, 1, "A")], [])
    empty = ("a b", [], [])
    output = make_output([empty, right, wrong, empty, right, wrong, empty, right])
    chosen = {
        num: [record.index for record in judged_sentences([output], SETTINGS, num)]
        for num in (0, 1, 2, 4, 6, 8, 9)
    }
    assert chosen == {
        0: [],
        1: [2],
        2: [2, 5],
        4: [1, 2, 4, 5],
        6: [0, 1, 2, 4, 5, 7],
        8: list(range(8)),
        9: list(range(8)),
    }


def test_an_error_of_any_system_counts_and_sentences_that_examples_point_to_come_first() -> None:
    right = ("a b", [(0, 1, "A")], [(0, 1, "A")])
    wrong = ("a b", [(0, 1, "A")], [])
    output = make_output([right, right, wrong])
    other = make_output([right, wrong, right], system="other")
    assert [record.index for record in judged_sentences([output, other], SETTINGS, 2)] == [1, 2]
    many = make_output([wrong] * 40)
    analysis = analyze(many, SETTINGS)
    (example,) = analysis.frequent_errors
    assert example.sentence_indices == tuple(range(10))
    chosen = [record.index for record in judged_sentences([many], SETTINGS, 12, [analysis])]
    assert chosen[:10] == list(range(10))
    assert chosen[10:] == [10, 25]  # the two others are from all over the rest
    assert [record.index for record in judged_sentences([many], SETTINGS, 4)] == [0, 10, 20, 30]


def test_each_split_gets_an_equal_part() -> None:
    output = make_output([("a", [(0, 1, "A")], [])] * 5)
    records = judged_sentences(
        [output, renamed(output, split="dev"), renamed(output, corpus="b")], SETTINGS, 6
    )
    assert [(record.corpus, record.split) for record in records] == [
        ("invented", "test"),
        ("invented", "test"),
        ("invented", "dev"),
        ("invented", "dev"),
        ("b", "test"),
        ("b", "test"),
    ]


def test_without_text_there_are_no_sentences() -> None:
    assert judged_sentences([make_output([("a", [], [])])], AnalysisSettings(with_text=False)) == []


@pytest.mark.parametrize(
    ("sentences", "message"),
    [
        ([("a b", [(0, 1, "A")], [])], "have 2 and 1 sentences; show them on pages of their own"),
        ([("a b", [(0, 1, "A")], []), ("x", [], [])], "but sentence 2 has other words in each"),
        ([("a b", [(0, 2, "A")], []), ("c", [], [])], "but sentence 1 has other gold in each"),
    ],
)
def test_systems_that_answered_other_sentences_are_not_shown_side_by_side(
    sentences: list[tuple[str, list[tuple[int, int, str]], list[tuple[int, int, str]]]], message: str
) -> None:
    one = make_output([("a b", [(0, 1, "A")], []), ("c", [], [])])
    with pytest.raises(ValueError, match=message):
        judged_sentences([one, make_output(sentences, system="other")], SETTINGS)


def test_systems_of_the_same_name_are_told_apart_by_seed_then_by_source() -> None:
    def info(seed: int | None, source: str = "", system: str = "X") -> SystemInfo:
        return SystemInfo(system, "c", "test", seed=seed, source=source)

    assert distinct_titles([info(1), info(2), info(1, system="Y")]) == ["X (seed 1)", "X (seed 2)", "Y"]
    assert distinct_titles([info(1, "a"), info(1, "b"), info(2)]) == [
        "X (seed 1) a",
        "X (seed 1) b",
        "X (seed 2)",
    ]
    assert distinct_titles([info(None, "a"), info(None, "b")]) == ["X a", "X b"]
