import gzip
import os
import threading
import tracemalloc
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blner_allennlp.corpora import read_corpus
from blner_allennlp.entities import Entity, Remark, RemarkKind, Sentence
from blner_allennlp.errors import CorpusError
from blner_allennlp.tag_schemes import Reading, TagScheme

REAL_WNUT17 = Path(__file__).parents[4].parent / "shared/data/wnut17"


@pytest.fixture
def read(tmp_path):
    """Writes bytes or text to a file and reads it as a column corpus."""

    def write_and_read(content: str | bytes, **options) -> list[Sentence]:
        path = tmp_path / "corpus"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return list(read_corpus(path, format="columns", **options))

    return write_and_read


def words_of(sentences: list[Sentence]) -> list[tuple[str, ...]]:
    return [sentence.words for sentence in sentences]


TWO_SENTENCES = [
    Sentence(("Ana", "Bo", "ran"), (Entity(0, 2, "PER"),), line_number=1),
    Sentence(("hi",), line_number=5),
]


@pytest.mark.parametrize("separator", ["\t", " ", "   "])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("blank", ["", "\t", "  ", " \t ", "\u00a0"])
@pytest.mark.parametrize("end", ["", "\n", "\n\n\n"])
def test_separators_newlines_separator_lines_and_file_ends(read, separator, newline, blank, end):
    lines = [f"{word}{separator}{tag}" for word, tag in (("Ana", "B-PER"), ("Bo", "I-PER"), ("ran", "O"))]
    content = "\n".join([*lines, blank, f"hi{separator}O"]) + end
    assert read(content.replace("\n", newline)) == TWO_SENTENCES
    assert read(("\ufeff" + content.replace("\n", newline)).encode()) == TWO_SENTENCES
    assert read(gzip.compress(content.encode())) == TWO_SENTENCES


def test_other_separators_are_taken_exactly(read):
    assert words_of(read("Ana Bo,NN,B-PER\n ,X,O\n", separator=",")) == [("Ana Bo", " ")]
    assert words_of(read("-DOCSTART-||O\n\na||O\n-DOCSTART-x||O", separator="||")) == [("a", "-DOCSTART-x")]
    assert words_of(read("Ana  B-PER\n", separator=" ", tag_column=2)) == [("Ana",)]


def test_a_tab_file_is_cut_at_tabs_only(read):
    content = "New York\tB-LOC\na\u200bb\tO\n\ufe0f\tO\nx\u2028y\x85z\tO\n\tO\n \tO\n\u3000\tO\n"
    (sentence,) = read(content)
    assert sentence.words == ("New York", "a\u200bb", "\ufe0f", "x\u2028y\x85z", "", " ", "\u3000")
    assert sentence.entities == (Entity(0, 1, "LOC"),)


def test_a_space_file_is_cut_at_ascii_spaces_only(read):
    assert words_of(read("a\u00a0b O\n\u200b O\n\u3000 O\n x  O \n")) == [
        ("a\u00a0b", "\u200b", "\u3000", "x")
    ]


def test_a_first_token_that_is_empty_still_has_its_tag(read):
    assert words_of(read("\tO\nb\tO\n")) == [("", "b")]


def test_lines_with_tabs_in_a_space_file_are_cut_at_tabs(read):
    assert words_of(read("a O\nNew York\tB-LOC\n")) == [("a", "New York")]


def test_blanks_at_the_end_of_a_line_are_no_columns(read):
    assert words_of(read("a\tO\t\nb\tO \nc\tO\t \t\n")) == [("a", "b", "c")]
    assert words_of(read("a NN O  \nb NN O\t\n")) == [("a", "b")]


def test_the_tag_column_is_the_last_or_the_one_asked_for(read):
    content = "Ana B-PER NN\nran O VB\n"
    expected = [Sentence(("Ana", "ran"), (Entity(0, 1, "PER"),), line_number=1)]
    assert read(content, tag_column=1) == read(content, tag_column=-2) == expected
    assert read(content, tag_column="ner", columns=["word", "ner", "pos"]) == expected
    assert read("B-PER Ana\nO ran\n", token_column=1, tag_column=0) == expected


