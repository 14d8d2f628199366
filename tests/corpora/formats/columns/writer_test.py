from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blner_allennlp.corpora import read_corpus, write_corpus
from blner_allennlp.entities import Entity, Sentence
from blner_allennlp.errors import CorpusError
from blner_allennlp.flattening import OverlapPolicy, flatten
from blner_allennlp.tag_schemes import TagScheme
from tests.corpora.sentence_strategies import any_words, content_of, sentences_with

TWO_SENTENCES = [
    Sentence(("Ana", "Bo", "ran"), (Entity(0, 2, "PER"),), document_id="x"),
    Sentence(("to", "Kil", "Lu"), (Entity(1, 2, "LOC"), Entity(2, 3, "LOC")), document_id="x"),
]


@pytest.fixture
def written(tmp_path):
    """Writes sentences as a column file and gives its text."""

    def write_and_read(sentences, **options) -> str:
        path = tmp_path / "new" / "corpus"
        path.unlink(missing_ok=True)
        write_corpus(sentences, path, "columns", **options)
        return path.read_bytes().decode()

    return write_and_read


def test_token_and_tag_stand_in_a_line(written):
    assert written(TWO_SENTENCES) == (
        "-DOCSTART-\tO\n\nAna\tB-PER\nBo\tI-PER\nran\tO\n\nto\tO\nKil\tB-LOC\nLu\tB-LOC\n\n"
    )
    assert written([Sentence(("a",)), Sentence(()), Sentence(("b\ud800",))]) == "a\tO\n\nb\ufffd\tO\n\n"


def test_the_scheme_and_the_separator_can_be_chosen(written):
    text = written(TWO_SENTENCES[1:], scheme="BIOES", separator=" ")
    assert text == "-DOCSTART- O\n\nto O\nKil S-LOC\nLu S-LOC\n\n"
    text = written(TWO_SENTENCES, scheme=TagScheme.IOB1)
    assert text.splitlines()[2:] == [
        "Ana\tI-PER",
        "Bo\tI-PER",
        "ran\tO",
        "",
        "to\tO",
        "Kil\tI-LOC",
        "Lu\tB-LOC",
        "",
    ]


def test_documents_keep_their_borders_and_lose_their_names(tmp_path):
    ids = [None, None, "x", "x", "y", None, None, "x"]
    sentences = [Sentence((str(index),), document_id=name) for index, name in enumerate(ids)]
    write_corpus(sentences, tmp_path / "x", "columns")
    found = [(sentence.words[0], sentence.document_id) for sentence in read_corpus(tmp_path / "x")]
    assert found == [
        *[("0", None), ("1", None), ("2", "doc-1"), ("3", "doc-1")],
        *[("4", "doc-2"), ("5", "doc-3"), ("6", "doc-3"), ("7", "doc-4")],
    ]


