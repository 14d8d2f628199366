"""`allennlp ner-sweep` as a whole."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allennlp.commands import main
from rich.console import Console

from blner_allennlp.commands.sweep import display, live_table
from blner_allennlp.commands.sweep.display import EventLines, make_watcher
from blner_allennlp.commands.sweep.live_table import SweepTable
from blner_allennlp.commands.sweep.summary import mean_and_deviation
from blner_allennlp.commands.sweep.texts import format_seconds
from blner_allennlp.runs.run_directory import read_run
from blner_allennlp.sweeps import commands as sweep_commands
from blner_allennlp.sweeps.run_state import RunState, Status
from blner_allennlp.sweeps.scheduler import Scheduler
from tests.sweeps.fakes import FakeCommands, make_run

PROJECT_ROOT = Path(__file__).resolve().parents[3]

Run = Callable[..., object]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command; returns its exit status."""
    monkeypatch.chdir(PROJECT_ROOT)
    monkeypatch.setenv("BLNER_DATA", "fixtures/data")
    monkeypatch.setenv("COLUMNS", "160")

    def run_command(*arguments: str | Path) -> object:
        monkeypatch.setattr(sys, "argv", ["allennlp", "ner-sweep", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main(prog="allennlp")
        return ended.value.code

    return run_command


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[int, dict[str, Any]]], None]:
    """Has the command start runs that train nothing."""

    def replace(behaviours: dict[int, dict[str, Any]]) -> None:
        monkeypatch.setattr(sweep_commands, "AllenNlpCommands", lambda packages: FakeCommands(behaviours))

    return replace


@pytest.fixture
def grid(tmp_path: Path) -> Path:
    """Two models of the sample corpus, two seeds."""
    path = tmp_path / "grid.jsonnet"
    values = {
        "corpora": ["sample"],
        "models": {
            "SeqNER": {
                "experiment": "experiments/quickstart.jsonnet",
                "overrides": {"model.alpha": 1, "model.decoder": "seq"},
            },
            "BL-NER": {"experiment": "experiments/quickstart.jsonnet"},
        },
        "seeds": [1, 2],
        "overrides": {"trainer.num_epochs": 2},
    }
    path.write_text(json.dumps(values), encoding="utf-8")
    return path


