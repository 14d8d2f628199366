import json
import tracemalloc
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blner_allennlp.corpora import read_corpus, write_corpus
from blner_allennlp.corpora.reading import find_format
from blner_allennlp.entities import Entity, Remark, RemarkKind, Sentence
from blner_allennlp.errors import CorpusError
from tests.corpora.sentence_strategies import any_character, any_words, content_of, sentences_with

REAL_SCIERC = Path(__file__).parents[3].parent / "shared/data/scierc"
SENTENCES = [["Ana", "Bo", "ran"], ["to", "Kil"], ["Lu"]]


def document(ner=None, sentences=SENTENCES, doc_key="d", **others) -> dict:
    return {"doc_key": doc_key, "sentences": sentences, "ner": ner or [[], [], []], **others}


@pytest.fixture
def read(tmp_path):
    """Writes text, or JSON values a line each, to a file and reads it as DyGIE++ JSON lines."""

    def write_and_read(content: str | list, **options) -> list[Sentence]:
        path = tmp_path / "x.json"
        text = content if isinstance(content, str) else "\n".join(map(json.dumps, content))
        path.write_text(text, encoding="utf-8")
        return list(read_corpus(path, format="dygie", **options))

    return write_and_read


def test_offsets_count_through_the_document_and_include_the_last_word(read):
    first = document(
        [[[0, 1, "PER"]], [[4, 4, "LOC"], [3, 4, "PP"]], [[5, 5, "PER", -0.5, 0.25]]],
        clusters=[[[0, 1], [5, 5]]],
        predicted_ner=[[[0, 0, "X", float("nan"), 1.0]], [], []],
        dataset="x",
        _sentence_starts=[0, 3, 5],
    )
    second = document(sentences=[["a"]], ner=[[[0, 0, "X"]]], doc_key="e")
    assert read([first, second]) == [
        Sentence(("Ana", "Bo", "ran"), (Entity(0, 2, "PER"),), document_id="d", line_number=1),
        Sentence(("to", "Kil"), (Entity(0, 2, "PP"), Entity(1, 2, "LOC")), document_id="d", line_number=1),
        Sentence(("Lu",), (Entity(0, 1, "PER"),), document_id="d", line_number=1),
        Sentence(("a",), (Entity(0, 1, "X"),), document_id="e", line_number=2),
    ]


def test_documents_are_named_by_their_key_or_id_or_by_their_place(read):
    documents = [
        {"sentences": [["a"]], "doc_id": "x", "doc_key": "y"},
        {"sentences": [["b"]], "doc_id": 3},
        {"sentences": [["c"], ["d"]], "doc_key": None},
        {"sentences": [["e"]]},
    ]
    assert [sentence.document_id for sentence in read(documents)] == ["y", "3", "doc-3", "doc-3", "doc-4"]


def test_documents_without_mentions_and_sentences_without_words_are_read(read):
    documents = [{"sentences": [["a"], [], ["b"]]}, {"sentences": [["c"]], "ner": None}, {"sentences": []}]
    assert [(sentence.words, sentence.entities) for sentence in read(documents)] == [
        (("a",), ()),
        (("b",), ()),
        (("c",), ()),
    ]
    (_, sentence) = read([document([[], [], [[1, 1, "X"]]], [["a"], [], ["b"]])])
    assert sentence.entities == (Entity(0, 1, "X"),)


def test_a_mention_across_sentences_leaves_a_remark(read):
    first, second, third = read([document([[[2, 3, "X"], [0, 0, "Y"]], [[1, 5, "Z"]], []])])
    assert first.entities == (Entity(0, 1, "Y"),)
    assert first.remarks == (Remark(RemarkKind.ACROSS_SENTENCES, "X", "ran to", 1),)
    assert second.remarks == (Remark(RemarkKind.ACROSS_SENTENCES, "Z", "Bo ran to Kil Lu", 1),)
    assert second.entities == third.entities == third.remarks == ()


