import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blner_allennlp.corpora import CORPUS_FORMATS, read_corpus
from blner_allennlp.entities import Entity, RemarkKind, Sentence
from blner_allennlp.errors import CorpusError

TEXT = "Ana Bolt met Orr.\n\nThey left Kilby\nBridge at noon.\n"


def write_pair(base, text, *lines):
    """Writes both files of a document; `base` is their path without suffix."""
    base.parent.mkdir(parents=True, exist_ok=True)
    path = base.with_name(base.name + ".txt")
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    base.with_name(base.name + ".ann").write_bytes("".join(f"{line}\n" for line in lines).encode())
    return path


def entity_words(sentences):
    return [
        (sentence.words_of(entity), entity.label) for sentence in sentences for entity in sentence.entities
    ]


def remarks(sentences):
    return [
        (remark.kind, remark.text, remark.line_number)
        for sentence in sentences
        for remark in sentence.remarks
    ]


def test_mentions_sentences_and_lines_are_read(tmp_path):
    path = write_pair(
        tmp_path / "x.1",
        TEXT,
        "T1\tPER 0 8\tAna Bolt",
        "T2\tPER 4 8\tBolt",
        "T3\tLOC 29 41\tKilby Bridge",
    )
    assert list(read_corpus(path)) == [
        Sentence(
            ("Ana", "Bolt", "met", "Orr", "."),
            (Entity(0, 2, "PER"), Entity(1, 2, "PER")),
            "Ana Bolt met Orr.\n\n",
            ((0, 3), (4, 8), (9, 12), (13, 16), (16, 17)),
            "x.1",
            1,
        ),
        Sentence(
            ("They", "left", "Kilby", "Bridge", "at", "noon", "."),
            (Entity(2, 4, "LOC"),),
            "They left Kilby\nBridge at noon.\n",
            ((0, 4), (5, 9), (10, 15), (16, 22), (23, 25), (26, 30), (30, 31)),
            "x.1",
            3,
        ),
    ]
    assert [sentence.path for sentence in read_corpus(path)] == [path, path]
    assert list(read_corpus(path.with_suffix(".ann"))) == list(read_corpus(path))


def test_what_is_no_mention_is_skipped(tmp_path):
    path = write_pair(
        tmp_path / "x",
        TEXT,
        "T1\tPER 0 8\tAna Bolt",
        "R1\tMeets Arg1:T1 Arg2:T2\t",
        "E1\tMeet:T3 Agent:T1",
        "A1\tNegated E1",
        "M1\tNegated E1",
        "N1\tReference T1 Wiki:12\tAna",
        "#1\tAnnotatorNotes T1\tan odd one",
        "#\tno number",
        "*\tEquiv T1 T2",
        "",
        "  \t",
    )
    sentences = list(read_corpus(path))
    assert entity_words(sentences) == [("Ana Bolt", "PER")]
    assert remarks(sentences) == []


def test_pieces_are_one_mention_where_only_a_line_end_parts_them(tmp_path):
    path = write_pair(
        tmp_path / "x",
        TEXT,
        "T1\tLOC 29 34;35 41\tKilby Bridge",
        "T2\tPER 0 3;13 16\tAna Orr",
        "T3\tPER 13 16;0 3\tAna Orr",
    )
    sentences = list(read_corpus(path))
    assert entity_words(sentences) == [("Kilby Bridge", "LOC")]
    assert [remark[:2] for remark in remarks(sentences)] == [(RemarkKind.DISCONTINUOUS, "Ana Orr")] * 2


def test_remarks_have_the_lines_of_the_annotation(tmp_path):
    path = write_pair(
        tmp_path / "x",
        TEXT,
        "T1\tPER 0 3\tEva",
        "",
        "T2\tPER 90 95\tnowhere",
        "T3\tPER 5 8\tolt",
        "T4\tPER 8 9\t ",
        "T5\tPER 0 3",
    )
    sentences = list(read_corpus(path))
    assert sorted(remarks(sentences)) == sorted(
        [
            (RemarkKind.TEXT_MISMATCH, "Eva", 1),
            (RemarkKind.OUTSIDE_TEXT, "nowhere", 3),
            (RemarkKind.INSIDE_WORD, "olt", 4),
            (RemarkKind.WITHOUT_WORDS, " ", 5),
            (RemarkKind.DUPLICATE, "Ana", 6),
        ]
    )


