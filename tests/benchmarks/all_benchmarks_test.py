"""`python -m benchmarks`: its table, what it does with failures, and what it says of the targets."""

from __future__ import annotations

import argparse
import importlib
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import __main__ as command
from benchmarks import table
from benchmarks.results import collect, to_markdown
from benchmarks.running import Record, read_record, run_benchmark, write_record
from benchmarks.table import BENCHMARKS, Benchmark
from benchmarks.targets import Measured, Target, Verdict

PROJECT_ROOT = Path(__file__).resolve().parents[2]
VALUES = {
    table.ARCHIVE: "model.tar.gz",
    table.TRAIN: "train.conll",
    table.TEST: "test.conll",
    table.CUDA_DEVICE: "-1",
    table.THREADS: "1",
}
CPU = {
    "cpu": "a processor",
    "num_cpus": 2,
    "device": "cpu",
    "device_name": None,
    "cuda": None,
    "num_threads": 1,
    "system": "a system",
    "versions": {"torch": "1.0", "transformers": None},
    "commit": None,
}
GPU = {**CPU, "device": "cuda:0", "device_name": "a GPU", "cuda": "13"}


class ParsedError(Exception):
    """The command line was understood."""


@pytest.mark.parametrize("values", [VALUES, {**VALUES, table.CORPUS: "some.conll"}], ids=["sample", "corpus"])
@pytest.mark.parametrize("benchmark", BENCHMARKS, ids=lambda benchmark: benchmark.name)
def test_each_script_understands_the_arguments_that_it_is_given(
    benchmark: Benchmark, values: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    parse_args = argparse.ArgumentParser.parse_args

    def parse_and_stop(parser: argparse.ArgumentParser, *_: Any) -> argparse.Namespace:
        raise ParsedError(parse_args(parser))

    name = benchmark.module
    package = PROJECT_ROOT.joinpath(*name.split("."))
    module = importlib.import_module(f"{name}.__main__" if package.is_dir() else name)
    arguments = [*benchmark.filled_arguments(values), "--output", str(tmp_path / "figures.json")]
    monkeypatch.setattr(sys, "argv", [name, *arguments])
    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", parse_and_stop)
    with pytest.raises(ParsedError) as stopped:
        module.main()
    assert stopped.value.args[0].output == tmp_path / "figures.json"
    assert not any(argument.startswith("{") for argument in arguments)


def test_every_benchmark_has_a_name_of_its_own_and_peers_come_last() -> None:
    names = [benchmark.name for benchmark in BENCHMARKS]
    assert len(set(names)) == len(names)
    assert names[-1] == "peers"


def figures_of_all() -> dict[str, Any]:
    """Figures in the form in which the scripts write them, such that every target is met."""
    ratio = {"ratio": 0.95, "ratio_min": 0.9, "ratio_max": 1.0}
    step = {f"{clock}_ratio{end}": 1.01 for clock in ("cpu", "wall") for end in ("", "_min", "_max")}
    peer = {"our_speed": 1.4, "our_speed_range": [1.3, 1.5]}
    peer |= {"our_speed_by_cpu_time": 1.2, "our_speed_by_cpu_time_range": [1.1, 1.3], "peak_memory_mb": 800.0}
    own = {**peer, "our_speed": 1.0, "our_speed_by_cpu_time": 1.0, "peak_memory_mb": 600.0}
    sizes = [(1_000, 20_000, 1.4, 450.0), (10_000, 200_000, 9.0, 600.0), (100_000, 2_000_000, 92.0, 640.0)]
    names = ("num_sentences", "num_words", "cpu_seconds", "peak_memory_mb")
    return {
        "training_step": {"both, softmax": step, "both, CRF": step},
        "evaluation_shares": {
            "both, softmax": {"decoding": 0.002, "scoring": 0.001},
            "both, CRF": {"decoding": 0.004, "scoring": 0.001},
        },
        "predict_speed": {"cpu": ratio, "wall": ratio},
        "predict_startup": {"cpu": ratio, "wall": ratio},
        "predict_scaling": [dict(zip(names, size, strict=True)) for size in sizes],
        "long_text": {"memory_above_encoder_mb": 120.0},
        "file_to_batches": {
            "first_epoch_ours_words_per_second": 9_900.0,
            "encoder_training_words_per_second": 100.0,
            "share_of_time_waiting_for_data": [
                {"step_milliseconds": 2.0, "prefetch_4": {"epoch": {"median": 0.5, "range": [0.4, 0.6]}}},
                {"step_milliseconds": 10.0, "prefetch_4": {"epoch": {"median": 0.02, "range": [0.01, 0.03]}}},
            ],
        },
        "peers": {
            "systems": {
                "bl_spanner": {"title": "ours", "prediction": own, "training": own},
                "seqner": {"title": "ours, too", "prediction": own, "training": own},
                "flair": {"title": "Flair", "prediction": peer, "training": peer},
                "slow": {
                    "title": "Slow",
                    "prediction": {**peer, "our_speed_by_cpu_time": 9.0, "peak_memory_mb": 900.0},
                    "training": {**peer, "our_speed_by_cpu_time": 9.0, "peak_memory_mb": 900.0},
                },
                "broken": {"title": "Broken", "failure": "ERROR: nothing matches"},
            }
        },
    }


def measured_of(title: str, figures: dict[str, Any], on_gpu: bool = False) -> Measured | None:
    ((benchmark, target),) = [
        (benchmark, target)
        for benchmark in BENCHMARKS
        for target in benchmark.targets
        if target.title == title
    ]
    return target.measured(figures.get(benchmark.name), on_gpu)


def test_every_target_finds_its_figure_where_the_scripts_write_it() -> None:
    figures = figures_of_all()
    for benchmark in BENCHMARKS:
        for target in benchmark.targets:
            measured = target.measured(figures[benchmark.name], False)
            assert target.verdict(measured, False) is Verdict.MET, target.title


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("decoding and scoring, of evaluation", Measured(0.005, note="both, CRF")),
        ("reading, indexing, batching, of a first CPU epoch", Measured(0.01)),
        (
            "the loop's wait for data, of an epoch whose step leaves it 10 ms (a stand-in for a GPU's)",
            Measured(0.02, 0.01, 0.03),
        ),
        (
            "words/s / fastest of the other taggers",
            Measured(1.2, 1.1, 1.3, "Flair; not measured: Broken"),
        ),
        (
            "peak memory of training / least of the other taggers",
            Measured(0.75, note="Flair; not measured: Broken"),
        ),
        (
            "CPU time a word, ten times the sentences",
            Measured(46 / 45, note="100,000 sentences against 10,000"),
        ),
        (
            "peak memory, ten times the sentences",
            Measured(640 / 600, note="100,000 sentences against 10,000"),
        ),
    ],
)
def test_figures_that_are_computed(title: str, expected: Measured) -> None:
    measured = measured_of(title, figures_of_all())
    assert measured.value == pytest.approx(expected.value)
    assert (measured.low, measured.high, measured.note) == (expected.low, expected.high, expected.note)


