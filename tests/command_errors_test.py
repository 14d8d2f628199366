"""What stands on the terminal and in the log after an error, and the exit status."""

from __future__ import annotations

import logging
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from allennlp.common.checks import ConfigurationError
from allennlp.data.data_loaders.multiprocess_data_loader import WorkerError
from torch.multiprocessing.spawn import ProcessRaisedException

from blner_allennlp.command_errors import ending_with_message, message_for_user
from blner_allennlp.errors import CorpusError, RunError, TagSequenceError

PROJECT_ROOT = Path(__file__).resolve().parents[1]
DEV = PROJECT_ROOT / "fixtures" / "data" / "sample" / "dev.conll"
BROKEN_LINE = "Ann\tB-per\nlives\tO\there\n"


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALLENNLP_DEBUG", raising=False)


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    """A file that everything is logged to, as AllenNLP has it in a training."""
    handler = logging.FileHandler(tmp_path / "out.log")
    logging.getLogger().addHandler(handler)
    yield tmp_path / "out.log"
    logging.getLogger().removeHandler(handler)
    handler.close()


def raised_in_worker(function: Callable[[], None]) -> WorkerError:
    """What AllenNLP makes of an error in a process that reads data."""
    import traceback

    try:
        function()
    except Exception as error:
        return WorkerError(repr(error), traceback.format_exc())  # type: ignore[arg-type]
    raise AssertionError("there was no error")


