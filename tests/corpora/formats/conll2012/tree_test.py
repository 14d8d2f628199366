import tracemalloc
from pathlib import Path

import pytest

from blner_allennlp.corpora import read_corpus
from blner_allennlp.entities import Sentence
from blner_allennlp.errors import CorpusError
from tests.corpora.formats.conll2012.rows import rows


@pytest.fixture
def read(tmp_path):
    """Writes text or bytes to a file and reads it as CoNLL-2012."""

    def write_and_read(content: str | bytes, **options) -> list[Sentence]:
        path = tmp_path / "x.gold_conll"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return list(read_corpus(path, format="conll2012", **options))

    return write_and_read


@pytest.fixture
def tree(tmp_path):
    """Makes files whose only word is their path."""

    def make(*names: str) -> Path:
        for name in names:
            path = tmp_path / "tree" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(rows((name, "*")))
        return tmp_path / "tree"

    return make


def words_of(root: Path, **options) -> list[str]:
    return [sentence.words[0] for sentence in read_corpus(root, format="conll2012", **options)]


ANNOTATIONS = "data/{}/annotations/bc/x/00/x_{}"
VERSION_4 = [
    f"v4/data/{split}/{ANNOTATIONS.format('english', index)}.v4_gold_conll"
    for index, split in enumerate(["development", "test", "train"])
]
VERSION_12 = [
    f"data/{split}/{ANNOTATIONS.format('english', index)}.gold_conll"
    for index, split in enumerate(["conll-2012-test", "development", "test", "train"])
]
MERGED = ["dev.english.v4_gold_conll", "test.english.v4_gold_conll", "train.english.v4_gold_conll"]


@pytest.mark.parametrize(
    ("names", "splits"),
    [
        (VERSION_4, ["development", "test", "train"]),
        (VERSION_12, ["conll-2012-test", "development", "test", "train"]),
        (MERGED, ["dev", "test", "train"]),
    ],
)
def test_a_tree_of_several_splits_is_read_split_by_split(tree, names, splits):
    root = tree(*names)
    assert [words_of(root, split=split) for split in splits] == [[name] for name in names]
    there = ", ".join(splits)
    with pytest.raises(
        CorpusError, match=f"tree: expected one split, got several .*: {there}; name one, such as"
    ):
        words_of(root)
    with pytest.raises(
        CorpusError, match=f"split is 'validation', but those below this directory are {there};"
    ):
        words_of(root, split="validation")


def test_the_directory_of_a_split_needs_no_name(tree):
    root = tree(*VERSION_4)
    assert words_of(root / "v4/data/train") == [VERSION_4[2]]
    with pytest.raises(
        CorpusError, match="split is 'train', but nothing below names one; correct split, or the"
    ):
        words_of(root / "v4/data/train/data", split="train")


def test_a_tree_of_several_languages_is_read_language_by_language(tree):
    names = [f"train/{ANNOTATIONS.format(language, 0)}.gold_conll" for language in ("arabic", "english")]
    root = tree(*names, f"test/{ANNOTATIONS.format('chinese', 0)}.gold_conll")
    assert words_of(root, split="train", language="english") == names[1:]
    with pytest.raises(
        CorpusError, match=r"expected one language, got several .*: arabic, english; name one, such as"
    ):
        words_of(root, split="train")
    with pytest.raises(
        CorpusError, match="language is 'english', but those below this directory are chinese"
    ):
        words_of(root, split="test", language="english")


@pytest.mark.parametrize("option", ["split", "language"])
def test_one_file_has_neither_splits_nor_languages(read, option):
    with pytest.raises(CorpusError, match=f"{option} is 'x', but this is one file; leave {option} out"):
        read(rows(("a", "*")), **{option: "x"})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "v12/data/train/data/english/annotations/bc/x.gold_conll",
            "v4/data/train/data/english/annotations/bc/x.v4_gold_conll",
        ),
        ("a/x.gold_conll", "a/x.gold_conll.gz"),
    ],
)
def test_two_releases_in_one_tree_are_not_mixed(tree, one, other):
    root = tree(one, other)
    with pytest.raises(
        CorpusError, match=f"tree: expected each document once, got .*x twice: {one} and {other}; point"
    ):
        words_of(root)


