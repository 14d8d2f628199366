import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blner_allennlp.corpora import read_corpus, write_corpus
from blner_allennlp.corpora.reading import find_format
from blner_allennlp.entities import Entity, Remark, RemarkKind, Sentence
from blner_allennlp.errors import CorpusError
from tests.corpora.sentence_strategies import any_character, content_of, sentences_with

REAL_CONLL04 = Path(__file__).parents[3].parent / "shared/data/conll04"


def element(tokens=("Ana", "Bo", "ran"), entities=(("PER", 0, 2),), **others) -> dict:
    mentions = [{"type": label, "start": start, "end": end} for label, start, end in entities]
    return {"tokens": list(tokens), "entities": mentions, "relations": [{"head": 0}], **others}


@pytest.fixture
def read(tmp_path):
    """Writes text, or JSON values as one array, to a file and reads it as SpERT JSON."""

    def write_and_read(content: str | list, **options) -> list[Sentence]:
        path = tmp_path / "x.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return list(read_corpus(path, format="spert", **options))

    return write_and_read


def test_words_mentions_and_ids_are_read_from_an_array_or_from_lines(read):
    elements = [
        element(orig_id=17),
        element(["Kil", "é"], [], orig_id="a b", other=float("nan")),
        element(["x"], [("LOC", 0, 1)], orig_id=None),
    ]
    expected = [
        Sentence(("Ana", "Bo", "ran"), (Entity(0, 2, "PER"),), document_id="17", line_number=1),
        Sentence(("Kil", "é"), document_id="a b", line_number=1),
        Sentence(("x",), (Entity(0, 1, "LOC"),), line_number=1),
    ]
    assert read(elements) == expected
    by_line = read("\n".join(map(json.dumps, elements)))
    assert [sentence.line_number for sentence in by_line] == [1, 2, 3]
    assert content_of(by_line) == content_of(expected)
    assert by_line[0].path is not None
    assert by_line[0].path.name == "x.json"


def test_nested_mentions_are_kept_in_order_and_repeated_ones_leave_a_remark(read):
    mentions = [("B", 1, 2), ("A", 0, 3), ("B", 1, 2), ("C", 1, 3), ("A", 1, 2)]
    (sentence,) = read([element(entities=mentions)])
    assert sentence.entities == (Entity(0, 3, "A"), Entity(1, 2, "B"), Entity(1, 3, "C"), Entity(1, 2, "A"))
    assert sentence.remarks == (Remark(RemarkKind.DUPLICATE, "B", "Bo", 1, Entity(1, 2, "B")),)


def test_elements_without_words_give_no_sentence(read):
    assert [sentence.words for sentence in read([element([], []), element(["a"], [])])] == [("a",)]


def test_halves_of_surrogate_pairs_are_replaced(read):
    (sentence,) = read([element(["a\ud800"], [("X\udfff", 0, 1)], orig_id="\ud800")])
    assert (sentence.words, sentence.document_id) == (("a\ufffd",), "\ufffd")
    assert sentence.entities == (Entity(0, 1, "X\ufffd"),)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"entities": []}, "field 'tokens': expected a list, but the element has none; add it"),
        ({"tokens": ["a"]}, "field 'entities': expected a list, but the element has none; add it"),
        ({"tokens": "a", "entities": []}, "field 'tokens': expected a list, got 'a'"),
        ({"tokens": None, "entities": []}, "field 'tokens': expected a list, got null"),
        ({"tokens": ["a", 1], "entities": []}, r"field 'tokens\[1\]': expected a text in quotes, got 1"),
        ({"tokens": [["a"]], "entities": []}, r"field 'tokens\[0\]': expected a text .*, got a list of 1"),
        (
            {"tokens": ["a"], "entities": {"x": 1}},
            "field 'entities': expected a list, got an object with the",
        ),
        (
            {"tokens": ["a"], "entities": [[0, 1]]},
            r"field 'entities\[0\]': expected an object, got a list of 2",
        ),
        (element(orig_id=1.5), "field 'orig_id': expected a text or a whole number, got 1.5"),
        (element(orig_id=True), "field 'orig_id': expected a text or a whole number, got true"),
        (element(orig_id=["a"]), "field 'orig_id': expected a text or a whole number, got a list of 1"),
        (element(entities=[("", 0, 1)]), r"field 'entities\[0\].type': expected an entity type, got ''"),
        (
            element(entities=[(None, 0, 1)]),
            r"field 'entities\[0\].type': expected a text in quotes, got null",
        ),
        (element(entities=[("X", "0", 1)]), r"field 'entities\[0\].start': expected a whole .*, got '0'"),
        (element(entities=[("X", False, 1)]), r"field 'entities\[0\].start': expected a whole .*, got false"),
        (element(entities=[("X", 0, 1.0)]), r"field 'entities\[0\].end': expected a whole number.*, got 1.0"),
        (element(entities=[("X", -1, 1)]), r"field 'entities\[0\].start': expected a whole .*, got -1"),
        (element(entities=[("X", 0, float("nan"))]), r"field 'entities\[0\].end': expected a .*, got NaN"),
        (element(entities=[("X", 0, 4)]), r"field 'entities\[0\]': expected start < end <= 3, the number of"),
        (element(entities=[("X", 0, 10**30)]), r"field 'entities\[0\]': expected start < end <= 3"),
        (element(entities=[("X", 0, 1), ("X", 1, 1)]), r"field 'entities\[1\]': .*, got start 1 and end 1"),
        (element(entities=[("X", 2, 1)]), r"field 'entities\[0\]': .*, got start 2 and end 1"),
    ],
)
def test_errors_name_file_line_and_field(read, value, message):
    content = f"[{json.dumps(element())},\n{json.dumps(value)}]"
    with pytest.raises(CorpusError, match=f"x.json:2: {message}"):
        read(content)