def test_columns_are_named_by_a_comment_or_a_header_line(read):
    expected = [(("Ana", "ran"), (Entity(0, 1, "PER"),))]
    rows = "1\tAna\tB-PER\tNN\n2\tran\tO\tVB\n"
    options = {"token_column": "FORM", "tag_column": "NE"}
    for head in ("# global.columns = ID FORM NE POS\n", "ID\tFORM\tNE\tPOS\n", "ID\tFORM\tNE\tPOS\n\n"):
        sentences = read(head + rows, **options)
        assert [(sentence.words, sentence.entities) for sentence in sentences] == expected
    named = read("ID\tFORM\tNE\tPOS\n" + rows, columns=["ID", "FORM", "NE", "POS"], **options)
    assert named[0].words == ("Ana", "ran")
    renamed = read("# global.columns = a b c d\n" + rows, columns=["ID", "FORM", "NE", "POS"], **options)
    assert renamed[0].words == ("Ana", "ran")


def test_docstart_starts_a_document_and_is_no_sentence(read):
    content = "a NN O\n-DOCSTART- -X- O\nb NN O\n\n-DOCSTART-\n\nc NN O\nd NN O\n\n-DOCSTART- (3 x)\n\ne NN O"
    sentences = read(content)
    assert [(sentence.words, sentence.document_id) for sentence in sentences] == [
        (("a",), None),
        (("b",), "doc-1"),
        (("c", "d"), "doc-2"),
        (("e",), "doc-3"),
    ]
    assert [sentence.line_number for sentence in sentences] == [1, 3, 7, 12]
    numbered = read("1\t-DOCSTART-\tO\n\n1\ta\tO\n", token_column=1)
    assert [(sentence.words, sentence.document_id) for sentence in numbered] == [(("a",), "doc-1")]


def test_comments_are_skipped_and_hash_tokens_are_kept(read):
    content = "# newdoc\n# text = the letter O\n#\tO\n#win\tB-X\n# text = a B-boy\n#\tO\n"
    assert words_of(read(content)) == [("#", "#win", "#")]
    assert words_of(read("# text = me\tO\nb\tO\n")) == [("# text = me", "b")]
    content = (
        "# id 17\tdomain=en\n# NN O\n# sent_id = 5\n#win NN O\n# a b c d\n"
        "# text = I am a B-boy\n# four 4 5\nz NN O"
    )
    assert words_of(read(content)) == [("#", "#win", "z")]
    with pytest.raises(CorpusError, match="corpus:2: token '# newpar' has no tag"):
        read("a\tO\n# newpar\nb\tO\n", comments=False)


def test_each_scheme_is_detected_or_taken_as_told(read):
    assert read("a I-X\nb B-X\nc O\n\nd I-X\n")[0].entities == (Entity(0, 1, "X"), Entity(1, 2, "X"))
    assert read("a S-X\nb B-X\nc E-X\n")[0].entities == (Entity(0, 1, "X"), Entity(1, 3, "X"))
    assert read("a U-X\nb B-X\nc L-X\n")[0].entities == (Entity(0, 1, "X"), Entity(1, 3, "X"))
    assert read("a W-X\nb B-X\nc M-X\nd E-X\n")[0].entities == (Entity(0, 1, "X"), Entity(1, 4, "X"))
    assert read("a B-X\nb I-X\n", scheme="BIO")[0].entities == (Entity(0, 2, "X"),)
    assert read("a B-X\nb I-X\n", scheme=TagScheme.BIO)[0].entities == (Entity(0, 2, "X"),)


def test_the_reading_says_what_ill_formed_tags_become(read):
    content = "a O\nb I-X\nc B-X\nd B-X\n"
    assert read(content)[0].entities == (Entity(1, 2, "X"), Entity(2, 3, "X"), Entity(3, 4, "X"))
    for reading in (Reading.STRICT, "strict"):
        assert read(content, scheme="BIO", reading=reading)[0].entities == (
            Entity(2, 3, "X"),
            Entity(3, 4, "X"),
        )


def test_tags_that_cannot_follow_the_ones_before_leave_remarks_with_their_lines(read):
    content = "-DOCSTART- O\n\na O\n# note 1\nb I-X\nc I-X\nd B-X\n\ne B-Y\nf I-Y\ng I-X\n"
    first, second = read(content, scheme="BIO")
    kind = RemarkKind.ILLEGAL_TRANSITION
    assert first.remarks == (Remark(kind, "X", "b c", 5, Entity(1, 3, "X")),)
    assert second.remarks == (Remark(kind, "X", "g", 11, Entity(2, 3, "X")),)
    assert [sentence.remarks for sentence in read(content, scheme="IOB1")] == [
        (),
        (Remark(kind, "Y", "e f", 9, Entity(0, 2, "Y")),),
    ]
    left_out = Remark(RemarkKind.ILL_FORMED, "X", "g", 11, Entity(2, 3, "X"))
    assert read(content, scheme="BIO", reading="strict")[1].remarks == (left_out,)