def test_a_repeated_mention_leaves_a_remark(read):
    _, second, _ = read([document([[], [[4, 4, "X"], [4, 4, "X"], [4, 4, "Y"]], []])])
    assert second.entities == (Entity(1, 2, "X"), Entity(1, 2, "Y"))
    assert second.remarks == (Remark(RemarkKind.DUPLICATE, "X", "Kil", 1, Entity(1, 2, "X")),)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            {"doc_key": "d", "ner": []},
            "field 'sentences': expected a list of lists of words, but the document has",
        ),
        (document(sentences="a"), "field 'sentences': expected a list, got 'a'"),
        (document(sentences=["a"]), r"field 'sentences\[0\]': expected a list, got 'a'"),
        (
            document(sentences=[["a"], ["b", None]]),
            r"field 'sentences\[1\]\[1\]': expected a text .*, got null",
        ),
        (document(doc_key=1.5), "field 'doc_key': expected a text or a whole number, got 1.5"),
        (
            {"sentences": [["a"]], "doc_id": {}},
            "field 'doc_id': expected a text or .*, got an object with no",
        ),
        (document(5), "field 'ner': expected a list, got 5"),
        (document([[], []]), "field 'ner': expected 3 lists, one for each of the 'sentences', got 2"),
        (
            document([[], {"a": 1}, []]),
            r"field 'ner\[1\]': expected a list, got an object with the field 'a'",
        ),
        (document([[5], [], []]), r"field 'ner\[0\]\[0\]': expected a list, got 5"),
        (
            document([[[0, 1]], [], []]),
            r"field 'ner\[0\]\[0\]': expected \[start, end, type\], got a list of 2",
        ),
        (document([[["0", 1, "X"]], [], []]), r"field 'ner\[0\]\[0\]\[0\]': expected a whole .*, got '0'"),
        (document([[[True, 1, "X"]], [], []]), r"field 'ner\[0\]\[0\]\[0\]': expected a whole .*, got true"),
        (document([[[0, 1.0, "X"]], [], []]), r"field 'ner\[0\]\[0\]\[1\]': expected a whole .*, got 1.0"),
        (document([[[-1, 1, "X"]], [], []]), r"field 'ner\[0\]\[0\]\[0\]': expected a whole .*, got -1"),
        (document([[[0, 1, ""]], [], []]), r"field 'ner\[0\]\[0\]\[2\]': expected an entity type, got ''"),
        (document([[[0, 1, 2]], [], []]), r"field 'ner\[0\]\[0\]\[2\]': expected a text in quotes, got 2"),
        (
            document([[[1, 0, "X"]], [], []]),
            r"field 'ner\[0\]\[0\]': .* got start 1 and end 0; offsets count",
        ),
        (
            document([[], [], [[5, 6, "X"]]]),
            r"field 'ner\[2\]\[0\]': expected start <= end < 6, the number of",
        ),
        (document([[[0, 10**40, "X"]], [], []]), r"field 'ner\[0\]\[0\]': expected start <= end < 6"),
        (
            document([[], [[0, 1, "X"]], []]),
            r"field 'ner\[1\]\[0\]': expected a mention among the words 3 to 4 of sentence 1, got 0 to 1, which is "
            r"in sentence 0; offsets count from the start of the document, not of the sentence",
        ),
        (document([[[3, 4, "X"]], [], []]), r"field 'ner\[0\]\[0\]': .*, which is in sentence 1"),
        (
            document([[], [[0, 1, "X"]], []], [["a"], [], ["b"]]),
            r"field 'ner\[1\]\[0\]': expected no mention in sentence 1, which has no words, got 0 to 1",
        ),
    ],
)
def test_errors_name_file_line_and_field(read, value, message):
    with pytest.raises(CorpusError, match=f"x.json:2: {message}"):
        read([document(), value])


@pytest.mark.parametrize("content", ["", "[]", '{"sentences": []}', '{"sentences": [[]], "ner": [[]]}'])
def test_a_file_without_sentences_is_reported(read, content):
    with pytest.raises(
        CorpusError, match=r"x.json: .*expected at least one (sentence with words|JSON object)"
    ):
        read(content)


@pytest.mark.parametrize(
    "content",
    [
        '{"doc_key": "x", "sen',
        '{"clusters": [' + "[[1, 2]], " * 1000,
        '{ "sentences" : [ ["a", "b',
        '[{"dataset": "x", "doc_key": 5',
    ],
)
def test_files_are_recognised_by_their_fields(tmp_path, content):
    path = tmp_path / "x"
    path.write_text(content)
    assert find_format(path).name == "dygie"
    path.write_text("x\t" + content)
    assert find_format(path).name != "dygie"