def test_on_a_gpu_the_clock_on_the_wall_counts_and_data_are_no_share_of_a_cpu_epoch() -> None:
    figures = figures_of_all()
    assert measured_of("words/s / fastest of the other taggers", figures, on_gpu=True).value == 1.4
    assert measured_of("reading, indexing, batching, of a first CPU epoch", figures, on_gpu=True) is None


def test_another_length_of_the_step_says_nothing_of_the_wait() -> None:
    figures = figures_of_all()
    del figures["file_to_batches"]["share_of_time_waiting_for_data"][1]
    title = "the loop's wait for data, of an epoch whose step leaves it 10 ms (a stand-in for a GPU's)"
    assert measured_of(title, figures) is None


def test_a_corpus_that_is_named_is_measured_by_all_that_read_one() -> None:
    values = {**VALUES, table.TRAIN: "some.conll", table.TEST: "some.conll", table.CORPUS: "some.conll"}
    without = {
        benchmark.name for benchmark in BENCHMARKS if "some.conll" not in benchmark.filled_arguments(values)
    }
    assert without == {"optimizer_speed", "crf_speed", "predict_startup", "analysis_speed"}


def test_two_sizes_say_nothing_of_growth() -> None:
    figures = figures_of_all()
    del figures["predict_scaling"][0]
    assert measured_of("peak memory, ten times the sentences", figures) is None


def a_target(**settings: Any) -> Target:
    return Target("a title", find=lambda figures, on_gpu: Measured(*figures["values"]), **settings)


