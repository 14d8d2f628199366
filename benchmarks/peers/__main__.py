"""Words and sentences per second and peak memory of this package beside other taggers.

All get the same encoder, the same sentences as words, the same batch size in training and the same number of
threads. First each peer's environment is made and each system trains a model, which it then predicts with; these runs
do not count. Then they take turns: training of two epochs without evaluation, and prediction from JSON lines to JSON
lines, each in a process of its own. The clock runs while data is read, trained on or answered, and not while libraries
or weights are loaded.

    python -m benchmarks.peers --corpus data/wnut17/emerging.test.annotated --encoder minilm
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from benchmarks.peers.measurement import Conditions, Measurement
from benchmarks.peers.report import figures_of, to_markdown
from benchmarks.peers.systems import OURS, SYSTEMS
from blner_allennlp.encoders import resolve_encoder


def main() -> None:
    """Measure, print the tables, and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, default=Path("fixtures/data/sample/train.conll"))
    parser.add_argument("--encoder", default="minilm", help="a name, or a directory; nothing is downloaded")
    peers = [name for name in SYSTEMS if name != OURS]
    parser.add_argument("--peers", nargs="+", choices=peers, default=peers)
    parser.add_argument("--sentences", type=int, default=600)
    parser.add_argument("--tuning-sentences", type=int, default=150)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--batch-size", type=int, default=24)
    parser.add_argument("--max-length", type=int, default=256)
    parser.add_argument("--max-width", type=int, default=8)
    parser.add_argument("--learning-rate", type=float, default=2e-4)
    parser.add_argument(
        "--epochs", type=int, default=2, help="of a training; what memory it takes, the second shows"
    )
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--environments", type=Path, default=Path(".peers"))
    parser.add_argument("--output", type=Path, help="write the figures to this JSON file")
    arguments = parser.parse_args()

    conditions = Conditions(
        corpus=arguments.corpus,
        num_sentences=arguments.sentences,
        num_tuning_sentences=arguments.tuning_sentences,
        encoder=resolve_encoder(arguments.encoder),
        batch_size=arguments.batch_size,
        max_length=arguments.max_length,
        max_width=arguments.max_width,
        learning_rate=arguments.learning_rate,
        num_epochs=arguments.epochs,
        num_threads=arguments.threads,
        environments=arguments.environments.resolve(),
    )
    with tempfile.TemporaryDirectory(prefix="peers-") as directory:
        measurement = Measurement([OURS, *arguments.peers], conditions, Path(directory))
        measurement.prepare()
        for _ in range(arguments.rounds):
            measurement.measure_round()
    measured_again_by = ["python -m benchmarks.peers", *_without_output(sys.argv[1:])]
    figures = figures_of(measurement.records, conditions, " ".join(measured_again_by))
    print(to_markdown(figures))
    if arguments.output:
        arguments.output.parent.mkdir(parents=True, exist_ok=True)
        arguments.output.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def _without_output(options: list[str]) -> list[str]:
    """Leave out where the figures went, which changes none of them."""
    if "--output" not in options:
        return options
    place = options.index("--output")
    return options[:place] + options[place + 2 :]


if __name__ == "__main__":
    main()
