from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blner_allennlp.corpora.formats.columns.transition_check import TransitionCheck
from blner_allennlp.entities import Entity, Remark, RemarkKind
from blner_allennlp.tag_schemes import Reading, TagScheme, tags_to_entities
from tests.oracles import flat_mention_sets

LETTERS = {"BIO": "BI", "IOB1": "BI", "BIOES": "BIES", "BIOUL": "BILU", "BMEWO": "BMEW"}


def remarks_of(tags: list[str], scheme: TagScheme) -> tuple[Remark, ...]:
    words = [f"w{index}" for index in range(len(tags))]
    lines = [100 + index for index in range(len(tags))]
    return TransitionCheck(scheme).remarks(words, tags, lines, tags_to_entities(tags, scheme))


@pytest.mark.parametrize(
    ("scheme", "tags", "line_number", "label", "text", "span"),
    [
        (TagScheme.BIO, "O I-X I-X O", 101, "X", "w1 w2", (1, 3)),
        (TagScheme.BIO, "I-X O", 100, "X", "w0", (0, 1)),
        (TagScheme.BIO, "B-X I-Y O", 101, "Y", "w1", (1, 2)),
        (TagScheme.IOB1, "O B-X I-X", 101, "X", "w1 w2", (1, 3)),
        (TagScheme.IOB1, "I-Y B-X", 101, "X", "w1", (1, 2)),
        # A mention that is not ended: the line is that of its last word.
        (TagScheme.BIOES, "B-X I-X O", 101, "X", "w0 w1", (0, 2)),
        (TagScheme.BIOES, "B-X", 100, "X", "w0", (0, 1)),
        (TagScheme.BIOUL, "B-X U-Y", 100, "X", "w0", (0, 1)),
        (TagScheme.BMEWO, "O M-X E-X", 101, "X", "w1 w2", (1, 3)),
    ],
)
def test_an_ill_formed_place_is_remarked_on_with_its_mention_and_line(
    scheme, tags, line_number, label, text, span
):
    expected = Remark(RemarkKind.ILLEGAL_TRANSITION, label, text, line_number, Entity(*span, label))
    assert remarks_of(tags.split(), scheme) == (expected,)


def test_each_ill_formed_place_has_its_remark():
    found = remarks_of(["O", "I-X", "O", "I-Y", "B-X", "I-Y"], TagScheme.BIO)
    assert [remark.line_number for remark in found] == [101, 103, 105]


def test_a_mention_that_the_strict_reading_leaves_out_is_a_loss():
    (remark,) = TransitionCheck(TagScheme.BIO).remarks(["a", "b"], ["O", "I-X"], [1, 2], ())
    assert remark == Remark(RemarkKind.ILL_FORMED, "X", "b", 2, Entity(1, 2, "X"))
    assert remark.kind.is_loss


def test_one_place_may_cost_two_mentions():
    found = TransitionCheck(TagScheme.BIOES).remarks(["a", "b"], ["B-X", "E-Y"], [7, 8], ())
    assert [(remark.kind.value, remark.label, remark.text, remark.line_number) for remark in found] == [
        ("ill_formed", "X", "a", 7),
        ("ill_formed", "Y", "b", 8),
    ]


def test_what_the_strict_reading_keeps_the_end_of_is_no_loss():
    tags = ["B-X", "I-X"]
    kept = tags_to_entities(tags, TagScheme.IOB1, Reading.STRICT)
    (remark,) = TransitionCheck(TagScheme.IOB1).remarks(["a", "b"], tags, [1, 2], kept)
    assert remark == Remark(RemarkKind.ILLEGAL_TRANSITION, "X", "a b", 1, Entity(1, 2, "X"))


@pytest.mark.parametrize("scheme", TagScheme)
def test_the_strict_reading_and_its_losses_are_all_mentions_of_conlleval(scheme):
    tags = ["O", *(f"{letter}-{label}" for letter in LETTERS[scheme.value] for label in "XY")]
    for sequence in product(tags, repeat=3):
        kept = tags_to_entities(sequence, scheme, Reading.STRICT)
        mentions = set(tags_to_entities(sequence, scheme))
        remarks = TransitionCheck(scheme).remarks("abc", sequence, [1, 2, 3], kept)
        lost = [remark.entity for remark in remarks if remark.kind is RemarkKind.ILL_FORMED]
        assert len(kept) + len(lost) == len(mentions), sequence
        assert mentions.issuperset(lost), sequence
        assert not any(mention.overlaps(entity) for mention in lost for entity in kept), sequence


def write(mentions, num_words: int, scheme: TagScheme) -> tuple[str, ...]:
    """Tags of disjoint mentions, without the package's help."""
    letters = {"BIO": "BIIB", "IOB1": "IIII", "BIOES": "BIES", "BIOUL": "BILU", "BMEWO": "BMEW"}
    first, inside, last, single = letters[scheme.value]
    tags = ["O"] * num_words
    for start, end, label in mentions:
        middle = [inside] * (end - start - 2)
        tags[start:end] = [
            f"{letter}-{label}" for letter in ([single] if end - start == 1 else [first, *middle, last])
        ]
        if scheme is TagScheme.IOB1 and (start - 1, label) in {(e - 1, name) for _, e, name in mentions}:
            tags[start] = f"B-{label}"
    return tuple(tags)


@pytest.mark.parametrize("scheme", TagScheme)
def test_exactly_the_sequences_that_no_set_of_mentions_spells_are_remarked_on(scheme):
    tags = ["O", *(f"{letter}-{label}" for letter in LETTERS[scheme.value] for label in "XY")]
    well_formed = {write(mentions, 3, scheme) for mentions in flat_mention_sets(3, "XY")}
    for sequence in product(tags, repeat=3):
        assert bool(remarks_of(list(sequence), scheme)) == (sequence not in well_formed), sequence


@given(st.lists(st.lists(st.sampled_from(["O", "B-X", "I-X", "B-Y", "I-Y"]), min_size=1), max_size=6))
def test_what_was_seen_before_does_not_matter(sentences):
    check = TransitionCheck(TagScheme.BIO)
    for tags in sentences:
        words, lines = (
            [f"w{index}" for index in range(len(tags))],
            [100 + index for index in range(len(tags))],
        )
        found = check.remarks(words, tags, lines, tags_to_entities(tags, TagScheme.BIO))
        assert found == remarks_of(tags, TagScheme.BIO)