def test_a_sweep_ends_with_scores_over_seeds_and_runs_nothing_the_second_time(
    run: Run, grid: Path, tmp_path: Path, fakes: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    fakes({})
    out = tmp_path / "out"
    assert run(grid, "-s", out, "--jobs", "2", "--threads", "1") == 0
    text = capsys.readouterr().out
    assert re.search(r"\d\d:\d\d:\d\d  sample/SeqNER/seed-2  training\n", text)
    assert "sample/BL-NER/seed-1  answering\n" in text
    rows = [line.split() for line in text.splitlines() if "±" in line]
    # The fake finds everything.
    assert rows == [
        ["sample", system, "2", "100.00", "±", "0.00", "100.00", "±", "0.00"]
        for system in ("BL-SeqNER", "BL-SpanNER", "SeqNER")
    ]
    assert run(grid, "-s", out) == 0
    assert "training" not in capsys.readouterr().out
    assert run(grid, "-s", out, "--dry-run") == 0
    text = capsys.readouterr().out
    assert text.count("done before") == 4
    assert "4 runs: 4 done" in text


def test_a_failed_run_is_shown_with_the_end_of_its_log(
    run: Run, grid: Path, tmp_path: Path, fakes: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    fakes({2: {"fail_in_epoch": 1, "say": "[red]ValueError: no such thing"}})
    assert run(grid, "-s", tmp_path / "out", "--only", "*/SeqNER/*") == 1
    text = capsys.readouterr().out
    assert "sample/SeqNER/seed-2 failed: training: exit status 1: [red]ValueError: no such thing\n" in text
    assert "    epoch 1 begins\n    [red]ValueError: no such thing\n" in text
    assert f"log: {tmp_path / 'out' / 'sample' / 'SeqNER' / 'seed-2' / 'sweep.log'}" in text
    assert re.search(r"sample +SeqNER +1 +100\.00 +100\.00\n", text)


def test_an_interrupted_sweep_says_how_it_goes_on(
    run: Run,
    grid: Path,
    tmp_path: Path,
    fakes: Callable[..., None],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fakes({})
    monkeypatch.setattr(Scheduler, "run", lambda self: False)
    assert run(grid, "-s", tmp_path / "out") == 130
    assert capsys.readouterr().err == "interrupted; the same command goes on from here\n"


def test_a_dry_run_lists_all_and_leaves_no_trace(
    run: Run, grid: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(grid, "-s", tmp_path / "out", "--dry-run") == 0
    text = capsys.readouterr().out
    assert re.search(r"sample/BL-NER/seed-1 +train +not started +experiments/quickstart\.jsonnet\n", text)
    assert "4 runs: 4 train" in text
    assert not (tmp_path / "out").exists()


def test_a_dry_run_names_experiments_without_detours(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    grid = Path(__file__).parents[3] / "experiments" / "sweeps" / "sample.jsonnet"

    assert run(grid, "-s", tmp_path / "out", "--dry-run") == 0
    assert ".." not in capsys.readouterr().out


def test_a_dry_run_tells_what_would_stand_in_the_way(
    run: Run, grid: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    directory = tmp_path / "out" / "sample" / "SeqNER" / "seed-1"
    directory.mkdir(parents=True)
    (directory / "mine.txt").touch()
    assert run(grid, "-s", tmp_path / "out", "--dry-run") == 1
    text = capsys.readouterr().out
    assert "4 runs: 3 train, 1 nothing" in text
    assert f"{directory}: expected nothing or a run, found something else" in text


def test_missing_data_are_found_before(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BLNER_DATA", str(tmp_path / "nowhere"))
    monkeypatch.setenv("BLNER_CORPORA", "wnut17,conll2003")
    table3 = PROJECT_ROOT / "experiments" / "sweeps" / "table3.jsonnet"
    assert run(table3, "-s", tmp_path / "out", "--only", "wnut17/*") == 2
    message = capsys.readouterr().err
    assert message.startswith(
        f"error: data are missing:\n    wnut17: {tmp_path / 'nowhere'}/wnut17/wnut17train.conll,"
    )
    assert "conll2003" not in message
    assert "set BLNER_DATA" in message
    assert run(table3, "-s", tmp_path / "out", "--only", "wnut17/*", "--dry-run") == 1
    assert "wnut17: data are missing" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none.jsonnet"], "error: none.jsonnet: expected a file in jsonnet, found none"),
        (["GRID", "--only", "x"], "error: --only x: matches none of 4 runs"),
        (["GRID", "--jobs", "0"], "expected a whole number above 0, got '0'"),
        (["GRID", "--keep-weights", "some"], "invalid choice: 'some'"),
    ],
)
def test_errors_are_one_line_and_status_2(
    run: Run, grid: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert run(*(grid if argument == "GRID" else argument for argument in arguments)) == 2
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error


def test_a_device_of_the_configuration_s_own_is_refused(
    run: Run, grid: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    values = json.loads(grid.read_text(encoding="utf-8"))
    values["overrides"]["trainer.cuda_device"] = 1
    grid.write_text(json.dumps(values), encoding="utf-8")
    assert run(grid, "--cuda-devices", "0", "1", "--dry-run") == 2
    assert (
        "trainer.cuda_device is 1, but with --cuda-devices each run sees its own GPU"
        in capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "–"),
        (0.4, "0 s"),
        (59.4, "59 s"),
        (185, "3 min 05 s"),
        (3600, "1 h 00 min"),
        (7625, "2 h 07 min"),
    ],
)
def test_durations_are_short(seconds: float | None, text: str) -> None:
    assert format_seconds(seconds) == text


def test_scores_over_seeds() -> None:
    assert mean_and_deviation([]) == "–"
    assert mean_and_deviation([0.5]) == "50.00"
    # Mean 52, squared deviations 4, 0, 4 over n - 1 = 2.
    assert mean_and_deviation([0.50, 0.52, 0.54]) == "52.00 ± 2.00"


def drawn(table: SweepTable, height: int, width: int = 100) -> list[str]:
    console = Console(file=io.StringIO(), width=width, height=height, force_terminal=True, color_system=None)
    console.print(table, height=height)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().rstrip("\n").split("\n")


def test_the_table_shows_where_each_run_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_table.time, "monotonic", lambda: 1000.0)
    table = SweepTable(1)
    runs = [make_run(Path("out"), seed, num_epochs=4) for seed in range(4)]
    table.states = [
        RunState(runs[0], Status.DONE, seconds=400.0, num_epochs=4, best_f1={"seq": 0.5, "span": 0.625}),
        RunState(
            runs[1], Status.TRAINING, started=800.0, num_epochs=2, last_epoch_at=1000.0, best_f1={"seq": 0.5}
        ),
        RunState(runs[2], Status.WAITING),
        RunState(runs[3], Status.FAILED, error="x", num_epochs=1),
    ]
    lines = drawn(table, height=30)
    assert lines[0].split() == ["run", "state", "epoch", "best", "dev", "F1", "time", "ends", "in"]
    assert " ".join(lines[1].split()) == "✓ sample/SeqNER/seed-0 done 4/4 seq 50.00 span 62.50 6 min 40 s"
    assert " ".join(lines[2].split()) == ("▶ sample/SeqNER/seed-1 training 2/4 50.00 3 min 20 s 3 min 20 s")
    assert " ".join(lines[3].split()) == "· sample/SeqNER/seed-2 waiting –"
    assert lines[4].split()[0] == "✗"
    # 200 s are left of the one, and 400 s are the mean of what the other will take.
    assert lines[-1].startswith("4 runs: 1 waiting, 1 training, 1 done, 1 failed; all in about 10 min 00 s, ")


def test_a_long_table_fits_the_terminal_and_shows_what_is_at_work() -> None:
    table = SweepTable(1)
    table.states = [RunState(make_run(Path("out"), seed), Status.DONE) for seed in range(50)]
    table.states[40].status = Status.ANSWERING
    table.states[10].status = Status.FAILED
    lines = drawn(table, height=15)
    assert len(lines) <= 14
    assert any("seed-40" in line for line in lines)
    assert any("seed-10" in line for line in lines)
    assert "50 runs: 1 answering, 48 done, 1 failed (43 not shown)" in lines[-1]


def test_on_a_terminal_it_is_a_live_table() -> None:
    states = [RunState(make_run(Path("out")), Status.TRAINING)]
    terminal = Console(file=io.StringIO(), force_terminal=True, width=100, height=20)
    with make_watcher(terminal, 1) as watcher:
        watcher.happened(states[0])
        watcher.tick(states)
    assert isinstance(terminal.file, io.StringIO)
    assert "sample/SeqNER/seed-1" in terminal.file.getvalue()
    with make_watcher(Console(file=io.StringIO(), force_terminal=False), 1) as watcher:
        assert isinstance(watcher, EventLines)


def test_without_a_terminal_there_is_a_line_an_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display.time, "strftime", lambda _: "12:00:00")
    console = Console(file=io.StringIO(), width=20)
    lines = EventLines(console)
    state = RunState(make_run(Path("out")), Status.TRAINING, first_epoch=1, num_epochs=1)
    lines.happened(state)
    lines.tick([state])
    state.num_epochs, state.best_f1 = 2, {"seq": 0.25}
    lines.tick([state])
    lines.tick([state])
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == (
        "12:00:00  sample/SeqNER/seed-1  training, goes on after epoch 1\n"
        "12:00:00  sample/SeqNER/seed-1  epoch 2/2 done, best dev F1 25.00\n"
    )


@pytest.mark.slow
def test_a_real_sweep_answers_with_both_heads_and_is_done(
    tmp_path: Path,
    run: Run,
    allennlp_environment: dict[str, str],
    fast_learning: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for variable, value in allennlp_environment.items():
        monkeypatch.setenv(variable, value)
    grid = tmp_path / "grid.jsonnet"
    values = {
        "corpora": ["sample"],
        "models": {"BL-NER": {"experiment": "experiments/quickstart.jsonnet"}},
        "seeds": [1, 2],
        "overrides": {
            **fast_learning,
            "model.alpha": 0.5,
            "trainer.num_epochs": 2,
            "dataset_reader.max_instances": 60,
        },
    }
    grid.write_text(json.dumps(values), encoding="utf-8")
    assert run(grid, "-s", tmp_path / "out", "--jobs", "2") == 0
    for seed in (1, 2):
        directory = tmp_path / "out" / "sample" / "BL-NER" / f"seed-{seed}"
        for split in ("dev", "test"):
            outputs = read_run(directory, split)
            assert [output.info.system for output in outputs] == ["BL-SeqNER", "BL-SpanNER"]
            assert {(output.info.seed, output.info.corpus, len(output.sentences)) for output in outputs} == {
                (seed, "sample", 60)
            }
        assert (directory / "model.tar.gz").is_file()
        assert not (directory / "best.th").exists()
        config = json.loads((directory / "config.json").read_text(encoding="utf-8"))
        assert config["random_seed"] == config["numpy_seed"] == config["pytorch_seed"] == seed
    assert "BL-SeqNER" in capsys.readouterr().out
    assert run(grid, "-s", tmp_path / "out") == 0
    assert "training" not in capsys.readouterr().out