@pytest.mark.parametrize(
    ("settings", "value", "on_gpu", "verdict", "wanted"),
    [
        ({"limit": 1.08}, 1.08, False, Verdict.MET, "at most 1.08"),
        ({"limit": 1.08}, 1.09, False, Verdict.MISSED, "at most 1.08"),
        ({"limit": 1.08, "limit_on_gpu": 1.1}, 1.09, True, Verdict.MET, "at most 1.1"),
        ({"limit": 1.08}, 1.09, True, Verdict.MISSED, "at most 1.08"),
        ({"limit": 0.93, "is_lowest": True}, 0.93, False, Verdict.MET, "at least 0.93"),
        ({"limit": 0.93, "is_lowest": True}, 0.92, False, Verdict.MISSED, "at least 0.93"),
        ({"limit": 1, "is_lowest": True, "is_reached_at_limit": False}, 1.0, False, "missed", "more than 1"),
        ({"limit": 1, "is_lowest": True, "is_reached_at_limit": False}, 1.01, False, "met", "more than 1"),
        ({"limit": 1, "is_reached_at_limit": False}, 1.0, False, Verdict.MISSED, "less than 1"),
        ({"limit": 1, "is_reached_at_limit": False}, 0.99, False, Verdict.MET, "less than 1"),
        ({"limit": 0.02, "unit": "%"}, 0.021, False, Verdict.MISSED, "at most 2 %"),
        ({"limit": 300, "unit": "MB"}, 300.0, False, Verdict.MET, "at most 300 MB"),
    ],
)
def test_a_target_is_met_or_missed(
    settings: dict[str, Any], value: float, on_gpu: bool, verdict: str, wanted: str
) -> None:
    target = a_target(**settings)
    assert target.verdict(target.measured({"values": [value]}, on_gpu), on_gpu) == verdict
    assert target.wanted(on_gpu) == wanted


@pytest.mark.parametrize("figures", [None, {}])
def test_a_target_without_its_figure_is_not_measured(figures: dict[str, Any] | None) -> None:
    target = a_target(limit=1.0)
    assert target.verdict(target.measured(figures, False), False) is Verdict.NOT_MEASURED


def a_benchmark(name: str = "some_speed", **settings: Any) -> Benchmark:
    return Benchmark(name, "something", ("--corpus", table.TRAIN), (a_target(**settings),))


def text_of(values: list[float], machine: dict[str, Any] = CPU, **settings: Any) -> str:
    benchmark = a_benchmark(**settings)
    record = Record(benchmark.name, {"values": values}, None, "the command", "a day", 2.5, 0.1, machine)
    return to_markdown([benchmark], {benchmark.name: record})


def test_the_page_has_target_figure_verdict_machine_and_command() -> None:
    text = text_of([1.05, 1.0, 1.07], limit=1.08)
    assert "| a title | at most 1.08 | 1.05 (1 to 1.07) | met |" in text
    assert "1. a processor, 2 CPUs, 1 thread(s) of torch, a system; torch 1.0; commit unknown." in text
    assert "| some_speed | 1 | `the command` | 2.5 | 0.1 | a day |" in text
    assert "not run" not in text


def test_the_page_says_where_rounds_contradict_one_another() -> None:
    assert "| 1.05 (1 to 1.1) | met, but not in every round |" in text_of([1.05, 1.0, 1.1], limit=1.08)
    assert "| 1.09 (1 to 1.1) | missed, but not in every round |" in text_of([1.09, 1.0, 1.1], limit=1.08)


def test_a_gpu_has_its_own_limit_on_the_page_and_in_json(tmp_path: Path) -> None:
    benchmark = a_benchmark(limit=1.08, limit_on_gpu=1.1)
    write_record(Record(benchmark.name, {"values": [1.09]}, machine=GPU), tmp_path)
    collect([benchmark], tmp_path)
    (target,) = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))["targets"]
    assert (target["wanted"], target["verdict"]) == ("at most 1.1", "met")
    assert "a GPU (CUDA 13)" in (tmp_path / "results.md").read_text(encoding="utf-8")


def test_files_of_scripts_that_were_run_by_themselves_are_collected_too(tmp_path: Path) -> None:
    ran, missing = a_benchmark("ran", limit=2.0), a_benchmark("missing", limit=2.0)
    (tmp_path / "ran.json").write_text('{"values": [1.5]}', encoding="utf-8")
    collect([ran, missing], tmp_path)
    text = (tmp_path / "results.md").read_text(encoding="utf-8")
    assert "| a title | at most 2 | 1.5 | met |" in text
    assert "| a title | at most 2 |  | not measured |" in text
    assert "| ran | 1 | not recorded |" in text
    assert "- not run: missing" in text
    content = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert list(content["benchmarks"]) == ["ran"]
    assert [target["verdict"] for target in content["targets"]] == ["met", "not measured"]


