"""Words per second and peak memory of every corpus reader, each in a process of its own.

    python -m benchmarks.reading_speed --words 1000000
    python -m benchmarks.reading_speed --files data/bc5cdr/CDR_TestSet.PubTator.txt data/wnut17/wnut17train.conll

Without `--files` the invented sample corpus is repeated, in documents of twenty sentences, until it has so many words,
and written in every format; a tenth of it, too, so that memory can be seen to stay the same.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import Any

from tqdm import tqdm

from benchmarks.corpus_files import WRITERS
from benchmarks.fuzzing.seeds import make_seeds
from benchmarks.measuring import (
    SAMPLE_TRAIN,
    make_parser,
    peak_memory_mb,
    print_table,
    run_apart,
    write_figures,
)
from blner_allennlp.corpora import read_corpus
from blner_allennlp.corpora.reading import find_format
from blner_allennlp.entities import Sentence

SENTENCES_PER_DOCUMENT = 20


def repeat_sample(num_words: int) -> Iterator[Sentence]:
    """Repeat the invented sample corpus.

    Args:
        num_words: how many words there must be at least.

    Yields:
        Its sentences, over and over, in numbered documents.
    """
    num_done = 0
    for index, sentence in enumerate(cycle(list(read_corpus(SAMPLE_TRAIN)))):
        if num_done >= num_words:
            return
        num_done += len(sentence.words)
        yield replace(sentence, document_id=f"doc-{index // SENTENCES_PER_DOCUMENT}")


def read_seed(format_name: str) -> None:
    """Read a corpus of a few words.

    Args:
        format_name: its format.
    """
    with tempfile.TemporaryDirectory() as directory:
        for name, content in make_seeds()[format_name].files.items():
            path = Path(directory) / "seed" / name if name else Path(directory) / "seed"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        list(read_corpus(Path(directory) / "seed", format_name))


def measure(path: Path, format_name: str | None) -> dict[str, Any]:
    """Read a corpus once, in this process.

    Args:
        path: the corpus.
        format_name: its format; None to detect it.

    Returns:
        Words, sentences, words per second of the clock and of the CPU, growth of the peak memory in MiB.
    """
    # What a reader loads once (spaCy's rules, Arrow) is paid before the clock starts and before memory is read.
    read_seed(format_name or find_format(path).name)
    before = peak_memory_mb()
    num_words = num_sentences = 0
    began, cpu_began = time.perf_counter(), time.process_time()
    for sentence in read_corpus(path, format_name):
        num_sentences += 1
        num_words += len(sentence.words)
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu_began
    grown = peak_memory_mb() - before
    return {
        "words": num_words,
        "sentences": num_sentences,
        "words_per_second": num_words / seconds,
        "words_per_cpu_second": num_words / cpu_seconds,
        "memory_growth_mib": grown,
    }


def measure_apart(path: Path, format_name: str | None, rounds: int) -> dict[str, Any]:
    """Read a corpus in fresh processes, one after the other.

    Args:
        path: the corpus.
        format_name: its format; None to detect it.
        rounds: how many times.

    Returns:
        The medians of what `measure` returns.
    """
    results = [
        run_apart("benchmarks.reading_speed", "--measure", path, format_name or "") for _ in range(rounds)
    ]
    return {key: statistics.median(result[key] for result in results) for key in results[0]}


def main() -> None:
    """Measure all formats, or the given files, and print a table."""
    parser = make_parser(__doc__, with_threads=False)
    parser.add_argument("--words", type=int, default=1_000_000)
    parser.add_argument("--formats", nargs="+", metavar="FORMAT", default=list(WRITERS))
    parser.add_argument("--files", nargs="+", type=Path, help="measure these instead")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        path, format_name = arguments.measure
        print(json.dumps(measure(Path(path), format_name or None)))
        return

    figures = {}
    if arguments.files:
        for path in arguments.files:
            figures[path.name] = measure_apart(path, None, arguments.rounds)
    else:
        with tempfile.TemporaryDirectory() as directory:
            for format_name in tqdm(arguments.formats, desc="formats"):
                for num_words in (arguments.words // 10, arguments.words):
                    path = Path(directory) / f"{format_name}-{num_words}"
                    WRITERS[format_name](repeat_sample(num_words), path)
                    key = f"{format_name}, {num_words:,} words"
                    figures[key] = measure_apart(path, format_name, arguments.rounds)
    print_table(
        ["corpus", "words", "words/s", "words/CPU s", "memory growth, MiB"],
        (
            [
                name,
                *(f"{result[key]:,.0f}" for key in ("words", "words_per_second", "words_per_cpu_second")),
                f"{result['memory_growth_mib']:,.1f}",
            ]
            for name, result in figures.items()
        ),
    )
    write_figures(figures, arguments.output)


if __name__ == "__main__":
    main()