@pytest.mark.parametrize(
    ("sentence", "options", "message"),
    [
        (
            Sentence(("a", "b"), (Entity(0, 2, "X"), Entity(1, 2, "Y"))),
            {},
            "share a word; .*; a policy for overlapping mentions .drop_both, keep_outer, keep_inner, keep_first.",
        ),
        (Sentence(("a",), (Entity(0, 1, "X"), Entity(0, 1, "X"))), {}, "share a word"),
        (Sentence(("a",), (Entity(0, 1, ""),)), {}, "has an empty type; tags need one"),
        (Sentence(("a\tb",)), {}, r"word 'a\\tb' holds a TAB or a line end, which part the columns"),
        (Sentence(("a\nb",)), {}, r"word 'a\\nb' holds a TAB or a line end"),
        (Sentence(("a\rb",)), {}, r"word 'a\\rb' holds a TAB or a line end"),
        (Sentence(("a b",)), {"separator": " "}, "word 'a b' holds a blank, a TAB or a line end"),
        (Sentence(("a\tb",)), {"separator": " "}, r"word 'a\\tb' holds a blank, a TAB or a line end"),
        (
            Sentence(("",)),
            {"separator": " "},
            "word '' would not be read as a word of a column file; change it",
        ),
        (Sentence(("-DOCSTART-",)), {}, "word '-DOCSTART-' would not be read as a word"),
        (Sentence(("-DOCSTART- x",)), {}, "word '-DOCSTART- x' would not be read as a word"),
        (Sentence(("# global.columns = a",)), {}, "word '# global.columns = a' would not be read as a word"),
        (Sentence(("a",), (Entity(0, 1, "X\tY"),)), {}, r"entity type 'X\\tY' holds a TAB or a line end"),
        (
            Sentence(("a",), (Entity(0, 1, "X Y"),)),
            {"separator": " "},
            "entity type 'X Y' holds a blank, a TAB",
        ),
        (Sentence(("a",), (Entity(0, 1, "X "),)), {}, "entity type 'X ' starts or ends with a blank"),
    ],
)
def test_what_columns_cannot_hold_is_an_error_with_the_place_of_the_sentence(
    written, sentence, options, message
):
    placed = Sentence(sentence.words, sentence.entities, line_number=7, path=Path("some/file"))
    with pytest.raises(CorpusError, match=f"some/file:7: .*{message}"):
        written([placed], **options)
    with pytest.raises(CorpusError, match=f"new/corpus: sentence '.*': .*{message}"):
        written([sentence], **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"scheme": "IOB"}, "expected a tag scheme out of IOB1, BIO, .*, got 'IOB'"),
        ({"separator": ","}, "expected a TAB or a blank as separator, got ','"),
        ({"tags": 1}, "the writer of format 'columns' has no option 'tags'; it has: scheme, separator"),
    ],
)
def test_wrong_options_are_reported(written, options, message):
    with pytest.raises(CorpusError, match=message):
        written(TWO_SENTENCES, **options)


def fits(separator: str):
    def is_word(word: str) -> bool:
        is_other_line = word.startswith(("-DOCSTART-", "# global.columns"))
        return not (
            set(word) & {"\t", "\r", "\n", separator} or is_other_line or (separator == " " and not word)
        )

    return is_word


tab_words = any_words.filter(fits("\t"))
space_words = any_words.filter(fits(" "))
labels = st.sampled_from(["PER", "creative-work", "a.b-C", "B-X", "\u00e9\u2028", "New York"])


@given(
    data=st.data(),
    separator=st.sampled_from(["\t", " "]),
    scheme=st.sampled_from(TagScheme),
    is_told=st.booleans(),
)
def test_what_is_written_is_read_back(tmp_path_factory, data, separator, scheme, is_told):
    words = tab_words if separator == "\t" else space_words
    types = labels.filter(lambda label: separator not in label)
    ids = st.none() | st.sampled_from(["x", "y"])
    sentences = data.draw(sentences_with(words, types, ids, nested=False))
    path = tmp_path_factory.mktemp("columns") / "x"
    write_corpus(sentences, path, "columns", scheme=scheme, separator=separator)
    found = list(read_corpus(path, "columns", **({"scheme": scheme} if is_told else {})))
    assert content_of(found, with_documents=False) == content_of(sentences, with_documents=False)
    assert not any(sentence.remarks for sentence in found)
    borders = [one.document_id != other.document_id for one, other in pairwise(sentences)]
    assert borders == [one.document_id != other.document_id for one, other in pairwise(found)]


@given(sentences=sentences_with(tab_words, labels), policy=st.sampled_from(OverlapPolicy))
@settings(max_examples=30)
def test_each_policy_makes_nested_mentions_writable(tmp_path_factory, sentences, policy):
    path = tmp_path_factory.mktemp("columns") / "x"
    flat = [flatten(sentence, policy) for sentence in sentences]
    write_corpus(flat, path, "columns")
    assert content_of(read_corpus(path, "columns"), False) == content_of(flat, False)
