"""Tag schemes, against seqeval, enumeration of all mention sets, and sequences worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seqeval.metrics.sequence_labeling import get_entities
from seqeval.scheme import BILOU, IOB1, IOB2, IOBES, Entities

from blner_allennlp.entities import Entity
from blner_allennlp.errors import TagSequenceError
from blner_allennlp.tag_schemes import (
    Reading,
    TagScheme,
    all_tags,
    chunk_boundaries,
    convert_tags,
    detect_scheme,
    entities_to_tags,
    legal_transitions,
    split_tag,
    tags_to_entities,
)
from tests.oracles import flat_mention_sets

TYPES = ("PER", "geo-loc_x")
SCHEMES = list(TagScheme)
SEQEVAL_SCHEMES = {
    TagScheme.IOB1: IOB1,
    TagScheme.BIO: IOB2,
    TagScheme.BIOES: IOBES,
    TagScheme.BIOUL: BILOU,
}
every_scheme = pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.value)


def tag_lists(scheme: TagScheme, max_size: int = 12) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(all_tags(TYPES, scheme)), max_size=max_size)


def as_bioes(tags: Sequence[str], scheme: TagScheme) -> list[str]:
    """The same roles in the letters that seqeval's default mode knows."""
    letters = {
        TagScheme.BIOUL: str.maketrans("LU", "ES"),
        TagScheme.BMEWO: str.maketrans("MW", "IS"),
    }.get(scheme, {})
    return [tag[0].translate(letters) + tag[1:] for tag in tags]


def seqeval_default(tags: list[str]) -> list[tuple[int, int, str]]:
    return [(start, end_inclusive + 1, label) for label, start, end_inclusive in get_entities(tags)]


def seqeval_strict(tags: list[str], scheme: TagScheme) -> list[tuple[int, int, str]]:
    found = Entities([tags], SEQEVAL_SCHEMES[scheme]).entities[0]
    return [(entity.start, entity.end, entity.tag) for entity in found]


def as_tuples(entities: Sequence[Entity]) -> list[tuple[int, int, str]]:
    return [(entity.word_start, entity.word_end, entity.label) for entity in entities]


def all_tag_sequences(scheme: TagScheme, max_words: int) -> list[list[str]]:
    tags = all_tags(TYPES, scheme)
    return [
        list(sequence) for num_words in range(max_words + 1) for sequence in product(tags, repeat=num_words)
    ]


# -- reading ---------------------------------------------------------------------------------------------


@every_scheme
def test_conlleval_reading_equals_seqeval_default_on_every_short_sequence(scheme: TagScheme) -> None:
    for tags in all_tag_sequences(scheme, max_words=3):
        assert as_tuples(tags_to_entities(tags, scheme)) == seqeval_default(as_bioes(tags, scheme)), tags


@pytest.mark.parametrize("scheme", list(SEQEVAL_SCHEMES), ids=lambda scheme: scheme.value)
def test_strict_reading_equals_seqeval_strict_on_every_short_sequence(scheme: TagScheme) -> None:
    for tags in all_tag_sequences(scheme, max_words=3):
        expected = seqeval_strict(tags, scheme)
        assert as_tuples(tags_to_entities(tags, scheme, Reading.STRICT)) == expected, tags


@settings(max_examples=150)
@given(st.sampled_from(SCHEMES).flatmap(lambda scheme: st.tuples(st.just(scheme), tag_lists(scheme))))
def test_both_readings_equal_seqeval_on_long_random_sequences(case: tuple[TagScheme, list[str]]) -> None:
    scheme, tags = case
    assert as_tuples(tags_to_entities(tags, scheme)) == seqeval_default(as_bioes(tags, scheme))
    known_to_seqeval, seqeval_scheme = tags, scheme
    if scheme is TagScheme.BMEWO:
        known_to_seqeval, seqeval_scheme = as_bioes(tags, scheme), TagScheme.BIOES
    expected = seqeval_strict(known_to_seqeval, seqeval_scheme)
    assert as_tuples(tags_to_entities(tags, scheme, Reading.STRICT)) == expected


def test_the_papers_running_example_is_read_as_rain_and_this_night() -> None:
    tags = ["O", "O", "B-Weather", "B-Date", "I-Date"]
    assert tags_to_entities(tags, TagScheme.BIO) == (Entity(2, 3, "Weather"), Entity(3, 5, "Date"))


def test_an_inside_tag_after_outside_or_another_type_starts_an_entity_in_the_conlleval_reading_only() -> None:
    tags = ["I-PER", "O", "B-PER", "I-LOC", "I-LOC"]
    assert tags_to_entities(tags, TagScheme.BIO) == (
        Entity(0, 1, "PER"),
        Entity(2, 3, "PER"),
        Entity(3, 5, "LOC"),
    )
    assert tags_to_entities(tags, TagScheme.BIO, Reading.STRICT) == (Entity(2, 3, "PER"),)


