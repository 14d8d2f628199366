"""Scores, against seqeval, against comparison of all pairs, and on a corpus counted by hand."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seqeval.metrics.sequence_labeling import precision_recall_fscore_support as lenient_scores
from seqeval.metrics.v1 import precision_recall_fscore_support as strict_scores
from seqeval.scheme import BILOU, IOB1, IOB2, IOBES

from blner_allennlp.entities import Entity
from blner_allennlp.scoring import (
    EntityCounts,
    NerCounts,
    Score,
    count_boundaries,
    count_entities,
    match_rows,
    score_rows,
)
from blner_allennlp.tag_schemes import Reading, TagScheme, all_tags, tags_to_entities
from tests.oracles import count_matches

SEQEVAL_SCHEMES = {TagScheme.IOB1: IOB1, TagScheme.BIO: IOB2, TagScheme.BIOES: IOBES, TagScheme.BIOUL: BILOU}
# The default mode of seqeval does not know the letters L and U.
CASES_KNOWN_TO_SEQEVAL = [
    (scheme, reading)
    for scheme in SEQEVAL_SCHEMES
    for reading in Reading
    if not (scheme is TagScheme.BIOUL and reading is Reading.CONLLEVAL)
]

mention_lists = st.lists(
    st.tuples(st.integers(0, 5), st.integers(1, 3), st.sampled_from("ABC")).map(
        lambda parts: (parts[0], parts[0] + parts[1], parts[2])
    ),
    max_size=8,
)
mention_corpora = st.lists(st.tuples(mention_lists, mention_lists), max_size=5)
MentionCorpus = list[tuple[list[tuple[int, int, str]], list[tuple[int, int, str]]]]


@st.composite
def tagged_corpora(draw: st.DrawFn, scheme: TagScheme) -> tuple[list[list[str]], list[list[str]]]:
    tags = st.sampled_from(all_tags(["A", "B", "C"], scheme))
    lengths = draw(st.lists(st.integers(1, 8), min_size=1, max_size=4))
    gold, predicted = (
        [draw(st.lists(tags, min_size=length, max_size=length)) for length in lengths] for _ in range(2)
    )
    return gold, predicted


def to_counts(corpus: MentionCorpus) -> NerCounts:
    counts = NerCounts()
    for gold, predicted in corpus:
        counts.add([Entity(*mention) for mention in gold], [Entity(*mention) for mention in predicted])
    return counts


def shares(score: Score | EntityCounts) -> tuple[float, float, float]:
    return score.precision, score.recall, score.f1


@pytest.mark.parametrize(("scheme", "reading"), CASES_KNOWN_TO_SEQEVAL)
@settings(max_examples=40)
@given(data=st.data())
def test_micro_macro_and_per_type_scores_equal_seqeval(
    scheme: TagScheme, reading: Reading, data: st.DataObject
) -> None:
    gold, predicted = data.draw(tagged_corpora(scheme))
    counts = NerCounts()
    for gold_tags, predicted_tags in zip(gold, predicted, strict=True):
        counts.add(
            tags_to_entities(gold_tags, scheme, reading), tags_to_entities(predicted_tags, scheme, reading)
        )
    types = list(counts.per_type())
    if not types:
        return  # seqeval averages over nothing here and gives NaN

    def seqeval_scores(average: str | None) -> tuple:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its remarks on scores without a denominator
            if reading is Reading.STRICT:
                return strict_scores(gold, predicted, average=average, scheme=SEQEVAL_SCHEMES[scheme])
            return lenient_scores(gold, predicted, average=average)

    assert shares(counts.micro()) == pytest.approx(seqeval_scores("micro")[:3])
    assert shares(counts.macro()) == pytest.approx(seqeval_scores("macro")[:3])
    precisions, recalls, f1s, num_gold = seqeval_scores(None)
    for index, label in enumerate(types):
        expected = precisions[index], recalls[index], f1s[index]
        assert shares(counts.per_type()[label]) == pytest.approx(expected)
        assert counts.per_type()[label].num_gold == num_gold[index]


@given(mention_corpora)
def test_counts_equal_the_comparison_of_all_pairs(corpus: MentionCorpus) -> None:
    counts = to_counts(corpus)
    by_sentence = [count_matches(gold, predicted) for gold, predicted in corpus]
    expected = [sum(column) for column in zip(*by_sentence, strict=True)] if corpus else [0, 0, 0]
    assert counts.micro() == EntityCounts(*expected)
    for label in "ABC":
        of_label = [
            count_matches([m for m in gold if m[2] == label], [m for m in predicted if m[2] == label])
            for gold, predicted in corpus
        ]
        expected = [sum(column) for column in zip(*of_label, strict=True)] if corpus else [0, 0, 0]
        assert counts.per_type().get(label, EntityCounts()) == EntityCounts(*expected)
    untyped = [
        count_matches([(s, e, "") for s, e, _ in gold], [(s, e, "") for s, e, _ in predicted])
        for gold, predicted in corpus
    ]
    expected = [sum(column) for column in zip(*untyped, strict=True)] if corpus else [0, 0, 0]
    assert counts.type_agnostic() == EntityCounts(*expected)


@given(mention_corpora, mention_corpora)
def test_merging_and_sending_counts_equals_counting_everything_at_once(
    first: MentionCorpus, second: MentionCorpus
) -> None:
    merged, other = to_counts(first), to_counts(second)
    before = other.to_dict()
    merged.merge(NerCounts.from_dict(json.loads(json.dumps(other.to_dict()))))
    assert merged.to_dict() == to_counts(first + second).to_dict()
    assert other.to_dict() == before


def test_counts_sent_as_plain_integers_are_in_a_fixed_order() -> None:
    counts = to_counts([([(0, 2, "B"), (3, 4, "A")], [(0, 2, "A"), (3, 4, "A"), (5, 6, "A")])])
    assert counts.to_dict() == {
        "per_type": {"A": [1, 3, 1], "B": [0, 0, 1]},
        "type_agnostic": [2, 3, 2],
    }


def test_a_small_corpus_scores_as_counted_by_hand() -> None:
    # Sentence 1: PER right; LOC found with the wrong type; one PER made up. Sentence 2: nothing found.
    counts = to_counts(
        [
            ([(0, 2, "PER"), (4, 5, "LOC")], [(0, 2, "PER"), (4, 5, "ORG"), (7, 8, "PER")]),
            ([(0, 12, "LOC")], []),
        ]
    )
    assert counts.micro() == EntityCounts(true_positives=1, num_predicted=3, num_gold=3)
    assert shares(counts.micro()) == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    assert counts.type_agnostic() == EntityCounts(true_positives=2, num_predicted=3, num_gold=3)
    assert counts.per_type() == {
        "LOC": EntityCounts(0, 0, 2),
        "ORG": EntityCounts(0, 1, 0),
        "PER": EntityCounts(1, 2, 1),
    }
    # PER: P 1/2, R 1, F1 2/3; LOC and ORG are 0 and count in the mean.
    assert shares(counts.macro()) == pytest.approx((1 / 6, 1 / 3, 2 / 9))


def test_duplicates_on_either_side_count_once() -> None:
    mention = Entity(0, 1, "A")
    assert count_entities([mention, mention], [mention, mention]) == {"A": EntityCounts(1, 1, 1)}


def test_one_sentences_mentions_never_match_anothers() -> None:
    counts = to_counts([([(0, 1, "A")], []), ([], [(0, 1, "A")])])
    assert counts.micro() == EntityCounts(0, 1, 1)


def test_two_types_of_the_same_words_are_one_boundary() -> None:
    gold, predicted = [Entity(0, 2, "A"), Entity(0, 2, "B")], [Entity(0, 2, "C")]
    assert count_boundaries(gold, predicted) == EntityCounts(1, 1, 1)


def test_no_mentions_score_zero() -> None:
    counts = NerCounts()
    counts.add([], [])
    assert shares(counts.micro()) == shares(counts.macro()) == (0.0, 0.0, 0.0)
    assert counts.type_agnostic().score == Score(0.0, 0.0, 0.0)
    assert counts.per_type() == {}


@pytest.mark.parametrize("numbers", [(2, 1, 2), (2, 2, 1), (-1, 0, 0)])
def test_impossible_counts_are_rejected(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="true positives must be at least 0 and at most"):
        EntityCounts(*numbers)


def test_counts_of_another_shape_are_rejected() -> None:
    with pytest.raises(ValueError, match=r"counts are \[1, 2\], but must be three integers"):
        NerCounts.from_dict({"per_type": {}, "type_agnostic": [1, 2]})


@given(corpus=mention_corpora)
def test_rows_of_a_whole_corpus_match_as_sentence_by_sentence(corpus: MentionCorpus) -> None:
    labels = "ABC"

    def rows(side: int) -> np.ndarray:
        return np.array(
            [
                (index, start, end, labels.index(label))
                for index, sentence in enumerate(corpus)
                for start, end, label in sentence[side]
            ],
            dtype=np.int64,
        ).reshape(-1, 4)

    found, right = match_rows(rows(0), rows(1))
    assert found.tolist() == [mention in predicted for gold, predicted in corpus for mention in gold]
    assert right.tolist() == [mention in gold for gold, predicted in corpus for mention in predicted]


@pytest.mark.parametrize("numbers", [(0, 0, 0), (0, 3, 0), (0, 0, 3), (2, 3, 4), (1, 1, 1)])
def test_rows_of_counts_score_as_the_counts_do(numbers: tuple[int, int, int]) -> None:
    row = score_rows(np.array([[numbers]]))
    assert row.shape == (1, 1, 3)
    assert np.nan_to_num(row[0, 0]).tolist() == pytest.approx(shares(EntityCounts(*numbers)))
    _, num_predicted, num_gold = numbers
    assert np.isnan(row[0, 0]).tolist() == [num_predicted == 0, num_gold == 0, num_predicted + num_gold == 0]
