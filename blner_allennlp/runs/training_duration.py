"""How long a training took, by what AllenNLP wrote of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

_DURATION = re.compile(r"(?:(\d+) days?, )?(\d+):(\d\d):(\d\d(?:\.\d+)?)")
_EPOCH = re.compile(r"metrics_epoch_(\d+)\.json")


def training_seconds(run_directory: Path) -> float | None:
    """Add up the time of all epochs of a finished training.

    AllenNLP counts from the start of its process, so a training that was continued starts at 0 again: of each of its
    processes the last count is taken. What was done after the last checkpoint before a crash is not in it.

    Args:
        run_directory: the run's directory.

    Returns:
        Seconds; None where the directory does not tell.
    """
    durations = []
    for path in run_directory.glob("metrics_epoch_*.json"):
        epoch = _EPOCH.fullmatch(path.name)
        seconds = _seconds_in(path)
        if epoch is None or seconds is None:
            return None
        durations.append((int(epoch[1]), seconds))
    if not durations:
        return _seconds_in(run_directory / "metrics.json")
    total = before = 0.0
    for _, seconds in sorted(durations):
        total += seconds - before if seconds >= before else seconds
        before = seconds
    return total


def _seconds_in(path: Path) -> float | None:
    try:
        metrics: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    found = _DURATION.fullmatch(str(metrics.get("training_duration"))) if isinstance(metrics, dict) else None
    if found is None:
        return None
    days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
