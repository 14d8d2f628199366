"""The whole analysis: seqeval, sums, order, and a corpus computed by hand."""

from __future__ import annotations

import json
import random
import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seqeval.metrics.sequence_labeling import precision_recall_fscore_support as lenient_scores
from seqeval.metrics.v1 import precision_recall_fscore_support as strict_scores
from seqeval.scheme import IOB2

from blner_allennlp.analysis.analyze import analyze
from blner_allennlp.analysis.bucket_settings import parse_buckets
from blner_allennlp.analysis.results import Analysis, Estimate, ScoreFigures
from blner_allennlp.analysis.settings import AnalysisSettings
from blner_allennlp.attributes import Attribute, Consistency
from blner_allennlp.runs.system_output import SystemOutput
from blner_allennlp.scoring import NerCounts
from tests.analysis.outputs import LABELS, Mention, make_output, outputs

QUICK = AnalysisSettings(num_resamples=20)


def counts_of(scores: ScoreFigures) -> np.ndarray:
    return np.array([scores.true_positives, scores.num_predicted, scores.num_gold])


def values_of(scores: ScoreFigures) -> tuple[float | None, ...]:
    return scores.precision.value, scores.recall.value, scores.f1.value


def shuffled(output: SystemOutput, seed: int) -> SystemOutput:
    generator = random.Random(seed)
    return replace(
        output,
        predicted=tuple(tuple(generator.sample(answer, len(answer))) for answer in output.predicted),
        sentences=tuple(
            replace(sentence, entities=tuple(generator.sample(sentence.entities, len(sentence.entities))))
            for sentence in output.sentences
        ),
    )


@st.composite
def flat_mentions(draw: st.DrawFn, num_words: int) -> list[Mention]:
    mentions, word = [], 0
    while word < num_words:
        width = draw(st.integers(1, 3))
        if draw(st.booleans()) and word + width <= num_words:
            mentions.append((word, word + width, draw(st.sampled_from(LABELS))))
        word += width
    return mentions


def bio_tags(num_words: int, mentions: list[Mention]) -> list[str]:
    tags = ["O"] * num_words
    for start, end, label in mentions:
        tags[start:end] = [f"B-{label}"] + [f"I-{label}"] * (end - start - 1)
    return tags


@settings(max_examples=25)
@given(data=st.data(), lengths=st.lists(st.integers(1, 8), min_size=1, max_size=4))
def test_scores_equal_seqevals_in_both_modes(data: st.DataObject, lengths: list[int]) -> None:
    # The modes differ on ill-formed tags only; mentions as this package has them make none.
    sentences = [
        (" ".join("w" * length), data.draw(flat_mentions(length)), data.draw(flat_mentions(length)))
        for length in lengths
    ]
    analysis = analyze(make_output(sentences), AnalysisSettings(num_resamples=0))
    gold = [bio_tags(length, mentions) for length, (_, mentions, _) in zip(lengths, sentences, strict=True)]
    predicted = [
        bio_tags(length, mentions) for length, (_, _, mentions) in zip(lengths, sentences, strict=True)
    ]
    if not analysis.per_type:
        assert values_of(analysis.micro) == (0, 0, 0)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for scores, options in ((lenient_scores, {}), (strict_scores, {"scheme": IOB2})):
            micro = scores(gold, predicted, average="micro", zero_division=0, **options)[:3]
            macro = scores(gold, predicted, average="macro", zero_division=0, **options)[:3]
            by_type = scores(gold, predicted, average=None, zero_division=0, **options)
            assert values_of(analysis.micro) == pytest.approx(micro)
            ours = (analysis.macro_precision.value, analysis.macro_recall.value, analysis.macro_f1.value)
            assert ours == pytest.approx(macro)
            for place, figures in enumerate(analysis.per_type.values()):
                assert values_of(figures) == pytest.approx([column[place] for column in by_type[:3]])


