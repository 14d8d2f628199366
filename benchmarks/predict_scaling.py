"""Time and memory of `allennlp predict` for 1,000, 10,000 and 100,000 sentences: is the one linear, the other flat?

A tiny encoder with weights from a seed answers, so that what this package does is most of the work. Each size runs in a
process of its own, from a file of JSON lines to a file of JSON lines.

    python -m benchmarks.predict_scaling
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measuring import (
    SAMPLE_TRAIN,
    describe_torch,
    make_parser,
    peak_memory_mb,
    print_table,
    run_apart,
    use_threads,
    write_figures,
)
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
    parser = make_parser(__doc__)
    parser.add_argument("--corpus", type=Path, default=SAMPLE_TRAIN)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--only", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    use_threads(arguments.threads)
    if arguments.only:
        print(json.dumps(measure(arguments.corpus, arguments.only)))
        return

    figures = []

    def rows() -> Iterator[list[str]]:
        for size in arguments.sizes:
            row = run_apart("benchmarks.predict_scaling", "--only", size, "--corpus", arguments.corpus)
            figures.append(row)
            yield [
                *(str(row[name]) for name in ("num_sentences", "num_words")),
                *(f"{row[name]:.1f}" for name in ("seconds", "cpu_seconds")),
                f"{1e6 * row['cpu_seconds'] / row['num_words']:.0f}",
                *(f"{row[name]:.0f}" for name in ("peak_memory_mb", "peak_memory_before_mb")),
            ]

    print(describe_torch())
    print_table(
        ["sentences", "words", "s", "CPU s", "CPU µs a word", "peak memory, MB", "before"],
        rows(),
    )
    write_figures(figures, arguments.output)


if __name__ == "__main__":
    main()