def part(name: str, number: int, *words: str, coreference: str = "-") -> str:
    body = rows(*((word, "*") for word in words)).replace("(3)", coreference)
    return f"#begin document ({name}); part {number:03}\n{body}\n#end document\n"


DOCUMENTS = (
    part("nw/a/00/a_0001", 0, "a")
    + part("nw/a/00/a_0001", 1, "b", coreference="(7")
    + part("nw/a/00/a_0002", 0, "c")
    + part("bc/p2.5_a2e/00/p2.5_a2e_0001", 0, "d", coreference="7)")
    + rows(("e", "*"))
)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ("nw/a/00/a_0001\n", "ab"),
        ("bc/p2.5_a2e/00/p2.5_a2e_0001\nnw/a/00/a_0002", "cd"),
        ("\n data/english/annotations/nw/a/00/a_0002 \r\n\n", "c"),
        ("nw/a/00/a_0002@0002@a@nw@en@on", "c"),
        ("./x/bc/p2.5_a2e/00/p2.5_a2e_0001.v4_gold_conll\nnw/a/00/a_0001.gold_skel", "abd"),
        ("nw/a/00/a_0001\nnw/a/00/a_0001", "ab"),
        ("bn/x/00/x_0001", "e"),  # no mark names its document, but the first column does
    ],
)
def test_only_the_documents_of_a_list_are_read(read, tmp_path, names, words):
    (tmp_path / "train.id").write_text(names)
    for path in (tmp_path / "train.id", str(tmp_path / "train.id")):
        assert "".join(sentence.words[0] for sentence in read(DOCUMENTS, documents=path)) == words


def test_documents_that_are_missing_are_named(read, tmp_path):
    names = ["nw/a/00/a_0001", *(f"nw/b/00/b_{index}" for index in range(7))]
    (tmp_path / "train.id").write_text("\n".join(names))
    message = (
        r"train.id:2: 7 of 8 documents are not in .*x.gold_conll: nw/b/00/b_0, nw/b/00/b_1, nw/b/00/b_2, "
        r"nw/b/00/b_3, nw/b/00/b_4, …; complete the corpus, or take them off the list"
    )
    with pytest.raises(CorpusError, match=message):
        read(DOCUMENTS, documents=tmp_path / "train.id")
    (tmp_path / "dev.id").write_text("a_00")  # not the end of a name
    with pytest.raises(CorpusError, match=r"dev.id:1: 1 of 1 documents are not in .*: a_00; complete"):
        read(DOCUMENTS, documents=tmp_path / "dev.id")


def test_a_list_of_no_documents_is_reported(read, tmp_path):
    (tmp_path / "train.id").write_text(" \n")
    with pytest.raises(
        CorpusError, match=r"train.id: the file is empty: expected the name of a document a line"
    ):
        read(DOCUMENTS, documents=tmp_path / "train.id")
    with pytest.raises(CorpusError, match=r"none.id: the file cannot be read"):
        read(DOCUMENTS, documents=tmp_path / "none.id")


def test_documents_of_which_no_part_has_coreference_can_be_left_out(read, tmp_path):
    # The last column of the last sentence, which no mark precedes, has coreference, too.
    assert [sentence.words[0] for sentence in read(DOCUMENTS, coreference_only=True)] == ["a", "b", "d", "e"]
    with pytest.raises(
        CorpusError, match="expected documents with coreference, got none; leave coreference_only"
    ):
        read(part("x", 0, "a"), coreference_only=True)
    (tmp_path / "train.id").write_text("nw/a/00/a_0001\nnw/a/00/a_0002")
    sentences = read(DOCUMENTS, coreference_only=True, documents=tmp_path / "train.id")
    assert [sentence.words[0] for sentence in sentences] == ["a", "b"]


def test_memory_holds_one_file_at_a_time(tmp_path):
    peaks = []
    for num_files in (4, 16):
        directory = tmp_path / str(num_files)
        directory.mkdir()
        for index in range(num_files):
            (directory / f"{index}.gold_conll").write_text(
                part(str(index), 0, *"abcdef", coreference="(1)") * 40
            )
        tracemalloc.start()
        sentences = read_corpus(directory, format="conll2012", coreference_only=True)
        assert sum(1 for _ in sentences) == 40 * num_files
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 50_000