@settings(max_examples=25)
@given(output=outputs())
def test_scores_equal_those_of_the_scorer_also_of_nested_and_repeated_mentions(output: SystemOutput) -> None:
    analysis = analyze(output, AnalysisSettings(num_resamples=0))
    counts = NerCounts()
    for sentence, answer in zip(output.sentences, output.predicted, strict=True):
        counts.add(sentence.entities, [scored.entity for scored in answer])
    for figures, expected in (
        (analysis.micro, counts.micro()),
        (analysis.boundaries, counts.type_agnostic()),
        *((analysis.per_type[label], of_type) for label, of_type in counts.per_type().items()),
    ):
        assert counts_of(figures).tolist() == [
            expected.true_positives,
            expected.num_predicted,
            expected.num_gold,
        ]
        assert values_of(figures) == pytest.approx((expected.precision, expected.recall, expected.f1))
    assert list(analysis.per_type) == list(counts.per_type())
    macro = counts.macro()
    assert analysis.macro_precision.value == pytest.approx(macro.precision)
    assert analysis.macro_recall.value == pytest.approx(macro.recall)
    assert analysis.macro_f1.value == pytest.approx(macro.f1)


@pytest.mark.parametrize("buckets", [{}, {"eLen": [2], "eCon": ["[0]", "> 0"], "eDen": [0.1, 0.2, 0.5, 0.7]}])
@settings(max_examples=20)
@given(output=outputs())
def test_the_counts_of_each_attributes_buckets_and_of_the_types_add_up_to_the_total(
    buckets: dict[str, list[float | str]], output: SystemOutput
) -> None:
    analysis = analyze(output, AnalysisSettings(num_resamples=0, buckets=parse_buckets(buckets)))
    total = counts_of(analysis.micro).tolist()
    assert [attribute.attribute for attribute in analysis.attributes] == list(Attribute)
    for attribute in analysis.attributes:
        assert sum(counts_of(bucket.scores) for bucket in attribute.buckets).tolist() == total
    if analysis.per_type:
        assert sum(counts_of(scores) for scores in analysis.per_type.values()).tolist() == total
    errors = analysis.errors
    assert [errors.false_positives, errors.false_negatives] == [total[1] - total[0], total[2] - total[0]]


@settings(max_examples=15)
@given(output=outputs(), seed=st.integers(0, 100))
def test_the_order_of_mentions_does_not_matter(output: SystemOutput, seed: int) -> None:
    assert analyze(shuffled(output, seed), QUICK) == analyze(output, QUICK)


@settings(max_examples=25)
@given(output=outputs())
def test_predictions_that_are_there_twice_count_once(output: SystemOutput) -> None:
    doubled = replace(output, predicted=tuple(answer + answer for answer in output.predicted))
    assert analyze(doubled, QUICK) == analyze(output, QUICK)


@settings(max_examples=15)
@given(output=outputs())
def test_all_figures_are_plain_json_and_intervals_have_both_ends_in_order(output: SystemOutput) -> None:
    values = analyze(output, QUICK).to_json()
    assert json.loads(json.dumps(values, allow_nan=False))["num_resamples"] == 20
    found = 0

    def check(value: object) -> None:
        nonlocal found
        if isinstance(value, dict):
            if set(value) == {"value", "low", "high"}:
                found += 1
                assert (value["low"] is None) == (value["high"] is None)
                if value["low"] is not None:
                    assert value["value"] is not None
                    assert 0 <= value["low"] <= value["high"] <= 1
            for member in value.values():
                check(member)
        elif isinstance(value, (list, tuple)):
            for member in value:
                check(member)

    check(values)
    assert found > 80


def test_intervals_hold_the_value_and_are_the_same_for_the_same_seed() -> None:
    output = make_output(
        [
            ("a b c", [(0, 1, "A"), (2, 3, "B")], [(0, 1, "A"), (1, 2, "B")]),
            ("a b", [(0, 2, "B")], [(0, 2, "B")]),
        ]
        * 30
    )
    analysis = analyze(output)
    assert analysis == analyze(output)
    assert analysis.num_resamples == 1000
    for figure in (
        analysis.micro.f1,
        analysis.macro_f1,
        analysis.boundaries.recall,
        analysis.errors.type_error_rate,
    ):
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low <= figure.value <= figure.high
    assert analysis.micro.f1.low < analysis.micro.f1.value < analysis.micro.f1.high
    other = analyze(output, AnalysisSettings(seed=1))
    assert other.micro.f1.value == analysis.micro.f1.value
    assert other != analysis


