import json
import tracemalloc

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from blner_allennlp.corpora import read_corpus, write_corpus
from blner_allennlp.entities import Entity, Sentence
from blner_allennlp.errors import CorpusError
from tests.corpora.sentence_strategies import any_character, any_words, content_of, sentences_with

FACE = "\U0001f600"
DOCUMENT = [
    Sentence(("Ana", "Bo", FACE), (Entity(0, 2, "PER"), Entity(1, 2, "X")), document_id="d"),
    Sentence(("Kil", "."), (Entity(0, 1, "PER"),), "Kil.", ((0, 3), (3, 4)), "d"),
]


def test_a_document_a_line_is_written_as_prodigy_has_it(tmp_path):
    path = tmp_path / "new" / "x.jsonl"
    write_corpus([*DOCUMENT, Sentence(("x",)), Sentence(("y",))], path, "jsonl")
    lines = path.read_text(encoding="utf-8").split("\n")
    assert json.loads(lines[0]) == {
        "document_id": "d",
        "text": f"Ana Bo {FACE}\nKil.",
        "spans": [
            {"start": 0, "end": 6, "token_start": 0, "token_end": 1, "label": "PER"},
            {"start": 4, "end": 6, "token_start": 1, "token_end": 1, "label": "X"},
            {"start": 9, "end": 12, "token_start": 3, "token_end": 3, "label": "PER"},
        ],
        "tokens": [
            {"text": "Ana", "start": 0, "end": 3, "id": 0, "ws": True},
            {"text": "Bo", "start": 4, "end": 6, "id": 1, "ws": True},
            {"text": FACE, "start": 7, "end": 8, "id": 2, "ws": False},
            {"text": "Kil", "start": 9, "end": 12, "id": 3, "ws": False},
            {"text": ".", "start": 12, "end": 13, "id": 4, "ws": False},
        ],
        "sentence_starts": [0, 3],
    }
    assert [json.loads(line)["text"] for line in lines[1:3]] == ["x", "y"]
    assert lines[3:] == [""]


def test_doccano_gets_text_and_mentions(tmp_path):
    write_corpus(DOCUMENT, tmp_path / "x", "jsonl", style="doccano")
    assert json.loads((tmp_path / "x").read_text()) == {
        "document_id": "d",
        "text": f"Ana Bo {FACE}\nKil.",
        "label": [[0, 6, "PER"], [4, 6, "X"], [9, 12, "PER"]],
    }


def test_label_studio_gets_one_array_of_tasks(tmp_path):
    write_corpus(
        [*DOCUMENT, Sentence(("x",))], tmp_path / "x", "jsonl", style="label_studio", offset_unit="utf16"
    )
    first, second = json.loads((tmp_path / "x").read_text())
    assert first["data"] == {"document_id": "d", "text": f"Ana Bo {FACE}\nKil."}
    assert first["annotations"][0]["result"][2] == {
        "from_name": "label",
        "to_name": "text",
        "type": "labels",
        "value": {"start": 10, "end": 13, "text": "Kil", "labels": ["PER"]},
    }
    assert second == {"data": {"document_id": None, "text": "x"}, "annotations": [{"result": []}]}
    back = list(read_corpus(tmp_path / "x", offset_unit="utf16", sentence_splitter="lines"))
    assert [(one.entities, one.document_id) for one in back] == [
        (DOCUMENT[0].entities, "d"),
        (DOCUMENT[1].entities, "d"),
        ((), None),
    ]
    write_corpus([], tmp_path / "none", "jsonl", style="label_studio")
    assert json.loads((tmp_path / "none").read_text()) == []


filled_words = any_words.filter(bool)
corpora = sentences_with(words=filled_words, document_ids=st.none() | st.text(any_character, max_size=3))


@given(sentences=corpora, unit=st.sampled_from(["characters", "utf16", "bytes"]))
def test_what_is_written_is_read_back(tmp_path_factory, sentences, unit):
    path = tmp_path_factory.mktemp("jsonl") / "x"
    write_corpus(sentences, path, "jsonl", offset_unit=unit)
    back = list(read_corpus(path, "jsonl", offset_unit=unit))
    assert content_of(back) == content_of(sentences)
    assert not any(sentence.remarks for sentence in back)


@given(text=st.text(st.sampled_from("ab .\n\u3000é" + FACE), max_size=30), data=st.data())
def test_running_text_is_written_and_read_back_as_it_was(tmp_path_factory, text, data):
    assume(text.strip())
    directory = tmp_path_factory.mktemp("jsonl")
    places = st.integers(0, len(text))
    mentions = [sorted(pair) for pair in data.draw(st.lists(st.tuples(places, places), max_size=3))]
    fields = {"text": text, "label": [[start, end, "X"] for start, end in mentions]}
    (directory / "a").write_text(json.dumps(fields))
    sentences = list(read_corpus(directory / "a", "jsonl"))
    write_corpus(sentences, directory / "b", "jsonl")
    back = list(read_corpus(directory / "b", "jsonl"))
    assert content_of(back) == content_of(sentences)
    assert [sentence.text for sentence in back] == [sentence.text for sentence in sentences]
    assert "".join(sentence.text for sentence in back) == text


def test_halves_of_surrogate_pairs_become_what_utf8_can_hold(tmp_path):
    write_corpus([Sentence(("a\ud800",), (Entity(0, 1, "\udfff"),))], tmp_path / "x", "jsonl")
    (sentence,) = read_corpus(tmp_path / "x")
    assert (sentence.words, sentence.entities) == (("a\ufffd",), (Entity(0, 1, "\ufffd"),))


def test_an_empty_word_is_an_error_with_its_place(tmp_path):
    sentence = Sentence(("a", ""), line_number=7, path=tmp_path / "from")
    with pytest.raises(
        CorpusError, match=r"from:7: expected words of at least one character, got an empty one at 1"
    ):
        write_corpus([sentence], tmp_path / "x", "jsonl")


def test_an_unknown_style_or_unit_is_an_error(tmp_path):
    with pytest.raises(
        CorpusError, match="expected a style out of prodigy, doccano, label_studio, got 'brat'"
    ):
        write_corpus(DOCUMENT, tmp_path / "x", "jsonl", style="brat")
    with pytest.raises(CorpusError, match="expected an offset unit out of characters, utf16, bytes, got 'c'"):
        write_corpus(DOCUMENT, tmp_path / "x", "jsonl", offset_unit="c")


def test_memory_does_not_grow_with_the_corpus(tmp_path):
    peaks = []
    for num_sentences in (500, 1_500):
        # Python keeps up to 2,000 tuples of each length up to 20 for later use.
        sentence = Sentence(("some", "words") * 12, (Entity(0, 2, "X"),))
        tracemalloc.start()
        write_corpus((sentence for _ in range(num_sentences)), tmp_path / str(num_sentences), "jsonl")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 100_000
