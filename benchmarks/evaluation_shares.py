"""Where the time of an evaluation goes: encoder, heads, decoding, scoring; for models with both heads.

The whole forward pass over the batches of a corpus is timed, and in it each stage; CPU time, the best of all rounds for
each batch. The models have learnt nothing, but are biased to answer "no entity" about as often as trained ones do.

    python -m benchmarks.evaluation_shares --corpus data/wnut17/emerging.test.annotated --threads 1
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from allennlp.nn.util import move_to_device

from benchmarks.measuring import (
    SAMPLE_TEST,
    describe_torch,
    make_parser,
    print_table,
    use_threads,
    write_figures,
)
from benchmarks.variants import build_model, read_batches
from blner_allennlp.models import BundledNer

MODELS = ("both, softmax", "both, CRF")
# By stage, the methods that make it up; none of them calls another.
STAGES = {
    "encoder": ["encoder.encode"],
    "scores and losses": [
        *("sequence_head.scores", "sequence_head.loss"),
        *("span_head.scores", "span_head.grid_loss"),
    ],
    "decoding": ["sequence_head.decode", "sequence_head.find_entities", "span_head.decode"],
    "scoring": ["_score", "_count_reach", "get_metrics"],
}


def seconds_now() -> float:
    """CPU time, when the GPU has done what it was told where there is one."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()
        return time.perf_counter()
    return time.process_time()


def watch(model: BundledNer, seconds: dict[str, float]) -> None:
    """Make a model add up what its stages take.

    Args:
        model: the model, changed in place.
        seconds: by stage; added to.
    """

    def timed(stage: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            began = seconds_now()
            result = method(*arguments, **named)
            seconds[stage] += seconds_now() - began
            return result

        return call

    for stage, names in STAGES.items():
        for name in names:
            owner_name, _, method_name = name.rpartition(".")
            owner = getattr(model, owner_name) if owner_name else model
            setattr(owner, method_name, timed(stage, getattr(owner, method_name)))


def prepare(name: str, arguments: argparse.Namespace) -> tuple[BundledNer, list[dict[str, Any]]]:
    """Make a model, and read what it is to evaluate.

    Args:
        name: of `benchmarks.variants.SETTINGS`.
        arguments: of the command line.

    Returns:
        The model and the batches, on the device.
    """
    batches, vocab = read_batches(
        arguments.corpus, arguments.encoder, arguments.batch_size, arguments.num_batches
    )
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = build_model(name, arguments.encoder, vocab, arguments.max_width).eval().to(device)
    with torch.no_grad():
        for head in (model.sequence_head, model.span_head):
            head.projection.bias.zero_()[0] = 1.0
    return model, [move_to_device(batch, device) for batch in batches]


def evaluate(model: BundledNer, batch: dict[str, Any]) -> int:
    """Evaluate a batch as AllenNLP does; how many mentions were found."""
    outputs = model(**batch)
    outputs["loss"].item()
    model.get_metrics()
    return sum(map(len, outputs["entities"]))


def measure(name: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """Evaluate one model.

    Args:
        name: of `benchmarks.variants.SETTINGS`.
        arguments: of the command line.

    Returns:
        Milliseconds of a batch, the share of each stage, and how many mentions were found.
    """
    model, batches = prepare(name, arguments)
    stage_seconds: dict[str, float] = defaultdict(float)
    watch(model, stage_seconds)
    best: list[dict[str, float]] = [{} for _ in batches]
    num_found = 0
    with torch.no_grad():
        for _ in range(arguments.rounds + 1):
            num_found = 0
            for index, batch in enumerate(batches):
                stage_seconds.clear()
                began = seconds_now()
                num_found += evaluate(model, batch)
                total = seconds_now() - began
                if not best[index] or total < best[index]["total"]:
                    best[index] = {"total": total, **stage_seconds}
    total = sum(row["total"] for row in best)
    shares = {stage: sum(row.get(stage, 0.0) for row in best) / total for stage in STAGES}
    return {
        "milliseconds": 1000 * total / len(batches),
        "num_sentences": sum(len(batch["metadata"]) for batch in batches),
        "num_found": num_found,
        **shares,
    }


def main() -> None:
    """Measure both models, print a table, and write the figures."""
    parser = make_parser(__doc__)
    parser.add_argument("--corpus", type=Path, default=SAMPLE_TEST)
    parser.add_argument("--encoder", default="minilm")
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--num-batches", type=int, default=6)
    parser.add_argument("--max-width", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=4)
    arguments = parser.parse_args()
    use_threads(arguments.threads)

    figures = {name: measure(name, arguments) for name in MODELS}
    print(describe_torch())
    print_table(
        ["model", "ms a batch", "mentions found in sentences", *STAGES],
        (
            [
                name,
                f"{row['milliseconds']:.0f}",
                f"{row['num_found']} in {row['num_sentences']}",
                *(f"{100 * row[stage]:.2f} %" for stage in STAGES),
            ]
            for name, row in figures.items()
        ),
    )
    write_figures(figures, arguments.output)


if __name__ == "__main__":
    main()
