import json

import pytest

from blner_allennlp.corpora import read_corpus
from blner_allennlp.corpora.relabelling import rename_labels
from blner_allennlp.entities import Entity, Remark, RemarkKind, Sentence
from blner_allennlp.errors import CorpusError

DISEASES = {"Kind": "Disease", "Modifier": "Disease"}


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "corpus"
    file.write_text("rash B-Kind\nof O\nears B-Organ\n", encoding="utf-8")
    return file


def test_types_are_renamed_in_every_format_and_others_stay(tmp_path, path):
    (sentence,) = read_corpus(path, label_map=DISEASES)
    assert sentence.entities == (Entity(0, 1, "Disease"), Entity(2, 3, "Organ"))
    mentions = [{"type": "Modifier", "start": 0, "end": 1}]
    path.write_text(json.dumps([{"tokens": ["rash"], "entities": mentions}]))
    assert next(read_corpus(path, "spert", label_map=DISEASES)).entities == (Entity(0, 1, "Disease"),)
    path.write_text("1|t|Rash\n1|a|\n1\t0\t4\tRash\tModifier\n")
    assert next(read_corpus(path, label_map=DISEASES)).entities == (Entity(0, 1, "Disease"),)


def test_two_types_of_the_same_words_that_become_one_are_a_duplicate():
    twice = Sentence(
        ("a", "b"), (Entity(0, 1, "Kind"), Entity(0, 2, "X"), Entity(0, 1, "Modifier")), line_number=4
    )
    (renamed,) = rename_labels([twice], DISEASES)
    disease = Entity(0, 1, "Disease")
    assert renamed.entities == (disease, Entity(0, 2, "X"))
    assert renamed.remarks == (Remark(RemarkKind.DUPLICATE, "Disease", "a", 4, disease),)


def test_remarks_name_the_new_type_too():
    remarks = (
        Remark(RemarkKind.INSIDE_WORD, "Kind", "a", 1, Entity(0, 1, "Kind")),
        Remark(RemarkKind.OUTSIDE_TEXT, "Modifier", "b", 2),
        Remark(RemarkKind.OUTSIDE_TEXT, "X", "c", 3),
    )
    (renamed,) = rename_labels([Sentence(("a",), (Entity(0, 1, "Kind"),), remarks=remarks)], DISEASES)
    assert renamed.remarks == (
        Remark(RemarkKind.INSIDE_WORD, "Disease", "a", 1, Entity(0, 1, "Disease")),
        Remark(RemarkKind.OUTSIDE_TEXT, "Disease", "b", 2),
        remarks[2],
    )


def test_types_do_not_move_on_through_the_map():
    (renamed,) = rename_labels([Sentence(("a",), (Entity(0, 1, "A"),))], {"A": "B", "B": "C"})
    assert renamed.entities == (Entity(0, 1, "B"),)


def test_sentences_without_such_types_stay_the_same_object():
    sentence = Sentence(("a",), (Entity(0, 1, "X"),))
    assert next(rename_labels([sentence], DISEASES)) is sentence


@pytest.mark.parametrize("label_map", [{"A": 1}, {1: "A"}, {"A": ""}, ["A"], "A"])
def test_a_label_map_that_is_none_is_an_error(path, label_map):
    with pytest.raises(CorpusError, match=r"corpus: expected a label_map from entity types to entity types"):
        read_corpus(path, label_map=label_map)


def test_the_map_is_named_among_the_options_of_every_format(path):
    with pytest.raises(CorpusError, match=r"has no option 'labels'; it has: .*encoding, label_map"):
        read_corpus(path, "spert", labels={})