@pytest.mark.parametrize("bad_tag", ["X", "B", "B-", "-PER", "", "Q-PER", "T-PER", "O-PER", "b-PER"])
@every_scheme
def test_tags_outside_the_scheme_are_named_in_the_error(bad_tag: str, scheme: TagScheme) -> None:
    with pytest.raises(TagSequenceError, match=rf"tag '{bad_tag}' is (neither|not of the scheme)"):
        tags_to_entities(["O", bad_tag], scheme)


def test_only_the_first_hyphen_splits_a_tag() -> None:
    assert split_tag("B-geo-loc_x") == ("B", "geo-loc_x")
    assert split_tag("O") == ("O", "")
    with pytest.raises(TagSequenceError, match="neither 'O' nor a prefix"):
        split_tag("PER")


# -- writing and converting ------------------------------------------------------------------------------


@every_scheme
def test_every_set_of_disjoint_mentions_survives_writing_and_either_reading(scheme: TagScheme) -> None:
    for mentions in flat_mention_sets(4, TYPES):
        tags = entities_to_tags([Entity(*mention) for mention in reversed(mentions)], 4, scheme)
        assert as_tuples(tags_to_entities(tags, scheme)) == list(mentions)
        assert as_tuples(tags_to_entities(tags, scheme, Reading.STRICT)) == list(mentions)


def test_the_same_mentions_are_spelt_as_each_scheme_prescribes() -> None:
    entities = [Entity(0, 1, "A"), Entity(1, 4, "A"), Entity(5, 7, "B")]
    written = {scheme: " ".join(entities_to_tags(entities, 7, scheme)) for scheme in SCHEMES}
    assert written == {
        TagScheme.IOB1: "I-A B-A I-A I-A O I-B I-B",
        TagScheme.BIO: "B-A B-A I-A I-A O B-B I-B",
        TagScheme.BIOES: "S-A B-A I-A E-A O B-B E-B",
        TagScheme.BIOUL: "U-A B-A I-A L-A O B-B L-B",
        TagScheme.BMEWO: "W-A B-A M-A E-A O B-B E-B",
    }


@settings(max_examples=150)
@given(
    st.sampled_from(SCHEMES).flatmap(lambda scheme: st.tuples(st.just(scheme), tag_lists(scheme))),
    st.sampled_from(SCHEMES),
)
def test_converting_keeps_the_entities_and_converting_back_mends_the_tags(
    case: tuple[TagScheme, list[str]], target: TagScheme
) -> None:
    source, tags = case
    converted = convert_tags(tags, source, target)
    assert tags_to_entities(converted, target) == tags_to_entities(tags, source)
    mended = convert_tags(converted, target, source)
    assert mended == convert_tags(tags, source, source)
    assert tags_to_entities(mended, source, Reading.STRICT) == tags_to_entities(tags, source)


def test_overlapping_entities_cannot_be_written() -> None:
    with pytest.raises(TagSequenceError, match=r"share a word; tags express disjoint entities only"):
        entities_to_tags([Entity(0, 3, "A"), Entity(2, 4, "B")], 5, TagScheme.BIO)
    with pytest.raises(TagSequenceError, match=r"share a word"):
        entities_to_tags([Entity(0, 3, "A"), Entity(0, 3, "A")], 5, TagScheme.BIO)


def test_entities_past_the_last_word_cannot_be_written() -> None:
    with pytest.raises(TagSequenceError, match="reaches past the last word of a sentence of 3 words"):
        entities_to_tags([Entity(2, 4, "A")], 3, TagScheme.BIO)


def test_entities_without_a_type_cannot_be_written() -> None:
    with pytest.raises(TagSequenceError, match="has an empty type"):
        entities_to_tags([Entity(0, 1, "")], 3, TagScheme.BIO)


# -- tag sets and tables ---------------------------------------------------------------------------------


def test_all_tags_are_outside_first_and_then_type_by_type() -> None:
    assert all_tags(["A", "B"], TagScheme.BIO) == ("O", "B-A", "I-A", "B-B", "I-B")
    assert all_tags(["A"], TagScheme.BIOUL) == ("O", "B-A", "I-A", "L-A", "U-A")
    assert all_tags([], TagScheme.BMEWO) == ("O",)


@pytest.mark.parametrize("entity_types", [["A", "A"], ["A", ""]])
def test_entity_types_must_be_distinct_names(entity_types: list[str]) -> None:
    with pytest.raises(TagSequenceError, match="an empty or a repeated name"):
        all_tags(entity_types, TagScheme.BIO)


@every_scheme
def test_legal_transitions_admit_exactly_the_sequences_that_mentions_are_written_as(
    scheme: TagScheme,
) -> None:
    tags = all_tags(TYPES, scheme)
    rules = legal_transitions(tags, scheme)
    for num_words in range(1, 5):
        legal = {
            sequence
            for sequence in product(range(len(tags)), repeat=num_words)
            if rules.may_start[sequence[0]]
            and rules.may_end[sequence[-1]]
            and all(rules.allowed[left][right] for left, right in pairwise(sequence))
        }
        written = {
            tuple(
                tags.index(tag)
                for tag in entities_to_tags([Entity(*item) for item in mentions], num_words, scheme)
            )
            for mentions in flat_mention_sets(num_words, TYPES)
        }
        assert legal == written


