"""What all benchmarks have measured, as one JSON file and one page of Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.measuring import table_rows, write_figures
from benchmarks.running import Record, read_record
from benchmarks.table import Benchmark
from benchmarks.targets import Measured, Target

NAME = "results"


def collect(benchmarks: Sequence[Benchmark], directory: Path) -> list[Path]:
    """Write `results.json` and `results.md` anew from the files of the single benchmarks.

    Args:
        benchmarks: whose files are looked for; those that have none count as not run.
        directory: where they are.

    Returns:
        Both files.
    """
    records = {benchmark.name: read_record(benchmark.name, directory) for benchmark in benchmarks}
    found = {name: record for name, record in records.items() if record is not None}
    content = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "targets": [
            _target_to_json(target, benchmark, found.get(benchmark.name))
            for benchmark in benchmarks
            for target in benchmark.targets
        ],
        "benchmarks": {name: asdict(record) for name, record in found.items()},
    }
    paths = [directory / f"{NAME}.json", directory / f"{NAME}.md"]
    write_figures(content, paths[0])
    paths[1].write_text(to_markdown(benchmarks, found), encoding="utf-8")
    return paths


def _target_to_json(target: Target, benchmark: Benchmark, record: Record | None) -> dict[str, Any]:
    on_gpu = record is not None and record.on_gpu
    measured = target.measured(record and record.figures, on_gpu)
    return {
        "title": target.title,
        "benchmark": benchmark.name,
        "wanted": target.wanted(on_gpu),
        "measured": None if measured is None else asdict(measured),
        "verdict": target.verdict(measured, on_gpu).value,
    }


def to_markdown(benchmarks: Sequence[Benchmark], records: dict[str, Record]) -> str:
    """Write what was measured as a table of the targets, and below it on what, and how.

    Args:
        benchmarks: all that count.
        records: what came of those that were run, by name.

    Returns:
        The text.
    """
    rows = [
        _target_row(target, records.get(benchmark.name))
        for benchmark in benchmarks
        for target in benchmark.targets
    ]
    lines = ["# Benchmarks", "", *table_rows(["what", "target", "measured", ""], rows), ""]
    machines = list(dict.fromkeys(_describe_machine(record) for record in records.values()))
    lines += [f"{number}. {described}" for number, described in enumerate(machines, start=1)]
    head = ["benchmark", "on", "command", "s", "load before", "begun"]
    done = [_benchmark_row(record, machines) for record in records.values()]
    lines += ["", *table_rows(head, done), ""]
    failed = [f"- `{record.name}` failed: {record.failure}" for record in records.values() if record.failure]
    missing = [benchmark.name for benchmark in benchmarks if benchmark.name not in records]
    if missing:
        failed.append(f"- not run: {', '.join(missing)}")
    return "\n".join([*lines, *failed]).rstrip() + "\n"


def _target_row(target: Target, record: Record | None) -> list[str]:
    on_gpu = record is not None and record.on_gpu
    measured = target.measured(record and record.figures, on_gpu)
    return [
        target.title,
        target.wanted(on_gpu),
        "" if measured is None else _measured_text(target, measured),
        _verdict_text(target, measured, on_gpu),
    ]


def _measured_text(target: Target, measured: Measured) -> str:
    text = target.number(measured.value)
    if measured.low is not None and measured.high is not None:
        text += f" ({target.number(measured.low)} to {target.number(measured.high)})"
    return text + (f", {measured.note}" if measured.note else "")


def _verdict_text(target: Target, measured: Measured | None, on_gpu: bool) -> str:
    verdict = target.verdict(measured, on_gpu)
    if measured is None or not target.is_met_in_some_rounds_only(measured, on_gpu):
        return verdict.value
    return f"{verdict.value}, but not in every round"


def _describe_machine(record: Record) -> str:
    machine = record.machine
    if machine is None:
        return "Run without `python -m benchmarks`, so that machine and versions are not recorded."
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items() if version)
    device = f", {machine['device_name']} (CUDA {machine['cuda']})" if machine["device_name"] else ""
    return (
        f"{machine['cpu']}, {machine['num_cpus']} CPUs{device}, {machine['num_threads']} thread(s) of torch, "
        f"{machine['system']}; {versions}; commit {machine['commit'] or 'unknown'}."
    )


def _benchmark_row(record: Record, machines: Sequence[str]) -> list[str]:
    return [
        record.name,
        str(machines.index(_describe_machine(record)) + 1),
        "not recorded" if record.command is None else f"`{record.command}`",
        *(
            "" if value is None else str(value)
            for value in (record.seconds, record.load_average, record.date)
        ),
    ]