def test_offsets_count_both_characters_of_a_line_end_and_a_byte_order_mark(tmp_path):
    text = "\ufeff" + TEXT.replace("\n", "\r\n")
    start = text.index("Kilby")
    path = write_pair(tmp_path / "x", text, f"T1\tPER 1 4\r\nT2\tLOC {start} {start + 13}\tKilby Bridge\r")
    sentences = list(read_corpus(path))
    assert entity_words(sentences) == [("Ana", "PER"), ("Kilby Bridge", "LOC")]
    assert remarks(sentences) == []
    assert [sentence.line_number for sentence in sentences] == [1, 3]
    assert "".join(sentence.text for sentence in sentences) == text[1:]


def test_annotation_may_start_with_a_byte_order_mark_and_hold_odd_line_breaks(tmp_path):
    path = write_pair(tmp_path / "x", "a\u2028b\x85c\rd", "\ufeffT1\tX 0 7\ta\u2028b\x85c\rd")
    sentences = list(read_corpus(path))
    assert entity_words(sentences) == [("a b c d", "X")]
    assert remarks(sentences) == []


def test_a_directory_is_read_in_the_order_of_its_paths(tmp_path):
    for name in ("b/x", "a", "b/c/y", "A.9"):
        write_pair(tmp_path / name, name)
    write_pair(tmp_path / ".hidden", "not read")
    (tmp_path / "annotation.conf").write_text("[entities]\n")
    found = [
        (sentence.words[0], sentence.document_id)
        for sentence in read_corpus(tmp_path, word_splitter="whitespace")
    ]
    assert found == [(name, name) for name in ("A.9", "a", "b/c/y", "b/x")]


def test_a_text_without_annotation_is_an_error_unless_it_is_expected(tmp_path):
    write_pair(tmp_path / "a", "Ana", "T1\tPER 0 3\tAna")
    path = tmp_path / "b.txt"
    path.write_text("Bo")
    for corpus in (tmp_path, path):
        with pytest.raises(
            CorpusError, match=r"b.txt: expected b.ann beside this file, got none; add it .* allow_un"
        ):
            list(read_corpus(corpus, format="brat"))
    sentences = read_corpus(tmp_path, allow_unannotated=True)
    assert [(sentence.words, len(sentence.entities)) for sentence in sentences] == [
        (("Ana",), 1),
        (("Bo",), 0),
    ]


def test_an_annotation_without_text_is_reported(tmp_path):
    (tmp_path / "b.ann").write_text("")
    for corpus in (tmp_path, tmp_path / "b.ann"):
        with pytest.raises(
            CorpusError, match=r"b.ann: expected b.txt beside this file, got none; add the text"
        ):
            list(read_corpus(corpus, allow_unannotated=True))


def test_an_encoding_can_be_named(tmp_path):
    path = write_pair(tmp_path / "x", "né\nÉva ran".encode("latin-1"))
    (tmp_path / "x.ann").write_bytes("T1\tPER 3 6\tÉva\n".encode("latin-1"))
    with pytest.raises(
        CorpusError, match=r"x.txt:1: expected text in utf-8, .*in the option encoding, for example 'latin-1'"
    ):
        list(read_corpus(path))
    assert entity_words(read_corpus(path, encoding="latin-1")) == [("Éva", "PER")]
    for encoding in ("utf-99", "hex"):
        with pytest.raises(CorpusError, match=f"name of a character encoding, got encoding='{encoding}'"):
            list(read_corpus(path, encoding=encoding))
    path.write_bytes(b"ok\n\xff")
    with pytest.raises(CorpusError, match=r"x.txt:2: expected text in utf-8"):
        list(read_corpus(path))