def test_latin1_is_read_when_named(read):
    assert words_of(read("señor O\n".encode("latin-1"), encoding="latin-1")) == [("señor",)]


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        ("a\tO\nb\tX-PER\n", {}, r"corpus:2: unknown tag 'X-PER' of token 'b'.*set tag_column \(now 1\)"),
        ("a NN\nb VB\n", {}, r"corpus:1: unknown tag 'NN'.*; if this line names the columns, give"),
        ("a B-X\nb I-X\n\nc O\nd W-X\n", {}, "corpus:5: unknown tag 'W-X': expected tags of one scheme"),
        ("a B-X\nb S-X\n", {"scheme": "BIO"}, "corpus:2: unknown tag: tag 'S-X' is not of the scheme BIO"),
        (
            "a\tO\nb\n",
            {},
            "corpus:2: token 'b' has no tag: expected 2 columns separated by TABs as in line 1",
        ),
        ("a\tO\nb O\n", {}, "corpus:2: token 'b O' has no tag: expected 2 columns separated by TABs"),
        ("a\tNN\tO\nb\tNN\t\n", {}, r"corpus:2: token 'b\\tNN\\t' has no tag"),
        ("a\tO\tx\nb\t\tx\n", {"tag_column": 1}, r"corpus:2: token 'b\\t\\tx' has no tag"),
        ("a NN O\nb\n", {}, "corpus:2: token 'b' has no tag: expected 3 columns separated by spaces"),
        ("a\nb\n", {}, "corpus:1: token 'a' has no tag: .* single column; .*`allennlp predict`"),
        ("a NN O\nb O\n", {}, "corpus:2: wrong number of columns: expected 3 columns.*, got 2 in 'b O'"),
        ("a O\nb c O\n", {}, "corpus:2: wrong number of columns: expected 2 columns.*, got 3 in 'b c O'"),
        ("a,O\nb,c,O\n", {"separator": ","}, "wrong number of columns: expected 2 columns separated by ','"),
        ("a O\n", {"columns": ["x", "y", "z"]}, r"corpus:1: wrong number of columns: expected 3 \(x, y, z\)"),
        ("a O\n", {"tag_column": 2}, "corpus:1: tag_column is 2, but the line has 2 columns; .* -2 and 1"),
        ("a O\n", {"tag_column": 0}, "corpus:1: expected the token and the tag in different columns"),
        ("a O\n", {"tag_column": "ner"}, "tag_column is the name 'ner', but the file does not name its"),
        ("a O\n", {"tag_column": "z", "columns": ["x", "y"]}, "tag_column is 'z', but the .* named x, y"),
        ("", {}, "corpus: the file is empty: expected at least one sentence"),
        ("\ufeff\n\t\n-DOCSTART- -X- O O\n\n# text = x\n", {}, "the file is empty"),
        ("a O\n", {"scheme": "IOB"}, "expected a tag scheme out of IOB1, BIO, .*, got 'IOB'"),
        ("a O\n", {"reading": "lenient"}, "expected a reading out of conlleval, strict, got 'lenient'"),
        ("a O\n", {"separator": ""}, "expected a separator of at least one character"),
        (b"a O\nb\xff O\n", {}, "corpus:2: expected text in utf-8, got byte 0xFF after 1 characters"),
    ],
)
def test_errors_name_file_and_line(read, content, options, message):
    with pytest.raises(CorpusError, match=message):
        read(content, **options)


