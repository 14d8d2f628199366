"""Command line -> the files of a corpus."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any

import pytest
from allennlp.common.checks import ConfigurationError

from blner_allennlp.commands.corpus.inputs import (
    CorpusFile,
    CorpusInput,
    add_input_arguments,
    parse_inputs,
)
from blner_allennlp.entities import Entity
from blner_allennlp.errors import CorpusError
from blner_allennlp.flattening import OverlapPolicy

PROJECT_ROOT = Path(__file__).resolve().parents[3]


def parse(*arguments: str) -> CorpusInput:
    parser = argparse.ArgumentParser()
    add_input_arguments(parser)
    return parse_inputs(parser.parse_args(arguments))


def experiment(**changes: Any) -> dict[str, Any]:
    return {
        "dataset_reader": {
            "type": "ner_corpus",
            "corpus_format": "columns",
            "corpus_options": {"scheme": "BIO"},
            "overlaps": "keep_outer",
            "token_indexers": {"pieces": {"type": "word_pieces", "model_name": "minilm"}},
        },
        "train_data_path": "here/wnut17/a.conll",
        "validation_data_path": "here/wnut17/b.conll",
        "model": {"span_head": {"max_width": 7}},
        **changes,
    }


@pytest.fixture
def write_experiment(tmp_path: Path) -> Any:
    def write(content: dict[str, Any] | str, name: str = "config.json") -> str:
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return str(path)

    return write


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("x/eng.train", "train"),
        ("x/CDR_TrainingSet.PubTator.txt", "train"),
        ("x/eng.testa", "dev"),
        ("x/emerging.dev.conll", "dev"),
        ("x/CDR_DevelopmentSet.PubTator.txt", "dev"),
        ("x/validation.parquet", "dev"),
        ("x/eng.testb", "test"),
        ("x/ontonotes/development", "dev"),
        ("train_and_dev/eng.testb", "test"),
        ("x/train/documents.ann", "train"),
        ("x/development/documents.ann", "dev"),
        ("tests/corpus.conll", "corpus.conll"),
        ("held-out=x/eng.train", "held-out"),
        ("validation=x/a.conll", "dev"),
        ("training=x/a.conll", "train"),
    ],
)
def test_the_split_is_told_from_what_is_typed_else_from_the_file_else_from_its_directory(
    text: str, split: str
) -> None:
    (corpus_file,) = parse(text).files
    assert corpus_file == CorpusFile(split, Path(text.rpartition("=")[2]))


def test_a_file_with_an_equals_sign_in_its_name_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "lr=1.train"
    path.touch()
    assert parse(str(path)).files == (CorpusFile("train", path),)


def test_format_and_options_of_the_command_line_hold_for_all_files() -> None:
    corpus = parse("train=a", "test=b", "--format", "columns", "--options", '{"encoding": "latin-1"}')
    assert corpus.files == (
        CorpusFile("train", Path("a"), "columns", {"encoding": "latin-1"}),
        CorpusFile("test", Path("b"), "columns", {"encoding": "latin-1"}),
    )
    assert (corpus.overlaps, corpus.encoder, corpus.max_width) == (OverlapPolicy.DROP_BOTH, None, None)


def test_an_experiment_brings_files_options_policy_encoder_and_width(write_experiment: Any) -> None:
    corpus = parse(write_experiment(experiment()))
    assert corpus == CorpusInput(
        "wnut17",
        (
            CorpusFile("train", Path("here/wnut17/a.conll"), "columns", {"scheme": "BIO"}),
            CorpusFile("dev", Path("here/wnut17/b.conll"), "columns", {"scheme": "BIO"}),
        ),
        OverlapPolicy.KEEP_OUTER,
        "minilm",
        7,
    )


def test_what_is_typed_wins_over_the_experiment(write_experiment: Any) -> None:
    corpus = parse(
        write_experiment(experiment()),
        "test=c",
        "--overlaps", "keep_first", "--encoder", "other", "--max-width", "3", "--options", "{}",
    )  # fmt: skip
    assert [corpus_file.split for corpus_file in corpus.files] == ["train", "dev", "test"]
    assert all(corpus_file.options == {} for corpus_file in corpus.files)
    assert (corpus.overlaps, corpus.encoder, corpus.max_width) == (OverlapPolicy.KEEP_FIRST, "other", 3)


def test_a_reader_for_validation_reads_all_but_the_training_set(write_experiment: Any) -> None:
    config = experiment(
        test_data_path="c.conll",
        validation_dataset_reader={"type": "ner_corpus", "corpus_options": {"scheme": "IOB1"}},
    )
    schemes = [corpus_file.options["scheme"] for corpus_file in parse(write_experiment(config)).files]
    assert schemes == ["BIO", "IOB1", "IOB1"]


def test_an_experiment_may_leave_out_what_it_can(write_experiment: Any) -> None:
    config = {"dataset_reader": {"type": "ner_corpus"}, "train_data_path": "a.conll"}
    corpus = parse(write_experiment(config))
    assert corpus == CorpusInput(
        None, (CorpusFile("train", Path("a.conll")),), OverlapPolicy.DROP_BOTH, None, None
    )


def test_a_shipped_experiment_is_known_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT_ROOT)
    monkeypatch.setenv("BLNER_DATA", "fixtures/data")
    monkeypatch.setenv("BLNER_ENCODER", "")
    corpus = parse("experiments/spanner_conll2003.jsonnet")
    assert corpus.name == "conll2003"
    assert corpus.max_width == 5
    assert corpus.encoder == "bert_large_cased"
    first = next(iter(corpus.files[0].read()))
    assert first.path == Path("fixtures/data/conll2003/eng.train")


@pytest.mark.parametrize(
    ("paths", "name"),
    [
        (["data/scierc/train.json"], "scierc"),
        (["data/ontonotes/train"], "ontonotes"),
        (["data/mine/train.json", "data/ncbi/test.txt"], "ncbi"),
        (["data/scierc2/train.json"], None),
    ],
)
def test_a_known_corpus_is_told_from_a_directory_of_its_name(paths: list[str], name: str | None) -> None:
    assert parse(*paths).name == name


def test_flat_sentences_follow_the_policy(tmp_path: Path) -> None:
    path = tmp_path / "train.json"
    mentions = [{"type": "place", "start": 0, "end": 2}, {"type": "person", "start": 1, "end": 2}]
    path.write_text(json.dumps([{"tokens": ["Port", "Ada"], "entities": mentions}]), encoding="utf-8")
    corpus = parse(str(path), "--format", "spert", "--overlaps", "keep_inner")
    assert [len(sentence.entities) for sentence in corpus.files[0].read()] == [2]
    assert [sentence.entities for sentence in corpus.read_flat(corpus.files[0])] == [
        (Entity(1, 2, "person"),)
    ]


@pytest.mark.parametrize("arguments", [["a.train", "b.train"], ["train=a", "training=b"]])
def test_two_files_of_one_split_are_refused(arguments: list[str]) -> None:
    with pytest.raises(
        ConfigurationError, match="expected different splits, got train, train; write NAME=PATH"
    ):
        parse(*arguments)


@pytest.mark.parametrize("text", ["=a.conll", "train="])
def test_half_a_split_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match=f"expected NAME=PATH, such as train=PATH, got '{text}'"):
        parse(text)


def test_an_experiment_that_is_not_there_is_an_error_with_its_path() -> None:
    with pytest.raises(CorpusError, match=r"no/such\.jsonnet: expected an experiment here, got no such file"):
        parse("no/such.jsonnet")


@pytest.mark.parametrize(
    ("content", "name"),
    [("{ corpus: error 'no corpus' }", "x.jsonnet"), ("{", "y.jsonnet"), ("{", "config.json")],
)
def test_an_experiment_that_cannot_be_read_is_an_error_with_its_path(
    write_experiment: Any, content: str, name: str
) -> None:
    with pytest.raises(ConfigurationError, match=rf"{name}: expected an experiment, got what cannot be read"):
        parse(write_experiment(content, name))


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"dataset_reader": {"type": "conll2003"}}, "'conll2003'"),
        ({"dataset_reader": "ner_corpus"}, "'ner_corpus'"),
        ({"dataset_reader": None}, "None"),
        ({"train_data_path": None}, "'ner_corpus'"),
    ],
)
def test_an_experiment_of_something_else_is_refused(
    write_experiment: Any, changes: dict[str, Any], found: str
) -> None:
    with pytest.raises(ConfigurationError, match=f"a dataset reader of type 'ner_corpus', got {found}"):
        parse(write_experiment(experiment(**changes)))


def test_an_unknown_policy_of_an_experiment_is_refused_with_its_place(write_experiment: Any) -> None:
    config = experiment()
    config["dataset_reader"]["overlaps"] = "keep_all"
    with pytest.raises(
        ConfigurationError, match=r"config\.json: dataset_reader\.overlaps: expected a policy.*keep_all"
    ):
        parse(write_experiment(config))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--overlaps", "keep_all"],
            "expected a policy for overlapping mentions out of drop_both, keep_outer",
        ),
        (["--options", "{"], "expected a JSON object, got '{'"),
        (["--options", "[1]"], r"expected a JSON object, got '\[1\]'"),
        (["--max-width", "0"], "expected a whole number above 0, got '0'"),
        (["--max-width", "²"], "expected a whole number above 0, got '²'"),
        (["--format", "runes"], "invalid choice: 'runes'"),
    ],
)
def test_a_wrong_option_is_refused_in_words(
    capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    with pytest.raises(SystemExit):
        parse("a.train", *arguments)
    assert re.search(message, capsys.readouterr().err)
