"""PubTator files: invented ones in all the forms that real ones have, and BC5CDR itself."""

from __future__ import annotations

import gzip
import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blner_allennlp.corpora import read_corpus
from blner_allennlp.entities import Entity, Remark, RemarkKind, Sentence
from blner_allennlp.errors import CorpusError
from blner_allennlp.flattening import OverlapPolicy, flatten

SHARED_DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "bc5cdr"

TITLE = "Zolamin-induced rash."
ABSTRACT = "We gave zolamin (5 mg/kg i.v.) to ten mice. Rash and itching of the ears followed."
TEXT = f"{TITLE} {ABSTRACT}"


def mention(text: str, label: str, *more: str, document_id: str = "17", number: int = 0) -> str:
    """A mention line for the occurrence of some words in the text, counted from 0."""
    start = -1
    for _ in range(number + 1):
        start = TEXT.index(text, start + 1)
    return "\t".join([document_id, str(start), str(start + len(text)), text, label, *more])


DOCUMENT = "\n".join(
    [
        f"17|t|{TITLE}",
        f"17|a|{ABSTRACT}",
        mention("Zolamin", "Chemical", "D1"),
        mention("rash", "Disease", "D2"),
        mention("Rash and itching of the ears", "Disease", "D2|D3", "rash of the ears|itching of the ears"),
        "17\tCID\tD1\tD2",
        "17\tPositive_Correlation\t12\t34\tNovel",
    ]
)


@pytest.fixture
def read(tmp_path):
    """Writes text or bytes to a file and reads it as PubTator."""

    def write_and_read(content: str | bytes, **options) -> list[Sentence]:
        path = tmp_path / "x.txt"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return list(read_corpus(path, format="pubtator", **options))

    return write_and_read


def test_a_document_becomes_its_title_and_the_sentences_of_its_abstract(read):
    title, first, second = read(DOCUMENT)
    assert title == Sentence(
        ("Zolamin", "-", "induced", "rash", "."),
        (Entity(0, 1, "Chemical"), Entity(3, 4, "Disease")),
        "Zolamin-induced rash. ",
        ((0, 7), (7, 8), (8, 15), (16, 20), (20, 21)),
        "17",
        1,
    )
    assert first.text == "We gave zolamin (5 mg/kg i.v.) to ten mice. "
    assert second.words[:6] == ("Rash", "and", "itching", "of", "the", "ears")
    assert second.entities == (Entity(0, 6, "Disease"),)
    assert [sentence.line_number for sentence in (title, first, second)] == [1, 2, 2]
    assert title.text + first.text + second.text == TEXT


def test_documents_are_read_whatever_the_blank_lines_and_line_ends(read):
    other = DOCUMENT.replace("17\t", "18\t").replace("17|", "18|")
    expected = [(sentence.words, sentence.entities) for sentence in read(DOCUMENT)]
    for content in (
        f"{DOCUMENT}\n{other}",
        f"\n \n{DOCUMENT}\n\n\n{other}\n\n",
        f"\ufeff{DOCUMENT}\n\n{other}\n".replace("\n", "\r\n"),
        f"{DOCUMENT}\n\n{other}\n".replace("\n", "\n\n"),
        gzip.compress(f"{DOCUMENT}\n\n{other}\n".encode(), mtime=0),
    ):
        found = read(content)
        assert [(sentence.words, sentence.entities) for sentence in found] == expected * 2
        assert [sentence.document_id for sentence in found] == ["17"] * 3 + ["18"] * 3
        assert not any(sentence.remarks for sentence in found)


def test_the_title_ends_a_sentence_even_without_a_stop(read):
    title, abstract = read("1|t|Effects of zolamin\n1|a|on mice.\n1\t11\t21\tzolamin on\tChemical\tD1\n")
    assert (title.words, abstract.words) == (("Effects", "of", "zolamin"), ("on", "mice", "."))
    assert title.remarks == (Remark(RemarkKind.ACROSS_SENTENCES, "Chemical", "zolamin on", 3),)


def test_titles_and_abstracts_may_be_empty_and_hold_bars_and_tabs(read):
    (title,) = read("1|t|Rash\n1|a|\n1\t0\t4\tRash\tDisease\n")
    assert (title.words, title.text, title.entities) == (("Rash",), "Rash ", (Entity(0, 1, "Disease"),))
    (abstract,) = read("PMC1|t|\nPMC1|a|Rash|a|\tx\nPMC1\t1\t5\tRash\tDisease\tD1\n")
    assert abstract.words == ("Rash", "|", "a", "|", "x")
    assert abstract.text == " Rash|a|\tx"
    assert abstract.entities == (Entity(0, 1, "Disease"),)


def test_words_split_where_a_mention_starts_or_ends_inside_them(read):
    (title,) = read("1|t|Prezolamin given\n1|a|\n1\t3\t10\tzolamin\tChemical\tD1\n")
    assert title.words == ("Pre", "zolamin", "given")
    assert title.entities == (Entity(1, 2, "Chemical"),)
    assert title.remarks == (
        Remark(RemarkKind.INSIDE_WORD, "Chemical", "zolamin", 3, Entity(1, 2, "Chemical")),
    )


