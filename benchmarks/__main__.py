"""Runs all benchmarks, one after the other, and says which targets are met.

Each is a process of its own; one that fails keeps no other from running, and makes the exit status 1. What each has
measured is in `OUTPUT_DIR/NAME.json`, what it has said in `OUTPUT_DIR/NAME.log`, and all of it together in
`OUTPUT_DIR/results.json` and `OUTPUT_DIR/results.md`.

    python -m benchmarks --threads 1
    python -m benchmarks --only predict_speed training_step --corpus data/wnut17/wnut17train.conll
    python -m benchmarks --skip peers
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import table
from benchmarks.measuring import SAMPLE_TEST, SAMPLE_TRAIN, use_threads
from benchmarks.results import collect
from benchmarks.running import Record, run_benchmark, write_record
from benchmarks.table import BENCHMARKS, Benchmark


def make_parser() -> argparse.ArgumentParser:
    """Make the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = [benchmark.name for benchmark in BENCHMARKS]
    parser.add_argument("--only", nargs="+", choices=names, default=names, metavar="NAME", help="run these")
    parser.add_argument(
        "--skip", nargs="+", choices=names, default=[], metavar="NAME", help="run all but these"
    )
    parser.add_argument(
        "--threads", type=int, help="of torch; OMP_NUM_THREADS or torch's own choice if not given"
    )
    parser.add_argument(
        "--corpus", type=Path, help="a CoNLL file to measure on instead of the invented sample"
    )
    parser.add_argument(
        "--archive",
        type=Path,
        default=Path("out/quickstart/model.tar.gz"),
        help="a trained model (default: %(default)s, which `make quickstart` makes)",
    )
    parser.add_argument(
        "--output-dir", type=Path, default=Path("out/benchmarks"), help="default: %(default)s"
    )
    parser.add_argument("--list", action="store_true", help="say which benchmarks there are, and run none")
    parser.add_argument(
        "--collect-only",
        action="store_true",
        help="write results.json and results.md anew from the files of single benchmarks, and run none",
    )
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for.

    Args:
        arguments: of the command line; None for this process's.

    Returns:
        The exit status.
    """
    parser = make_parser()
    options = parser.parse_args(arguments)
    chosen = [
        benchmark
        for benchmark in BENCHMARKS
        if benchmark.name in options.only and benchmark.name not in options.skip
    ]
    if options.list:
        for benchmark in chosen:
            print(f"{benchmark.name:18} {benchmark.about}")
        return 0
    failed = []
    if not options.collect_only:
        check_files(chosen, options, parser)
    try:
        if not options.collect_only:
            failed = run_all(chosen, options)
    finally:  # also when it is broken off, for what has been measured by then
        for path in collect(BENCHMARKS, options.output_dir):
            print(path)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def check_files(
    chosen: Sequence[Benchmark], options: argparse.Namespace, parser: argparse.ArgumentParser
) -> None:
    """End the process with a message if a file is missing that is needed later.

    Args:
        chosen: what is to be run.
        options: of the command line.
        parser: of the command line.
    """
    if options.corpus is not None and not options.corpus.is_file():
        parser.error(f"--corpus {options.corpus}: there is no such file")
    in_need = [benchmark.name for benchmark in chosen if benchmark.needs_archive]
    if in_need and not options.archive.is_file():
        parser.error(
            f"--archive {options.archive}: there is no such file; make it with `make quickstart`, or leave out what "
            f"needs it: --skip {' '.join(in_need)}"
        )


def run_all(chosen: Sequence[Benchmark], options: argparse.Namespace) -> list[str]:
    """Run benchmarks one after the other, and write what each has measured as soon as it ends.

    Args:
        chosen: which.
        options: of the command line.

    Returns:
        The names of those that failed.
    """
    import torch

    from blner_allennlp.speed.machine import describe_machine

    use_threads(options.threads)
    has_gpu = torch.cuda.is_available()
    machine = describe_machine(torch.device("cuda", 0) if has_gpu else torch.device("cpu"))
    values = {
        table.ARCHIVE: str(options.archive),
        table.TRAIN: str(options.corpus or SAMPLE_TRAIN),
        table.TEST: str(options.corpus or SAMPLE_TEST),
        table.CUDA_DEVICE: "0" if has_gpu else "-1",
        table.THREADS: str(torch.get_num_threads()),
    }
    if options.corpus is not None:
        values[table.CORPUS] = str(options.corpus)
    failed = []
    for number, benchmark in enumerate(chosen, start=1):
        log = options.output_dir / f"{benchmark.name}.log"
        print(f"[{number}/{len(chosen)}] {benchmark.name}: {benchmark.about} ({log})", flush=True)
        record = run_benchmark(benchmark, values, options.threads, machine, log)
        write_record(record, options.output_dir)
        print(f"    {outcome(record)}", flush=True)
        if record.failure is not None:
            failed.append(benchmark.name)
    return failed


def outcome(record: Record) -> str:
    """Say in a line what came of a benchmark."""
    if record.failure is not None:
        return f"failed after {record.seconds:.0f} s: {record.failure}"
    return f"done in {record.seconds:.0f} s"


if __name__ == "__main__":
    raise SystemExit(main())
