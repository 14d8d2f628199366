"""Time and memory of `allennlp predict` for 1,000, 10,000 and 100,000 sentences: is the one linear, the other flat?

A tiny encoder with weights from a seed answers, so that what this package does is most of the work. Each size runs in a
process of its own, from a file of JSON lines to a file of JSON lines.

    python -m benchmarks.predict_scaling
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch

from benchmarks.variants import build_tiny_predictor
from blner_allennlp.commands.predict import NerPredictManager
from blner_allennlp.corpora import read_corpus


def write_sentences(corpus: Path, num_sentences: int, target: Path) -> int:
    """Write sentences of one to two sentences' length each, drawn from a corpus; how many words that are."""
    pool = [list(sentence.words) for sentence in read_corpus(corpus)]
    draw = random.Random(0)
    num_words = 0
    with target.open("w", encoding="utf-8") as lines:
        for _ in range(num_sentences):
            first, second = draw.choices(pool, k=2)
            words = first + second[: draw.randint(0, len(second))]
            num_words += len(words)
            lines.write(json.dumps({"tokens": words}) + "\n")
    return num_words


def peak_memory_mb() -> float:
    """The most memory that this process has had."""
    # Not getrusage: what it says of a process started from a larger one is the larger one's peak.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) / 2**10


def measure(corpus: Path, num_sentences: int) -> dict[str, float]:
    """Predict so many sentences in this process."""
    with tempfile.TemporaryDirectory() as directory:
        source, target = Path(directory) / "input.jsonl", Path(directory) / "output.jsonl"
        predictor = build_tiny_predictor(Path(directory) / "encoder")
        num_words = write_sentences(corpus, num_sentences, source)
        before = peak_memory_mb()
        began_wall, began_cpu = time.perf_counter(), time.process_time()
        NerPredictManager(predictor, str(source), str(target), 1, False, False).run()
        return {
            "num_sentences": num_sentences,
            "num_words": num_words,
            "seconds": time.perf_counter() - began_wall,
            "cpu_seconds": time.process_time() - began_cpu,
            "peak_memory_mb": peak_memory_mb(),
            "peak_memory_before_mb": before,
        }


def main() -> None:
    """Measure all sizes, print a table, and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, default=Path("fixtures/data/sample/train.conll"))
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--output", type=Path, help="write the figures to this JSON file")
    parser.add_argument("--only", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.only:
        print(json.dumps(measure(arguments.corpus, arguments.only)))
        return

    figures = []
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads")
    print("| sentences | words | s | CPU s | CPU µs a word | peak memory, MB | before |")
    print("|---|---|---|---|---|---|---|")
    for size in arguments.sizes:
        command = [sys.executable, "-m", "benchmarks.predict_scaling", "--only", str(size)]
        finished = subprocess.run(
            [*command, "--corpus", str(arguments.corpus)], check=True, stdout=subprocess.PIPE, text=True
        )
        row = json.loads(finished.stdout.splitlines()[-1])
        figures.append(row)
        print(
            f"| {size} | {row['num_words']} | {row['seconds']:.1f} | {row['cpu_seconds']:.1f} | "
            f"{1e6 * row['cpu_seconds'] / row['num_words']:.0f} | {row['peak_memory_mb']:.0f} | "
            f"{row['peak_memory_before_mb']:.0f} |",
            flush=True,
        )
    if arguments.output:
        arguments.output.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