def test_a_mention_spelt_otherwise_is_kept_at_its_offsets(read):
    (title,) = read("1|t|Zolamin given\n1|a|\n1\t0\t7\tZolamine\tChemical\tD1\n1\t8\t13\t\tX\n")
    assert title.entities == (Entity(0, 1, "Chemical"), Entity(1, 2, "X"))
    (remark,) = title.remarks
    assert (remark.kind, remark.text, remark.line_number) == (RemarkKind.TEXT_MISMATCH, "Zolamine", 3)


def test_what_no_words_express_is_told_with_its_line(read):
    content = (
        "1|t|Rash  rash\n1|a|\n"
        "1\t0\t4\tRash\tDisease\n1\t0\t4\tRash\tDisease\n1\t4\t6\t  \tDisease\n1\t6\t99999\trash\tDisease\n"
    )
    (title,) = read(content)
    assert title.entities == (Entity(0, 1, "Disease"),)
    assert [(remark.kind, remark.line_number) for remark in title.remarks] == [
        (RemarkKind.DUPLICATE, 4),
        (RemarkKind.WITHOUT_WORDS, 5),
        (RemarkKind.OUTSIDE_TEXT, 6),
    ]


def test_a_document_that_comes_again_is_read_again_under_a_name_of_its_own(read):
    other = DOCUMENT.replace("17\t", "17-2\t").replace("17|", "17-2|")
    found = read(f"{DOCUMENT}\n\n{other}\n\n{DOCUMENT}\n\n{DOCUMENT}")
    assert list(dict.fromkeys(sentence.document_id for sentence in found)) == ["17", "17-2", "17-3", "17-4"]
    assert [len(sentence.entities) for sentence in found] == [2, 0, 1] * 4
    kinds = [[remark.kind for remark in sentence.remarks] for sentence in found]
    assert kinds == [[], [], []] * 2 + [[RemarkKind.REPEATED_DOCUMENT] * n for n in (2, 0, 1)] * 2
    assert found[-1].remarks[0].line_number == 29


def test_splitters_and_encoding_are_options(read):
    content = "1|t|Größe von Zol-1. Nein\n1|a|\n".encode("latin-1")
    found = read(content, encoding="latin-1", word_splitter="whitespace", sentence_splitter="none")
    assert [sentence.words for sentence in found] == [("Größe", "von", "Zol-1.", "Nein")]
    with pytest.raises(CorpusError, match=r"x\.txt:1: expected text in utf-8"):
        read(content)
    with pytest.raises(CorpusError, match="expected a word splitter out of"):
        read(content, word_splitter="x")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", r"x\.txt: the file is empty: expected at least one document with words, got none"),
        ("\n \n", "the file is empty"),
        ("1|t|\n1|a|\n", "the file is empty"),
        ("1\t0\t4\tRash\tDisease\n", r"x\.txt:1: expected a line `<id>\|t\|<title>` first, got '1\\t0"),
        ("1|a|Rash\n1|t|Rash\n", r"x\.txt:1: expected a line `<id>\|t\|<title>` first"),
        ("1|t|Rash\n\n2|t|Rash\n2|a|\n", r"x\.txt:1: expected a line `1\|a\|<abstract>` after this title"),
        ("1|t|Rash\n1\t0\t4\tRash\tX\n", r"x\.txt:1: expected a line `1\|a\|<abstract>` after this title"),
        (
            "1|t|Rash\n2|a|x\n",
            r"x\.txt:2: expected a line of document 1, which starts in line 1, got one of '2'",
        ),
        (
            "1|t|Rash\n1|a|x\n1|a|y\n",
            r"x\.txt:3: expected one abstract a document, got a second one .* line 2",
        ),
        ("1|t|Rash\n1|a|\n2\t0\t4\tRash\tX\n", r"x\.txt:3: expected a line of document 1, .* '2'; move"),
        ("1|t|Rash\n1|a|\n2\tCID\tD1\tD2\n", r"x\.txt:3: expected a line of document 1, .* '2'; move"),
        ("1|t|Rash\n1|a|\n1\t0\t4\tRash\n", r"x\.txt:3: expected a mention \(id, start, end, text and type"),
        ("1|t|Rash\n1|a|\n1\t0\t4\tRash\t \n", r"x\.txt:3: expected a mention"),
        ("1|t|Rash\n1|a|\n1\t-1\t4\tRash\tX\n", r"x\.txt:3: expected a mention"),
        ("1|t|Rash\n1|a|\n1\t0\t4.0\tRash\tX\n", r"x\.txt:3: expected a mention"),
        ("1|t|Rash\n1|a|\n1\t0\tNaN\tRash\tX\n", r"x\.txt:3: expected a mention"),
        ("1|t|Rash\n1|a|\n1\tO\t4\tRash\tX\n", r"x\.txt:3: expected a mention"),
        ("1|t|Rash\n1|a|\n1\t\u0660\t\u0664\tRash\tX\n", r"x\.txt:3: expected a mention"),
        (f"1|t|Rash\n1|a|\n1\t0\t{'9' * 5000}\tRash\tX\n", r"x\.txt:3: expected a mention"),
        (
            "1|t|Rash\n1|a|\nsome words\n",
            r"x\.txt:3: expected a mention .* got 'some words'; correct the line",
        ),
        ("1|t|Rash\n1|a|\n1|b|more\n", r"x\.txt:3: expected a mention"),
        ("1|t|Rash\n1|a|\n1\tCID\tD1\n", r"x\.txt:3: expected a mention .* a relation"),
        (
            "1|t|Rash\n1|a|\n1\t4\t0\tRash\tX\n",
            r"x\.txt:3: expected a mention to end after its start, .* 4 and end 0",
        ),
        ("1|t|Rash\n1|a|\n1\t2\t2\tRash\tX\n", r"x\.txt:3: expected a mention to end after its start"),
    ],
)
def test_a_malformed_file_is_an_error_that_names_the_line(read, content, message):
    with pytest.raises(CorpusError, match=message):
        read(content)