@pytest.mark.parametrize("content", ["", "[]", '[{"tokens": [], "entities": []}]'])
def test_a_file_without_sentences_is_reported(read, content):
    with pytest.raises(
        CorpusError, match=r"x.json: .*expected at least one (sentence with words|JSON object)"
    ):
        read(content)


@pytest.mark.parametrize(
    ("content", "format_name"),
    [
        ('[{"tokens": ["a"], "entities": []}]', "spert"),
        (' \n[ {"tokens" : [\n"' + "a" * 5000, "spert"),
        ('{"orig_id": 1, "entities": [{"type": "X", "start": 0, "end": 1}], "tokens": ["', "spert"),
        ('[{"relations": [], "entities": [{"end": 1, "start": 0, "type": "X"}]', "spert"),
        ('{"tokens": ["a"], "tags": ["O"]}', None),
        ('{"tokens": ["a"], "ner_tags": [0]}', None),
        ('{"text": "a", "tokens": ["a"], "entities": []}', None),
        ('{"text": "a", "entities": [{"start": 0, "end": 1, "label": "X"}]}', None),
        ('"tokens": ["a"], "entities": []\tO\n', "columns"),
    ],
)
def test_files_are_recognised_by_their_fields(tmp_path, content, format_name):
    path = tmp_path / "x"
    path.write_text(content)
    found = find_format(path).name
    assert found == format_name or (format_name is None and found != "spert")


def test_a_sentence_a_line_is_written(tmp_path):
    sentences = [
        Sentence(("a", 'é"'), (Entity(0, 2, "X"), Entity(1, 2, "Y")), document_id="d", text="aé", remarks=()),
        Sentence((), (), "", ()),
        Sentence(("b\ud800",)),
    ]
    path = tmp_path / "new" / "x.json"
    write_corpus(sentences, path, "spert")
    assert path.read_bytes().decode() == (
        '[\n{"tokens": ["a", "é\\""], "entities": [{"type": "X", "start": 0, "end": 2}, '
        '{"type": "Y", "start": 1, "end": 2}], "relations": [], "orig_id": "d"},\n'
        '{"tokens": ["b\ufffd"], "entities": [], "relations": []}\n]\n'
    )
    write_corpus([], tmp_path / "none", "spert")
    assert json.loads((tmp_path / "none").read_text()) == []


document_ids = st.none() | st.text(any_character, max_size=3)


@given(sentences=sentences_with(document_ids=document_ids))
def test_what_is_written_is_read_back(tmp_path_factory, sentences):
    path = tmp_path_factory.mktemp("spert") / "x"
    write_corpus(sentences, path, "spert")
    assert content_of(read_corpus(path, "spert")) == content_of(sentences)
    assert len(json.loads(path.read_text(encoding="utf-8"))) == len(sentences)


def test_memory_grows_neither_in_writing_nor_in_reading(tmp_path):
    peaks = []
    for num_sentences in (1_500, 3_000):
        tracemalloc.start()
        path = tmp_path / str(num_sentences)
        sentence = Sentence(("some", "words") * 10, (Entity(0, 2, "X"),))
        write_corpus((sentence for _ in range(num_sentences)), path, "spert")
        assert sum(1 for _ in read_corpus(path, "spert")) == num_sentences
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 100_000


@pytest.mark.shared_data
@pytest.mark.skipif(not REAL_CONLL04.is_dir(), reason="the real CoNLL04 files are not here")
@pytest.mark.parametrize(("split", "num_entities"), [("train", 3377), ("dev", 893), ("test", 1079)])
def test_the_real_conll04_files_give_their_published_counts(split, num_entities):
    path = REAL_CONLL04 / f"conll04_{split}.json"
    sentences = list(read_corpus(path))
    elements = json.loads(path.read_bytes())
    assert sum(len(sentence.entities) for sentence in sentences) == num_entities
    assert len(sentences) == len(elements) == len({sentence.document_id for sentence in sentences})
    assert [list(sentence.words) for sentence in sentences] == [one["tokens"] for one in elements]
    assert not any(sentence.remarks for sentence in sentences)
