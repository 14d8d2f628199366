"""Words per second of prediction, JSON lines to JSON lines, against the bare encoder at its best.

What `allennlp predict` does after start-up is run in this process: a file is read, parsed, tokenised, batched, answered
and written as JSON. The bare encoder gets the same sentences, tokenised beforehand, sorted by length, in token-budget
batches of its own: that budget is taken with which it is fastest. Both take turns. Where other work keeps the machine
busy, seconds of CPU time say more than those on the wall; both are given.

    python -m benchmarks.predict_speed ARCHIVE CORPUS
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from allennlp.models.archival import load_archive
from allennlp.predictors import Predictor

from benchmarks.variants import BareEncoder
from blner_allennlp.batching import BatchBudget, pack
from blner_allennlp.commands.predict import NerPredictManager
from blner_allennlp.corpora import read_corpus
from blner_allennlp.predictors import NerPredictor

# Pieces a batch, and what a batch costs of its own.
BUDGETS = ((512, 16), (2048, 16), (2048, 64), (8192, 64), (32768, 1024), (131072, 4096))
LARGEST_ON_CPU = 8192
CPU, WALL = "cpu", "wall"


def seconds_of(action: Callable[[], Any]) -> dict[str, float]:
    """What an action takes, on the wall and of this process's CPU time."""
    began_wall, began_cpu = time.perf_counter(), time.process_time()
    action()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return {WALL: time.perf_counter() - began_wall, CPU: time.process_time() - began_cpu}


def encoder_batches(
    predictor: NerPredictor, sentences: list[list[str]], max_pieces: int, cost_per_batch: float
) -> list[dict[str, torch.Tensor]]:
    """The bare encoder's batches: pieces and nothing else, as its own users would make them."""
    device = torch.device("cpu" if predictor.cuda_device < 0 else f"cuda:{predictor.cuda_device}")
    encoder = predictor._model.encoder
    budget = BatchBudget(
        max_pieces,
        max_pieces_at_once=encoder.max_pieces_at_once,
        num_special_pieces=encoder.num_special_pieces,
    )
    indexed = predictor._index(sentences)
    sizes = [predictor._index.size_of(lists) for lists in indexed]
    batches = []
    for batch in pack(sizes, budget, cost_per_batch):
        (tensors,) = predictor._index.tensors([indexed[index] for index in batch]).values()
        batches.append({name: tensors[name].to(device) for name in ("token_ids", "wordpiece_mask")})
    return batches


def run_encoder(encoder: BareEncoder, batches: list[dict[str, torch.Tensor]]) -> None:
    """One pass of the bare encoder."""
    with torch.inference_mode():
        for batch in batches:
            encoder({"pieces": batch})


def best_batches(
    encoder: BareEncoder, predictor: NerPredictor, sentences: list[list[str]], num_tried: int
) -> tuple[list[dict[str, torch.Tensor]], tuple[int, int]]:
    """The batches with which the bare encoder is fastest on some of the sentences, and their budget."""
    clock = WALL if torch.cuda.is_available() else CPU
    tried = sentences[:: max(1, len(sentences) // num_tried)]
    run_encoder(encoder, encoder_batches(predictor, tried[:50], *BUDGETS[0]))
    seconds = {}
    for budget in BUDGETS:
        if torch.cuda.is_available() or budget[0] <= LARGEST_ON_CPU:
            batches = encoder_batches(predictor, tried, *budget)
            seconds[budget] = seconds_of(partial(run_encoder, encoder, batches))[clock]
    fastest = min(seconds, key=seconds.__getitem__)
    return encoder_batches(predictor, sentences, *fastest), fastest


def main() -> None:
    """Measure both, in turns, and print words per second."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--decoder", choices=["seq", "span"], default="span")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--num-sentences", type=int, help="take only the first so many")
    parser.add_argument(
        "--num-tried", type=int, default=300, help="on so many the bare encoder's batches are chosen"
    )
    parser.add_argument("--cuda-device", type=int, default=-1)
    parser.add_argument("--predictor-args", type=json.loads, default={}, help="as of `allennlp predict`")
    parser.add_argument("--output", type=Path, help="write the figures to this JSON file")
    arguments = parser.parse_args()

    archive = load_archive(
        arguments.archive,
        cuda_device=arguments.cuda_device,
        overrides=json.dumps({"model.decoder": arguments.decoder}),
    )
    predictor = Predictor.from_archive(archive, "ner", extra_args=arguments.predictor_args)
    corpus = islice(read_corpus(arguments.corpus), arguments.num_sentences)
    sentences = [list(sentence.words) for sentence in corpus]
    num_words = sum(map(len, sentences))
    encoder = BareEncoder(predictor._model.encoder).eval()
    batches, budget = best_batches(encoder, predictor, sentences, arguments.num_tried)

    seconds: dict[str, list[dict[str, float]]] = {"bare_encoder": [], "predict": []}
    with tempfile.TemporaryDirectory() as directory:
        source, target = Path(directory) / "input.jsonl", Path(directory) / "output.jsonl"
        source.write_text(
            "".join(json.dumps({"tokens": words}) + "\n" for words in sentences), encoding="utf-8"
        )

        def predict() -> None:
            NerPredictManager(predictor, str(source), str(target), 1, False, False).run()

        for _ in range(arguments.rounds):
            seconds["bare_encoder"].append(seconds_of(lambda: run_encoder(encoder, batches)))
            seconds["predict"].append(seconds_of(predict))

    figures: dict[str, Any] = {
        "num_words": num_words,
        "decoder": arguments.decoder,
        "bare_encoder_budget": budget,
        "num_threads": torch.get_num_threads(),
        "torch": torch.__version__,
    }
    for clock in (WALL, CPU):
        ratios = [
            bare[clock] / ours[clock]
            for bare, ours in zip(seconds["bare_encoder"], seconds["predict"], strict=True)
        ]
        figures[clock] = {
            **{
                f"{name}_words_per_second": num_words / statistics.median(taken[clock] for taken in rounds)
                for name, rounds in seconds.items()
            },
            "ratio": statistics.median(ratios),
            "ratio_min": min(ratios),
            "ratio_max": max(ratios),
        }
    print(json.dumps(figures, indent=2))
    if arguments.output:
        arguments.output.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
