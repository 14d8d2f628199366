"""Steps of training or evaluation under torch's profiler."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch.profiler import ProfilerActivity, profile

from benchmarks import evaluation_shares, training_step
from benchmarks.profiles.stage_ranges import WHOLE, model_ranges, stage
from benchmarks.profiles.stage_shares import milliseconds_by_stage, most_expensive_operators

_NUM_OPERATORS = 10
# Of which the fastest counts: where large tensors come to lie, and other work, make one differ from the next.
_NUM_PROFILES = 3


def profile_training(name: str, arguments: argparse.Namespace, trace: Path) -> dict[str, Any]:
    """Profile a training step on each batch.

    Args:
        name: of `benchmarks.variants.SETTINGS`, with both heads.
        arguments: of the command line.
        trace: where Chrome's trace is to be written.

    Returns:
        What took how long.
    """
    model, optimizer, batches = training_step.prepare(name, arguments)

    def steps() -> None:
        for batch in batches:
            with stage(WHOLE):
                training_step.training_step(model, optimizer, batch)

    with model_ranges(model, optimizer):
        return _profile(steps, trace)


def profile_evaluation(name: str, arguments: argparse.Namespace, trace: Path) -> dict[str, Any]:
    """Profile the evaluation of each batch.

    Args:
        name: as in `profile_training`.
        arguments: of the command line.
        trace: as in `profile_training`.

    Returns:
        What took how long.
    """
    model, batches = evaluation_shares.prepare(name, arguments)

    def steps() -> None:
        for batch in batches:
            with stage(WHOLE):
                evaluation_shares.evaluate(model, batch)

    with torch.no_grad(), model_ranges(model):
        return _profile(steps, trace)


def _profile(steps: Callable[[], None], trace: Path) -> dict[str, Any]:
    steps()  # warms up
    has_gpu = torch.cuda.is_available()
    activities = [ProfilerActivity.CPU, *([ProfilerActivity.CUDA] if has_gpu else [])]
    totals: list[float] = []
    for _ in range(_NUM_PROFILES):
        with profile(activities=activities) as profiler:
            steps()
        found = milliseconds_by_stage(profiler.events(), split_backward=not has_gpu)
        totals.append(sum(found.values()))
        if totals[-1] == min(totals):
            profiler.export_chrome_trace(str(trace))
            by_stage, events = found, profiler.events()
    total = min(totals)
    return {
        "milliseconds": total,
        "milliseconds_of_all_profiles": totals,
        "trace": trace.name,
        "stages": [
            {"name": name, "milliseconds": taken, "share": taken / total} for name, taken in by_stage.items()
        ],
        "operators": [
            {**row, "share": row["milliseconds"] / total}
            for row in most_expensive_operators(events, _NUM_OPERATORS)
        ],
    }