@pytest.mark.parametrize(
    "line",
    [
        "T1\tPER 0 3 Ana",
        "T1 PER 0 3\tAna",
        "T1\tPER 0\tAna",
        "T1\tPER 0 -3\tAna",
        "T1\tPER 0 3;\tAna",
        "T1\tPER 0 3;5\tAna",
        "T1\tPER  0 3\tAna",
        "T1\tA PER 0 3\tAna",
        "T1\t0 3\tAna",
        "T1\tPER 0 ٣\tAna",
        f"T1\tPER 0 {'9' * 5000}\tAna",
        "PER 0 3 Ana",
        "Relation",
        "X1\tPER 0 3\tAna",
        "*",
    ],
)
def test_lines_that_are_no_annotation_are_reported(tmp_path, line):
    path = write_pair(tmp_path / "x", TEXT, "T1\tPER 0 3\tAna", line)
    with pytest.raises(
        CorpusError, match=r"x.ann:2: expected a mention \(`T1 TAB Type start end TAB text`, .* got '"
    ):
        list(read_corpus(path))


def test_swapped_offsets_are_reported(tmp_path):
    path = write_pair(tmp_path / "x", TEXT, "T1\tPER 0 3;5 4\tAna")
    with pytest.raises(
        CorpusError, match=r"x.ann:1: expected the end of a mention at or after its start, got '5 4'"
    ):
        list(read_corpus(path))


def test_what_is_no_corpus_is_reported(tmp_path):
    with pytest.raises(
        CorpusError, match=r"expected \*.txt and \*.ann files in this directory, got none; point to"
    ):
        list(read_corpus(tmp_path, format="brat"))
    other = tmp_path / "x.csv"
    other.write_text("")
    with pytest.raises(
        CorpusError, match=r"x.csv: expected a \*.ann or \*.txt file, or a directory with both"
    ):
        list(read_corpus(other, format="brat"))
    write_pair(tmp_path / "y", " \n")
    with pytest.raises(CorpusError, match=r"y.txt: the file is empty: expected at least one word"):
        list(read_corpus(tmp_path))
    with pytest.raises(CorpusError, match="expected a word splitter out of rules"):
        list(read_corpus(tmp_path, word_splitter="x"))


def test_damaged_and_unreadable_files_are_reported(tmp_path):
    path = write_pair(tmp_path / "x", b"\x1f\x8b\x08")
    with pytest.raises(CorpusError, match=r"x.txt: the file cannot be read"):
        list(read_corpus(path))


def test_directories_and_pairs_are_recognised_and_single_texts_are_not(tmp_path):
    recognises = CORPUS_FORMATS["brat"].recognises
    path = write_pair(tmp_path / "d" / "x", "Ana")
    lone_text = tmp_path / "lone.txt"
    lone_text.write_text("Ana B-PER\n")
    assert all(recognises(known, "Ana") for known in (tmp_path, path, path.with_suffix(".ann")))
    assert not recognises(lone_text, "Ana B-PER\n")
    (tmp_path / "empty").mkdir()
    assert not recognises(tmp_path / "empty", "")


@settings(max_examples=60)
@given(
    text=st.text(st.sampled_from("ab. \n\r\té"), min_size=1, max_size=30),
    offsets=st.lists(
        st.lists(st.tuples(st.integers(0, 32), st.integers(0, 32)), min_size=1, max_size=2), max_size=5
    ),
)
def test_every_mention_is_an_entity_or_a_remark_and_covers_its_characters(tmp_path_factory, text, offsets):
    text += "ok"
    lines = []
    for number, spans in enumerate(offsets):
        pairs = ";".join(f"{min(span)} {max(span)}" for span in spans)
        lines.append(f"T{number}\tL{number} {pairs}")
    path = write_pair(tmp_path_factory.mktemp("brat") / "x", text, *lines)
    sentences = list(read_corpus(path))
    assert "".join(sentence.text for sentence in sentences) == text
    for number, spans in enumerate(offsets):
        covered = "".join(text[min(span) : max(span)] for span in sorted(spans, key=min))
        entities = [
            "".join(sentence.words[entity.word_start : entity.word_end])
            for sentence in sentences
            for entity in sentence.entities
            if entity.label == f"L{number}"
        ]
        lost = [
            remark.kind
            for sentence in sentences
            for remark in sentence.remarks
            if remark.label == f"L{number}" and remark.kind.is_loss
        ]
        assert len(entities) + len(lost) == 1
        if entities and len(spans) == 1:
            assert entities == ["".join(covered.split())]
        if len(spans) == 1:
            expected_loss = max(spans[0]) > len(text) or not covered.strip()
            assert bool(lost) == expected_loss
