"""`allennlp ner-corpus` as a whole: help, errors, pipes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType

import pytest
from allennlp.commands import main

from blner_allennlp.commands.corpus.command import ACTIONS
from blner_allennlp.entities import Sentence

PROJECT_ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., object]:
    """Runs the command; returns its exit status."""

    def run_command(*arguments: str) -> object:
        monkeypatch.setattr(sys, "argv", ["allennlp", "ner-corpus", *arguments])
        with pytest.raises(SystemExit) as ended:
            main(prog="allennlp")
        return ended.value.code

    return run_command


def test_the_help_names_every_action(run: Callable[..., object], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--help") == 0
    printed = capsys.readouterr().out
    for module in ACTIONS:
        assert f"\n    {module.__name__.rpartition('.')[2]} " in printed


@pytest.mark.parametrize("module", ACTIONS, ids=lambda module: module.__name__.rpartition(".")[2])
def test_every_action_has_help_of_its_own_and_takes_what_all_commands_of_allennlp_take(
    run: Callable[..., object], capsys: pytest.CaptureFixture[str], module: ModuleType
) -> None:
    action = module.__name__.rpartition(".")[2]
    assert run(action, "--include-package", "blner_allennlp", "--help") == 0
    assert f"usage: allennlp ner-corpus {action}" in capsys.readouterr().out


def test_without_an_action_the_command_says_what_it_wants(
    run: Callable[..., object], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run() == 2
    assert "the following arguments are required: ACTION" in capsys.readouterr().err


def test_a_configuration_error_is_one_line_and_status_2(
    run: Callable[..., object], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("stats", "a.train", "b.train") == 2
    assert capsys.readouterr().err.startswith("error: expected different splits, got train, train")


def test_ctrl_c_is_one_line_and_leaves_nothing_behind(
    run: Callable[..., object],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    def be_interrupted(sentences: Iterable[Sentence], path: Path, *_: object) -> None:
        path.write_text(next(iter(sentences)).words[0], encoding="utf-8")
        raise KeyboardInterrupt

    monkeypatch.setattr("blner_allennlp.commands.corpus.convert.write_corpus", be_interrupted)
    sample = str(PROJECT_ROOT / "fixtures/data/sample/dev.conll")
    assert run("convert", sample, str(tmp_path / "new.jsonl"), "--to", "jsonl") == 130
    assert capsys.readouterr().err.endswith("\ninterrupted; no file was written\n")
    assert list(tmp_path.iterdir()) == []


def test_a_reader_of_the_output_that_leaves_early_causes_no_traceback(
    allennlp_environment: dict[str, str],
) -> None:
    command = [
        sys.executable, "-m", "allennlp", "ner-corpus", "stats", "fixtures/data/sample/train.conll", "--json", "-",
    ]  # fmt: skip
    with subprocess.Popen(
        command, cwd=PROJECT_ROOT, env=allennlp_environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        error = process.stderr.read().decode()
    assert "Traceback" not in error
    assert "BrokenPipe" not in error
    assert process.returncode == 2