def test_a_directory_is_an_error(tmp_path):
    with pytest.raises(CorpusError, match="expected one PubTator file, got a directory"):
        list(read_corpus(tmp_path, format="pubtator"))


def test_a_file_is_recognised_by_its_first_title(tmp_path):
    path = tmp_path / "any.name"
    path.write_text(f"\n\n{DOCUMENT}\n")
    assert [sentence.document_id for sentence in read_corpus(path)] == ["17"] * 3


def test_sentences_come_before_the_rest_of_the_file_is_read(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text(f"{DOCUMENT}\n\n18|t|Next\n18|a|\nbroken\n")
    sentences = read_corpus(path, format="pubtator")
    assert [next(sentences).document_id for _ in range(3)] == ["17"] * 3
    with pytest.raises(CorpusError, match=r"x\.txt:11: "):
        next(sentences)


@given(st.randoms(use_true_random=False))
def test_mutated_files_give_sentences_or_an_error_with_the_file(tmp_path_factory, shuffler: random.Random):
    lines = DOCUMENT.split("\n") * 2
    for _ in range(shuffler.randint(1, 4)):
        index = shuffler.randrange(len(lines))
        line = lines[index]
        place = shuffler.randrange(len(line) + 1)
        lines[index] = shuffler.choice(
            [
                line[:place] + shuffler.choice("\t|\n-0 9\x00\u2028é") + line[place:],
                line[:place] + line[place + 1 :],
                line[: place // 2],
                line + "\n" + shuffler.choice(lines),
                shuffler.choice(lines),
            ]
        )
    path = tmp_path_factory.getbasetemp() / "mutated_pubtator.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    try:
        found = list(read_corpus(path, format="pubtator"))
    except CorpusError as error:
        outcome = str(error)
    else:
        assert all(sentence.words or sentence.remarks for sentence in found)
        outcome = str(found[0].path)
    assert outcome.startswith(str(path))


@pytest.mark.shared_data
@pytest.mark.skipif(not SHARED_DATA.is_dir(), reason="BC5CDR is not part of the project")
@pytest.mark.parametrize(
    ("name", "num_mentions", "num_inside_word"),
    [("Training", 9385, 0), ("Development", 9591, 10), ("Test", 9809, 5)],
)
def test_bc5cdr_has_its_published_counts_and_every_mention_its_text(name, num_mentions, num_inside_word):
    path = SHARED_DATA / f"CDR_{name}Set.PubTator.txt"
    sentences = list(read_corpus(path))
    assert len({sentence.document_id for sentence in sentences}) == 500
    remarks = Counter(remark.kind for sentence in sentences for remark in sentence.remarks)
    assert remarks == Counter({RemarkKind.INSIDE_WORD: num_inside_word})

    # The mentions and texts as the lines have them, read by other means than the reader's.
    texts: dict[str, str] = {}
    stated: Counter[tuple[str, int, int, str]] = Counter()
    for line in path.read_text(encoding="utf-8").splitlines():
        if line[:20].count("|") > 1:
            document_id, _, part = line.split("|", 2)
            texts[document_id] = f"{texts[document_id]} {part}" if document_id in texts else part
        elif len(line.split("\t")) > 5:
            document_id, start, end, _, label, *_ = line.split("\t")
            stated[document_id, int(start), int(end), label] += 1
    found: Counter[tuple[str, int, int, str]] = Counter()
    read_texts: dict[str, str] = dict.fromkeys(texts, "")
    for sentence in sentences:
        offset = len(read_texts[sentence.document_id])
        read_texts[sentence.document_id] += sentence.text
        for entity in sentence.entities:
            start = sentence.char_offsets[entity.word_start][0] + offset
            end = sentence.char_offsets[entity.word_end - 1][1] + offset
            found[sentence.document_id, start, end, entity.label] += 1
    assert read_texts == texts
    assert found == stated
    assert found.total() == num_mentions
    for policy in OverlapPolicy:
        assert sum(len(flatten(sentence, policy).entities) for sentence in sentences) == num_mentions