def test_a_document_a_line_is_written_and_those_without_a_name_get_one(tmp_path):
    sentences = [
        Sentence(("a", "b"), (Entity(0, 2, "X"), Entity(1, 2, "Y")), document_id="d"),
        Sentence((), document_id="d"),
        Sentence(('é"',), (Entity(0, 1, "X"),), document_id="d"),
        Sentence(("c\ud800",), (Entity(0, 1, "Z"),)),
        Sentence(("d",)),
        Sentence(("e",), document_id="d"),
    ]
    path = tmp_path / "new" / "some.json"
    write_corpus(sentences, path, "dygie")
    assert path.read_bytes().decode() == (
        '{"doc_key": "d", "sentences": [["a", "b"], ["é\\""]], "ner": [[[0, 1, "X"], [1, 1, "Y"]], [[2, 2, "X"]]]}\n'
        '{"doc_key": "some-1", "sentences": [["c\ufffd"]], "ner": [[[0, 0, "Z"]]]}\n'
        '{"doc_key": "some-2", "sentences": [["d"]], "ner": [[]]}\n'
        '{"doc_key": "d", "sentences": [["e"]], "ner": [[]]}\n'
    )


def test_an_empty_word_cannot_be_written(tmp_path):
    sentence = Sentence(("a", "", "b"), line_number=7, path=Path("corpus.txt"))
    with pytest.raises(CorpusError, match=r"corpus.txt:7: word 1 \(counted from 0\) is empty, which DyGIE"):
        write_corpus([sentence], tmp_path / "x", "dygie")
    with pytest.raises(CorpusError, match=r"y: sentence 'a ': word 1 \(counted from 0\) is empty"):
        write_corpus([Sentence(("a", ""))], tmp_path / "y", "dygie")


@given(
    sentences=sentences_with(
        any_words.filter(len), document_ids=st.none() | st.text(any_character, max_size=3)
    )
)
def test_what_is_written_is_read_back(tmp_path_factory, sentences):
    path = tmp_path_factory.mktemp("dygie") / "x"
    write_corpus(sentences, path, "dygie")
    names = iter(f"x-{n}" for n in range(1, 100))
    expected = [
        sentence if sentence.document_id is not None else sentence.with_document(next(names))
        for sentence in sentences
    ]
    assert content_of(read_corpus(path, "dygie")) == content_of(expected)


def test_memory_grows_neither_in_writing_nor_in_reading(tmp_path):
    peaks = []
    for num_documents in (300, 1_200):
        tracemalloc.start()
        path = tmp_path / str(num_documents)
        sentence = Sentence(("some", "words") * 10, (Entity(0, 2, "X"),))
        sentences = (sentence.with_document(str(n // 2)) for n in range(2 * num_documents))
        write_corpus(sentences, path, "dygie")
        assert sum(1 for _ in read_corpus(path, "dygie")) == 2 * num_documents
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 100_000


@pytest.mark.shared_data
@pytest.mark.skipif(not REAL_SCIERC.is_dir(), reason="the real SciERC files are not here")
@pytest.mark.parametrize(
    ("split", "num_documents", "num_sentences", "num_entities", "num_nested"),
    [("train", 350, 1861, 5598, 61), ("dev", 50, 275, 811, 7), ("test", 100, 551, 1685, 20)],
)
def test_the_real_scierc_files_give_their_published_counts(
    split, num_documents, num_sentences, num_entities, num_nested
):
    path = REAL_SCIERC / f"{split}.json"
    sentences = list(read_corpus(path))
    assert len({sentence.document_id for sentence in sentences}) == num_documents
    assert len(sentences) == num_sentences
    assert sum(len(sentence.entities) for sentence in sentences) == num_entities
    assert not any(sentence.remarks for sentence in sentences)
    pairs = [pair for sentence in sentences for pair in combinations(sentence.entities, 2)]
    assert sum(one.overlaps(other) for one, other in pairs) == num_nested
    documents = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
    words = [words for one in documents for words in one["sentences"]]
    assert [list(sentence.words) for sentence in sentences] == words
    mentions = [len(ner) for one in documents for ner in one["ner"]]
    assert [len(sentence.entities) for sentence in sentences] == mentions
