import pytest

from blner_allennlp.corpora import read_corpus
from blner_allennlp.errors import CorpusError
from tests.corpora.formats.ace.documents import write_document


def add(root, name, word=None):
    """Adds a document whose only word tells it from its namesakes."""
    return write_document(
        root / name, f"<DOC><TEXT>{word or name}</TEXT></DOC>", document_id=name.rpartition("/")[2]
    )


def words(path, **options):
    return [
        word
        for sentence in read_corpus(path, format="ace", word_splitter="whitespace", **options)
        for word in sentence.words
    ]


def write_list(path, *entries):
    path.write_text("".join(f"{entry}\n" for entry in entries))
    return path


def test_a_tree_is_read_in_the_order_of_its_paths_at_any_depth(tmp_path):
    for name in ("nw/b.01", "bn/a/c", "a", "nw/a.9"):
        add(tmp_path, name)
    (tmp_path / "nw" / "lonely.sgm").write_text("<DOC><TEXT>none</TEXT></DOC>")
    (tmp_path / "nw" / "b.01.ag.xml").write_text("other annotation")
    assert words(tmp_path) == ["a", "bn/a/c", "nw/a.9", "nw/b.01"]


def test_the_best_pass_of_each_document_is_read_once(tmp_path):
    for pass_name in ("fp2", "timex2norm", "adj", "fp1"):
        add(tmp_path, f"nw/{pass_name}/x")
    for pass_name in ("fp1", "adj"):
        add(tmp_path, f"bc/{pass_name}/y")
    add(tmp_path, "bc/fp1/z")
    assert words(tmp_path) == ["bc/adj/y", "bc/fp1/z", "nw/timex2norm/x"]
    assert words(tmp_path / "nw" / "fp1") == ["nw/fp1/x"]


def test_files_of_one_name_that_are_no_passes_of_one_document_are_reported(tmp_path):
    add(tmp_path, "nw/fp1/x")
    add(tmp_path, "nw/fp2/x")
    with pytest.raises(
        CorpusError, match=r"expected one x.apf.xml, or one each in .*timex2norm or adj, got 2: .*fp2"
    ):
        words(tmp_path)
    add(tmp_path, "nw/adj/x")
    assert words(tmp_path) == ["nw/adj/x"]
    add(tmp_path, "copy/x")
    with pytest.raises(CorpusError, match=r"got 4: .*copy/x.apf.xml"):
        words(tmp_path)
    with pytest.raises(CorpusError, match=r"list:1: expected one x.apf.xml"):
        words(write_list(tmp_path / "list", "x"))


def test_either_file_of_a_pair_stands_for_it_whatever_the_case_of_its_suffix(tmp_path):
    path = add(tmp_path, "x.y")
    assert words(path) == words(tmp_path / "x.y.sgm") == ["x.y"]
    (tmp_path / "x.y.sgm").rename(tmp_path / "x.y.SGM")
    path = path.rename(tmp_path / "x.y.APF.XML")
    assert words(path) == words(tmp_path / "x.y.SGM") == words(tmp_path) == ["x.y"]


def test_a_list_is_read_in_its_order_with_names_or_paths_from_anywhere(tmp_path):
    root = tmp_path / "release" / "English"
    for name in ("nw/timex2norm/x.1", "nw/adj/x.1", "bn/timex2norm/y", "bn/timex2norm/z", "w"):
        add(root, name)
    entries = ["y", "nw/timex2norm/x.1", "release/English/w", "./bn/z.sgm"]
    expected = ["bn/timex2norm/y", "nw/timex2norm/x.1", "w", "bn/timex2norm/z"]
    assert words(write_list(root / "list", *entries)) == expected
    outside = write_list(tmp_path / "train.txt", *entries, "")
    for other_root in (root, str(tmp_path)):
        assert words(outside, root=other_root) == expected
    # A pass that the list names is the one to take; without one the best is.
    assert words(write_list(root / "list", "nw/adj/x.1")) == ["nw/adj/x.1"]
    assert words(write_list(root / "list", "nw/x.1.apf.xml")) == ["nw/timex2norm/x.1"]
    assert words(write_list(root / "list", "nw\\x.1")) == ["nw/timex2norm/x.1"]


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        (
            ["nw/x", "q"],
            r"list:2: expected a document of .*, got 'q', for which there is no \*.apf.xml file; correct",
        ),
        (["bn/x"], r"list:1: .* no \*.apf.xml file; there is .*nw/x.apf.xml; correct the line, or .* `root`"),
        (["../nw/x"], r"list:1: expected a document of"),
        (["/"], r"list:1: expected a document of"),
        (["nw/x", "", "x"], r"list:3: expected each document once, got 'x' a second time after line 1"),
        (["", " "], r"list: the file is empty: expected a document a line"),
    ],
)
def test_lines_that_name_no_single_document_are_reported(tmp_path, entries, message):
    add(tmp_path, "nw/x")
    with pytest.raises(CorpusError, match=message):
        words(write_list(tmp_path / "list", *entries))


def test_missing_files_and_directories_are_reported(tmp_path):
    with pytest.raises(CorpusError, match=r"expected \*.apf.xml files in this directory, got none; point to"):
        words(tmp_path)
    with pytest.raises(
        CorpusError, match=r"nowhere: expected the directory of an ACE release as `root`, got none"
    ):
        words(write_list(tmp_path / "list", "x"), root=tmp_path / "nowhere")
    path = add(tmp_path, "x")
    (tmp_path / "x.sgm").unlink()
    with pytest.raises(CorpusError, match=r"x.apf.xml: expected x.sgm beside this file, got none"):
        words(path)
    add(tmp_path, "y").unlink()
    with pytest.raises(CorpusError, match=r"y.sgm: expected y.apf.xml beside this file, got none"):
        words(tmp_path / "y.sgm")
