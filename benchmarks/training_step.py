"""Time and memory of a training step: the bare encoder, each head on it, and both.

All models take turns on the same batch, so that a drift of the machine's speed meets all alike; the figures are
medians, and ratios to the bare encoder's median. Memory is the peak of a process that trains one model only.

    python -m benchmarks.training_step --corpus data/wnut17/wnut17train.conll --max-width 10
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import torch
from allennlp.nn.util import move_to_device

from benchmarks.variants import BARE_ENCODER, SETTINGS, build_model, read_batches

NAMES = [BARE_ENCODER, *SETTINGS]


def training_step(model: torch.nn.Module, optimizer: torch.optim.Optimizer, batch: dict[str, Any]) -> float:
    """Forward, backward, clip and update once; seconds."""
    began = time.perf_counter()
    optimizer.zero_grad()
    model(**batch)["loss"].backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - began


def prepare(name: str, arguments: argparse.Namespace) -> tuple[Any, Any, list[dict[str, Any]]]:
    """A model, its optimizer, and the batches, all on the device."""
    batches, vocab = read_batches(
        arguments.corpus, arguments.encoder, arguments.batch_size, arguments.num_batches
    )
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = build_model(name, arguments.encoder, vocab, arguments.max_width).train().to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-5)
    return model, optimizer, [move_to_device(batch, device) for batch in batches]


def measure_times(arguments: argparse.Namespace) -> dict[str, list[float]]:
    """Seconds of a step over all batches, for each model, round by round."""
    prepared = {name: prepare(name, arguments) for name in NAMES}
    seconds: dict[str, list[float]] = {name: [] for name in NAMES}
    for round_number in range(arguments.rounds + 1):
        for name, (model, optimizer, batches) in prepared.items():
            total = sum(training_step(model, optimizer, batch) for batch in batches)
            if round_number:  # the first round warms up
                seconds[name].append(total / len(batches))
    return seconds


def measure_memory(name: str, arguments: argparse.Namespace) -> float:
    """Peak memory of a process of its own that trains one model, in MB."""
    command = [sys.executable, "-m", "benchmarks.training_step", "--memory-of", name]
    for option in ("corpus", "encoder", "batch_size", "num_batches", "max_width"):
        command += [f"--{option.replace('_', '-')}", str(getattr(arguments, option))]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])


def peak_memory(name: str, arguments: argparse.Namespace) -> float:
    """Train one model and say how much memory that took, in MB: the GPU's where there is one."""
    model, optimizer, batches = prepare(name, arguments)
    for batch in batches:
        training_step(model, optimizer, batch)
    if torch.cuda.is_available():
        return torch.cuda.max_memory_allocated() / 2**20
    # Not getrusage: what it says of a process started from a larger one is the larger one's peak.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) / 2**10


def main() -> None:
    """Measure, print a table, and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, default=Path("fixtures/data/sample/train.conll"))
    parser.add_argument("--encoder", default="minilm")
    parser.add_argument("--batch-size", type=int, default=24)
    parser.add_argument("--num-batches", type=int, default=8)
    parser.add_argument("--max-width", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--output", type=Path, help="write the figures to this JSON file")
    parser.add_argument("--memory-of", choices=NAMES, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.memory_of:
        print(peak_memory(arguments.memory_of, arguments))
        return

    seconds = measure_times(arguments)
    figures = {}
    for name in NAMES:
        ratios = [mine / bare for mine, bare in zip(seconds[name], seconds[BARE_ENCODER], strict=True)]
        figures[name] = {
            "milliseconds": 1000 * statistics.median(seconds[name]),
            "ratio": statistics.median(ratios),
            "ratio_min": min(ratios),
            "ratio_max": max(ratios),
            "peak_memory_mb": measure_memory(name, arguments),
        }
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, CUDA {torch.cuda.is_available()}")
    print("| model | ms a step | of the bare encoder (min to max) | peak memory, MB |")
    print("|---|---|---|---|")
    for name, row in figures.items():
        print(
            f"| {name} | {row['milliseconds']:.0f} | {row['ratio']:.3f} ({row['ratio_min']:.3f} to "
            f"{row['ratio_max']:.3f}) | {row['peak_memory_mb']:.0f} |"
        )
    if arguments.output:
        arguments.output.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
