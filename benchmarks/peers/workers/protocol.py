"""What all workers share: they read a task from a JSON file, do it, and write what it cost to another.

A worker runs in its peer's own environment, which has nothing of this package, so this file needs Python alone.
"""

from __future__ import annotations

import json
import platform
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from itertools import islice
from pathlib import Path
from typing import Any

NUM_WARM_UP_LINES = 16

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class Task:
    """What a worker is asked to do.

    Args:
        action: `train`, `save` (train and keep the model) or `predict`.
        variant: which of the worker's models.
        encoder: directory of the pretrained encoder.
        lines: JSON lines with `tokens` and, for training, `tags` in BIO.
        columns: the same sentences as a file of columns.
        labels: all tags of the corpus, `O` first.
        model: directory of the trained model, written by `save` and read by `predict`.
        batch_size: sentences a batch in training.
        max_length: the most pieces of a sentence.
        max_width: the widest entity that a span model looks for, in words.
        learning_rate: its peak.
        num_epochs: of training.
        settings: of prediction; each is measured once.
    """

    action: str
    variant: str
    encoder: str
    lines: str
    columns: str
    labels: list[str]
    model: str
    batch_size: int
    max_length: int
    max_width: int
    learning_rate: float
    num_epochs: int
    settings: list[JsonObject]


class Stopwatch:
    """Adds up the seconds of what it is told to watch: on the clock, and of the processors."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.cpu_seconds = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Watch the code of the `with` block.

        Yields:
            Nothing.
        """
        began, cpu_began = time.perf_counter(), time.process_time()
        yield
        self.seconds += time.perf_counter() - began
        self.cpu_seconds += time.process_time() - cpu_began


def run_worker(
    packages: list[str],
    train: Callable[[Task, Stopwatch, str | None], None],
    load: Callable[[Task], Any],
    predict: Callable[[Any, str, str, JsonObject], None],
) -> None:
    """Do the task that the first command-line argument names, and write its cost to the second.

    Args:
        packages: whose versions are told.
        train: trains, watched from reading to the last step, and saves the model where a directory is given.
        load: loads a saved model.
        predict: answers a file of JSON lines with another one, with the given settings.
    """
    task = Task(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    result: JsonObject = {
        "versions": {name: metadata.version(name) for name in packages}
        | {"python": platform.python_version()}
    }
    if task.action == "predict":
        result["runs"] = _measure_predictions(task, load(task), predict)
    else:
        stopwatch = Stopwatch()
        train(task, stopwatch, task.model if task.action == "save" else None)
        result["runs"] = [{"seconds": stopwatch.seconds, "cpu_seconds": stopwatch.cpu_seconds}]
    result["peak_memory_mb"] = _peak_memory()
    Path(sys.argv[2]).write_text(json.dumps(result), encoding="utf-8")


def _measure_predictions(
    task: Task, model: Any, predict: Callable[[Any, str, str, JsonObject], None]
) -> list[JsonObject]:
    runs = []
    with tempfile.TemporaryDirectory() as directory:
        output = f"{directory}/output.jsonl"
        first_lines = Path(directory, "warm_up.jsonl")
        with Path(task.lines).open(encoding="utf-8") as lines:
            first_lines.write_text("".join(islice(lines, NUM_WARM_UP_LINES)), "utf-8")
        for setting in task.settings:
            predict(model, str(first_lines), output, setting)
            stopwatch = Stopwatch()
            with stopwatch.running():
                predict(model, task.lines, output, setting)
            answers = [json.loads(line) for line in Path(output).read_text(encoding="utf-8").splitlines()]
            runs.append(
                {
                    "seconds": stopwatch.seconds,
                    "cpu_seconds": stopwatch.cpu_seconds,
                    "setting": setting,
                    "num_answers": len(answers),
                    "num_entities": sum(_num_entities(answer) for answer in answers),
                }
            )
    return runs


def _num_entities(answer: JsonObject) -> int:
    if "entities" in answer:
        return len(answer["entities"])
    return sum(tag.startswith(("B-", "U-")) for tag in answer["tags"])


def _peak_memory() -> float:
    """MB; from the kernel and not getrusage, which says of a process what its parent's peak was, if that was higher."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    match = re.search(r"VmHWM:\s+(\d+) kB", status)
    if match is None:
        raise RuntimeError(
            "/proc/self/status has no VmHWM; these benchmarks measure memory as Linux tells it"
        )
    return int(match.group(1)) / 2**10


def read_sentences(path: str) -> list[JsonObject]:
    """Read JSON lines.

    Args:
        path: the file.

    Returns:
        The objects.
    """
    with Path(path).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def order_of(sentences: list[JsonObject], sort: bool) -> list[int]:
    """In which order to send sentences through a model.

    Args:
        sentences: objects with `tokens`.
        sort: longest first, instead of as they are.

    Returns:
        Their indices.
    """
    order = list(range(len(sentences)))
    if sort:
        order.sort(key=lambda index: -len(sentences[index]["tokens"]))
    return order


def write_answers(path: str, order: list[int], answers: list[list[JsonObject]]) -> None:
    """Write the entities of each sentence as one JSON line, in the order of the input.

    Args:
        path: the new file.
        order: the input's index of each answer.
        answers: the entities of each sentence.
    """
    in_order = dict(zip(order, answers, strict=True))
    with Path(path).open("w", encoding="utf-8") as output:
        for index in range(len(order)):
            output.write(json.dumps({"entities": in_order[index]}) + "\n")
