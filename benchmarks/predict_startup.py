"""From the start of `allennlp predict` to its first answer, against the libraries and the weights alone.

Both are processes of their own and take turns: one predicts a file of one line, the other imports torch and
transformers, loads the encoder and ends. Where other work keeps the machine busy, seconds of CPU time say more than
those on the wall; both are given.

    python -m benchmarks.predict_startup ARCHIVE
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measuring import make_parser, print_and_write, use_threads
from blner_allennlp.encoders import resolve_encoder

LIBRARIES = """
import sys
import torch
import transformers
transformers.AutoModel.from_pretrained(sys.argv[1])
"""


def seconds_of(command: list[str]) -> dict[str, float]:
    """What a process takes, on the wall and of CPU time."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    taken = time.perf_counter() - began
    assert os.waitstatus_to_exitcode(status) == 0, command
    return {"wall": taken, "cpu": usage.ru_utime + usage.ru_stime}


def main() -> None:
    """Measure both, in turns, and print seconds and their ratio."""
    parser = make_parser(__doc__)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--encoder", default="minilm", help="the archive's encoder")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    use_threads(arguments.threads)

    taken: dict[str, list[dict[str, float]]] = {"libraries": [], "predict": []}
    with tempfile.TemporaryDirectory() as directory:
        source, target = Path(directory) / "input.jsonl", Path(directory) / "output.jsonl"
        source.write_text('{"tokens": ["Rain", "in", "Oslo", "."]}\n', encoding="utf-8")
        commands = {
            "libraries": [sys.executable, "-c", LIBRARIES, resolve_encoder(arguments.encoder, None)],
            "predict": [
                *(sys.executable, "-m", "allennlp", "predict", str(arguments.archive), str(source)),
                *("--output-file", str(target), "--silent", "--include-package", "blner_allennlp"),
            ],
        }
        for round_number in range(arguments.rounds + 1):
            for name, command in commands.items():
                seconds = seconds_of(command)
                if round_number:  # the first round fills the file system's cache
                    taken[name].append(seconds)
        assert "entities" in json.loads(target.read_text(encoding="utf-8"))

    figures: dict[str, dict[str, float]] = {}
    for clock in ("wall", "cpu"):
        libraries, predict = (
            [seconds[clock] for seconds in taken[name]] for name in ("libraries", "predict")
        )
        ratios = [ours / theirs for ours, theirs in zip(predict, libraries, strict=True)]
        figures[clock] = {
            "libraries_seconds": statistics.median(libraries),
            "predict_seconds": statistics.median(predict),
            "ratio": statistics.median(ratios),
            "ratio_min": min(ratios),
            "ratio_max": max(ratios),
        }
    print_and_write(figures, arguments.output)


if __name__ == "__main__":
    main()
