"""Time and memory of a training step: the bare encoder, each head on it, and both.

All models take turns on each batch, so that a drift of the machine's speed meets all alike. Given are milliseconds on
the wall and of CPU time, for each batch the best of all rounds; where other work keeps the machine busy, CPU time on
one thread says more. The ratio to the bare encoder is one of these sums, and beside it stands the range of the
rounds' own ratios. Most robust is what the heads take by themselves: forward and backward over vectors that no
encoder makes. Memory is the peak of a process that trains one model only.

    python -m benchmarks.training_step --corpus data/wnut17/wnut17train.conll --max-width 10 --threads 1
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import torch
from allennlp.nn.util import move_to_device

from benchmarks.measuring import (
    SAMPLE_TRAIN,
    describe_torch,
    make_parser,
    peak_memory_mb,
    print_table,
    run_apart,
    use_threads,
    wait_for_device,
    write_figures,
)
from benchmarks.variants import BARE_ENCODER, SETTINGS, build_model, read_batches

NAMES = [BARE_ENCODER, *SETTINGS]
HEAD = (
    *("model", "ms", "of bare", "CPU ms", "of bare (rounds)", "heads, CPU ms", "1 + heads / bare"),
    "peak memory, MB",
)


class Seconds(NamedTuple):
    """How long something took."""

    wall: float
    cpu: float


def timed(work: Callable[[], object]) -> Seconds:
    """Do it, and wait for the GPU where there is one."""
    began, cpu_began = time.perf_counter(), time.process_time()
    work()
    wait_for_device()
    return Seconds(time.perf_counter() - began, time.process_time() - cpu_began)


def training_step(model: torch.nn.Module, optimizer: torch.optim.Optimizer, batch: dict[str, Any]) -> None:
    """Forward, backward, clip and update once."""
    optimizer.zero_grad()
    model(**batch)["loss"].backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()


def prepare(name: str, arguments: argparse.Namespace) -> tuple[Any, Any, list[dict[str, Any]]]:
    """A model, its optimizer, and the batches, all on the device."""
    batches, vocab = read_batches(
        arguments.corpus, arguments.encoder, arguments.batch_size, arguments.num_batches
    )
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = build_model(name, arguments.encoder, vocab, arguments.max_width).train().to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-5, fused=True)
    return model, optimizer, [move_to_device(batch, device) for batch in batches]


def measure_steps(arguments: argparse.Namespace) -> dict[str, list[list[Seconds]]]:
    """Seconds of a step by model, round and batch."""
    prepared = {name: prepare(name, arguments) for name in NAMES}
    seconds: dict[str, list[list[Seconds]]] = {name: [] for name in NAMES}
    for round_number in range(arguments.rounds + 1):
        rounds: dict[str, list[Seconds]] = {name: [] for name in NAMES}
        for index in range(len(prepared[BARE_ENCODER][2])):
            for name, (model, optimizer, batches) in prepared.items():
                rounds[name].append(timed(partial(training_step, model, optimizer, batches[index])))
        if round_number:  # the first round warms up
            for name, row in rounds.items():
                seconds[name].append(row)
    return seconds


def measure_heads(name: str, arguments: argparse.Namespace) -> list[list[Seconds]]:
    """Seconds of what one model adds to the encoder, forward and backward, by round and batch."""
    model, _, batches = prepare(name, arguments)
    vectors = []
    for batch in batches:
        token_ids = next(iter(batch["tokens"].values()))["token_ids"]
        size = (*token_ids.shape, model.encoder.get_sentence_dim())
        vectors.append(torch.randn(size, device=token_ids.device, requires_grad=True))
    rounds = []
    for _ in range(3 * arguments.rounds):
        row = []
        for batch, piece_vectors in zip(batches, vectors, strict=True):
            piece_vectors.grad = None
            model.encoder._transform = lambda *_, made=piece_vectors: made
            row.append(timed(lambda batch=batch: model(**batch)["loss"].backward()))
        rounds.append(row)
    return rounds


def best(rounds: list[list[Seconds]], clock: str) -> float:
    """Mean over batches of the best round, in milliseconds."""
    return 1000 * statistics.mean(
        min(getattr(cell, clock) for cell in cells) for cells in zip(*rounds, strict=True)
    )


def compare(rounds: list[list[Seconds]], bare: list[list[Seconds]], clock: str) -> dict[str, float]:
    """Milliseconds and the ratio to the bare encoder, by one of the two clocks."""
    by_round = [
        sum(getattr(cell, clock) for cell in mine) / sum(getattr(cell, clock) for cell in theirs)
        for mine, theirs in zip(rounds, bare, strict=True)
    ]
    return {
        f"{clock}_ms": best(rounds, clock),
        f"{clock}_ratio": best(rounds, clock) / best(bare, clock),
        f"{clock}_ratio_median": statistics.median(by_round),
        f"{clock}_ratio_min": min(by_round),
        f"{clock}_ratio_max": max(by_round),
    }


def measure_memory(name: str, arguments: argparse.Namespace) -> float:
    """Peak memory of a process of its own that trains one model, in MB."""
    options = ["--memory-of", name]
    for option in ("corpus", "encoder", "batch_size", "num_batches", "max_width"):
        options += [f"--{option.replace('_', '-')}", getattr(arguments, option)]
    return run_apart("benchmarks.training_step", *options)


def peak_memory(name: str, arguments: argparse.Namespace) -> float:
    """Train one model and say how much memory that took, in MB: the GPU's where there is one."""
    model, optimizer, batches = prepare(name, arguments)
    for batch in batches:
        training_step(model, optimizer, batch)
    if torch.cuda.is_available():
        return torch.cuda.max_memory_allocated() / 2**20
    return peak_memory_mb()


def cells(row: dict[str, float]) -> list[str]:
    """One model's row of the table, without its name."""
    return [
        f"{row['wall_ms']:.0f}",
        f"{row['wall_ratio']:.3f}",
        f"{row['cpu_ms']:.0f}",
        f"{row['cpu_ratio']:.3f} ({row['cpu_ratio_min']:.2f} to {row['cpu_ratio_max']:.2f})",
        f"{row['heads_cpu_ms']:.1f}",
        f"{row['ratio_by_parts']:.3f}",
        f"{row['peak_memory_mb']:.0f}",
    ]


def main() -> None:
    """Measure, print a table, and write the figures."""
    parser = make_parser(__doc__)
    parser.add_argument("--corpus", type=Path, default=SAMPLE_TRAIN)
    parser.add_argument("--encoder", default="minilm")
    parser.add_argument("--batch-size", type=int, default=24)
    parser.add_argument("--num-batches", type=int, default=8)
    parser.add_argument("--max-width", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--memory-of", choices=NAMES, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    use_threads(arguments.threads)
    if arguments.memory_of:
        print(peak_memory(arguments.memory_of, arguments))
        return

    seconds = measure_steps(arguments)
    bare = seconds[BARE_ENCODER]
    figures = {}
    for name in NAMES:
        own = 0.0 if name == BARE_ENCODER else best(measure_heads(name, arguments), "cpu")
        figures[name] = {
            **compare(seconds[name], bare, "wall"),
            **compare(seconds[name], bare, "cpu"),
            "heads_cpu_ms": own,
            "ratio_by_parts": 1 + own / best(bare, "cpu"),
            "peak_memory_mb": measure_memory(name, arguments),
        }
    print(describe_torch())
    print_table(HEAD, ([name, *cells(row)] for name, row in figures.items()))
    write_figures(figures, arguments.output)


if __name__ == "__main__":
    main()