def test_bio_transitions_forbid_only_an_inside_tag_without_its_type_before_it() -> None:
    rules = legal_transitions(["O", "B-A", "I-A", "B-B", "I-B"], TagScheme.BIO)
    yes, no = True, False
    assert rules.allowed == [
        [yes, yes, no, yes, no],
        [yes, yes, yes, yes, no],
        [yes, yes, yes, yes, no],
        [yes, yes, no, yes, yes],
        [yes, yes, no, yes, yes],
    ]
    assert rules.may_start == [yes, yes, no, yes, no]
    assert rules.may_end == [yes] * 5


@settings(max_examples=200)
@given(st.sampled_from(SCHEMES).flatmap(lambda scheme: st.tuples(st.just(scheme), tag_lists(scheme))))
def test_walking_the_boundary_tables_gives_the_conlleval_reading(case: tuple[TagScheme, list[str]]) -> None:
    scheme, sequence = case
    tags = all_tags(TYPES, scheme)
    tables = chunk_boundaries(tags, scheme)
    assert (len(tables.starts), len(tables.ends)) == (len(tags) + 1, len(tags))
    border = len(tags)
    indices = [tags.index(tag) for tag in sequence]
    starts = [i for i, tag in enumerate(indices) if tables.starts[indices[i - 1] if i else border][tag]]
    ends = [i + 1 for i, tag in enumerate(indices) if tables.ends[tag][[*indices, border][i + 1]]]
    entities = [(start, end, split_tag(sequence[start])[1]) for start, end in zip(starts, ends, strict=True)]
    assert (
        entities
        == as_tuples(tags_to_entities(sequence, scheme))
        == seqeval_default(as_bioes(sequence, scheme))
    )


def test_tables_reject_tags_of_another_scheme() -> None:
    with pytest.raises(TagSequenceError, match=r"'U-A' is not of the scheme BIOES.*prefixes B, I, E, S"):
        chunk_boundaries(["O", "U-A"], TagScheme.BIOES)
    with pytest.raises(TagSequenceError, match=r"'M-A' is not of the scheme BIO"):
        legal_transitions(["O", "M-A"], TagScheme.BIO)


# -- detecting -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentences", "expected"),
    [
        ([], TagScheme.BIO),
        (["O O", ""], TagScheme.BIO),
        (["B-A I-A O", "O"], TagScheme.BIO),
        (["B-A B-A", "O B-B"], TagScheme.BIO),
        (["I-A I-A O", "O I-B"], TagScheme.IOB1),
        (["I-A B-A I-A O I-B"], TagScheme.IOB1),
        (["B-A I-A B-B I-B", "I-A O", "B-A"], TagScheme.BIO),
        (["B-A I-B", "O"], TagScheme.BIO),
        (["B-A E-A"], TagScheme.BIOES),
        (["S-A"], TagScheme.BIOES),
        (["B-A I-A", "B-A E-A S-B"], TagScheme.BIOES),
        (["U-A"], TagScheme.BIOUL),
        (["B-A I-A L-A"], TagScheme.BIOUL),
        (["W-A"], TagScheme.BMEWO),
        (["B-A E-A", "B-A M-A E-A"], TagScheme.BMEWO),
    ],
)
def test_the_scheme_is_told_from_letters_and_starts(sentences: list[str], expected: TagScheme) -> None:
    assert detect_scheme(sentence.split() for sentence in sentences) is expected


@every_scheme
def test_well_formed_tags_are_read_alike_under_the_detected_scheme(scheme: TagScheme) -> None:
    for mentions in flat_mention_sets(4, TYPES):
        tags = entities_to_tags([Entity(*mention) for mention in mentions], 4, scheme)
        detected = detect_scheme([tags])
        assert as_tuples(tags_to_entities(tags, detected, Reading.STRICT)) == list(mentions)


@pytest.mark.parametrize(
    ("sentences", "message"),
    [
        (
            ["O", "B-A L-A", "E-A"],
            r"tag sequence 2: .*'E-A' together with the prefixes before it, \['B', 'L'\]",
        ),
        (["M-A", "I-A"], r"tag sequence 1: .*'I-A'"),
        (["B-A U-A W-A"], r"tag sequence 0: .*'W-A'"),
        (["Q-A"], r"tag sequence 0: .*'Q-A'"),
        (["O-A"], r"tag sequence 0: .*'O-A'"),
        (["O", "O X"], r"tag sequence 1: tag 'X' is neither 'O'"),
        (["B-"], r"tag sequence 0: tag 'B-' is neither 'O'"),
    ],
)
def test_mixed_and_malformed_prefixes_are_named_with_their_sequence(
    sentences: list[str], message: str
) -> None:
    with pytest.raises(TagSequenceError, match=message):
        detect_scheme(sentence.split() for sentence in sentences)
