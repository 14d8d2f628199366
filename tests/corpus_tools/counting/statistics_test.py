"""Counts of a small corpus that was counted by hand, and of random ones, counted mention by mention."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blner_allennlp.corpus_tools.counting.statistics import MentionStatistics, SplitStatistics
from blner_allennlp.entities import Entity, Remark, RemarkKind, Sentence
from blner_allennlp.flattening import OverlapPolicy, flatten

# Two documents; a mention inside another; one that the reader left out and one that it changed.
CORPUS = [
    Sentence(
        ("Old", "Port", "Brenwick", "sank"),
        (Entity(0, 3, "place"), Entity(2, 3, "person")),
        document_id="a",
    ),
    Sentence(
        ("Ada", "swam"),
        (Entity(0, 1, "person"),),
        document_id="a",
        remarks=(
            Remark(RemarkKind.DISCONTINUOUS, "place", "Brenwick … Bay"),
            Remark(RemarkKind.INSIDE_WORD, "person", "Ada"),
        ),
    ),
    Sentence(("Rain",), document_id="b"),
    Sentence(("Ada", "ran"), (Entity(0, 1, "person"),), document_id="a"),
]


def count(sentences: list[Sentence], policy: OverlapPolicy = OverlapPolicy.DROP_BOTH) -> SplitStatistics:
    statistics = SplitStatistics()
    for sentence in sentences:
        statistics.add(sentence, flatten(sentence, policy))
    return statistics


def test_a_small_corpus_has_the_counts_that_were_made_by_hand() -> None:
    assert count(CORPUS).to_json() == {
        "documents": 3,  # `a` comes back
        "sentences": 4,
        "words": 9,
        "distinct_words": 8,  # Ada twice
        "words_per_sentence": {"mean": 2.25, "p50": 2, "p90": 4, "p95": 4, "p99": 4, "max": 4},
        "entities_in_file": 5,
        "left_out_by_reader": {"discontinuous": 1},
        "changed_by_reader": {"inside_word": 1},
        "annotated": {
            "entities": 4,
            "by_type": {"person": 3, "place": 1},
            "width": {"mean": 1.5, "p50": 1, "p90": 3, "p95": 3, "p99": 3, "max": 3},
            "wider_than": {"1": 1, "2": 1, "3": 0},
            "smallest_sufficient_width": 3,
        },
        "left_out_by_policy": {"overlapping": 2},
        "flat": {
            "entities": 2,
            "by_type": {"person": 2},
            "width": {"mean": 1.0, "p50": 1, "p90": 1, "p95": 1, "p99": 1, "max": 1},
            "wider_than": {"1": 0},
            "smallest_sufficient_width": 1,
        },
    }


def test_surfaces_are_those_of_all_annotated_mentions() -> None:
    assert count(CORPUS).num_by_surface == {"Old Port Brenwick": 1, "Brenwick": 1, "Ada": 2}


def test_a_policy_that_keeps_more_leaves_more_and_removes_less() -> None:
    counts = count(CORPUS, OverlapPolicy.KEEP_OUTER)
    assert counts.flat.num_by_label == {"place": 1, "person": 2}
    assert counts.remarks_of_policy == {RemarkKind.OVERLAPPING: 1}


def test_sentences_without_documents_make_none() -> None:
    assert count([Sentence(("Rain",)), Sentence(("Hail",))]).num_documents == 0


def test_a_corpus_without_mentions_has_no_width() -> None:
    mentions = count([Sentence(("Rain",))]).flat
    assert mentions.to_json() == {
        "entities": 0,
        "by_type": {},
        "width": dict.fromkeys(["mean", "p50", "p90", "p95", "p99", "max"]),
        "wider_than": {},
        "smallest_sufficient_width": None,
    }
    assert mentions.share_within(3) is None


@pytest.mark.parametrize(("widest", "listed"), [(1, 1), (19, 19), (20, 20), (300, 20)])
def test_widths_are_listed_up_to_the_widest_mention_or_20(widest: int, listed: int) -> None:
    mentions = MentionStatistics()
    mentions.add((Entity(0, widest, "place"),))
    assert list(mentions.listed_widths()) == list(range(1, listed + 1))


@st.composite
def sentences(draw: st.DrawFn) -> Sentence:
    words = draw(st.lists(st.sampled_from("abAB"), min_size=1, max_size=6))
    spans = draw(
        st.lists(st.tuples(st.integers(0, 5), st.integers(1, 6), st.sampled_from("XYZ")), max_size=5)
    )
    entities = sorted(
        (Entity(start, end, label) for start, end, label in spans if start < end <= len(words)),
        key=lambda entity: entity.word_start,
    )
    kinds = draw(st.lists(st.sampled_from(list(RemarkKind)), max_size=3))
    remarks = tuple(Remark(kind, "X", "text") for kind in kinds)
    return Sentence(
        tuple(words), tuple(entities), document_id=draw(st.sampled_from(["d", "e", None])), remarks=remarks
    )


corpora = st.lists(sentences(), max_size=4)


@given(corpora, st.sampled_from(OverlapPolicy))
def test_no_mention_is_lost_between_the_counts(corpus: list[Sentence], policy: OverlapPolicy) -> None:
    counts = count(corpus, policy)
    mentions = [entity for sentence in corpus for entity in sentence.entities]
    losses = [remark for sentence in corpus for remark in sentence.remarks if remark.kind.is_loss]
    assert counts.num_in_file == len(mentions) + len(losses)
    assert counts.annotated.num_by_label == Counter(entity.label for entity in mentions)
    assert counts.flat.num_mentions + counts.remarks_of_policy.total() == len(mentions)
    assert counts.remarks_of_reader.total() == sum(len(sentence.remarks) for sentence in corpus)
    assert counts.num_words == sum(len(sentence.words) for sentence in corpus)
    for limit in range(7):
        wider = sum(entity.word_end - entity.word_start > limit for entity in mentions)
        assert counts.annotated.widths.num_above(limit) == wider
        if mentions:
            assert counts.annotated.share_within(limit) == pytest.approx(1 - wider / len(mentions))


@settings(max_examples=40)
@given(corpora, corpora)
def test_two_splits_together_have_the_counts_of_both(first: list[Sentence], second: list[Sentence]) -> None:
    together = count(first)
    together.update(count(second))

    def without_documents(counts: SplitStatistics) -> dict[str, Any]:
        return {key: value for key, value in counts.to_json().items() if key != "documents"}

    assert without_documents(together) == without_documents(count([*first, *second]))
    assert together.num_documents == count(first).num_documents + count(second).num_documents