def test_samples_without_a_type_or_a_bucket_say_nothing_of_it() -> None:
    # Everything is right; the rare type and the wide mention are missing in more than a third of the samples.
    rare = ("a b c", [(0, 2, "Rare")], [(0, 2, "Rare")])
    analysis = analyze(
        make_output([*[("a", [(0, 1, "A")], [(0, 1, "A")])] * 20, rare]), AnalysisSettings(num_resamples=100)
    )
    assert analysis.macro_f1 == Estimate(1.0, 1.0, 1.0)
    assert analysis.attributes[0].buckets[1].scores.f1 == Estimate(1.0, 1.0, 1.0)
    assert analysis.per_type["Rare"].f1 == Estimate(1.0, 1.0, 1.0)
    # But where only predictions are missing, a sample's precision is 0, as that of the corpus would be.
    half = analyze(
        make_output([("a b", [(0, 1, "A")], [(0, 1, "A")]), ("b", [(0, 1, "A")], [])]),
        AnalysisSettings(num_resamples=200),
    )
    assert half.micro.precision == Estimate(1.0, 0.0, 1.0)


def test_without_resamples_there_are_no_intervals() -> None:
    analysis = analyze(make_output([("a", [(0, 1, "A")], [(0, 1, "A")])]), AnalysisSettings(num_resamples=0))
    assert analysis.micro.f1 == Estimate(1.0)
    assert analysis.macro_f1 == Estimate(1.0)


def buckets_of(analysis: Analysis, attribute: str) -> dict[str, tuple[list[int], tuple[float | None, ...]]]:
    (figures,) = [each for each in analysis.attributes if each.attribute == attribute]
    return {
        bucket.name: (counts_of(bucket.scores).tolist(), values_of(bucket.scores))
        for bucket in figures.buckets
    }


def test_a_small_corpus_is_analysed_as_by_hand() -> None:
    output = make_output(
        [
            # Gold: a mention of one word and one of two; the second one is cut short.
            (
                "Oslo and New York",
                [(0, 1, "Place"), (2, 4, "Place")],
                [(0, 1, "Place", 0.9), (2, 3, "Place", 0.4)],
            ),
            # No gold here, so the sentence's density is 0.
            ("the rain", [], [(1, 2, "Weather", 0.6)]),
        ],
        training=[("OSLO", [(0, 1, "Place")]), ("oslo", [(0, 1, "Team")]), ("the New", [])],
        settings={"max_width": 1},
    )
    analysis = analyze(output, QUICK)
    assert (analysis.num_sentences, analysis.num_words) == (2, 6)
    assert values_of(analysis.micro) == pytest.approx((1 / 3, 1 / 2, 2 / 5))
    # By length: gold 1 + 1, predictions all of one word.
    assert buckets_of(analysis, "eLen") == {
        "XS": ([1, 3, 1], (pytest.approx(1 / 3), 1, 0.5)),
        "S": ([0, 0, 1], (None, 0, 0)),
        "L": ([0, 0, 0], (None, None, None)),
        "XL": ([0, 0, 0], (None, None, None)),
    }
    # By density: 2 of 4 words in the first sentence, 0 in the second.
    assert buckets_of(analysis, "eDen")["XL"] == ([1, 2, 2], (0.5, 0.5, 0.5))
    assert buckets_of(analysis, "eDen")["XS"] == ([0, 1, 0], (0, None, 0))
    # "Oslo" is a place in half of its training mentions, all others are unseen.
    assert buckets_of(analysis, "eCon")["S"] == ([1, 1, 1], (1, 1, 1))
    assert buckets_of(analysis, "eCon")["XS"] == ([0, 2, 1], (0, 0, 0))
    assert buckets_of(analysis, "eFre")["S"][0] == [1, 1, 1]
    # "Oslo" and "New" occur, "York" and "rain" do not.
    assert buckets_of(analysis, "tFre")["S"][0] == [1, 2, 1]
    assert buckets_of(analysis, "tFre")["XS"][0] == [0, 1, 1]
    # Unseen, spelled as they are: Oslo, and, York of four words; rain of two.
    assert buckets_of(analysis, "oDen")["XL"][0] == [1, 3, 2]
    assert analysis.oov_density == 4 / 6
    assert all(bucket.is_small for attribute in analysis.attributes for bucket in attribute.buckets)
    assert (analysis.reach.max_width, analysis.reach.num_gold, analysis.reach.num_beyond) == (1, 2, 1)
    assert analysis.reach.share_beyond.value == 0.5


