"""Twenty sentences learnt by heart: loss and F1 of both heads, for each tagging and representation.

A variant that cannot reach F1 1.0 on sentences that it was trained on, however long, has a defect somewhere between its
loss and its decoding.

    python -m benchmarks.overfit --corpus fixtures/data/sample/train.conll
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from allennlp.common import Params
from allennlp.data import Batch, Vocabulary
from allennlp.models import Model
from allennlp.nn.util import move_to_device

from benchmarks.measuring import SAMPLE_TRAIN, make_parser, print_table, use_threads, write_figures
from blner_allennlp.dataset_readers import NerCorpusReader
from blner_allennlp.token_indexers import WordPieceIndexer

TAGGINGS = ["softmax", "crf"]
REPRESENTATIONS = ["boundary", "pooling", "hybrid"]


def learn(
    tagging: str, representation: str, batch: dict[str, Any], vocab: Vocabulary, arguments: argparse.Namespace
) -> dict[str, float]:
    """Train one variant on the batch; its last training loss, and both heads' F1 afterwards."""
    torch.manual_seed(0)
    settings = {
        "type": "bundled_ner",
        "alpha": 0.5,
        "encoder": {"type": "word_pieces", "model_name": arguments.encoder},
        "sequence_head": {"type": tagging},
        "span_head": {"max_width": arguments.max_width, "representation": representation},
    }
    model = Model.from_params(Params(settings), vocab=vocab).to(arguments.device).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=arguments.learning_rate)
    for _ in range(arguments.steps):
        optimizer.zero_grad()
        loss = model(**batch)["loss"]
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    model.eval()
    with torch.no_grad():
        model(**batch)
    scores = model.get_metrics(reset=True)
    return {"loss": loss.item(), "seq_f1": scores["seq_f1"], "span_f1": scores["span_f1"]}


def main() -> None:
    """Learn every variant and print a table."""
    parser = make_parser(__doc__)
    parser.add_argument("--corpus", type=Path, default=SAMPLE_TRAIN)
    parser.add_argument("--encoder", default="minilm")
    parser.add_argument("--taggings", nargs="+", choices=TAGGINGS, default=TAGGINGS)
    parser.add_argument("--representations", nargs="+", choices=REPRESENTATIONS, default=REPRESENTATIONS)
    parser.add_argument(
        "--max-width", type=int, default=16, help="no gold may be wider, or F1 1.0 is out of reach"
    )
    parser.add_argument("--steps", type=int, default=120)
    parser.add_argument("--learning-rate", type=float, default=3e-4)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    arguments = parser.parse_args()
    use_threads(arguments.threads)

    reader = NerCorpusReader({"pieces": WordPieceIndexer(arguments.encoder)}, max_instances=20)
    batch = Batch(reader.read(str(arguments.corpus)))
    vocab = Vocabulary.from_instances(batch.instances)
    batch.index_instances(vocab)
    tensors = move_to_device(batch.as_tensor_dict(), torch.device(arguments.device))

    figures = {}

    def rows() -> Iterator[list[str]]:
        for tagging, representation in itertools.product(arguments.taggings, arguments.representations):
            row = learn(tagging, representation, tensors, vocab, arguments)
            figures[f"{tagging}, {representation}"] = row
            scores = (f"{row[name]:.3f}" for name in ("seq_f1", "span_f1"))
            yield [tagging, representation, f"{row['loss']:.4f}", *scores]

    print_table(["tagging", "representation", "loss", "F1, sequence head", "F1, span head"], rows())
    write_figures(figures, arguments.output)


if __name__ == "__main__":
    main()
