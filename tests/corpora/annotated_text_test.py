"""Running text -> sentences, against an oracle that labels the characters one by one and on cases done by hand."""

from __future__ import annotations

import re
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blner_allennlp.corpora.annotated_text import AnnotatedText, CharMention, TextSplitters, to_sentences
from blner_allennlp.entities import Entity, Remark, RemarkKind, Sentence
from blner_allennlp.errors import CorpusError

PATH = Path("x.txt")
Span = tuple[int, int]
Members = list[tuple[Span, ...]]


def runs_of_letters(text: str) -> list[Span]:
    return [match.span() for match in re.finditer(r"\S+", text)]


def after_full_stops(text: str, word_spans: list[Span]) -> list[int]:
    return [
        index for index in range(len(word_spans)) if index == 0 or text[word_spans[index - 1][1] - 1] == "."
    ]


BY_BLANKS = TextSplitters(runs_of_letters, after_full_stops)


def annotate(text: str, *mentions: tuple[int, int, str], **fields) -> AnnotatedText:
    return AnnotatedText(
        text, tuple(CharMention(((start, end),), label) for start, end, label in mentions), PATH, **fields
    )


def sentences_of(annotated: AnnotatedText) -> list[Sentence]:
    return list(to_sentences(annotated, BY_BLANKS))


def oracle(
    annotated: AnnotatedText,
) -> list[tuple[list[str], list[tuple[int, int, str]], Counter[RemarkKind]]]:
    """For each sentence its words, its mentions and how often each thing befell one of them; by single characters."""
    text = annotated.text
    owners: list[int | None] = [None] * len(text)
    if annotated.word_spans is not None:
        for index, (start, end) in enumerate(annotated.word_spans):
            owners[start:end] = [index] * (end - start)
    else:
        number = 0
        for index, character in enumerate(text):
            if character.isspace():
                number += 1
            else:
                owners[index] = number

    fates: list[list[RemarkKind]] = []
    ranges: list[range] = []
    cuts = set()
    for mention in annotated.mentions:
        covered = {place for start, end in mention.char_spans for place in range(start, end)}
        borders = [place for span in mention.char_spans for place in span]
        whole = range(min(borders), max(borders))
        fate = []
        if any(place < 0 or place > len(text) for place in borders):
            fate = [RemarkKind.OUTSIDE_TEXT]
        elif any(place not in covered and not text[place].isspace() for place in whole):
            fate = [RemarkKind.DISCONTINUOUS]
        elif len(whole) == 0:
            fate = [RemarkKind.WITHOUT_WORDS]
        else:
            for place in (whole.start, whole.stop):
                inside = 0 < place < len(text) and owners[place] is not None
                if inside and owners[place] == owners[place - 1]:
                    cuts.add(place)
                    fate = [RemarkKind.INSIDE_WORD]
        fates.append(fate)
        ranges.append(whole)

    pieces: list[list[int]] = []
    for place, owner in enumerate(owners):
        if owner is None:
            continue
        if place and owners[place - 1] == owner and place not in cuts:
            pieces[-1].append(place)
        else:
            pieces.append([place])
    cut_owners = {owners[place] for place in cuts}
    words = []
    for piece in pieces:
        if owners[piece[0]] in cut_owners:
            while piece and text[piece[0]].isspace():
                piece.pop(0)
            while piece and text[piece[-1]].isspace():
                piece.pop()
        if piece:
            words.append(piece)

    stated = annotated.sentence_borders
    if annotated.sentence_starts is not None:
        stated = tuple(annotated.word_spans[index][0] for index in annotated.sentence_starts)
    fixed = {
        index
        for index, word in enumerate(words)
        if any(place <= word[0] and (index == 0 or words[index - 1][0] < place) for place in stated)
    }
    starts = {0} | fixed
    if annotated.sentence_starts is None:
        starts |= {index + 1 for index, word in enumerate(words[:-1]) if text[word[-1]] == "."}

    seen = set()
    members: list[tuple[int, int] | None] = []
    for mention, fate, whole in zip(annotated.mentions, fates, ranges, strict=True):
        members.append(None)
        if any(kind.is_loss for kind in fate):
            continue
        inside = [index for index, word in enumerate(words) if all(place in whole for place in word)]
        if not inside:
            fate[:] = [RemarkKind.WITHOUT_WORDS]
            continue
        if (inside[0], inside[-1], mention.label) in seen:
            fate[:] = [RemarkKind.DUPLICATE]
        elif fixed.intersection(inside[1:]):
            fate[:] = [RemarkKind.ACROSS_SENTENCES]
        else:
            members[-1] = (inside[0], inside[-1] + 1)
            if (words[inside[0]][0], words[inside[-1]][-1] + 1) != (whole.start, whole.stop):
                fate.append(RemarkKind.BEYOND_WORDS)
        seen.add((inside[0], inside[-1], mention.label))
    torn = set()
    for fate, member in zip(fates, members, strict=True):
        if member is not None and starts.intersection(range(member[0] + 1, member[1])):
            torn |= starts.intersection(range(member[0] + 1, member[1]))
            fate.append(RemarkKind.SENTENCES_JOINED)

    if not words:
        # Only what went wrong is left to tell.
        counts = Counter(kind for fate in fates for kind in fate)
        return [([], [], counts)] if fates else []
    result = []
    last = sorted(starts - torn)
    for first, after in zip(last, [*last[1:], len(words)], strict=True):
        spelt = [text[word[0] : word[-1] + 1] for word in words[first:after]]
        mentions = [
            (member[0] - first, member[1] - first, mention.label)
            for mention, member in zip(annotated.mentions, members, strict=True)
            if member is not None and first <= member[0] < after
        ]
        result.append((spelt, sorted(mentions, key=lambda mention: mention[0]), Counter()))
    result[0][2].update(kind for fate in fates for kind in fate)
    return result


