"""The events of torch's profiler -> the time of each stage, and of each operator."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from torch.autograd.profiler_util import FunctionEvent

from benchmarks.profiles.stage_ranges import BACKWARD, PREFIX

_NODE = "autograd::engine::evaluate_function: "
_ADDING_UP = "AccumulateGrad"


def milliseconds_by_stage(events: Iterable[FunctionEvent], *, split_backward: bool) -> dict[str, float]:
    """Add up what each stage took by itself.

    Args:
        events: of one profile.
        split_backward: whether the backward pass is told apart by the stage whose gradients it computes, which the
            numbers say that torch gives operators of the forward pass. Not where a GPU does the work later.

    Returns:
        Milliseconds by stage, the largest first; together they are the time of all outermost ranges.
    """
    milliseconds: dict[str, float] = defaultdict(float)
    stage_of_forward: dict[int, str] = {}
    # An operator without gradient has the number that the next one with gradient gets: the later one counts.
    for event in sorted(events, key=lambda event: event.time_range.start):
        enclosing = _enclosing_stage(event)
        duration = event.time_range.elapsed_us() / 1000
        if event.name.startswith(PREFIX):
            milliseconds[event.name.removeprefix(PREFIX)] += duration
            if enclosing is not None:
                milliseconds[enclosing] -= duration
        elif enclosing != BACKWARD:
            if enclosing is not None and event.sequence_nr >= 0:
                stage_of_forward[event.sequence_nr] = enclosing
        elif split_backward and event.name.startswith(_NODE):
            part = stage_of_forward.get(event.sequence_nr, "the rest")
            if event.name.endswith(_ADDING_UP):
                part = "adding up"
            milliseconds[f"{BACKWARD}: {part}"] += duration
            milliseconds[BACKWARD] -= duration
    return dict(sorted(milliseconds.items(), key=lambda item: -item[1]))


def _enclosing_stage(event: FunctionEvent) -> str | None:
    parent = event.cpu_parent
    while parent is not None and not parent.name.startswith(PREFIX):
        parent = parent.cpu_parent
    return None if parent is None else parent.name.removeprefix(PREFIX)


def most_expensive_operators(events: Iterable[FunctionEvent], num_operators: int) -> list[dict[str, Any]]:
    """List the operators that took most by themselves, without what they call.

    Args:
        events: of one profile.
        num_operators: how many to list.

    Returns:
        Name, calls and milliseconds of each; those of the GPU where it was used.
    """
    calls: dict[str, int] = defaultdict(int)
    cpu: dict[str, float] = defaultdict(float)
    device: dict[str, float] = defaultdict(float)
    for event in events:
        if not event.name.startswith(PREFIX):
            calls[event.name] += 1
            cpu[event.name] += event.self_cpu_time_total / 1000
            device[event.name] += event.self_device_time_total / 1000
    taken = device if any(device.values()) else cpu
    largest = sorted(taken, key=lambda name: -taken[name])[:num_operators]
    return [{"name": name, "calls": calls[name], "milliseconds": taken[name]} for name in largest]
