"""The comparison with other taggers: what its tables say of what was measured."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.peers.environments import StepError, process_environment, run_step
from benchmarks.peers.measurement import Conditions, Record
from benchmarks.peers.report import figures_of, to_markdown
from benchmarks.peers.sample import Sample, write_sample
from benchmarks.peers.systems import OURS, SYSTEMS, settings_grid

PROJECT_ROOT = Path(__file__).resolve().parents[2]
PEERS = PROJECT_ROOT / "benchmarks" / "peers"
CONDITIONS = Conditions(Path("corpus.conll"), 10, 5, "encoder", 2, 64, 4, 1e-4, 2, 1, Path("environments"))


def a_sample(num_sentences: int, num_words: int) -> Sample:
    return Sample(Path("a.jsonl"), Path("a.conll"), ["O"], num_sentences, num_words, num_entities=0)


def a_record(sample: Sample, seconds: list[float], memory: float, num_passes: int = 1) -> Record:
    runs: list[dict[str, Any]] = [
        {
            "seconds": each,
            "cpu_seconds": 2 * each,
            "peak_memory_mb": memory,
            "num_entities": 7,
            "num_passes": num_passes,
        }
        for each in seconds
    ]
    return Record(sample, {"torch": "1.0"}, {"batch_size": 8}, training=runs, prediction=runs)


@pytest.fixture
def figures() -> dict[str, Any]:
    records = {
        OURS: a_record(a_sample(10, 200), [1.0, 2.0, 4.0], 100.0),
        # Half the sentences, in twice the time at first, and in the same time later.
        "flair": a_record(a_sample(5, 80), [2.0, 2.0, 4.0], 150.0),
        "span_marker": Record(failure="ERROR: no such package (exit status 1)"),
    }
    return figures_of(records, CONDITIONS, "the command")


def test_every_epoch_of_a_training_counts() -> None:
    record = a_record(a_sample(10, 200), [4.0], 100.0, num_passes=2)
    training = figures_of({OURS: record}, CONDITIONS, "the command")["systems"][OURS]["training"]
    assert training["sentences_per_second"] == 5.0


def test_rates_are_those_of_the_sentences_that_a_system_got(figures: dict[str, Any]) -> None:
    assert figures["systems"][OURS]["training"]["sentences_per_second"] == 5.0
    assert figures["systems"][OURS]["prediction"]["words_per_second"] == 100.0
    assert figures["systems"]["flair"]["training"]["sentences_per_second"] == 2.5
    assert figures["systems"]["flair"]["prediction"]["words_per_second"] == 40.0


def test_ratios_are_taken_round_by_round(figures: dict[str, Any]) -> None:
    training = figures["systems"]["flair"]["training"]
    assert training["our_speed"] == 2.0
    assert training["our_speed_range"] == [2.0, 4.0]
    assert figures["systems"]["flair"]["prediction"]["our_speed_range"] == [2.5, 5.0]
    assert figures["systems"][OURS]["training"]["our_speed_range"] == [1.0, 1.0]


def test_a_system_that_could_not_be_run_is_named_with_the_reason(figures: dict[str, Any]) -> None:
    text = to_markdown(figures)
    assert "- SpanMarker: not measured. ERROR: no such package (exit status 1)" in text
    assert "| Flair | 2.5 | 2.00 (2.00 to 4.00) | 2.00 (2.00 to 4.00) | 150 |" in text
    assert "| SpanMarker |" not in text


def test_the_figures_are_plain_json_and_name_no_machine(figures: dict[str, Any]) -> None:
    assert json.loads(json.dumps(figures))["command"] == "the command"
    assert set(figures["machine"]) == {"processor", "num_cores", "system", "load_average"}


def test_a_step_that_fails_says_why() -> None:
    program = "import sys; print('ERROR: nothing matches'); print('a hint'); sys.exit(3)"
    with pytest.raises(StepError, match=re.escape("ERROR: nothing matches (exit status 3)")):
        run_step([sys.executable, "-c", program])
    with pytest.raises(StepError, match=re.escape("ValueError: wrong (exit status 1)")):
        run_step([sys.executable, "-c", "raise ValueError('wrong')"])


def test_workers_download_nothing_and_get_the_threads_that_they_may_use() -> None:
    variables = process_environment(3, with_this_package=False)
    assert variables["HF_HUB_OFFLINE"] == "1"
    assert variables["OMP_NUM_THREADS"] == variables["RAYON_NUM_THREADS"] == "3"
    assert "PYTHONPATH" not in variables


def test_our_workers_import_this_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    program = "import blner_allennlp; print(blner_allennlp.__file__)"
    variables = process_environment(1, with_this_package=True)
    assert variables["PYTHONPATH"] == str(PROJECT_ROOT)
    finished = subprocess.run(
        [sys.executable, "-c", program], env=variables, capture_output=True, text=True, check=True
    )
    assert Path(finished.stdout.strip()).parent == PROJECT_ROOT / "blner_allennlp"


def test_all_combinations_of_settings_are_tried() -> None:
    assert settings_grid(batch_size=(8, 32), sort=(True,)) == (
        {"batch_size": 8, "sort": True},
        {"batch_size": 32, "sort": True},
    )


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_system_has_its_worker_and_is_pinned_to_the_last_package(name: str) -> None:
    system = SYSTEMS[name]
    assert (PEERS / "workers" / f"{system.worker}.py").is_file()
    if system.environment is not None:
        lines = (
            (PEERS / "requirements" / f"{system.environment}.txt").read_text(encoding="utf-8").splitlines()
        )
        assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in lines)
        assert lines[0].startswith("torch==")


def test_all_systems_get_the_same_sentences(tmp_path: Path) -> None:
    corpus = PROJECT_ROOT / "fixtures" / "data" / "sample" / "train.conll"
    sample = write_sample(corpus, tmp_path, 5)
    objects = [json.loads(line) for line in sample.lines.read_text(encoding="utf-8").splitlines()]
    blocks = sample.columns.read_text(encoding="utf-8").strip().split("\n\n")
    columns = [[line.split() for line in block.splitlines()] for block in blocks]
    assert [[word for word, _ in block] for block in columns] == [fields["tokens"] for fields in objects]
    assert [[tag for _, tag in block] for block in columns] == [fields["tags"] for fields in objects]
    assert sample.num_sentences == len(objects) == 5
    assert sample.num_words == sum(len(fields["tokens"]) for fields in objects)
    assert sample.num_entities == sum(tag[0] == "B" for fields in objects for tag in fields["tags"]) > 0
    assert {tag for fields in objects for tag in fields["tags"]} <= set(sample.labels)
    assert sample.labels[0] == "O"