texts = st.text(alphabet="ab. \n", max_size=24)


@st.composite
def annotated_texts(draw: st.DrawFn) -> AnnotatedText:
    text = draw(texts)
    places = st.integers(0, len(text))
    # Now and then past either end.
    edges = places if draw(st.integers(0, 9)) else st.integers(-2, len(text) + 2)
    spans = st.tuples(edges, edges).map(lambda pair: (min(pair), max(pair)))
    fragments = st.one_of(
        st.tuples(spans), st.tuples(spans), st.lists(spans, min_size=2, max_size=3).map(tuple)
    )
    mentions = tuple(
        CharMention(char_spans, label)
        for char_spans, label in draw(st.lists(st.tuples(fragments, st.sampled_from("XY")), max_size=6))
    )
    if draw(st.booleans()):
        borders = tuple(draw(st.lists(places, max_size=3)))
        return AnnotatedText(text, mentions, PATH, sentence_borders=borders)
    limits = sorted(draw(st.sets(places, max_size=10)))
    words = tuple(pair for pair in pairwise(limits) if draw(st.integers(0, 4)))
    starts = None
    if words and draw(st.booleans()):
        starts = tuple(draw(st.lists(st.integers(0, len(words) - 1), max_size=3)))
    return AnnotatedText(text, mentions, PATH, word_spans=words, sentence_starts=starts)


@settings(max_examples=400)
@given(annotated_texts())
def test_words_mentions_and_sentences_equal_those_of_the_oracle(annotated: AnnotatedText):
    found = sentences_of(annotated)
    expected = oracle(annotated)
    assert [list(sentence.words) for sentence in found] == [words for words, _, _ in expected]
    assert [
        [(entity.word_start, entity.word_end, entity.label) for entity in sentence.entities]
        for sentence in found
    ] == [mentions for _, mentions, _ in expected]
    remarks = Counter(remark.kind for sentence in found for remark in sentence.remarks)
    assert remarks == sum((counts for _, _, counts in expected), Counter())


@given(annotated_texts())
def test_texts_add_up_and_offsets_give_the_words(annotated: AnnotatedText):
    found = sentences_of(annotated)
    if found:
        assert "".join(sentence.text for sentence in found) == annotated.text
    else:
        assert not annotated.mentions
    for sentence in found:
        assert tuple(sentence.text[start:end] for start, end in sentence.char_offsets) == sentence.words


@given(annotated_texts())
def test_every_mention_is_an_entity_or_has_one_remark_of_a_loss(annotated: AnnotatedText):
    found = sentences_of(annotated)
    losses = [remark for sentence in found for remark in sentence.remarks if remark.kind.is_loss]
    num_entities = sum(len(sentence.entities) for sentence in found)
    assert num_entities + len(losses) == len(annotated.mentions)


@given(annotated_texts())
def test_a_remark_on_what_is_kept_names_an_entity_of_its_sentence(annotated: AnnotatedText):
    for sentence in sentences_of(annotated):
        for remark in sentence.remarks:
            if not remark.kind.is_loss:
                assert remark.entity in sentence.entities
            elif remark.entity is not None:
                assert remark.kind is RemarkKind.DUPLICATE
                assert remark.entity in sentence.entities


def test_a_word_is_split_where_a_mention_starts_or_ends_in_it():
    (sentence,) = sentences_of(annotate("anti-Zol drugs", (5, 8, "X"), line_number=4))
    assert sentence.words == ("anti-", "Zol", "drugs")
    assert sentence.entities == (Entity(1, 2, "X"),)
    assert sentence.remarks == (Remark(RemarkKind.INSIDE_WORD, "X", "Zol", 4, Entity(1, 2, "X")),)


