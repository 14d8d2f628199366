from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blner_allennlp.corpora import read_corpus, write_corpus
from blner_allennlp.entities import Entity, Sentence
from blner_allennlp.errors import CorpusError
from tests.corpora.sentence_strategies import content_of, sentences_with

SAME_WORDS = {"word_splitter": "whitespace", "sentence_splitter": "lines"}


def write(path, *sentences, **options):
    write_corpus(sentences, path, "brat", **options)
    return {
        file.relative_to(path).as_posix(): file.read_bytes().decode()
        for file in path.rglob("*")
        if file.is_file()
    }


def names(files):
    return sorted(name.removesuffix(".txt") for name in files if name.endswith(".txt"))


def test_documents_become_pairs_of_files_with_their_types_beside_them(tmp_path):
    files = write(
        tmp_path / "new",
        Sentence(("Ana", "Bolt", "ran"), (Entity(0, 2, "PER"), Entity(1, 2, "FAM")), document_id="nw/x.1"),
        Sentence(("Orr",), (Entity(0, 1, "PER"),), document_id="nw/x.1"),
        Sentence(("Bo",), document_id="y"),
    )
    assert files == {
        "nw/x.1.txt": "Ana Bolt ran\nOrr",
        "nw/x.1.ann": "T1\tPER 0 8\tAna Bolt\nT2\tFAM 4 8\tBolt\nT3\tPER 13 16\tOrr\n",
        "y.txt": "Bo",
        "y.ann": "",
        "annotation.conf": "[entities]\nFAM\nPER\n\n[relations]\n\n[events]\n\n[attributes]\n",
    }


def test_texts_are_written_to_the_letter_with_a_piece_a_line(tmp_path):
    text = "\ufeff Ana \r\n  Bolt\tran.\r\r\nBo \n"
    sentences = [
        Sentence(
            ("Ana", "Bolt", "ran"), (Entity(0, 2, "PER"),), text[:19], ((2, 5), (10, 14), (15, 18)), "x"
        ),
        Sentence(("Bo",), (Entity(0, 1, "PER"),), text[19:], ((3, 5),), "x"),
    ]
    files = write(tmp_path / "new", *sentences)
    assert files["x.txt"] == "\ufeff" + text
    assert files["x.ann"] == "T1\tPER 3 6;11 15\tAna Bolt\nT2\tPER 23 25\tBo\n"
    found = list(read_corpus(tmp_path / "new"))
    assert "".join(sentence.text for sentence in found) == text
    assert [sentence.words_of(entity) for sentence in found for entity in sentence.entities] == [
        "Ana Bolt",
        "Bo",
    ]
    assert [remark for sentence in found for remark in sentence.remarks] == []

    files = write(tmp_path / "tokenized", *sentences, tokenized=True)
    assert files["x.txt"] == "Ana Bolt ran\nBo"
    found = list(read_corpus(tmp_path / "tokenized", **SAME_WORDS))
    assert content_of(found) == content_of(sentences)


def test_sentences_without_document_are_gathered(tmp_path):
    sentences = [Sentence((word,)) for word in "abcde"]
    files = write(tmp_path / "new", *sentences, sentences_per_document=2)
    assert {name: text for name, text in files.items() if name.endswith(".txt")} == {
        "document-00001.txt": "a\nb",
        "document-00002.txt": "c\nd",
        "document-00003.txt": "e",
    }
    for number in (0, -1, True):
        with pytest.raises(CorpusError, match=f"expected at least 1 as sentences_per_document, got {number}"):
            write(tmp_path / f"other{number}", *sentences, sentences_per_document=number)


def test_names_are_safe_and_each_is_given_once(tmp_path):
    ids = [
        "../up", "/etc/x", "a//b", "a/b", "A/B", ".hidden", "x:y?", "x_y_", "", "/", "é", "e\u0301", "p.txt/q", "p",
        "p.txt", "\ud800", "n\0", "annotation.conf/r", "z" * 400, "z" * 401, "é/" * 150, "back\\slash", "a/b-2",
    ]  # fmt: skip
    sentences = [Sentence((f"w{index}",), document_id=document_id) for index, document_id in enumerate(ids)]
    files = write(tmp_path / "new", *sentences)
    # No text is lost, and nothing is written elsewhere.
    assert sorted(text for name, text in files.items() if name.endswith(".txt")) == sorted(
        f"w{n}" for n in range(len(ids))
    )
    assert [path.name for path in tmp_path.iterdir()] == ["new"]
    folded = [name.casefold() for name in files]
    assert len(set(folded)) == len(folded)
    assert max(len(part.encode()) for name in files for part in name.split("/")) < 250
    found = {sentence.words[0]: sentence.document_id for sentence in read_corpus(tmp_path / "new")}
    by_id = {document_id: found[f"w{index}"] for index, document_id in enumerate(ids)}
    for kept in ("a/b-2", "é", "p", "p.txt"):
        assert by_id[kept].removesuffix("-2") in (kept, kept.removesuffix("-2"))
    assert by_id["../up"] == "_./up"
    assert by_id["/etc/x"] == "etc/x"
    assert (by_id["a//b"], by_id["a/b"]) == ("a/b", "a/b-2")
    assert by_id["p.txt/q"] == "p.txt_/q"