def fail_with(error: Exception, cause: Exception | None = None) -> Callable[[], None]:
    def fail() -> None:
        try:
            if cause is not None:
                raise cause
        except Exception as first:
            raise error from first
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            CorpusError("expected two columns, got one", "a.conll", 7),
            "a.conll:7: expected two columns, got one",
        ),
        (RunError("expected a run", "out/run"), "out/run: expected a run"),
        (TagSequenceError("tags of no scheme"), "tags of no scheme"),
        (ConfigurationError("max_width is 0\nset it to 1"), "max_width is 0\nset it to 1"),
    ],
)
def test_an_error_that_the_user_can_act_on_ends_with_its_message(
    error: Exception, message: str, log_file: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ending, ending_with_message():
        raise error
    assert ending.value.code == 1
    assert capfd.readouterr().err == f"error: {message}\n"
    logged = log_file.read_text(encoding="utf-8")
    assert logged.startswith("Uncaught exception\nTraceback")
    assert logged.rstrip().endswith(message)


@pytest.mark.parametrize(
    "error", [ValueError("x"), KeyError("y"), RuntimeError("CUDA out of memory"), KeyboardInterrupt()]
)
def test_any_other_error_is_left_alone(
    error: BaseException, log_file: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(type(error)) as caught, ending_with_message():
        raise error
    assert caught.value is error
    assert capfd.readouterr().err == ""
    assert log_file.read_text(encoding="utf-8") == ""


def test_a_command_may_expect_more_errors_and_end_otherwise(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ending, ending_with_message(2, (LookupError,)):
        raise LookupError("not there")
    assert ending.value.code == 2
    assert capfd.readouterr().err == "error: not there\n"


def test_with_the_variable_the_traceback_is_shown(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALLENNLP_DEBUG", "1")
    with pytest.raises(SystemExit) as ending, ending_with_message():
        fail_with(ConfigurationError("wrong"), cause=KeyError("why"))()
    assert ending.value.code == 1
    printed = capfd.readouterr().err
    assert "KeyError: 'why'" in printed
    assert "in fail" in printed
    assert printed.endswith("ConfigurationError: wrong\nerror: wrong\n")


@pytest.mark.parametrize("cause", [None, KeyError("why")])
@pytest.mark.parametrize(
    ("error", "message"),
    [
        (CorpusError("wrong columns: (a\tb)", "a.conll", 7), "a.conll:7: wrong columns: (a\tb)"),
        (
            ConfigurationError("cannot be loaded: x\nShort names: y.\n\nz"),
            "cannot be loaded: x\nShort names: y.\n\nz",
        ),
    ],
)
def test_an_error_in_a_worker_is_told_as_if_there_were_none(
    error: Exception, message: str, cause: Exception | None
) -> None:
    assert message_for_user(raised_in_worker(fail_with(error, cause))) == message


def raised_in_distributed_process(error: Exception) -> ProcessRaisedException:
    """What torch makes of an error in a process that it has spawned."""
    try:
        raise error
    except Exception:
        text = f"\n\n-- Process 1 terminated with the following error:\n{traceback.format_exc()}"
    return ProcessRaisedException(text, 1, 4321)


def test_an_error_in_a_process_of_a_distributed_training_is_told_too() -> None:
    error = CorpusError("wrong columns", "a.conll", 7)
    assert message_for_user(raised_in_distributed_process(error)) == "a.conll:7: wrong columns"
    long = ConfigurationError("cannot be loaded: x\nShort names: y.\n\nz")
    assert message_for_user(raised_in_distributed_process(long)) == str(long)
    assert message_for_user(raised_in_distributed_process(KeyError("x"))) is None


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (KeyError("x"), None),
        (StopIteration(), None),
        (KeyError("in handling it"), CorpusError("wrong", "a.conll", 1)),
        # Nothing but text that looks like one of ours.
        (ValueError("\nblner_allennlp.errors.CorpusError: not really"), None),
    ],
)
def test_another_error_in_a_worker_is_left_alone(error: Exception, cause: Exception | None) -> None:
    assert message_for_user(raised_in_worker(fail_with(error, cause))) is None


def run_allennlp_apart(
    environment: dict[str, str], *arguments: str | Path
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "allennlp", *map(str, arguments)],
        env={**environment, "ALLENNLP_LOG_LEVEL": "WARNING"},
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("num_workers", [0, 2])
def test_a_training_with_a_broken_corpus_ends_with_file_and_line(
    num_workers: int, tmp_path: Path, allennlp_environment: dict[str, str]
) -> None:
    broken = tmp_path / "train.conll"
    broken.write_text(BROKEN_LINE, encoding="utf-8")
    settings = f'{{"train_data_path": "{broken}", "data_loader.num_workers": {num_workers}}}'
    ended = run_allennlp_apart(
        allennlp_environment,
        "train",
        "experiments/quickstart.jsonnet",
        "-s",
        tmp_path / "run",
        "-o",
        settings,
    )
    assert ended.returncode == 1
    assert "Traceback" not in ended.stdout + ended.stderr
    assert ended.stderr.splitlines()[-1].startswith(f"error: {broken}:2: wrong number of columns: expected 2")
    assert "Traceback (most recent call last)" in (tmp_path / "run" / "out.log").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("evaluate", "{archive}", "{broken}"), "error: {broken}:2: wrong number of columns"),
        (
            ("predict", "{archive}", str(DEV), "--predictor", "no-such"),
            "error: 'no-such' is not a registered name",
        ),
        (("ner-corpus", "stats", "{broken}"), "error: {broken}:2: wrong number of columns"),
    ],
)
def test_every_command_ends_with_the_message(
    arguments: tuple[str, ...],
    message: str,
    tiny_archive: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    from allennlp.__main__ import run

    broken = tmp_path / "test.conll"
    broken.write_text(BROKEN_LINE, encoding="utf-8")
    monkeypatch.setattr("allennlp.common.util.install_sigterm_handler", lambda: None)
    paths = {"archive": tiny_archive, "broken": broken}
    monkeypatch.setattr(sys, "argv", ["allennlp", *(argument.format(**paths) for argument in arguments)])
    with pytest.raises(SystemExit) as ending:
        run()
    assert ending.value.code == (2 if arguments[0] == "ner-corpus" else 1)
    printed = capfd.readouterr().err
    assert message.format(**paths) in printed
    assert "Traceback" not in printed