def test_sentences_torn_by_the_splitter_alone_are_joined():
    (joined, last) = sentences_of(annotate("Dr. Zol. Hello. Bye", (0, 8, "X"), (9, 15, "Y")))[:2]
    assert joined.words == ("Dr.", "Zol.")
    assert joined.entities == (Entity(0, 2, "X"),)
    assert joined.remarks == (Remark(RemarkKind.SENTENCES_JOINED, "X", "Dr. Zol.", entity=Entity(0, 2, "X")),)
    assert last.entities == (Entity(0, 1, "Y"),)


def test_a_border_that_the_corpus_states_stays_and_the_mention_across_it_goes():
    first, second = sentences_of(annotate("one two three", (4, 13, "X"), (8, 13, "Y"), sentence_borders=(7,)))
    assert (first.words, second.words) == (("one", "two"), ("three",))
    assert first.remarks == (Remark(RemarkKind.ACROSS_SENTENCES, "X", "two three"),)
    assert second.entities == (Entity(0, 1, "Y"),)


def test_stated_words_and_sentences_are_kept_and_the_first_word_starts_one():
    fields = {"word_spans": ((0, 7), (7, 8), (9, 12)), "sentence_starts": (1, 2)}
    found = sentences_of(annotate("New Yor. k. x", **fields))
    assert [(sentence.words, sentence.text) for sentence in found] == [
        (("New Yor",), "New Yor"),
        ((".",), ". "),
        (("k. ",), "k. x"),
    ]


def test_stated_words_without_stated_sentences_go_through_the_splitter():
    found = sentences_of(annotate("a. b", word_spans=((0, 1), (1, 2), (3, 4))))
    assert [sentence.words for sentence in found] == [("a", "."), ("b",)]


def test_mentions_of_one_start_stay_in_the_order_of_the_file():
    for mentions in ([(0, 1, "X"), (0, 3, "Y"), (0, 3, "X")], [(0, 3, "X"), (0, 1, "X"), (0, 3, "Y")]):
        (sentence,) = sentences_of(annotate("a b c", (4, 5, "Z"), *mentions))
        expected = [Entity(0, 2 if end == 3 else 1, label) for _, end, label in mentions]
        assert sentence.entities == (*expected, Entity(2, 3, "Z"))


def test_a_mention_on_several_lines_is_one_but_one_with_a_gap_is_none():
    text = "new\n  york is big"
    split_by_line = CharMention(((0, 3), (6, 10)), "X", "new york", 1)
    with_gap = CharMention(((0, 3), (14, 17)), "Y", "new big", 2)
    unstated = CharMention(((0, 3), (14, 17)), "Z", None, 3)
    (sentence,) = to_sentences(AnnotatedText(text, (with_gap, split_by_line, unstated), PATH), BY_BLANKS)
    assert sentence.entities == (Entity(0, 2, "X"),)
    assert sentence.remarks == (
        Remark(RemarkKind.DISCONTINUOUS, "Y", "new big", 2),
        Remark(RemarkKind.DISCONTINUOUS, "Z", "new big", 3),
    )


def test_a_mention_spelt_otherwise_is_kept_with_a_remark_but_blanks_do_not_count():
    mentions = (
        CharMention(((0, 5),), "X", "a  b", 1),
        CharMention(((6, 7),), "X", "d", 2),
        CharMention(((6, 7),), "Y", "c", 3),
    )
    (sentence,) = to_sentences(AnnotatedText("a\n\n b c", mentions, PATH), BY_BLANKS)
    assert sentence.entities == (Entity(0, 2, "X"), Entity(2, 3, "X"), Entity(2, 3, "Y"))
    assert sentence.remarks == (Remark(RemarkKind.TEXT_MISMATCH, "X", "d", 2, Entity(2, 3, "X")),)


def test_white_space_at_the_ends_of_a_mention_is_left_off_with_a_remark():
    (sentence,) = sentences_of(annotate("Ada sails.", (0, 4, "A"), (3, 10, "B"), (0, 3, "C")))
    assert sentence.entities == (Entity(0, 1, "A"), Entity(0, 1, "C"), Entity(1, 2, "B"))
    assert [(remark.kind, remark.text, remark.entity) for remark in sentence.remarks] == [
        (RemarkKind.BEYOND_WORDS, "Ada ", Entity(0, 1, "A")),
        (RemarkKind.BEYOND_WORDS, " sails.", Entity(1, 2, "B")),
    ]