def make_script(directory: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> Benchmark:
    """A benchmark in a package that its process finds in the place of ours."""
    package = directory / "benchmarks"
    package.mkdir(exist_ok=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    name = f"script_{len(list(package.iterdir()))}"
    (package / f"{name}.py").write_text(f"import os, sys\n{body}\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(directory))
    monkeypatch.chdir(directory)
    return a_benchmark(name, limit=2.0)


WRITES = "open(sys.argv[sys.argv.index('--output') + 1], 'w').write('{\"values\": [1.5]}')"


def test_a_record_is_what_was_measured_and_how(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    benchmark = make_script(
        tmp_path, monkeypatch, f"print(sys.argv[1:3], os.environ['OMP_NUM_THREADS'])\n{WRITES}"
    )
    record = run_benchmark(benchmark, VALUES, 3, CPU, tmp_path / "logs" / "some.log")
    assert (record.figures, record.failure, record.machine) == ({"values": [1.5]}, None, CPU)
    assert record.command == f"OMP_NUM_THREADS=3 python -m benchmarks.{benchmark.name} --corpus train.conll"
    assert record.seconds is not None
    said = (tmp_path / "logs" / "some.log").read_text(encoding="utf-8")
    assert said == "['--corpus', 'train.conll'] 3\n"
    assert write_record(record, tmp_path) == tmp_path / f"{benchmark.name}.json"
    assert read_record(benchmark.name, tmp_path) == record


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        ("print('begun'); raise ValueError('a bad corpus')", "exit status 1: ValueError: a bad corpus"),
        ("sys.exit(3)", "exit status 3: it said nothing"),
        ("pass", "it has written no figures"),
    ],
)
def test_a_benchmark_that_fails_says_why(
    body: str, failure: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    benchmark = make_script(tmp_path, monkeypatch, body)
    record = run_benchmark(benchmark, VALUES, None, CPU, tmp_path / "some.log")
    assert (record.figures, record.failure) == (None, failure)


def test_a_failure_stops_no_other_benchmark_and_makes_the_exit_status_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = make_script(tmp_path, monkeypatch, "sys.exit('a bad corpus')")
    good = make_script(tmp_path, monkeypatch, WRITES)
    monkeypatch.setattr(command, "BENCHMARKS", (bad, good))
    # Figures of an earlier run do not stand for one that failed.
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / f"{bad.name}.json").write_text('{"values": [1.0]}', encoding="utf-8")
    assert command.main(["--output-dir", "out"]) == 1
    text = (tmp_path / "out" / "results.md").read_text(encoding="utf-8")
    assert f"- `{bad.name}` failed: exit status 1: a bad corpus" in text
    assert [row.split(" | ")[-1] for row in text.splitlines() if "a title" in row] == [
        "not measured |",
        "met |",
    ]
    said = capsys.readouterr()
    assert "failed after 0 s: exit status 1: a bad corpus" in said.out
    assert f"failed: {bad.name}" in said.err
    assert command.main(["--output-dir", "out", "--skip", bad.name]) == 0


def test_collecting_alone_runs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    benchmark = make_script(tmp_path, monkeypatch, "sys.exit('it must not run')")
    monkeypatch.setattr(command, "BENCHMARKS", (benchmark,))
    (tmp_path / f"{benchmark.name}.json").write_text('{"values": [9.0]}', encoding="utf-8")
    assert command.main(["--collect-only", "--output-dir", str(tmp_path)]) == 0
    assert "| 9 | missed |" in (tmp_path / "results.md").read_text(encoding="utf-8")
    assert capsys.readouterr().out.split() == [str(tmp_path / "results.json"), str(tmp_path / "results.md")]


def test_the_list_names_what_would_be_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--list", "--only", "peers", "long_text", "--skip", "peers"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.split() == ["long_text", "memory", "of", "one", "long", "text"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--corpus", "no.conll"], "--corpus no.conll: there is no such file"),
        (
            ["--archive", "no.tar.gz"],
            "--archive no.tar.gz: there is no such file; make it with `make quickstart`, or leave out what needs it: "
            "--skip predict_speed predict_startup",
        ),
        (["--only", "speed"], "invalid choice: 'speed'"),
    ],
)
def test_what_cannot_be_run_is_said_before_anything_is(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        command.main(arguments)
    assert re.sub(r"\s+", " ", capsys.readouterr().err).count(message) == 1
