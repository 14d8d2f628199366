"""`allennlp ner-benchmark` as a whole: figures, tables, errors; the archive stays as it is."""

from __future__ import annotations

import hashlib
import json
import logging
import math
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allennlp.commands import main

from blner_allennlp.commands.benchmark.command import TASKS
from blner_allennlp.corpora import read_corpus
from blner_allennlp.speed import benchmark
from blner_allennlp.speed.stages import Stage

PROJECT_ROOT = Path(__file__).resolve().parents[3]
DATA = PROJECT_ROOT / "fixtures" / "data"
CORPUS = DATA / "sample" / "dev.conll"
QUICK = ("--seconds", "0.01", "--rounds", "2")

Run = Callable[..., object]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs the command; returns its exit status."""
    # What stays behind is to be found.
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))

    def run_command(*arguments: str | Path) -> object:
        monkeypatch.setattr(sys, "argv", ["allennlp", "ner-benchmark", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main(prog="allennlp")
        assert not list(temporary.iterdir())
        assert logging.root.manager.disable == logging.NOTSET
        return ended.value.code

    return run_command


def checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def check_interval(interval: dict[str, float]) -> None:
    assert set(interval) == {"mean", "low", "high"}
    assert 0 < interval["low"] <= interval["mean"] <= interval["high"]


def check_task(measured: dict[str, Any]) -> None:
    assert (
        measured["num_rounds"] == len(measured["seconds"]) == len(measured["encoder_alone"]["seconds"]) == 2
    )
    for interval in (
        measured["words_per_second"],
        measured["sentences_per_second"],
        measured["encoder_alone"]["words_per_second"],
        measured["encoder_alone"]["ratio"],
    ):
        check_interval(interval)
    rounds = [measured["num_words"] / seconds for seconds in measured["seconds"]]
    assert measured["words_per_second"]["mean"] == pytest.approx(math.sqrt(math.prod(rounds)))
    stages = measured["stages"]
    assert sum(stages["seconds"].values()) == pytest.approx(stages["total_seconds"])
    assert sum(stages["shares"].values()) == pytest.approx(1)
    assert stages["seconds"].keys() == stages["shares"].keys() >= {"encoder", "heads", "batch", "other"}
    batches = measured["batches"]
    assert batches["num_sentences"] == measured["num_sentences"]
    assert batches["padding_share"] == pytest.approx(1 - batches["num_pieces"] / batches["num_places"])
    assert measured["memory"]["process_peak_mib"] > 50
    assert measured["memory"]["device_peak_mib"] is None


def keys_of_tasks(result: dict[str, Any]) -> set[str]:
    """All keys of all tasks but those of stages and intervals."""
    tasks = result["tasks"].values()
    groups = ("encoder_alone", "batches", "memory", "words_per_second")
    return {
        key
        for measured in tasks
        for each in (measured, *(measured[group] for group in groups))
        for key in each
    }


def test_everything_that_is_measured_is_in_the_json_and_the_archive_stays_as_it_is(
    run: Run, tiny_archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = checksum(tiny_archive)
    assert run(tiny_archive, CORPUS, *QUICK, "--max-sentences", 24, "--json", "-") == 0
    printed = capsys.readouterr()
    result = json.loads(printed.out)
    assert checksum(tiny_archive) == before

    document = (PROJECT_ROOT / "docs" / "ner_benchmark.md").read_text(encoding="utf-8")
    for key in {
        *result,
        *result["model"],
        *result["corpus"],
        *result["machine"],
        *Stage,
        *keys_of_tasks(result),
    }:
        assert f"`{key}`" in document

    assert list(result) == ["archive", "model", "corpus", "machine", "tasks"]
    sentences = list(read_corpus(CORPUS))[:24]
    num_words = sum(len(sentence.words) for sentence in sentences)
    corpus = result["corpus"]
    assert (corpus["num_sentences"], corpus["num_words"]) == (24, num_words)
    assert corpus["longest_sentence_words"] == max(len(sentence.words) for sentence in sentences)
    assert corpus["format"] == "columns"
    assert corpus["pieces_per_word"] == corpus["num_pieces"] / num_words >= 1
    assert result["model"]["decoder"] == "span"
    assert result["model"]["max_width"] == 8
    assert result["machine"]["versions"]["allennlp"] == "2.10.1"

    assert list(result["tasks"]) == list(TASKS)
    for measured in result["tasks"].values():
        check_task(measured)
        assert (measured["num_sentences"], measured["num_words"]) == (24, num_words)
        # Each sentence has its two special pieces.
        assert measured["batches"]["num_pieces"] == corpus["num_pieces"] + 2 * 24
    shares = {name: measured["stages"]["shares"].keys() for name, measured in result["tasks"].items()}
    assert {"backward", "optimizer"} <= shares["train"]
    assert {"read", "tokenise", "decode", "write"} <= shares["predict"]
    assert {"read", "tokenise", "decode", "score"} <= shares["evaluate"]
    assert result["tasks"]["train"]["once_per_run_seconds"].keys() == {"read", "tokenise"}


def test_the_tables_have_a_column_for_each_task_and_go_with_a_file(
    run: Run,
    tiny_archive: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    target = tmp_path / "figures.json"
    assert run(tiny_archive, CORPUS, *QUICK, "--tasks", "evaluate", "predict", "--json", target) == 0
    lines = capsys.readouterr().out.splitlines()
    figures = json.loads(target.read_text(encoding="utf-8"))["tasks"]
    assert list(figures) == ["predict", "evaluate"]
    assert "predict" in lines[5]
    assert "train" not in lines[5]
    rows = {line[:34].strip(): line[34:].split() for line in lines if line[:1].strip()}
    means = [f"{figures[task]['words_per_second']['mean']:,.0f}" for task in figures]
    assert rows["words per second"] == means
    (encoder,) = (line.split() for line in lines if line.startswith("encoder  "))
    assert encoder[1:5:2] == [f"{100 * figures[task]['stages']['shares']['encoder']:.1f}" for task in figures]
    (note,) = (line for line in lines if "measured on the first" in line)
    assert note.startswith("predict, evaluate: measured on the first 32 of 80 sentences")


@pytest.mark.parametrize(
    ("corpus", "corpus_format"),
    [("scierc/train.json", "dygie"), ("bc5cdr/CDR_DevelopmentSet.PubTator.txt", "pubtator")],
)
def test_a_corpus_of_another_format_and_other_types_will_do(
    run: Run, tiny_archive: Path, capsys: pytest.CaptureFixture[str], corpus: str, corpus_format: str
) -> None:
    assert run(tiny_archive, DATA / corpus, *QUICK, "--max-sentences", 8, "--json", "-") == 0
    result = json.loads(capsys.readouterr().out)
    assert result["corpus"]["format"] == corpus_format
    assert all(measured["num_sentences"] == 8 for measured in result["tasks"].values())


def test_format_and_options_are_taken_as_given(
    run: Run, tiny_archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = tmp_path / "turned.conll"
    corpus.write_text("B-person\tAda\nO\tsails\n\n", encoding="utf-8")
    options = json.dumps({"tag_column": 0, "token_column": 1})
    arguments = ("--tasks", "evaluate", "--format", "columns", "--options", options, "--json", "-")
    assert run(tiny_archive, corpus, *QUICK, *arguments) == 0
    assert json.loads(capsys.readouterr().out)["corpus"]["num_words"] == 2
    assert run(tiny_archive, corpus, *QUICK, *arguments[:4], "--options", '{"tags": 1}') == 2
    assert "has no option 'tags'" in capsys.readouterr().err


def test_the_options_of_the_archive_are_those_of_its_own_format(
    run: Run, tiny_archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = tmp_path / "turned.conll"
    corpus.write_text("B-person\tAda\nO\tsails\n\n", encoding="utf-8")
    overrides = json.dumps({"dataset_reader.corpus_options": {"tag_column": 0, "token_column": 1}})
    arguments = ("--tasks", "evaluate", "--overrides", overrides, "--json", "-")
    assert run(tiny_archive, corpus, *QUICK, *arguments) == 0
    assert json.loads(capsys.readouterr().out)["corpus"]["num_words"] == 2
    # Another format has other options.
    assert run(tiny_archive, DATA / "scierc/train.json", *QUICK, "--max-sentences", 2, *arguments) == 0


def test_the_other_head_can_be_measured(
    run: Run, tiny_archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    overrides = json.dumps({"model.decoder": "seq"})
    assert run(tiny_archive, CORPUS, *QUICK, "--tasks", "predict", "-o", overrides, "--json", "-") == 0
    assert json.loads(capsys.readouterr().out)["model"]["decoder"] == "seq"


@pytest.mark.parametrize(
    ("task", "loader"), [("evaluate", "validation_data_loader"), ("train", "data_loader")]
)
def test_the_override_that_is_advised_against_padding_works(
    run: Run, tiny_archive: Path, capsys: pytest.CaptureFixture[str], task: str, loader: str
) -> None:
    arguments = (tiny_archive, CORPUS, *QUICK, "--tasks", task, "--json", "-")
    batches = []
    for overrides in ({}, {f"{loader}.batch_sampler": {"type": "token_budget"}}):
        assert run(*arguments, "-o", json.dumps(overrides)) == 0
        (measured,) = json.loads(capsys.readouterr().out)["tasks"].values()
        batches.append(measured["batches"]["num_batches"])
    assert batches[0] != batches[1]


def test_a_runs_directory_is_an_archive_and_nothing_is_written_there(
    run: Run, tiny_archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    directory = tiny_archive.parent

    def files() -> dict[Path, int]:
        # AllenNLP locks a vocabulary while it reads it.
        return {path: path.stat().st_mtime_ns for path in directory.rglob("*") if path.name != ".lock"}

    before = files()
    assert run(directory, CORPUS, *QUICK, "--max-sentences", 8, "--json", "-") == 0
    assert files() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("missing.tar.gz", CORPUS),
            "missing.tar.gz: expected an archive of `allennlp train`, got no such file",
        ),
        ((CORPUS, CORPUS), "expected an archive of `allennlp train`, got a file that cannot be unpacked"),
        ((DATA, CORPUS), "expected an archive of `allennlp train`, got one without config.json"),
    ],
)
def test_what_is_no_archive_is_one_line_and_status_2(
    run: Run, capsys: pytest.CaptureFixture[str], arguments: tuple[str | Path, ...], message: str
) -> None:
    assert run(*arguments) == 2
    printed = capsys.readouterr()
    assert "error: " in printed.err
    assert message in printed.err
    assert "Traceback" not in printed.err
    assert not printed.out


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "corpus.conll: "),
        ("\n\n", "corpus.conll: "),
        ("Ada B-person\nsails\n", "corpus.conll:2: "),
    ],
)
def test_what_is_no_corpus_is_one_line_and_status_2(
    run: Run,
    tiny_archive: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    content: str | None,
    message: str,
) -> None:
    corpus = tmp_path / "corpus.conll"
    if content is not None:
        corpus.write_text(content, encoding="utf-8")
    assert run(tiny_archive, corpus) == 2
    printed = capsys.readouterr().err
    assert message in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--cuda-device", "99"), "error: cuda device 99: expected "),
        (
            ("--json", "missing/directory/figures.json"),
            "--json missing/directory/figures.json: expected a file that",
        ),
        (("--predictor-args", '{"autocast": "int3"}', "--tasks", "predict"), "int3"),
    ],
)
def test_settings_that_cannot_be_are_status_2(
    run: Run, tiny_archive: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    assert run(tiny_archive, CORPUS, *QUICK, *arguments) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--rounds", "0"), "expected a whole number above 0, got '0'"),
        (("--seconds", "inf"), "expected a number above 0, got 'inf'"),
        (("--seconds", "soon"), "expected a number above 0, got 'soon'"),
        (("--tasks", "sleep"), "invalid choice: 'sleep'"),
        (("--format", "word"), "invalid choice: 'word'"),
        (("--options", "5"), "expected a JSON object"),
    ],
)
def test_arguments_that_are_none_are_refused(
    run: Run, tiny_archive: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    assert run(tiny_archive, CORPUS, *arguments) == 2
    assert message in capsys.readouterr().err


def test_the_command_and_what_it_calls_know_the_same_tasks() -> None:
    assert TASKS == benchmark.TASKS
