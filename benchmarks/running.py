"""Runs one benchmark after the other, each in a process of its own, and keeps what it has measured."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.measuring import write_figures
from benchmarks.table import Benchmark


@dataclass(frozen=True, slots=True)
class Record:
    """What came of a benchmark.

    Args:
        name: the benchmark's.
        figures: what it has written; None if it failed.
        failure: why it failed; None if it did not.
        command: how it can be run again; None where that was not recorded.
        date: when it began.
        seconds: how long it took.
        load_average: how busy the machine was with other work, over the minute before.
        machine: on what it was measured.
    """

    name: str
    figures: Any
    failure: str | None = None
    command: str | None = None
    date: str | None = None
    seconds: float | None = None
    load_average: float | None = None
    machine: dict[str, Any] | None = None

    @property
    def on_gpu(self) -> bool:
        """Whether it was measured where there is a GPU."""
        return self.machine is not None and self.machine["device"] != "cpu"


def run_benchmark(
    benchmark: Benchmark,
    values: Mapping[str, str],
    num_threads: int | None,
    machine: dict[str, Any],
    log: Path,
) -> Record:
    """Run a benchmark to its end.

    Args:
        benchmark: which.
        values: what the arguments in braces stand for.
        num_threads: of torch; None to leave that as it is.
        machine: on what it is run.
        log: the file for all that it says, replaced if it is there.

    Returns:
        What came of it.
    """
    arguments = benchmark.filled_arguments(values)
    threads = os.environ.get("OMP_NUM_THREADS") if num_threads is None else str(num_threads)
    environment = {**os.environ, **({"OMP_NUM_THREADS": threads} if threads else {})}
    prefix = f"OMP_NUM_THREADS={threads} " if threads else ""
    command = f"{prefix}python -m {benchmark.module} {shlex.join(arguments)}".rstrip()
    date, load_average = datetime.now(UTC).isoformat(timespec="seconds"), round(os.getloadavg()[0], 1)
    figures, failure = None, None
    log.parent.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="benchmark-") as directory, log.open("wb") as stream:
        output = Path(directory) / "figures.json"
        finished = subprocess.run(
            [sys.executable, "-m", benchmark.module, *arguments, "--output", str(output)],
            stdout=stream,
            stderr=subprocess.STDOUT,
            env=environment,
        )
        if finished.returncode:
            failure = f"exit status {finished.returncode}: {_last_line(log)}"
        elif not output.is_file():
            failure = "it has written no figures"
        else:
            figures = json.loads(output.read_text(encoding="utf-8"))
    return Record(
        benchmark.name,
        figures,
        failure,
        command,
        date,
        round(time.monotonic() - began, 1),
        load_average,
        machine,
    )


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")


def write_record(record: Record, directory: Path) -> Path:
    """Write a record to the file of its benchmark.

    Args:
        record: what came of the benchmark.
        directory: where all of them are.

    Returns:
        The file.
    """
    path = directory / f"{record.name}.json"
    write_figures(asdict(record), path)
    return path


def read_record(name: str, directory: Path) -> Record | None:
    """Read what came of a benchmark.

    Args:
        name: its name.
        directory: where all of them are.

    Returns:
        The record; one of figures alone, if it was run by itself with `--output`; None if there is no such file.
    """
    path = directory / f"{name}.json"
    if not path.is_file():
        return None
    content = json.loads(path.read_text(encoding="utf-8"))
    if isinstance(content, dict) and content.keys() == Record.__dataclass_fields__.keys():
        return Record(**content)
    return Record(name, content)
