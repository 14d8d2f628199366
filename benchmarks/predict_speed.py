"""Words per second of prediction, JSON lines to JSON lines, against the bare encoder on the same batches.

What `allennlp predict` does after start-up is run in this process: lines are parsed, tokenised, batched, answered and
written as JSON. The bare encoder gets the very same batches, tokenised beforehand. Both take turns.

    python -m benchmarks.predict_speed ARCHIVE CORPUS
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path
from typing import Any

import torch
from allennlp.data import Batch
from allennlp.models.archival import load_archive
from allennlp.nn.util import move_to_device
from allennlp.predictors import Predictor

from benchmarks.variants import BareEncoder
from blner_allennlp.corpora import read_corpus
from blner_allennlp.predictors import NerPredictor


def batches_of(predictor: NerPredictor, lines: list[tuple[int, bytes]]) -> list[dict[str, Any]]:
    """The batches that the predictor sends to the model for these lines."""
    batches: list[dict[str, Any]] = []
    answer = predictor._answer

    def record(instances: list[Any]) -> list[Any]:
        batch = Batch(instances)
        for instance in instances:
            predictor._dataset_reader.apply_token_indexers(instance)
        batch.index_instances(predictor._model.vocab)
        batches.append(move_to_device(batch.as_tensor_dict(), predictor.cuda_device))
        return answer(instances)

    predictor._answer = record
    predictor.predict_lines(lines)
    predictor._answer = answer
    return batches


def main() -> None:
    """Measure both, in turns, and print words per second."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--decoder", choices=["seq", "span"], default="span")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--output", type=Path, help="write the figures to this JSON file")
    arguments = parser.parse_args()

    overrides = json.dumps({"model.decoder": arguments.decoder})
    predictor = Predictor.from_archive(load_archive(arguments.archive, overrides=overrides), "ner")
    sentences = list(read_corpus(arguments.corpus))
    lines = [
        (number, json.dumps({"tokens": sentence.words}).encode())
        for number, sentence in enumerate(sentences, start=1)
    ]
    num_words = sum(len(sentence.words) for sentence in sentences)
    batches = batches_of(predictor, lines)
    encoder = BareEncoder(predictor._model.encoder).eval()

    words_per_second: dict[str, list[float]] = {"bare encoder": [], "predict": []}
    for _ in range(arguments.rounds):
        began = time.perf_counter()
        with torch.inference_mode():
            for batch in batches:
                encoder(**batch)
        words_per_second["bare encoder"].append(num_words / (time.perf_counter() - began))
        began = time.perf_counter()
        for output in predictor.predict_lines(lines):
            predictor.dump_line(output)
        words_per_second["predict"].append(num_words / (time.perf_counter() - began))

    ratios = [
        ours / bare
        for ours, bare in zip(words_per_second["predict"], words_per_second["bare encoder"], strict=True)
    ]
    figures = {
        "num_words": num_words,
        "bare_encoder_words_per_second": statistics.median(words_per_second["bare encoder"]),
        "predict_words_per_second": statistics.median(words_per_second["predict"]),
        "ratio": statistics.median(ratios),
        "ratio_min": min(ratios),
        "ratio_max": max(ratios),
        "decoder": arguments.decoder,
    }
    print(json.dumps(figures, indent=2))
    if arguments.output:
        arguments.output.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