def test_every_mention_of_a_repeated_document_has_a_remark_and_is_kept():
    (sentence,) = sentences_of(annotate("a b", (0, 1, "X"), (0, 1, "X"), repeats_document=True))
    assert sentence.entities == (Entity(0, 1, "X"),)
    assert [remark.kind for remark in sentence.remarks] == [
        RemarkKind.REPEATED_DOCUMENT,
        RemarkKind.DUPLICATE,
    ]


def test_lost_mentions_are_told_at_the_nearest_sentence():
    first, last = sentences_of(annotate("a. b", (-3, 1, "X"), (4, 9, "Y"), (2, 2, "Z")))
    assert [(remark.kind, remark.text) for remark in first.remarks] == [
        (RemarkKind.OUTSIDE_TEXT, "a"),
        (RemarkKind.WITHOUT_WORDS, ""),
    ]
    assert [(remark.kind, remark.text) for remark in last.remarks] == [(RemarkKind.OUTSIDE_TEXT, "")]


def test_a_text_without_words_gives_a_sentence_only_where_mentions_are_to_be_told():
    assert sentences_of(annotate(" \n")) == []
    assert sentences_of(annotate("")) == []
    for fields in ({}, {"word_spans": (), "sentence_starts": ()}):
        (sentence,) = sentences_of(annotate(" \n", (0, 1, "X"), line_number=3, document_id="d", **fields))
        assert sentence == Sentence(
            (), (), " \n", (), "d", 3, (Remark(RemarkKind.WITHOUT_WORDS, "X", " ", 3),)
        )


def test_lines_are_counted_to_the_first_word_of_a_sentence():
    text = "\na. b.\n\nc. d"
    found = sentences_of(annotate(text, line_number=5, has_lines=True))
    assert [(sentence.words, sentence.line_number) for sentence in found] == [
        (("a.",), 6),
        (("b.",), 6),
        (("c.",), 8),
        (("d",), 8),
    ]
    assert {sentence.line_number for sentence in sentences_of(annotate(text, line_number=5))} == {5}
    assert {sentence.line_number for sentence in sentences_of(annotate(text, has_lines=True))} == {None}


def test_lines_are_those_that_the_reader_states():
    found = sentences_of(annotate("a. b. c.", line_number=5, line_starts=((3, 9), (5, 12))))
    assert [sentence.line_number for sentence in found] == [5, 9, 12]


@pytest.mark.parametrize(
    "word_spans", [((0, 0),), ((1, 2), (0, 1)), ((0, 2), (1, 3)), ((2, 4),), ((-1, 1),), ((2, 1),)]
)
def test_stated_words_out_of_order_are_an_error(word_spans):
    with pytest.raises(CorpusError, match=r"^x\.txt:7: expected words in order, .* got one from -?\d to \d"):
        annotate("a b", word_spans=word_spans, line_number=7)


@pytest.mark.parametrize("fields", [{"word_spans": ((0, 1),)}, {"word_spans": ()}, {}])
def test_a_sentence_that_starts_at_no_stated_word_is_an_error(fields):
    with pytest.raises(CorpusError, match=r"expected sentences to start at stated words, .* at word -?\d"):
        annotate("a b", sentence_starts=(1,), **fields)
    with pytest.raises(CorpusError, match="at word -1"):
        annotate("a b", sentence_starts=(-1,), **fields)


def test_unknown_splitters_are_an_error():
    with pytest.raises(CorpusError, match=r"^x\.txt: expected a word splitter out of .*, got 'letters'"):
        TextSplitters.by_name("letters", "rules", "en", PATH)
    with pytest.raises(CorpusError, match=r"^x\.txt: expected a sentence splitter out of .*, got 'pages'"):
        TextSplitters.by_name("rules", "pages", "en", PATH)
    with pytest.raises(CorpusError, match=r"language is 'qq'"):
        TextSplitters.by_name("rules", "rules", "qq", PATH)


def test_many_mentions_of_a_long_text_take_time_in_proportion():
    def seconds(num_mentions: int) -> float:
        # Each mention crosses a stated border, starts and ends inside words and is there twice.
        text = "abc def. " * num_mentions
        mentions = [(9 * index + 1, 9 * index + 13, "X") for index in range(num_mentions - 1)]
        borders = tuple(range(0, len(text), 18))
        annotated = annotate(text, *mentions, *mentions, sentence_borders=borders)
        start = time.process_time()
        losses = sum(
            remark.kind.is_loss for sentence in sentences_of(annotated) for remark in sentence.remarks
        )
        assert losses >= num_mentions
        return time.process_time() - start

    seconds(100)
    # Eight times as much would take 64 times as long if every mention looked at every other one.
    assert seconds(16_000) < 32 * seconds(2_000)
