"""Memory and time of one long text, beside what the encoder alone takes for it.

Each part runs in a process of its own: the encoder with word pooling, and the whole model, span scores of all widths,
decoding and output included. The model's weights are from a seed.

    python -m benchmarks.long_text --num-words 10000 --max-width 10
"""

from __future__ import annotations

import argparse
import json
import time
from itertools import chain, cycle, islice
from pathlib import Path

import torch

from benchmarks.measuring import (
    SAMPLE_TRAIN,
    make_parser,
    peak_memory_mb,
    print_and_write,
    run_apart,
    use_threads,
)
from benchmarks.variants import build_predictor
from blner_allennlp.corpora import read_corpus

PARTS = ("encoder", "model")


def measure(part: str, arguments: argparse.Namespace) -> dict[str, float]:
    """Read the text with one of the parts in this process."""
    predictor = build_predictor(arguments.encoder, arguments.max_width)
    corpus = chain.from_iterable(sentence.words for sentence in read_corpus(arguments.corpus))
    words = list(islice(cycle(list(corpus)), arguments.num_words))
    # What is loaded and made once is no part of the text's memory.
    predictor.predict_json({"tokens": words[:20]})
    before, began_wall, began_cpu = peak_memory_mb(), time.perf_counter(), time.process_time()
    if part == "encoder":
        (tensors,) = predictor._index.tensors(predictor._index([words])).values()
        with torch.inference_mode():
            predictor._model.encoder.encode(**tensors)
    else:
        assert len(predictor.predict_json({"tokens": words})["tokens"]) == len(words)
    return {
        "seconds": time.perf_counter() - began_wall,
        "cpu_seconds": time.process_time() - began_cpu,
        "memory_mb": peak_memory_mb() - before,
    }


def main() -> None:
    """Measure both parts, print a table, and write the figures."""
    parser = make_parser(__doc__)
    parser.add_argument("--corpus", type=Path, default=SAMPLE_TRAIN)
    parser.add_argument("--encoder", default="minilm")
    parser.add_argument("--num-words", type=int, default=10_000)
    parser.add_argument("--max-width", type=int, default=10)
    parser.add_argument("--only", choices=PARTS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    use_threads(arguments.threads)
    if arguments.only:
        print(json.dumps(measure(arguments.only, arguments)))
        return

    figures = {"num_words": arguments.num_words, "max_width": arguments.max_width}
    for part in PARTS:
        options = ["--only", part]
        for option in ("corpus", "encoder", "num_words", "max_width"):
            options += [f"--{option.replace('_', '-')}", getattr(arguments, option)]
        figures[part] = run_apart("benchmarks.long_text", *options)
    figures["memory_above_encoder_mb"] = figures["model"]["memory_mb"] - figures["encoder"]["memory_mb"]
    print_and_write(figures, arguments.output)


if __name__ == "__main__":
    main()