def test_a_directory_is_no_column_file(tmp_path):
    with pytest.raises(CorpusError, match="expected one file with a token a line, got a directory"):
        list(read_corpus(tmp_path, format="columns"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the platform has no named pipes")
@pytest.mark.parametrize("compress", [bytes, gzip.compress])
def test_a_pipe_is_read_although_it_cannot_be_read_twice(tmp_path, compress):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=[compress(b"a I-X\nb B-X\n")])
    writer.start()
    try:
        (sentence,) = read_corpus(pipe)
    finally:
        writer.join(timeout=10)
    assert sentence.entities == (Entity(0, 1, "X"), Entity(1, 2, "X"))


def test_memory_does_not_grow_with_the_file(tmp_path):
    peaks = []
    for num_sentences in (200, 4000):
        path = tmp_path / f"{num_sentences}"
        path.write_text("word B-X\nword O\n\n" * num_sentences)
        tracemalloc.start()
        assert sum(1 for _ in read_corpus(path)) == num_sentences
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 50_000


odd_characters = st.characters(codec="utf-8", exclude_characters="\t\r\n")
tab_words = st.text(odd_characters, max_size=6).filter(lambda word: word != "-DOCSTART-")
space_words = st.text(
    st.characters(codec="utf-8", exclude_characters="\t\r\n "), min_size=1, max_size=6
).filter(lambda word: word != "-DOCSTART-")
labels = st.sampled_from(["PER", "creative-work", "a.b-C"])


@st.composite
def corpora(draw, words) -> list[Sentence]:
    sentences = []
    for _ in range(draw(st.integers(1, 4))):
        sentence_words = draw(st.lists(words, min_size=1, max_size=7))
        entities, word_start = [], 0
        while word_start < len(sentence_words):
            word_end = draw(st.integers(word_start, len(sentence_words)))
            if word_end > word_start:
                entities.append(Entity(word_start, word_end, draw(labels)))
            word_start = word_end + draw(st.integers(0, 2)) + (word_end == word_start)
        sentences.append(Sentence(tuple(sentence_words), tuple(entities)))
    return sentences


def bioes(sentence: Sentence) -> list[str]:
    """The tags, written without the package's help."""
    tags = ["O"] * len(sentence.words)
    for entity in sentence.entities:
        for index in range(entity.word_start, entity.word_end):
            first, last = index == entity.word_start, index == entity.word_end - 1
            prefix = "S" if first and last else "B" if first else "E" if last else "I"
            tags[index] = f"{prefix}-{entity.label}"
    return tags


def bio(sentence: Sentence) -> list[str]:
    return [{"S": "B", "E": "I"}.get(tag[0], tag[0]) + tag[1:] for tag in bioes(sentence)]


@given(
    data=st.data(),
    separator=st.sampled_from(["\t", " "]),
    tags_of=st.sampled_from([bio, bioes]),
    num_extra=st.integers(0, 2),
    newline=st.sampled_from(["\n", "\r\n"]),
)
def test_written_corpora_are_read_back(tmp_path_factory, data, separator, tags_of, num_extra, newline):
    sentences = data.draw(corpora(tab_words if separator == "\t" else space_words))
    lines = []
    for sentence in sentences:
        for word, tag in zip(sentence.words, tags_of(sentence), strict=True):
            lines.append(separator.join([word, *["_"] * num_extra, tag]))
        lines.append("")
    path = tmp_path_factory.mktemp("columns") / "corpus"
    # The mark in front keeps a first word that starts with one whole.
    path.write_bytes(newline.join(["\ufeff" + lines[0], *lines[1:]]).encode())
    scheme = "BIO" if tags_of is bio else "BIOES"
    found = list(read_corpus(path, format="columns", scheme=scheme))
    assert [(s.words, s.entities) for s in found] == [(s.words, s.entities) for s in sentences]


SEED_FILE = (
    "-DOCSTART- -X- O O\n\nAna NNP I-NP B-PER\nBo NNP I-NP I-PER\n\n# NN O O\nKil\u200b NNP O B-LOC\n\t\n"
).encode()
edits_of_seed = st.tuples(st.integers(0, len(SEED_FILE)), st.binary(max_size=3), st.integers(0, 3))


@settings(max_examples=300)
@given(edits=st.lists(edits_of_seed, min_size=1, max_size=6), compressed=st.booleans())
def test_damaged_files_give_sentences_or_a_corpus_error(tmp_path_factory, edits, compressed):
    content = gzip.compress(SEED_FILE, mtime=0) if compressed else SEED_FILE
    for position, inserted, num_removed in edits:
        content = content[:position] + inserted + content[position + num_removed :]
    path = tmp_path_factory.mktemp("fuzz") / "corpus"
    path.write_bytes(content)
    try:
        found = {type(sentence) for sentence in read_corpus(path)}
    except CorpusError as error:
        found = {str(path) in str(error)}
    assert found in ({Sentence}, {True})


@pytest.mark.shared_data
@pytest.mark.skipif(not REAL_WNUT17.is_dir(), reason="the real WNUT 2017 files are not here")
@pytest.mark.parametrize(
    ("name", "num_entities", "widest"),
    [
        ("wnut17train.conll", 1975, None),
        ("emerging.dev.conll", 836, None),
        ("emerging.test.annotated", 1079, 25),
    ],
)
def test_the_real_wnut17_files_give_their_published_counts(name, num_entities, widest):
    sentences = list(read_corpus(REAL_WNUT17 / name))
    entities = [entity for sentence in sentences for entity in sentence.entities]
    assert len(entities) == num_entities
    if widest is not None:
        assert max(entity.num_words for entity in entities) == widest
    # Blank lines, told apart without the package.
    lines = (REAL_WNUT17 / name).read_bytes().decode().split("\n")
    num_sentences = sum(has_token for has_token, _ in groupby(lines, key=lambda line: line.strip() != ""))
    assert len(sentences) == num_sentences


CSV = """\
Sentence #,Word,POS,Tag
Sentence: 1,Ana,NNP,B-PER
,"Bo, ""the"" one",NNP,I-PER
Sentence: 2,",",",",O
,Kil,NNP,B-LOC
"""
CSV_OPTIONS = {"token_column": "Word", "tag_column": "Tag", "sentence_column": "Sentence #", "quotes": True}
CSV_SENTENCES = [
    Sentence(("Ana", 'Bo, "the" one'), (Entity(0, 2, "PER"),), line_number=2),
    Sentence((",", "Kil"), (Entity(1, 2, "LOC"),), line_number=4),
]


def test_csv_with_a_header_quotes_and_sentence_names_is_read(read):
    assert read(CSV, **CSV_OPTIONS) == CSV_SENTENCES
    assert read("\ufeff" + CSV.replace("\n", "\r\n"), **CSV_OPTIONS) == CSV_SENTENCES
    by_index = {"token_column": 1, "sentence_column": 0, "quotes": True}
    assert read(CSV.partition("\n")[2], **by_index) == [
        replace(s, line_number=s.line_number - 1) for s in CSV_SENTENCES
    ]
    assert read(CSV.replace(",", ";"), **CSV_OPTIONS, separator=";")[1].words == (";", "Kil")


def test_a_sentence_goes_on_while_its_name_stays(read):
    content = "1,a,O\n1,b,O\n2,c,O\n,d,O\n2,e,O\n1,f,O\n"
    found = words_of(read(content, token_column=1, sentence_column=0, separator=","))
    assert found == [("a", "b"), ("c", "d", "e"), ("f",)]


def test_an_empty_line_or_a_line_of_empty_columns_ends_a_sentence_whatever_its_name(read):
    content = ",,\n1,a,O\n\n1,b,O\n,,\n,c,O\n"
    options = {"token_column": 1, "sentence_column": 0, "separator": ","}
    assert words_of(read(content, **options)) == [("a",), ("b",), ("c",)]
    assert words_of(read("a,O\n,\nb,O\n", separator=",")) == [("a",), ("b",)]


def test_quotes_are_characters_like_others_unless_told_otherwise(read):
    assert words_of(read('"\tO\n"a"\tO\n')) == [('"', '"a"')]


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        (
            'a,O\n"b,O\n',
            {},
            r"corpus:2: expected columns with or without quotes .* but: unexpected end of data, in ",
        ),
        (
            '"b" c,O\n',
            {},
            r"corpus:1: expected columns with or without quotes .* but: ',' expected after '\"', in ",
        ),
        ("a,O\n", {"separator": "::"}, "expected a separator of one character beside quotes, got '::'"),
        ("a,O\n", {"sentence_column": 5}, "corpus:1: sentence_column is 5, but the line has 2 columns"),
        (
            "a,O\n",
            {"sentence_column": "Sentence"},
            "corpus:1: sentence_column is the name 'Sentence', but the file does not",
        ),
    ],
)
def test_broken_csv_is_an_error_with_its_line(read, content, options, message):
    with pytest.raises(CorpusError, match=message):
        read(content, quotes=True, **options)
