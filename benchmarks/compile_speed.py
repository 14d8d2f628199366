"""What `torch.compile` gains and costs: the encoder, both sequence heads and the span head, beside uncompiled code.

Everything is compiled with `dynamic=True`, as `compile_encoder` does, and takes turns with itself uncompiled on batches
of different lengths. Given are milliseconds a batch of CPU time and on the wall (the median of the rounds, the mean
over batches); the time without compiling divided by the time with it (the median of the rounds, and their range: above
1 the compiled code is faster); and how much longer than a later pass over the batches the first one took. More graphs
than one or two say that lengths are compiled one by one; from the eighth on torch gives up and runs them uncompiled.
Differences are the largest of any output or gradient, with the same random numbers in both, and beside them is the
largest number itself.

The CRF's recursion over words is compiled whole, and word by word; and beside it stands `scaled_partition`, which
compiles nothing.

    python -m benchmarks.compile_speed --corpus data/wnut17/wnut17train.conll --threads 1
"""

from __future__ import annotations

import logging
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import torch
import torch._dynamo
import torch._inductor.config

from benchmarks.compile_work import COMPILED, MakeWork, all_work, as_it_is, translated
from benchmarks.measuring import (
    SAMPLE_TRAIN,
    describe_torch,
    make_parser,
    print_table,
    use_threads,
    wait_for_device,
    write_figures,
)

PLAIN = "plain"
HEAD = (
    *(
        "work",
        "variant",
        "CPU ms, plain",
        "CPU ms",
        "gain (range)",
        "wall ms, plain",
        "wall ms",
        "gain (range)",
    ),
    *("compiling, CPU s", "wall s", "graphs", "largest difference (of)"),
)


class Clocks(NamedTuple):
    """How long something took, in seconds; CPU time is that of the process and of those that it started."""

    wall: float
    cpu: float


def read_clocks() -> Clocks:
    """Look at both clocks, after the device has done what it was given."""
    wait_for_device()
    of_children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Clocks(time.perf_counter(), time.process_time() + of_children.ru_utime + of_children.ru_stime)


def timed(function: Callable[[], object]) -> Clocks:
    """Call it, and say how long that took."""
    began = read_clocks()
    function()
    ended = read_clocks()
    return Clocks(ended.wall - began.wall, ended.cpu - began.cpu)


def measure(make_plain: MakeWork, make: MakeWork, num_batches: int, rounds: int) -> dict[str, Any]:
    """Figures of one variant beside the plain one."""
    torch.compiler.reset()
    counted = torch._dynamo.utils.counters["stats"]
    counted.clear()
    plain, other = make_plain(as_it_is), make(translated)
    first = {name: [timed(partial(work, index)) for index in range(num_batches)] for name, work in
             ((PLAIN, plain), (COMPILED, other))}  # fmt: skip
    seconds: dict[str, list[list[Clocks]]] = {PLAIN: [], COMPILED: []}
    for _ in range(rounds):
        row: dict[str, list[Clocks]] = {PLAIN: [], COMPILED: []}
        for index in range(num_batches):
            row[PLAIN].append(timed(partial(plain, index)))
            row[COMPILED].append(timed(partial(other, index)))
        for name, cells in row.items():
            seconds[name].append(cells)
    figures: dict[str, Any] = {"graphs": counted["unique_graphs"]}
    for clock in Clocks._fields:
        sums = {
            name: [sum(getattr(cell, clock) for cell in row) for row in rows]
            for name, rows in seconds.items()
        }
        gains = [before / after for before, after in zip(sums[PLAIN], sums[COMPILED], strict=True)]
        later = statistics.median(sums[COMPILED])
        figures |= {
            f"{clock}_ms_plain": 1000 * statistics.median(sums[PLAIN]) / num_batches,
            f"{clock}_ms": 1000 * later / num_batches,
            f"{clock}_gain": statistics.median(gains),
            f"{clock}_gain_min": min(gains),
            f"{clock}_gain_max": max(gains),
            f"{clock}_compiling_s": sum(getattr(cell, clock) for cell in first[COMPILED]) - later,
            f"{clock}_ms_by_batch": {
                name: [
                    1000 * statistics.median(getattr(row[index], clock) for row in rows)
                    for index in range(num_batches)
                ]
                for name, rows in seconds.items()
            },
        }
    return figures


def largest_difference(make_plain: MakeWork, make: MakeWork, num_batches: int) -> dict[str, float]:
    """How far the results are apart, with the same random numbers in both, which costs another compilation."""
    torch.compiler.reset()
    index = num_batches // 2
    results = []
    with torch._inductor.config.patch(fallback_random=True):
        for work in (make_plain(as_it_is), make(translated)):
            torch.manual_seed(0)
            results.append([part.double() for part in work(index)])
    return {
        "largest_difference": max((a - b).abs().max().item() for a, b in zip(*results, strict=True)),
        "largest_value": max(part.abs().max().item() for part in results[0]),
    }


def cells(name: str, variant: str, row: dict[str, Any]) -> list[str]:
    """A row of the table."""
    written = [name, variant]
    for clock in ("cpu", "wall"):
        written += [f"{row[f'{clock}_ms_plain']:.2f}", f"{row[f'{clock}_ms']:.2f}"]
        written.append(
            f"{row[f'{clock}_gain']:.2f} ({row[f'{clock}_gain_min']:.2f} to {row[f'{clock}_gain_max']:.2f})"
        )
    written += [f"{row['cpu_compiling_s']:.1f}", f"{row['wall_compiling_s']:.1f}", str(row["graphs"])]
    return [*written, f"{row['largest_difference']:.1e} ({row['largest_value']:.1e})"]


def main() -> None:
    """Measure, print a table, and write the figures."""
    parser = make_parser(__doc__)
    parser.add_argument("--corpus", type=Path, default=SAMPLE_TRAIN)
    parser.add_argument("--encoder", default="minilm")
    parser.add_argument("--batch-size", type=int, default=24)
    parser.add_argument("--num-batches", type=int, default=4, help="of different lengths")
    parser.add_argument("--max-width", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--only", nargs="+", metavar="WORK", help="what to measure: beginnings of names")
    arguments = parser.parse_args()
    use_threads(arguments.threads)
    # It tells of every place where Python has to take over.
    logging.getLogger("torch._dynamo").setLevel(logging.ERROR)

    batches, work = all_work(arguments)
    wanted = tuple(arguments.only or [""])
    shapes = [
        {
            "num_sentences": len(b.word_mask),
            "num_words": b.word_mask.size(1),
            "num_pieces": b.token_ids.size(1),
        }
        for b in batches
    ]
    print(describe_torch())
    print("batches (sentences x words, pieces):",
          ", ".join(f"{s['num_sentences']} x {s['num_words']}, {s['num_pieces']}" for s in shapes))  # fmt: skip
    figures: dict[str, Any] = {"batches": shapes}

    def rows() -> Iterator[list[str]]:
        for name, variants in work.items():
            if not name.startswith(wanted):
                continue
            make_plain = next(iter(variants.values()))
            for variant, make in variants.items():
                row = measure(make_plain, make, len(batches), arguments.rounds)
                row |= largest_difference(make_plain, make, len(batches))
                figures.setdefault(name, {})[variant] = row
                yield cells(name, variant, row)

    # Neither what was compiled before nor other processes that help with it.
    with tempfile.TemporaryDirectory() as cache, mock.patch.dict(os.environ, TORCHINDUCTOR_CACHE_DIR=cache):
        torch._inductor.config.compile_threads = 1
        print_table(HEAD, rows())
    write_figures(figures, arguments.output)


if __name__ == "__main__":
    main()