def test_a_bucket_of_thirty_gold_mentions_is_not_small() -> None:
    for num, is_small in ((29, True), (30, False)):
        analysis = analyze(make_output([("a", [(0, 1, "A")], [])] * num), QUICK)
        assert analysis.attributes[0].buckets[0].is_small == is_small


def test_without_a_known_width_limit_nothing_is_said_of_reach() -> None:
    reach = analyze(make_output([("a b", [(0, 2, "A")], [])]), QUICK).reach
    assert (reach.max_width, reach.num_gold, reach.num_beyond, reach.share_beyond) == (
        None,
        1,
        0,
        Estimate(None),
    )


def test_without_training_data_what_needs_them_is_left_out() -> None:
    analysis = analyze(make_output([("a", [(0, 1, "A")], [])]), QUICK)
    assert [attribute.attribute for attribute in analysis.attributes] == ["eLen", "tLen", "eDen"]
    assert analysis.oov_density is None


@pytest.mark.parametrize("sentences", [[], [("", [], [])], [("a b", [], [])]])
def test_a_corpus_without_sentences_words_or_mentions_can_be_analysed(
    sentences: list[tuple[str, list[Mention], list[Mention]]],
) -> None:
    analysis = analyze(make_output(sentences, training=[]), QUICK)
    assert values_of(analysis.micro) == (0, 0, 0)
    assert analysis.macro_f1.value == 0
    assert analysis.per_type == {}
    assert json.dumps(analysis.to_json(), allow_nan=False)


def test_without_text_no_word_is_in_the_results() -> None:
    output = make_output(
        [("secret words", [(0, 1, "A")], [(0, 2, "A"), (1, 2, "B")])], training=[("secret", [])]
    )
    assert "secret" in json.dumps(analyze(output, QUICK).to_json())
    assert "secret" not in json.dumps(analyze(output, replace(QUICK, with_text=False)).to_json())


@pytest.mark.parametrize(
    ("head", "max_width", "num_beyond"), [("seq", None, 0), ("span", 2, 1), (None, 2, 1)]
)
def test_a_sequence_head_reaches_gold_of_any_width(
    head: str | None, max_width: int | None, num_beyond: int
) -> None:
    output = make_output([("a b c d", [(0, 3, "A"), (3, 4, "B")], [])], settings={"max_width": 2})
    reach = analyze(replace(output, info=replace(output.info, head=head)), QUICK).reach
    assert (reach.max_width, reach.num_gold, reach.num_beyond) == (max_width, 2, num_beyond)
    assert reach.share_beyond.value == (0.5 if head != "seq" else None)


def test_samples_without_mentions_say_nothing_of_any_score() -> None:
    # One sample in four draws the second sentence only, the others a perfect answer.
    output = make_output([("a b", [(0, 1, "A")], [(0, 1, "A")]), ("c", [], [])])
    analysis = analyze(output, replace(QUICK, num_resamples=200))
    assert analysis.micro.f1 == Estimate(1.0, 1.0, 1.0)
    assert analysis.macro_precision == analysis.macro_recall == analysis.macro_f1 == Estimate(1.0, 1.0, 1.0)


def test_the_settings_reach_the_attributes() -> None:
    output = make_output(
        [("a", [(0, 1, "A")], [])],
        training=[("a", [(0, 1, "A")]), ("b", [(0, 1, "B")]), ("a A a a a a a a a", [])],
    )
    by_choice = {
        choice: [
            name for name, (counts, _) in buckets_of(analyze(output, settings_), "eCon").items() if counts[2]
        ]
        for choice, settings_ in {
            "surface": QUICK,
            "literal": replace(QUICK, consistency=Consistency.LITERAL),
            "tokens": replace(QUICK, consistency=Consistency.TOKENS),
        }.items()
    }
    assert by_choice == {"surface": ["XL"], "literal": ["S"], "tokens": ["XS"]}


@pytest.mark.parametrize("name", ["num_resamples", "seed", "num_examples"])
def test_negative_settings_are_rejected(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} is -1, but must be 0 or more"):
        AnalysisSettings(**{name: -1})
