"""Memory and time of training on the CPU, epoch by epoch: with torch's attention, with attention in parts, and with
freed memory given back between epochs.

The full model learns the first sentences of a corpus, with the optimizer and the batches of the experiments, the
longest first. Each way is a process of its own, in turns; all of them must end at the same loss.

    python -m benchmarks.training_memory --corpus data/wnut17/emerging.test.annotated --threads 1
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from pathlib import Path
from typing import Any

import torch
from allennlp.data import Vocabulary

from benchmarks.measuring import (
    SAMPLE_TRAIN,
    make_parser,
    peak_memory_mb,
    print_table,
    run_apart,
    use_threads,
    write_figures,
)
from benchmarks.variants import build_model
from blner_allennlp.data_loading import PrefetchingDataLoader
from blner_allennlp.dataset_readers import NerCorpusReader
from blner_allennlp.token_indexers import WordPieceIndexer
from blner_allennlp.training import PieceBucketBatchSampler
from blner_allennlp.training.return_freed_memory import return_freed_memory

WAYS = STOCK, IN_PARTS, RETURNED = (
    "torch's attention",
    "attention in parts",
    "in parts, freed memory returned",
)


def train(way: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """Train one of the ways, in a process that does nothing else.

    Args:
        way: which one.
        arguments: of the command line.

    Returns:
        `peak_memory_mb` so far and `cpu_seconds`, one each epoch, and the last `loss`.
    """
    reader = NerCorpusReader(
        {"pieces": WordPieceIndexer(arguments.encoder)}, max_instances=arguments.sentences
    )
    loader = PrefetchingDataLoader(
        reader, str(arguments.corpus), batch_sampler=PieceBucketBatchSampler(arguments.batch_size), quiet=True
    )
    vocab = Vocabulary.from_instances(loader.iter_instances())
    loader.index_with(vocab)
    model = build_model("both, softmax", arguments.encoder, vocab, arguments.max_width).train()
    if way == STOCK:
        model.encoder._matched_embedder.transformer_model.set_attn_implementation("sdpa")
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-5, fused=True)
    random.seed(0)
    torch.manual_seed(0)
    figures: dict[str, Any] = {"peak_memory_mb": [], "cpu_seconds": []}
    for epoch in range(arguments.epochs):
        if epoch and way == RETURNED:
            return_freed_memory()
        began = time.process_time()
        for batch in loader:
            optimizer.zero_grad()
            loss = model(**batch)["loss"]
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        figures["loss"] = loss.item()
        figures["peak_memory_mb"].append(peak_memory_mb())
        figures["cpu_seconds"].append(time.process_time() - began)
    return figures


def _over_rounds(rows: list[dict[str, Any]]) -> dict[str, list[float]]:
    """Of each epoch the highest peak and the shortest time."""
    return {
        name: [choose(values) for values in zip(*(row[name] for row in rows), strict=True)]
        for name, choose in (("peak_memory_mb", max), ("cpu_seconds", min))
    }


def main() -> None:
    """Measure all ways, print a table, and write the figures.

    Raises:
        RuntimeError: the ways did not learn the same.
    """
    parser = make_parser(__doc__)
    parser.add_argument("--corpus", type=Path, default=SAMPLE_TRAIN)
    parser.add_argument("--encoder", default="minilm")
    parser.add_argument("--sentences", type=int, default=400)
    parser.add_argument("--batch-size", type=int, default=24)
    parser.add_argument("--max-width", type=int, default=10)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument(
        "--rounds", type=int, default=3, help="in turns; the fastest epochs count, and the highest peaks"
    )
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    use_threads(arguments.threads)
    if arguments.way:
        print(json.dumps(train(arguments.way, arguments)))
        return

    options = [
        f"--{name.replace('_', '-')}={getattr(arguments, name)}"
        for name in ("corpus", "encoder", "sentences", "batch_size", "max_width", "epochs")
    ]
    rounds = [
        {way: run_apart("benchmarks.training_memory", *options, "--way", way) for way in WAYS}
        for _ in range(arguments.rounds)
    ]
    figures = {way: {**rounds[0][way], **_over_rounds([round_[way] for round_ in rounds])} for way in WAYS}
    for way, row in figures.items():
        if not math.isclose(row["loss"], figures[STOCK]["loss"], rel_tol=1e-4):
            raise RuntimeError(f"{way} ended at a loss of {row['loss']}, {STOCK} at {figures[STOCK]['loss']}")
    epochs = range(arguments.epochs)
    print_table(
        [
            "way",
            *(f"peak after epoch {epoch + 1}, MB" for epoch in epochs),
            *(f"CPU s {epoch + 1}" for epoch in epochs),
        ],
        (
            [
                way,
                *(f"{memory:,.0f}" for memory in row["peak_memory_mb"]),
                *(f"{seconds:.1f}" for seconds in row["cpu_seconds"]),
            ]
            for way, row in figures.items()
        ),
    )
    write_figures(figures, arguments.output)


if __name__ == "__main__":
    main()
