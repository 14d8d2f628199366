"""What was measured, as figures and as Markdown."""

from __future__ import annotations

import os
import platform
import statistics
from pathlib import Path
from typing import Any

from benchmarks.peers.measurement import Conditions, Record
from benchmarks.peers.systems import OURS, SYSTEMS

_TASKS = {
    "prediction": ("num_words", "words"),
    "training": ("num_sentences", "sentences"),
}


def figures_of(records: dict[str, Record], conditions: Conditions, command: str) -> dict[str, Any]:
    """Sum all rounds up.

    Args:
        records: what was measured, `OURS` among it.
        conditions: what was the same for all.
        command: how it can be measured again.

    Returns:
        Plain JSON values.
    """
    ours = records[OURS]
    systems = {}
    for name, record in records.items():
        figures: dict[str, Any] = {"title": SYSTEMS[name].title, "versions": record.versions}
        if record.failure is not None:
            figures["failure"] = record.failure
        elif record.sample is not None:
            figures["setting_of_prediction"] = record.setting
            figures["num_sentences"] = record.sample.num_sentences
            figures["num_words"] = record.sample.num_words
            figures["num_entities_found"] = record.prediction[0]["num_entities"]
            for task in _TASKS:
                figures[task] = _task_figures(task, record, ours)
        systems[name] = figures
    return {
        "command": command,
        "machine": describe_machine(),
        "conditions": {
            "corpus": conditions.corpus.name,
            "num_sentences": conditions.num_sentences,
            "batch_size": conditions.batch_size,
            "max_length": conditions.max_length,
            "max_width": conditions.max_width,
            "learning_rate": conditions.learning_rate,
            "num_epochs": conditions.num_epochs,
            "num_threads": conditions.num_threads,
        },
        "systems": systems,
    }


def _task_figures(task: str, record: Record, ours: Record) -> dict[str, Any]:
    count, unit = _TASKS[task]
    runs, our_runs = getattr(record, task), getattr(ours, task)
    rates = {clock: _rates(runs, record, count, clock) for clock in ("seconds", "cpu_seconds")}
    figures: dict[str, Any] = {
        f"{unit}_per_second": statistics.median(rates["seconds"]),
        f"{unit}_per_cpu_second": statistics.median(rates["cpu_seconds"]),
        "peak_memory_mb": statistics.median(run["peak_memory_mb"] for run in runs),
    }
    if our_runs and ours.failure is None:
        for clock, of_system in rates.items():
            our_rates = _rates(our_runs, ours, count, clock)
            ratios = [mine / theirs for mine, theirs in zip(our_rates, of_system, strict=True)]
            label = "our_speed" if clock == "seconds" else "our_speed_by_cpu_time"
            figures[label] = statistics.median(ratios)
            figures[f"{label}_range"] = [min(ratios), max(ratios)]
    return figures


def _rates(runs: list[dict[str, Any]], record: Record, count: str, clock: str) -> list[float]:
    return [run["num_passes"] * getattr(record.sample, count) / run[clock] for run in runs]


def describe_machine() -> dict[str, Any]:
    """What the figures depend on, and nothing that names the machine.

    Returns:
        Processor, cores, system, and how busy the machine was.
    """
    models = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    return {
        "processor": models[0] if models else platform.machine(),
        "num_cores": os.cpu_count(),
        "system": platform.system(),
        "load_average": [round(load, 1) for load in os.getloadavg()],
    }


def to_markdown(figures: dict[str, Any]) -> str:
    """Write the figures as two tables and a list of what could not be measured.

    Args:
        figures: what `figures_of` returned.

    Returns:
        The text.
    """
    measured = {name: row for name, row in figures["systems"].items() if "failure" not in row}
    lines = []
    for task, (_, unit) in _TASKS.items():
        lines += [
            f"| {task} | {unit}/s | ours to it (min to max) | by processor time | peak memory, MB |",
            "|---|---|---|---|---|",
            *(_row(row, task, unit) for row in measured.values()),
            "",
        ]
    for name, row in figures["systems"].items():
        if name in measured:
            versions = ", ".join(f"{package} {version}" for package, version in row["versions"].items())
            setting = ", ".join(f"{key} {value}" for key, value in row["setting_of_prediction"].items())
            lines.append(
                f"- {row['title']}: {versions}. {row['num_sentences']} sentences, {row['num_entities_found']} entities "
                f"found. Prediction with {setting or 'the defaults'}."
            )
        else:
            lines.append(f"- {row['title']}: not measured. {row['failure']}")
    machine = figures["machine"]
    lines += [
        "",
        f"{machine['processor']}, {machine['num_cores']} cores, {figures['conditions']['num_threads']} thread(s) a "
        f"process; load average at the end {machine['load_average'][0]}.",
        "",
        f"    {figures['command']}",
    ]
    return "\n".join(lines) + "\n"


def _row(row: dict[str, Any], task: str, unit: str) -> str:
    figures = row[task]
    cells = [row["title"], f"{figures[f'{unit}_per_second']:,.1f}"]
    for label in ("our_speed", "our_speed_by_cpu_time"):
        low, high = figures[f"{label}_range"]
        cells.append(f"{figures[label]:.2f} ({low:.2f} to {high:.2f})")
    cells.append(f"{figures['peak_memory_mb']:,.0f}")
    return f"| {' | '.join(cells)} |"
