"""How far trainings have come, and when all will be done."""

from __future__ import annotations

import heapq
import json
import re
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from blner_allennlp.sweeps.run_state import RunState, Status

_EPOCH = re.compile(r"metrics_epoch_(\d+)\.json")
# The heads' scores, then any other's.
_SCORES = ("validation_seq_f1", "validation_span_f1")
_OTHER_SCORES = ("validation_f1", "validation_f1-measure-overall")


def read_progress(directory: Path) -> tuple[int, dict[str, float]]:
    """Read what a training has written after each epoch.

    Args:
        directory: the run's directory.

    Returns:
        How many epochs are behind it, and the best score on the development data so far, in [0, 1], by head (`seq`,
        `span`), or by an empty name for a model without heads.
    """
    num_epochs = 0
    best: dict[str, float] = {}
    for path in directory.glob("metrics_epoch_*.json"):
        found = _EPOCH.fullmatch(path.name)
        metrics = _read(path)
        if found is None or metrics is None:
            continue
        num_epochs = max(num_epochs, int(found[1]) + 1)
        for head, score in _scores(metrics).items():
            best[head] = max(best.get(head, 0.0), score)
    return num_epochs, best


def seconds_left(state: RunState, now: float) -> float | None:
    """Estimate when a training ends, from the epochs behind it.

    Args:
        state: a run that is being trained.
        now: the time, in seconds.

    Returns:
        The seconds from now; None before the first epoch of this start is over, or without a known end.
    """
    if state.status is not Status.TRAINING or state.started is None or state.run.num_epochs is None:
        return None
    num_done = state.num_epochs - state.first_epoch
    if num_done < 1:
        return None
    last = state.last_epoch_at if state.last_epoch_at is not None else now
    a_epoch = (last - state.started) / num_done
    return max(0.0, (state.run.num_epochs - state.num_epochs) * a_epoch - (now - last))


def expected_seconds(states: Sequence[RunState], num_jobs: int, now: float) -> float | None:
    """Estimate when the whole sweep is over.

    A run that has not begun takes what those of its corpus and model took on average; where there is none, those of
    its corpus, else all.

    Args:
        states: all runs.
        num_jobs: how many run at once.
        now: the time, in seconds.

    Returns:
        The seconds from now; None where no run gives any hint.
    """
    totals: dict[tuple[str, ...], list[float]] = {}
    for state in states:
        total = state.seconds if state.status is Status.DONE else None
        left = seconds_left(state, now)
        if left is not None and state.started is not None:
            total = state.seconds_before + now - state.started + left
        if total:
            for key in ((state.run.corpus, state.run.model), (state.run.corpus,), ()):
                totals.setdefault(key, []).append(total)

    def typical(state: RunState) -> float | None:
        for key in ((state.run.corpus, state.run.model), (state.run.corpus,), ()):
            if key in totals:
                return mean(totals[key])
        return None

    free_at = []
    for state in states:
        if state.status.is_active:
            left = seconds_left(state, now)
            if left is None:
                whole = typical(state)
                if whole is None:
                    return None
                left = 0.0
                if state.status is not Status.ANSWERING and state.started is not None:
                    left = max(0.0, whole - state.seconds_before - (now - state.started))
            free_at.append(left)
    free_at += [0.0] * max(0, num_jobs - len(free_at))
    heapq.heapify(free_at)
    latest = max(free_at, default=0.0)
    for state in states:
        if state.status is Status.WAITING:
            whole = typical(state)
            if whole is None:
                return None
            end = heapq.heappop(free_at) + max(0.0, whole - state.seconds_before)
            heapq.heappush(free_at, end)
            latest = max(latest, end)
    return latest


def _scores(metrics: dict[str, Any]) -> dict[str, float]:
    heads = {
        name.removeprefix("validation_").removesuffix("_f1"): metrics[name]
        for name in _SCORES
        if name in metrics
    }
    if heads:
        return heads
    other = next((metrics[name] for name in _OTHER_SCORES if name in metrics), None)
    return {} if other is None else {"": other}


def _read(path: Path) -> dict[str, Any] | None:
    # AllenNLP may be in the middle of writing it.
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError):
        return None
    return values if isinstance(values, dict) else None
