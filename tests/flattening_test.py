"""Policies for flat gold, against brute force over words, and on nested gold like that of ACE done by hand."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blner_allennlp.entities import Entity, Remark, RemarkKind, Sentence
from blner_allennlp.flattening import OverlapPolicy, flatten, parse_overlap_policy

NUM_WORDS = 10
Mention = tuple[int, int, str]


@st.composite
def sentences(draw: st.DrawFn) -> Sentence:
    spans = st.tuples(st.integers(0, NUM_WORDS - 1), st.integers(1, 5), st.sampled_from("XY"))
    drawn = draw(st.lists(spans, max_size=8))
    entities = [Entity(start, min(start + width, NUM_WORDS), label) for start, width, label in drawn]
    entities.sort(key=lambda entity: entity.word_start)  # mentions that start together stay in drawn order
    return Sentence(tuple("abcdefghij"), tuple(entities), line_number=3)


def words_of(mention: Mention) -> set[int]:
    return set(range(mention[0], mention[1]))


def oracle(mentions: list[Mention], policy: str) -> list[Mention]:
    """Which of distinct mentions, in order of their first words, a policy keeps."""
    if policy == "drop_both":
        owners = Counter(word for mention in mentions for word in words_of(mention))
        return [mention for mention in mentions if all(owners[word] == 1 for word in words_of(mention))]
    kept: list[Mention] = []
    remaining = list(mentions)
    while remaining:
        widths = [len(words_of(mention)) for mention in remaining]
        if policy == "keep_outer":
            place = widths.index(max(widths))
        elif policy == "keep_inner":
            place = widths.index(min(widths))
        else:
            place = 0
        chosen = remaining[place]
        kept.append(chosen)
        remaining = [mention for mention in remaining if not words_of(mention) & words_of(chosen)]
    return sorted(kept)


@settings(max_examples=300)
@pytest.mark.parametrize("policy", list(OverlapPolicy))
@given(sentence=sentences())
def test_each_policy_keeps_what_the_oracle_keeps(policy, sentence):
    mentions = [(entity.word_start, entity.word_end, entity.label) for entity in sentence.entities]
    distinct = [mention for place, mention in enumerate(mentions) if mention not in mentions[:place]]
    kept = [
        (entity.word_start, entity.word_end, entity.label) for entity in flatten(sentence, policy).entities
    ]
    assert kept == oracle(distinct, policy.value)


@pytest.mark.parametrize("policy", list(OverlapPolicy))
@given(sentence=sentences())
def test_a_flat_sentence_has_no_overlap_and_stays_as_it_is(policy, sentence):
    flat = flatten(sentence, policy)
    owners = Counter(word for entity in flat.entities for word in range(entity.word_start, entity.word_end))
    assert all(count == 1 for count in owners.values())
    assert flatten(flat, policy) is flat


@pytest.mark.parametrize("policy", list(OverlapPolicy))
@given(sentence=sentences())
def test_every_mention_is_kept_or_has_a_remark_and_nothing_else_changes(policy, sentence):
    earlier = Remark(RemarkKind.DISCONTINUOUS, "Z", "a c")
    before = Sentence(sentence.words, sentence.entities, line_number=3, remarks=(earlier,), document_id="d")
    after = flatten(before, policy)
    assert after.remarks[0] == earlier
    told = [remark.entity for remark in after.remarks[1:]]
    assert Counter([*after.entities, *told]) == Counter(before.entities)
    duplicates = [remark for remark in after.remarks if remark.kind is RemarkKind.DUPLICATE]
    assert len(duplicates) == len(before.entities) - len(set(before.entities))
    for remark in after.remarks[1:]:
        assert remark.kind in (RemarkKind.OVERLAPPING, RemarkKind.DUPLICATE)
        assert remark.line_number == 3
        entity = remark.entity
        assert remark.label == entity.label
        assert remark.text == " ".join(before.words[entity.word_start : entity.word_end])
    assert (after.words, after.document_id, after.line_number) == (before.words, "d", 3)
    assert set(after.nested_entities) == set(before.entities)


# Three levels of nesting, two mentions that cross, one that is alone; "the head of [the bank of [[Oland] 's capital]]".
WORDS = tuple("the head of the bank of Oland 's capital met two of its men in May".split())  # noqa: SIM905 - easier to read
OUTER = Entity(0, 9, "PER")
BANK = Entity(3, 9, "ORG")
CAPITAL = Entity(6, 9, "LOC")
OLAND = Entity(6, 7, "GPE")
TWO = Entity(10, 14, "PER")
CROSSING = Entity(13, 16, "TIME")
ITS = Entity(12, 13, "ORG")
ALONE = Entity(9, 10, "EVENT")
NESTED = Sentence(WORDS, (OUTER, BANK, CAPITAL, OLAND, ALONE, TWO, ITS, CROSSING))


@pytest.mark.parametrize(
    ("policy", "kept"),
    [
        ("drop_both", (ALONE,)),
        ("keep_outer", (OUTER, ALONE, TWO)),
        ("keep_inner", (OLAND, ALONE, ITS, CROSSING)),
        ("keep_first", (OUTER, ALONE, TWO)),
    ],
)
def test_nested_and_crossing_gold_by_hand(policy, kept):
    flat = flatten(NESTED, policy)
    assert flat.entities == kept
    assert [remark.entity for remark in flat.remarks] == [
        entity for entity in NESTED.entities if entity not in kept
    ]
    assert sorted(flat.nested_entities) == sorted(NESTED.entities)
    assert [entity.word_start for entity in flat.nested_entities] == [0, 3, 6, 6, 9, 10, 12, 13]


def test_the_policy_of_the_paper_is_the_default_and_drops_one_span_of_two_types_and_all_that_touches_it():
    first, second, other = Entity(0, 2, "X"), Entity(0, 2, "Y"), Entity(1, 3, "X")
    flat = flatten(Sentence(("a", "b", "c", "d"), (first, second, other, Entity(3, 4, "X"))))
    assert flat.entities == (Entity(3, 4, "X"),)
    assert [remark.kind for remark in flat.remarks] == [RemarkKind.OVERLAPPING] * 3


@pytest.mark.parametrize("policy", list(OverlapPolicy))
def test_a_mention_that_is_there_twice_counts_once(policy):
    twice = Entity(0, 1, "X")
    flat = flatten(Sentence(("a", "b"), (twice, twice)), policy)
    assert flat.entities == (twice,)
    assert flat.remarks == (Remark(RemarkKind.DUPLICATE, "X", "a", None, twice),)


def test_of_equal_mentions_the_first_of_the_file_stays():
    first, second = Entity(0, 2, "Y"), Entity(0, 2, "X")
    for policy in ("keep_outer", "keep_inner", "keep_first"):
        assert flatten(Sentence(("a", "b"), (first, second)), policy).entities == (first,)


def test_neighbours_and_empty_gold_are_flat_already():
    for entities in ((), (Entity(0, 1, "X"), Entity(1, 2, "X"))):
        sentence = Sentence(("a", "b"), entities)
        assert flatten(sentence) is sentence


def test_an_unknown_policy_is_an_error_even_for_flat_gold():
    message = "expected a policy for overlapping mentions out of drop_both, keep_outer, keep_inner, keep_first, got 'x'"
    for call in (lambda: parse_overlap_policy("x"), lambda: flatten(Sentence(("a",)), "x")):
        with pytest.raises(ValueError, match=re.escape(message)):
            call()
    assert parse_overlap_policy("keep_inner") is OverlapPolicy.KEEP_INNER
