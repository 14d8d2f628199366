"""Entities, sentences and remarks: what they refuse, and what they tell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blner_allennlp.entities import Entity, Remark, RemarkKind, ScoredEntity, Sentence

spans = st.tuples(st.integers(0, 6), st.integers(1, 6)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@pytest.mark.parametrize(("word_start", "word_end"), [(-1, 1), (0, 0), (2, 1), (-2, -1)])
def test_a_mention_needs_a_word_and_a_start_in_the_sentence(word_start, word_end):
    with pytest.raises(
        ValueError, match=rf"entity 'X': the word span is \[{word_start}, {word_end}\), but it must"
    ):
        Entity(word_start, word_end, "X")


@given(spans, spans)
def test_mentions_overlap_when_they_share_a_word(left, right):
    shares = bool(set(range(*left)) & set(range(*right)))
    assert Entity(*left, "X").overlaps(Entity(*right, "Y")) is shares


def test_mentions_know_their_width_and_words():
    entity = Entity(1, 3, "X")
    assert entity.num_words == 2
    assert Sentence(("a", "b", "c")).words_of(entity) == "b c"


def test_a_sentence_refuses_a_mention_past_its_end_and_offsets_for_other_words():
    assert Sentence(("a", "b"), (Entity(1, 2, "X"),)).entities == (Entity(1, 2, "X"),)
    with pytest.raises(ValueError, match="reaches past the last word of a sentence of 2 words"):
        Sentence(("a", "b"), (Entity(1, 3, "X"),))
    with pytest.raises(
        ValueError, match="a sentence of 2 words has 1 character offsets; each word needs one"
    ):
        Sentence(("a", "b"), text="a b", char_offsets=((0, 1),))


def test_sentences_of_two_files_are_equal_when_all_else_is():
    assert Sentence(("a",), path=Path("x")) == Sentence(("a",), path=Path("y"))
    assert Sentence(("a",), line_number=1) != Sentence(("a",), line_number=2)


def test_a_sentence_moves_to_another_document():
    sentence = Sentence(("a",), line_number=3, document_id="d", path=Path("x"))
    moved = sentence.with_document("e")
    assert moved == Sentence(("a",), line_number=3, document_id="e")
    assert (moved.path, sentence.document_id) == (Path("x"), "d")


@pytest.mark.parametrize(
    ("kind", "is_loss"),
    [
        ("discontinuous", True),
        ("overlapping", True),
        ("duplicate", True),
        ("outside_text", True),
        ("without_words", True),
        ("across_sentences", True),
        ("ill_formed", True),
        ("text_mismatch", False),
        ("inside_word", False),
        ("beyond_words", False),
        ("sentences_joined", False),
        ("repeated_document", False),
        ("illegal_transition", False),
    ],
)
def test_each_kind_of_remark_says_whether_the_mention_is_missing(kind, is_loss):
    assert RemarkKind(kind).is_loss is is_loss


def test_no_kind_of_remark_is_forgotten_above():
    assert len(RemarkKind) == 13


def test_nested_gold_comes_back_from_the_remarks_of_policies_in_order_of_first_words():
    inner, outer, gap = Entity(1, 2, "X"), Entity(0, 3, "Y"), Entity(2, 3, "Z")
    sentence = Sentence(
        ("a", "b", "c"),
        (inner,),
        remarks=(
            Remark(RemarkKind.OVERLAPPING, "Z", "c", entity=gap),
            Remark(RemarkKind.OVERLAPPING, "Y", "a b c", entity=outer),
            Remark(RemarkKind.OVERLAPPING, "Y", "unknown words"),
            Remark(RemarkKind.DUPLICATE, "X", "b", entity=inner),
            Remark(RemarkKind.INSIDE_WORD, "X", "b", entity=inner),
        ),
    )
    assert sentence.nested_entities == (outer, inner, gap)
    assert Sentence(("a",), (Entity(0, 1, "X"),)).nested_entities == (Entity(0, 1, "X"),)


def test_of_nested_gold_that_starts_together_what_was_kept_comes_first():
    first, second = Entity(0, 1, "X"), Entity(0, 2, "Y")
    removed = Remark(RemarkKind.OVERLAPPING, "X", "a", entity=first)
    assert Sentence(("a", "b"), (second,), remarks=(removed,)).nested_entities == (second, first)


def test_a_sentence_as_json_leaves_out_what_is_unknown():
    assert Sentence(()).to_json() == {"words": [], "entities": []}
    remark = Remark(RemarkKind.OUTSIDE_TEXT, "X", "zol")
    assert remark.to_json() == {"kind": "outside_text", "type": "X", "text": "zol"}


def test_a_sentence_as_json_says_all_and_goes_through_json():
    entity = Entity(0, 1, "X")
    sentence = Sentence(
        ("zol",), (entity,), "zol ", ((0, 3),), "d", 4,
        (Remark(RemarkKind.INSIDE_WORD, "X", "zol", 5, entity),), Path("x"),
    )  # fmt: skip
    mention = {"type": "X", "word_start": 0, "word_end": 1}
    assert json.loads(json.dumps(sentence.to_json())) == {
        "words": ["zol"],
        "entities": [mention],
        "text": "zol ",
        "char_offsets": [[0, 3]],
        "document_id": "d",
        "line_number": 4,
        "remarks": [{"kind": "inside_word", "type": "X", "text": "zol", "line_number": 5, "entity": mention}],
    }
    assert ScoredEntity(entity, 0.5).to_json() == {**mention, "score": 0.5}
