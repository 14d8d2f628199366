"""Words per second of prediction, JSON lines to JSON lines, against the bare encoder at its best.

What `allennlp predict` does after start-up is run in this process: a file is read, parsed, tokenised, batched, answered
and written as JSON. The bare encoder gets the same sentences, tokenised beforehand, sorted by length, in token-budget
batches of its own: that budget is taken with which it is fastest, and batches are read side by side, as prediction
reads them, where that is faster. Where prediction does so, it takes turns with itself reading one batch after the
other, too, all cores at each; `gain_of_side_by_side` is the speed of the one over that of the other. Where other work
keeps the machine busy, seconds of CPU time say more than those on the wall, but for that gain, which is of cores that
wait; both are given.

    python -m benchmarks.predict_speed ARCHIVE CORPUS
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from allennlp.models.archival import load_archive
from allennlp.predictors import Predictor

from benchmarks.measuring import make_parser, print_and_write, use_threads, wait_for_device
from blner_allennlp.commands.predict import NerPredictManager
from blner_allennlp.corpora import read_corpus
from blner_allennlp.speed import bare_encoder

CPU, WALL = "cpu", "wall"
ONE_AT_A_TIME = "predict_one_batch_at_a_time"


def seconds_of(action: Callable[[], Any]) -> dict[str, float]:
    """What an action takes, on the wall and of this process's CPU time."""
    began_wall, began_cpu = time.perf_counter(), time.process_time()
    action()
    wait_for_device()
    return {WALL: time.perf_counter() - began_wall, CPU: time.process_time() - began_cpu}


def ratios(
    name: str, others: Sequence[Mapping[str, float]], ours: Sequence[Mapping[str, float]], clock: str
) -> dict[str, float]:
    """What others take over what is taken here, round by round: the median, and the range.

    Beside them, the same of the fastest round of each: other work on the machine only ever adds to what a round takes.
    """
    found = [theirs[clock] / taken[clock] for theirs, taken in zip(others, ours, strict=True)]
    return {
        name: statistics.median(found),
        f"{name}_min": min(found),
        f"{name}_max": max(found),
        f"{name}_of_fastest": min(each[clock] for each in others) / min(each[clock] for each in ours),
    }


def main() -> None:
    """Measure both, in turns, and print words per second."""
    parser = make_parser(__doc__)
    parser.add_argument("archive", type=Path)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--decoder", choices=["seq", "span"], default="span")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--num-sentences", type=int, help="take only the first so many")
    parser.add_argument("--cuda-device", type=int, default=-1)
    parser.add_argument("--predictor-args", type=json.loads, default={}, help="as of `allennlp predict`")
    arguments = parser.parse_args()
    use_threads(arguments.threads)

    archive = load_archive(
        arguments.archive,
        cuda_device=arguments.cuda_device,
        overrides=json.dumps({"model.decoder": arguments.decoder}),
    )
    predictor = Predictor.from_archive(archive, "ner", extra_args=arguments.predictor_args)
    corpus = islice(read_corpus(arguments.corpus), arguments.num_sentences)
    sentences = [list(sentence.words) for sentence in corpus]
    num_words = sum(map(len, sentences))
    encoder, answerer = predictor._model.encoder, predictor._answerer
    device = torch.device("cpu" if arguments.cuda_device < 0 else f"cuda:{arguments.cuda_device}")
    alone = bare_encoder.best_pass(encoder, predictor._index, sentences, device, wait_for_device)

    seconds: defaultdict[str, list[dict[str, float]]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as directory:
        source, target = Path(directory) / "input.jsonl", Path(directory) / "output.jsonl"
        source.write_text(
            "".join(json.dumps({"tokens": words}) + "\n" for words in sentences), encoding="utf-8"
        )

        def read_alone() -> None:
            bare_encoder.read(encoder, alone.batches, alone.threads)

        def predict() -> None:
            NerPredictManager(predictor, str(source), str(target), 1, False, False).run()

        reads_side_by_side = answerer.reads_side_by_side and answerer._threads.num_at_once > 1
        for _ in range(arguments.rounds):
            seconds["bare_encoder"].append(seconds_of(read_alone))
            seconds["predict"].append(seconds_of(predict))
            if reads_side_by_side:
                answerer.reads_side_by_side = False
                seconds[ONE_AT_A_TIME].append(seconds_of(predict))
                answerer.reads_side_by_side = True

    figures: dict[str, Any] = {
        "num_words": num_words,
        "decoder": arguments.decoder,
        "bare_encoder_budget": alone.max_pieces,
        "bare_encoder_batches_at_once": alone.num_at_once,
        "num_threads": torch.get_num_threads(),
        "torch": torch.__version__,
    }
    for clock in (WALL, CPU):
        figures[clock] = {
            **{
                f"{name}_words_per_second": num_words / statistics.median(taken[clock] for taken in rounds)
                for name, rounds in seconds.items()
            },
            **ratios("ratio", seconds["bare_encoder"], seconds["predict"], clock),
        }
        if reads_side_by_side:
            figures[clock] |= ratios(
                "gain_of_side_by_side", seconds[ONE_AT_A_TIME], seconds["predict"], clock
            )
    print_and_write(figures, arguments.output)


if __name__ == "__main__":
    main()
