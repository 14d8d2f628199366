"""What all benchmarks do alike: options, processes of their own, tables, and figures as JSON.

Nothing here loads torch before it is asked for: scripts that tell how their memory grows must not begin with torch's.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

SAMPLE_TRAIN = Path("fixtures/data/sample/train.conll")
SAMPLE_TEST = Path("fixtures/data/sample/test.conll")


def make_parser(documentation: str | None, *, with_threads: bool = True) -> argparse.ArgumentParser:
    """Make a parser with the options that benchmarks have in common.

    Args:
        documentation: the script's own; its first line is shown.
        with_threads: whether torch is measured.

    Returns:
        The parser, with `--output` and, if so, `--threads`.
    """
    parser = argparse.ArgumentParser(description=(documentation or "").partition("\n")[0])
    if with_threads:
        parser.add_argument(
            "--threads",
            type=int,
            help="of torch; OMP_NUM_THREADS if that is set, otherwise torch's own choice",
        )
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the figures to this JSON file")
    return parser


def use_threads(num_threads: int | None) -> None:
    """Have torch use so many threads, in this process and in those that it starts.

    Args:
        num_threads: how many; None to leave it as it is.
    """
    if num_threads is not None:
        import torch

        torch.set_num_threads(num_threads)
        os.environ["OMP_NUM_THREADS"] = str(num_threads)


def wait_for_device() -> None:
    """Wait until a GPU has done what it was given, where there is one."""
    import torch

    if torch.cuda.is_available():
        torch.cuda.synchronize()


def peak_memory_mb() -> float:
    """The most memory that this process has had so far, in MB."""
    # Not getrusage: what it says of a process started from a larger one is the larger one's peak.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) / 2**10


def run_apart(module: str, *options: object) -> Any:
    """Run a module in a process of its own.

    Args:
        module: its name.
        *options: of its command line.

    Returns:
        What its last line says, as JSON.
    """
    command = [sys.executable, "-m", module, *map(str, options)]
    finished = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(finished.stdout.splitlines()[-1])


def describe_torch() -> str:
    """Torch's version, threads and device, for the line above a table."""
    import torch

    return f"torch {torch.__version__}, {torch.get_num_threads()} threads, CUDA {torch.cuda.is_available()}"


def table_rows(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Write a table in Markdown.

    Args:
        head: names of the columns.
        rows: cells.

    Returns:
        Its lines.
    """
    return [f"| {' | '.join(head)} |", "|---" * len(head) + "|", *(f"| {' | '.join(row)} |" for row in rows)]


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table in Markdown, each row as soon as it is there.

    Args:
        head: names of the columns.
        rows: cells.
    """
    for line in table_rows(head, []):
        print(line)
    for row in rows:
        print(f"| {' | '.join(row)} |", flush=True)


def write_figures(figures: object, path: Path | None) -> None:
    """Write figures as JSON.

    Args:
        figures: plain JSON values.
        path: the file, replaced if it is there; None for none.
    """
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def print_and_write(figures: object, path: Path | None) -> None:
    """Print figures as JSON, and write them.

    Args:
        figures: plain JSON values.
        path: as in `write_figures`.
    """
    print(json.dumps(figures, indent=2))
    write_figures(figures, path)