def test_a_document_that_comes_back_gets_a_name_of_its_own(tmp_path):
    files = write(
        tmp_path / "new", *(Sentence((word,), document_id=word[0]) for word in ("a1", "b1", "a2", "b2", "a3"))
    )
    assert names(files) == ["a", "a-2", "a-3", "b", "b-2"]


def test_documents_without_words_are_left_out(tmp_path):
    files = write(
        tmp_path / "new",
        Sentence((), document_id="x"),
        Sentence((), text=" \n", char_offsets=(), document_id="y"),
    )
    assert list(files) == ["annotation.conf"]


def test_halves_of_surrogate_pairs_are_replaced(tmp_path):
    files = write(tmp_path / "new", Sentence(("a\ud800",), (Entity(0, 1, "X\udfff"),), document_id="x"))
    assert files["x.ann"] == "T1\tX\ufffd 0 2\ta\ufffd\n"
    assert "[entities]\nX\ufffd\n" in files["annotation.conf"]


@pytest.mark.parametrize(
    ("sentence", "message"),
    [
        (
            Sentence(("New York",)),
            r"sentence 'New York': expected words without white space, got 'New York'; .* 'jsonl'",
        ),
        (Sentence(("a", "")), "expected words without white space, got ''"),
        (Sentence(("a\u2028b",), text="a\u2028b"), "expected words without white space, got"),
        (
            Sentence(("a",), (Entity(0, 1, "X Y"),)),
            "expected entity types without white space, got 'X Y'.*rename it",
        ),
        (Sentence(("a",), (Entity(0, 1, ""),)), "expected entity types without white space, got ''"),
        (
            Sentence(("a", " "), (Entity(1, 2, "X"),), "a b", ((0, 1), (1, 2))),
            "expected mentions with a character that is no white space, got ' '; remove it",
        ),
    ],
)
def test_what_the_format_cannot_hold_is_reported(tmp_path, sentence, message):
    with pytest.raises(CorpusError, match=message):
        write(tmp_path / "new", sentence)


def test_the_error_names_the_place_that_the_sentence_comes_from(tmp_path):
    source = tmp_path / "source.txt"
    with pytest.raises(CorpusError, match=r"source.txt:7: expected words without"):
        write(tmp_path / "new", Sentence(("a b",), line_number=7, path=source))


plain_words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=5).filter(
    lambda word: word.split() == [word]
)
words = plain_words | st.sampled_from(["\ufeff", "\u200b", '"', "T1", "#", "\x00", "e\u0301", "\U0001f600"])
file_names = st.text("abcé. -", min_size=1, max_size=6).filter(lambda name: not name.startswith("."))


@given(sentences=sentences_with(words=words, labels=plain_words, document_ids=st.none() | file_names))
def test_what_is_written_is_read(tmp_path_factory, sentences):
    path = tmp_path_factory.mktemp("brat") / "new"
    write_corpus(sentences, path, "brat", sentences_per_document=2)
    found = read_corpus(path, format="brat", **SAME_WORDS)
    # Files are read in the order of their names.
    with_documents = all(sentence.document_id for sentence in sentences)
    assert sorted(content_of(found, with_documents=False)) == sorted(
        content_of(sentences, with_documents=False)
    )
    ids = [sentence.document_id for sentence in sentences]
    if with_documents and len({name.casefold() for name in ids}) == len(set(ids)):
        once = [ids[0], *(name for before, name in pairwise(ids) if name != before)]
        if len(set(once)) == len(once):
            written = sorted(content_of(sentences))
            assert sorted(content_of(read_corpus(path, format="brat", **SAME_WORDS))) == written


@settings(max_examples=50)
@given(data=st.data(), text=st.text(st.sampled_from("ab.\ufeff \n\r\t\u2028é"), min_size=1, max_size=40))
def test_written_texts_and_mentions_stay_in_place(tmp_path_factory, data, text):
    text += "ok"
    places = st.integers(0, len(text))
    char_spans = sorted(
        {tuple(sorted(pair)) for pair in data.draw(st.lists(st.tuples(places, places), max_size=4))}
    )
    marked = [(start, end) for start, end in char_spans if text[start:end].strip()]
    # One word a mention, and the last one: words may lie as they like.
    word_spans = (*marked, (len(text) - 2, len(text)))
    words_of_text = tuple(text[start:end] for start, end in word_spans)
    entities = tuple(Entity(index, index + 1, "X") for index in range(len(marked)))
    path = tmp_path_factory.mktemp("brat") / "new"
    write_corpus([Sentence(words_of_text, entities, text, word_spans, "x")], path, "brat")
    found = list(read_corpus(path))
    assert "".join(sentence.text for sentence in found) == text
    read_mentions = [(sentence, entity) for sentence in found for entity in sentence.entities]
    stripped = {"".join(text[start:end].split()) for start, end in marked}
    assert {"".join(s.words[e.word_start : e.word_end]) for s, e in read_mentions} == stripped
