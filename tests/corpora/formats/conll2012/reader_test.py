import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blner_allennlp.corpora import read_corpus
from blner_allennlp.entities import Entity, Sentence
from blner_allennlp.errors import CorpusError
from tests.corpora.formats.conll2012.rows import row, rows

TYPES = [
    *("PERSON", "NORP", "FAC", "ORG", "GPE", "LOC", "PRODUCT", "EVENT", "WORK_OF_ART", "LAW", "LANGUAGE"),
    *("DATE", "TIME", "PERCENT", "MONEY", "QUANTITY", "ORDINAL", "CARDINAL"),
]


@pytest.fixture
def read(tmp_path):
    """Writes text or bytes to a file and reads it as CoNLL-2012."""

    def write_and_read(content: str | bytes, **options) -> list[Sentence]:
        path = tmp_path / "x.gold_conll"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return list(read_corpus(path, format="conll2012", **options))

    return write_and_read


def test_brackets_are_read_whatever_the_number_of_predicates(read):
    for num_predicates in range(6):
        content = rows(("The", "(ORG*"), ("Bank", "*"), ("of", "*)"), ("Ana", "(PERSON)"), ("/.", "*"))
        two = content + "\n" + rows(("Bo", "(PERSON*)"), num_predicates=num_predicates)
        first, second = read(two)
        assert first.words == ("The", "Bank", "of", "Ana", "/.")
        assert first.entities == (Entity(0, 3, "ORG"), Entity(3, 4, "PERSON"))
        assert second == Sentence(("Bo",), (Entity(0, 1, "PERSON"),), line_number=7)


def test_each_part_is_a_document(read):
    content = (
        "#begin document (bn/x/00/x_0001); part 000\n"
        + rows(("a", "*"))
        + "\n#end document\n#begin document (bn/x/00/x_0001); part 001\n"
        + rows(("b", "*"))
        + "#end document\n"
        + rows(("c", "*"))
        + "#begin document (y)\n"
        + rows(("d", "*"))
    )
    assert [(sentence.words, sentence.document_id) for sentence in read(content)] == [
        (("a",), "bn/x/00/x_0001; part 000"),
        (("b",), "bn/x/00/x_0001; part 001"),
        (("c",), None),
        (("d",), "(y)"),
    ]


@pytest.mark.parametrize("entity_type", TYPES)
def test_all_18_types_are_read(read, entity_type):
    (sentence,) = read(rows(("a", f"({entity_type}*"), ("b", "*)")))
    assert sentence.entities == (Entity(0, 2, entity_type),)


def test_bare_closing_brackets_tabs_crlf_and_odd_words_are_read(read):
    content = row("a\u00a0b", "(ORG*", blank="\t") + "\r\n" + row("c\u2028d", ")", blank="\t ") + "  "
    assert read(content) == [Sentence(("a\u00a0b", "c\u2028d"), (Entity(0, 2, "ORG"),), line_number=1)]


def test_a_tree_is_read_in_the_order_of_its_paths(tmp_path):
    for name in (
        "b/x.v4_gold_conll",
        "a/z/x.gold_conll",
        "a/b.gold_conll.gz",
        "c.v4_auto_conll",
        "a/b.gold_skel",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        content = rows((name, "*")).encode()
        path.write_bytes(gzip.compress(content) if name.endswith("gz") else content)
    for options in ({}, {"format": "conll2012"}):
        words = [sentence.words[0] for sentence in read_corpus(tmp_path, **options)]
        assert words == ["a/b.gold_conll.gz", "a/z/x.gold_conll", "b/x.v4_gold_conll"]


def test_a_file_is_recognised_by_its_name_or_by_its_first_line(tmp_path):
    by_name = tmp_path / "x.v4_gold_conll"
    by_name.write_text(rows(("a", "(ORG)")))
    by_content = tmp_path / "x"
    by_content.write_text("\n#begin document (x); part 000\n" + rows(("a", "(ORG)")))
    for path in (by_name, by_content):
        assert [sentence.entities for sentence in read_corpus(path)] == [(Entity(0, 1, "ORG"),)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            rows(("a", "*"), ("b", "*)")),
            r"x.gold_conll:2: unbalanced bracket: '\*\)' closes a name, but none is",
        ),
        (rows(("a", "(X)"), ("b", ")")), r"gold_conll:2: unbalanced bracket: '\)' closes a name"),
        (
            rows(("a", "*"), ("b", "(X*"), ("c", "*")),
            r":2: unbalanced bracket: the name `\(X\*` .* not closed",
        ),
        (rows(("a", "(X*")) + "\n" + rows(("b", "*)")), ":1: unbalanced bracket: the name"),
        (
            rows(("a", "(X*"), ("b", "(Y)"), ("c", "*)")),
            r":2: unbalanced bracket: '\(Y\)' puts a name inside",
        ),
        (rows(("a", "((X*"), ("b", "*))")), r":1: unbalanced bracket: '\(\(X\*' puts a name inside"),
        (rows(("a", "(X*"), ("b", "*))")), r":2: unbalanced bracket: '\*\)\)' puts a name inside"),
        (rows(("a", "-")), ":1: unknown tag '-' in the name column"),
        (rows(("a", "B-X")), ":1: unknown tag 'B-X' in the name column"),
        (rows(("a", "(X")), r":1: unknown tag '\(X' in the name column"),
        (rows(("a", "(*)")), r":1: unknown tag '\(\*\)' in the name column"),
        (
            rows(("a", "*")) + "a b O\n",
            ":2: wrong number of columns: expected at least 12 .*, got 3 in 'a b O'",
        ),
        (
            rows(("a", "*")) + rows(("b", "*"), num_predicates=1),
            ":2: wrong number of columns: expected 12, as in line 1 of the same sentence, got 13",
        ),
        ("", "x.gold_conll: the file is empty"),
        ("#begin document (x); part 000\n\n#end document\n", "x.gold_conll: the file is empty"),
        (rows(("a", "*")).encode() + b"\xff\n", "gold_conll:2: expected text in utf-8, got byte 0xFF"),
    ],
)
def test_errors_name_file_and_line(read, content, message):
    with pytest.raises(CorpusError, match=message):
        read(content)


