import pytest

from blner_allennlp.corpora import CORPUS_FORMATS, read_corpus
from blner_allennlp.entities import Entity, Sentence
from blner_allennlp.errors import CorpusError


def test_a_path_may_be_text_and_the_format_may_be_left_open(tmp_path):
    path = tmp_path / "corpus.txt"
    path.write_text("Ana B-PER\n")
    expected = [Sentence(("Ana",), (Entity(0, 1, "PER"),), line_number=1)]
    assert list(read_corpus(str(path))) == list(read_corpus(path, format="columns")) == expected


def test_options_reach_the_format(tmp_path):
    path = tmp_path / "corpus.txt"
    path.write_text("B-PER Ana\n")
    assert next(read_corpus(path, tag_column=0, token_column=1)).words == ("Ana",)


def test_an_unknown_option_is_reported_with_those_there_are(tmp_path):
    path = tmp_path / "corpus.txt"
    path.write_text("Ana B-PER\n")
    with pytest.raises(
        CorpusError, match="format 'columns' has no option 'tags'; it has: token_column, tag_column"
    ):
        read_corpus(path, tags=2)


def test_an_unknown_format_is_reported_with_the_known_ones(tmp_path):
    with pytest.raises(
        CorpusError, match=r"unknown format 'xml'; expected one of 'conll2012' \(.*'columns' \("
    ):
        read_corpus(tmp_path, format="xml")


def test_a_directory_that_no_format_recognises_is_reported(tmp_path):
    with pytest.raises(
        CorpusError, match=r"no format recognises this directory; name one of its files.*'conll2012'"
    ):
        read_corpus(tmp_path)


def test_a_missing_file_is_reported_at_once(tmp_path):
    with pytest.raises(CorpusError, match=r"nowhere: expected a corpus here, got no such file or directory"):
        read_corpus(tmp_path / "nowhere")


def test_the_table_of_formats_is_keyed_by_their_names_and_ends_with_the_one_that_takes_every_file():
    assert list(CORPUS_FORMATS) == [corpus_format.name for corpus_format in CORPUS_FORMATS.values()]
    assert list(CORPUS_FORMATS)[-1] == "columns"
    assert set(CORPUS_FORMATS) == {
        *("columns", "conll2012", "spert", "dygie", "ace", "pubtator", "jsonl", "brat", "docbin", "datasets"),
    }
