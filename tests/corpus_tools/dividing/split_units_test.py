from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blner_allennlp.corpus_tools.dividing.split_units import UnitCollector
from blner_allennlp.corpus_tools.dividing.stratified_split import SplitUnit
from blner_allennlp.entities import Entity, Sentence


def sentence(text: str, document: str | None = None, *labels: str) -> Sentence:
    entities = tuple(Entity(index, index + 1, label) for index, label in enumerate(labels))
    return Sentence(tuple(text.split()), entities, document_id=document)


CORPUS = [
    (sentence("Ana met Bo just today", "one", "PER", "LOC"), "a"),
    (sentence("fine", "one"), "a"),
    (sentence("Umi sleeps all the day"), "a"),
    (sentence("yes"), "a"),
    (sentence("late in one again", "one", "PER"), "a"),
    (sentence("yes"), "a"),
    (sentence("Umi sleeps all the day", None, "PER"), "a"),
    (sentence("Ana met Bo just today", "one", "PER"), "b"),
    (sentence("other words", "one"), "b"),
]


def units_of(**options):
    collector = UnitCollector(**options)
    for each, file_name in CORPUS:
        collector.add(each, file_name)
    return collector.units()


def test_a_document_is_a_unit_and_so_is_a_sentence_without_one():
    units, of_sentence = units_of(keeps_duplicates_together=False)
    assert of_sentence == [0, 0, 1, 2, 0, 3, 4, 5, 5]
    assert units[0] == SplitUnit(3, {"PER": 2, "LOC": 1})
    assert [unit.size for unit in units] == [3, 1, 1, 1, 1, 2]


def test_the_same_words_stay_together_but_not_short_sentences():
    units, of_sentence = units_of()
    assert of_sentence == [0, 0, 1, 2, 0, 3, 1, 4, 4]
    assert units[1] == SplitUnit(2, {"PER": 1})


def test_by_sentence_documents_are_divided():
    _, of_sentence = units_of(by_sentence=True)
    assert of_sentence == [0, 1, 2, 3, 4, 5, 2, 0, 6]
    _, of_sentence = units_of(by_sentence=True, keeps_duplicates_together=False)
    assert of_sentence == list(range(9))


def test_documents_with_the_same_sentences_stay_together():
    collector = UnitCollector()
    for document in ("x", "y"):
        for text in ("hi", "there you are", "again"):
            collector.add(sentence(text, document), "a")
    collector.add(sentence("hi there", "z"), "a")
    assert collector.units()[1] == [0, 0, 0, 0, 0, 0, 1]


def test_a_document_that_comes_again_with_other_words_and_sentences_stays_with_the_first():
    collector = UnitCollector()
    collector.add(replace(sentence("Ana met Bo.", "x"), text="Ana met Bo. "), "a")
    collector.add(replace(sentence("Then  rain", "x"), text="Then  rain"), "a")
    collector.add(replace(sentence("Ana met Bo . Then rain", "x-2"), text="Ana met Bo. Then  rain"), "a")
    collector.add(replace(sentence("Ana met Bo .", "y"), text="Ana met Bo."), "a")
    assert collector.units()[1] == [0, 0, 0, 1]


def test_documents_in_pieces_are_compared_by_all_their_text():
    collector = UnitCollector()
    rows = [
        ("a b", "x"),
        ("e f", "y"),
        ("c d", "x"),
        ("g h", "y"),
        ("a b", "z"),
        ("e f", "w"),
        ("c d", "z"),
        ("x", "w"),
    ]
    for text, document in rows:
        collector.add(sentence(text, document), "a")
    assert collector.units()[1] == [0, 1, 0, 1, 0, 2, 0, 2]


@given(st.lists(st.tuples(st.sampled_from(["a b c d e", "e", "f g"]), st.sampled_from([None, "x", "y"]))))
def test_units_count_every_sentence_once(rows):
    for together in (False, True):
        collector = UnitCollector(keeps_duplicates_together=together)
        for text, document in rows:
            collector.add(sentence(text, document, "PER"), "a")
        units, of_sentence = collector.units()
        assert [unit.size for unit in units] == [of_sentence.count(index) for index in range(len(units))]
        assert [unit.labels for unit in units] == [{"PER": unit.size} for unit in units]
        of_document = {document: unit for (_, document), unit in zip(rows, of_sentence, strict=True)}
        for (_, document), unit in zip(rows, of_sentence, strict=True):
            assert document is None or of_document[document] == unit


@pytest.mark.parametrize(
    ("each", "expected"),
    [
        (Sentence(("a",)), (False, False, False)),
        (Sentence(("a",), text="a", char_offsets=((0, 1),)), (True, False, False)),
        (Sentence(("a",), document_id="d"), (False, True, False)),
        (Sentence(("a", "b"), (Entity(0, 2, "X"), Entity(1, 2, "X"))), (False, False, True)),
        (Sentence(("a", "b"), (Entity(0, 1, "X"), Entity(1, 2, "X"))), (False, False, False)),
    ],
)
def test_it_knows_what_a_format_has_to_hold(each, expected):
    collector = UnitCollector()
    collector.add(Sentence(("z",)), "a")
    collector.add(each, "a")
    assert (collector.needs_text, collector.has_documents, collector.has_overlaps) == expected