def test_a_tree_without_files_is_reported(tmp_path):
    with pytest.raises(CorpusError, match=r"expected \*gold_conll files in this directory, got none; point"):
        list(read_corpus(tmp_path, format="conll2012"))
    (tmp_path / "x.v4_gold_skel").write_text("")
    with pytest.raises(CorpusError, match=r"the \*gold_skel files here lack the words.*skeleton2conll"):
        list(read_corpus(tmp_path))


def test_an_empty_file_in_a_tree_is_named(tmp_path):
    (tmp_path / "a.gold_conll").write_text(rows(("a", "*")))
    (tmp_path / "b.gold_conll").write_text("")
    with pytest.raises(CorpusError, match=r"b.gold_conll: the file is empty"):
        list(read_corpus(tmp_path))


words = st.text(st.characters(codec="utf-8", exclude_characters="\t\r\n "), min_size=1, max_size=5)
# Lengths of stretches of words, and the type of each that is a name.
stretches = st.lists(st.tuples(st.integers(1, 4), st.none() | st.sampled_from(TYPES)), min_size=1, max_size=5)


@given(data=st.data(), corpus=st.lists(stretches, min_size=1, max_size=3), num_predicates=st.integers(0, 3))
def test_written_files_are_read_back(tmp_path_factory, data, corpus, num_predicates):
    expected, content = [], ""
    for sentence_stretches in corpus:
        sentence_words: list[str] = []
        entities: list[Entity] = []
        names: list[str] = []
        for num_words, entity_type in sentence_stretches:
            if entity_type is not None:
                entities.append(Entity(len(names), len(names) + num_words, entity_type))
                middle = ["*"] * (num_words - 2)
                names += [f"({entity_type})"] if num_words == 1 else [f"({entity_type}*", *middle, "*)"]
            else:
                names += ["*"] * num_words
            sentence_words += [data.draw(words) for _ in range(num_words)]
        expected.append((tuple(sentence_words), tuple(entities)))
        content += rows(*zip(sentence_words, names, strict=True), num_predicates=num_predicates) + "\n"
    path: Path = tmp_path_factory.mktemp("conll2012") / "x"
    path.write_bytes(content.encode())
    found = read_corpus(path, format="conll2012")
    assert [(sentence.words, sentence.entities) for sentence in found] == expected


SEED_FILE = (
    "#begin document (x); part 000\n"
    + rows(("Ana", "(PERSON*"), ("Bo", "*)"), ("at", "*"), ("Kil", "(GPE)"))
    + "\n#end document\n"
).encode()
edits_of_seed = st.tuples(st.integers(0, len(SEED_FILE)), st.binary(max_size=3), st.integers(0, 3))


@settings(max_examples=300)
@given(edits=st.lists(edits_of_seed, min_size=1, max_size=6))
def test_damaged_files_give_sentences_or_a_corpus_error(tmp_path_factory, edits):
    content = SEED_FILE
    for position, inserted, num_removed in edits:
        content = content[:position] + inserted + content[position + num_removed :]
    path = tmp_path_factory.mktemp("fuzz") / "x"
    path.write_bytes(content)
    try:
        found = {type(sentence) for sentence in read_corpus(path, format="conll2012")}
    except CorpusError as error:
        found = {str(path) in str(error)}
    assert found in ({Sentence}, {True})
