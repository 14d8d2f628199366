"""Samples of running functions -> which share each package and each function has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from benchmarks.profiles.sampling import Frame, Sample

# Who asks for work that torch, Python or a library of numbers then does; the innermost of them is charged.
_ASKING = ("blner_allennlp", "allennlp", "transformers", "tokenizers", "spacy", "benchmarks")

IMPORTING = ("_find_and_load", "_load_unlocked", "_call_with_frames_removed")
"""What Python's functions are called that import."""

# py-spy leaves waiting threads out, but not always; in these functions they do nothing else.
_WAITING = (
    ("Condition.wait", "threading.py"),
    ("Thread._wait_for_tstate_lock", "threading.py"),
    ("_worker", "concurrent/futures/thread.py"),
)


def divide(samples: Iterable[Sample], set_up: Sequence[str]) -> tuple[list[Sample], dict[str, float]]:
    """Put aside what is done once, whatever the amount of data, and what only waits.

    Args:
        samples: of all threads.
        set_up: names of functions that make something ready.

    Returns:
        All other samples, and the seconds of what was put aside.
    """
    others: list[Sample] = []
    seconds = {"imports": 0.0, "set-up": 0.0, "waiting": 0.0}
    for sample in samples:
        names = {frame.name for frame in sample.frames}
        if not names.isdisjoint(IMPORTING):
            seconds["imports"] += sample.seconds
        elif not names.isdisjoint(set_up):
            seconds["set-up"] += sample.seconds
        elif (sample.frames[-1].name, sample.frames[-1].file) in _WAITING:
            seconds["waiting"] += sample.seconds
        else:
            others.append(sample)
    return others, seconds


def shares(samples: Sequence[Sample], num_functions: int) -> dict[str, Any]:
    """Sum samples up.

    Args:
        samples: of all threads.
        num_functions: how many functions to list.

    Returns:
        The seconds of all; by package, by itself and with what it asked others for; by function, by itself; and by
        function of this package, with all that it calls.
    """
    total = sum(sample.seconds for sample in samples)
    own_of_package = _seconds(samples, lambda sample: {sample.frames[-1].package})
    asked_by_package = _seconds(samples, lambda sample: {_asking(sample.frames)})
    own = _seconds(samples, lambda sample: {_label(sample.frames[-1])})
    ours = _seconds(
        samples,
        lambda sample: dict.fromkeys(
            _label(frame) for frame in sample.frames if frame.package == "blner_allennlp"
        ),
    )
    packages = sorted(
        dict.fromkeys(
            (*own_of_package, *asked_by_package)
        ),  # unlike a set's, of equal shares the order is always one
        key=lambda name: -(own_of_package.get(name, 0.0) + asked_by_package.get(name, 0.0)),
    )
    return {
        "seconds": total,
        "packages": [
            {
                "name": name,
                "self": own_of_package.get(name, 0.0) / total,
                "asked_for": asked_by_package.get(name, 0.0) / total,
            }
            for name in packages
        ],
        "functions": _largest(own, total, num_functions),
        "our_functions_with_what_they_call": _largest(ours, total, num_functions),
    }


def _seconds(samples: Iterable[Sample], names_of: Callable[[Sample], Iterable[str]]) -> dict[str, float]:
    seconds: dict[str, float] = defaultdict(float)
    for sample in samples:
        for name in names_of(sample):
            seconds[name] += sample.seconds
    return seconds


def _largest(seconds: Mapping[str, float], total: float, number: int) -> list[dict[str, Any]]:
    names = sorted(seconds, key=lambda name: -seconds[name])[:number]
    return [{"name": name, "share": seconds[name] / total} for name in names]


def _asking(frames: Sequence[Frame]) -> str:
    for frame in reversed(frames):
        if frame.package in _ASKING:
            return frame.package
    return "none of them"


def _label(frame: Frame) -> str:
    return f"{frame.name} ({frame.file})"
