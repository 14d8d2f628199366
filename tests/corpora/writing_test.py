import pytest

from blner_allennlp.corpora import CORPUS_FORMATS, read_corpus, write_corpus
from blner_allennlp.entities import Entity, Sentence
from blner_allennlp.errors import CorpusError

SENTENCES = [
    Sentence(("Ana", "ran"), (Entity(0, 1, "PER"),), document_id="d-1"),
    Sentence(("to", "Kil", "Lu"), (Entity(1, 3, "LOC"),), document_id="d-1"),
    Sentence(("Bo",), (Entity(0, 1, "PER"),), document_id="d-2"),
]


def test_directories_above_the_file_are_made_and_a_path_may_be_text(tmp_path):
    path = tmp_path / "a" / "b" / "c.json"
    write_corpus(iter(SENTENCES), str(path), "spert")
    assert [sentence.words for sentence in read_corpus(path)] == [sentence.words for sentence in SENTENCES]


@pytest.mark.parametrize(
    "format_name", [name for name, known in CORPUS_FORMATS.items() if known.write is not None]
)
def test_each_format_that_is_written_is_recognised(tmp_path, format_name):
    path = tmp_path / ("new.spacy" if format_name == "docbin" else "new")
    write_corpus(SENTENCES, path, format_name)
    named = list(read_corpus(path, format_name))
    assert list(read_corpus(path)) == named
    assert {entity.label for sentence in named for entity in sentence.entities} == {"PER", "LOC"}


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "x").write_text("precious")
    with pytest.raises(CorpusError, match=r"x: expected a path at which nothing is, got one that exists"):
        write_corpus(SENTENCES, tmp_path / "x", "spert")
    assert (tmp_path / "x").read_text() == "precious"


@pytest.mark.parametrize("format_name", ["xml", "conll2012"])
def test_a_format_without_a_writer_is_reported_with_those_that_have_one(tmp_path, format_name):
    with pytest.raises(
        CorpusError,
        match=f"cannot write format '{format_name}'; expected one out of .*spert, dygie, .*columns",
    ):
        write_corpus(SENTENCES, tmp_path / "x", format_name)


def test_an_unknown_option_is_reported(tmp_path):
    with pytest.raises(CorpusError, match="the writer of format 'spert' has no option 'indent'; it has none"):
        write_corpus(SENTENCES, tmp_path / "x", "spert", indent=2)


def test_a_file_that_the_system_refuses_is_reported(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CorpusError, match="file/x: cannot be written: "):
        write_corpus(SENTENCES, tmp_path / "file" / "x", "spert")


def test_an_error_on_the_way_passes_through(tmp_path):
    def broken_sentences():
        yield SENTENCES[0]
        raise CorpusError("some reason", "some/file", 3)

    with pytest.raises(CorpusError, match="some/file:3: some reason"):
        write_corpus(broken_sentences(), tmp_path / "x", "spert")
