"""The tables and notes, of figures that are made up."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from blner_allennlp.commands.benchmark.report import print_report
from blner_allennlp.entities import Sentence
from blner_allennlp.speed.batch_counts import BatchCounts
from blner_allennlp.speed.benchmark import BenchmarkResult, BenchmarkSettings
from blner_allennlp.speed.corpus_sample import CorpusSample, PieceCounts
from blner_allennlp.speed.measurement import Measurement
from blner_allennlp.speed.memory import PeakMemory
from blner_allennlp.speed.stages import Stage

MEASURED = Measurement(
    task="train",
    limit="nothing at all",
    num_sentences=10,
    num_words=40,
    seconds=(2.0, 2.0),
    cpu_seconds=(2.0, 2.0),
    encoder_seconds=(1.0, 1.0),
    encoder_budget=None,
    encoder_batches_at_once=1,
    stage_seconds={Stage.ENCODER: 3.0, Stage.OTHER: 1.0},
    preparation_seconds={},
    batches=BatchCounts(2, 10, 90, 100),
    memory=PeakMemory(process_before=100.0, process_peak=250.0),
)
MODEL = {
    "alpha": 1.0,
    "decoder": "seq",
    "sequence_head": "CrfSequenceHead",
    "max_width": None,
    "encoder": "minilm",
    "num_parameters": 1234567,
}
MACHINE = {
    "cpu": "An [old] CPU",
    "num_cpus": 4,
    "num_threads": 2,
    "device_name": None,
    "versions": {"python": "3.11", "numpy": None},
    "commit": "0123456789abcdef",
}


def report(measured: Measurement, **machine: Any) -> str:
    sample = CorpusSample(Path("a.conll"), "columns", {}, (Sentence(("a", "b", "c", "d")),) * 10)
    settings = BenchmarkSettings(Path("model.tar.gz"), Path("a.conll"))
    result = BenchmarkResult(
        settings, MODEL, sample, PieceCounts(60, 9), {**MACHINE, **machine}, {measured.task: measured}
    )
    output = io.StringIO()
    print_report(Console(file=output, width=200, highlight=False, markup=False, emoji=False), result)
    return output.getvalue()


def test_everything_is_said_in_the_readers_units() -> None:
    printed = report(MEASURED)
    rows = [" ".join(line.split()) for line in printed.splitlines()]
    assert rows[:3] == [
        "model model.tar.gz: minilm, 1,234,567 weights; CrfSequenceHead; 'seq' answers",
        "corpus a.conll (columns): 10 sentences, 40 words, 1.50 pieces a word; "
        "the longest sentence has 4 words, 9 pieces",
        "machine An [old] CPU, 2 of 4 cores; python 3.11 (0123456789)",
    ]
    for row in (
        "words per second 20",
        "95 % sure 20 to 20",
        "sentences per second 5.0",
        "encoder alone, words per second 40",
        "share of the encoder's speed 0.500",
        "encoder 75.0 % pieces to their vectors",
        "other 25.0 % the loop around all this",
        "the whole 4.00 s",
        "batches 2",
        "padding, of what the encoder reads 10.0 %",
        "peak memory of the process 250 MiB",
        "before the pass 100 MiB",
        "train: the encoder alone: nothing at all.",
    ):
        assert row in rows
    assert "GPU" not in printed
    assert "busy" not in printed
    assert "token_budget" not in printed


def test_a_single_round_has_no_interval() -> None:
    printed = report(replace(MEASURED, seconds=(2.0,), encoder_seconds=(1.0,)))
    assert printed.count("95 % sure") == printed.count("–") == 4


@pytest.mark.parametrize(
    ("change", "note"),
    [
        ({"cpu_seconds": (1.0, 1.0)}, "the rounds had a core for 50 % of their time only"),
        ({"num_sentences": 5}, "train: measured on the first 5 of 10 sentences, as many as --seconds allows"),
        ({"encoder_budget": 2048}, "train: the encoder alone: nothing at all, up to 2,048 pieces each."),
        (
            {"encoder_budget": 512, "encoder_batches_at_once": 2},
            "train: the encoder alone: nothing at all, up to 512 pieces each, 2 of them at a time.",
        ),
        ({"preparation_seconds": {"read": 0.5}}, "before the first, once in a run: read 0.50 s."),
        ({"memory": PeakMemory(is_of_process=True)}, "peak memory of the whole process so far only"),
        ({"memory": PeakMemory(device_peak=77.0)}, "peak memory of the GPU's tensors"),
        (
            {"batches": BatchCounts(2, 10, 50, 100)},
            "50.0 % of what the encoder reads is padding; batches of similar length and cost have less: "
            """-o '{"data_loader.batch_sampler": {"type": "token_budget"}}'.""",
        ),
    ],
)
def test_what_a_reader_should_know_is_said(change: dict[str, Any], note: str) -> None:
    assert note not in report(MEASURED)
    assert note in report(replace(MEASURED, **change))


def test_a_gpu_leaves_the_processor_time() -> None:
    printed = report(replace(MEASURED, cpu_seconds=(0.1, 0.1)), device_name="A GPU")
    assert "An [old] CPU, A GPU; " in printed
    assert "busy" not in printed
