"""Two processes train one model, and score each sentence of an uneven corpus exactly once."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PROJECT_ROOT = Path(__file__).resolve().parents[2]


def first_sentences(path: Path, num_sentences: int, target: Path) -> Path:
    sentences = path.read_text(encoding="utf-8").strip().split("\n\n")[:num_sentences]
    assert len(sentences) == num_sentences
    target.write_text("\n\n".join(sentences) + "\n", encoding="utf-8")
    return target


@pytest.mark.slow
def test_two_processes_score_like_one(
    tmp_path: Path,
    allennlp_environment: dict[str, str],
    run_allennlp: Callable[..., None],
    fast_learning: dict[str, Any],
) -> None:
    # Of 41 sentences one process has 21, which is one batch of five more than the other's 20.
    sample = PROJECT_ROOT / "fixtures" / "data" / "sample"
    parts = {
        "train": first_sentences(sample / "train.conll", 201, tmp_path / "train.conll"),
        "validation": first_sentences(sample / "dev.conll", 41, tmp_path / "dev.conll"),
        "test": first_sentences(sample / "test.conll", 41, tmp_path / "test.conll"),
    }
    overrides = {
        **fast_learning,
        **{f"{part}_data_path": str(path) for part, path in parts.items()},
        "validation_data_loader.batch_sampler.batch_size": 5,
        "data_loader.batch_sampler.batch_size": 4,
        "trainer.num_epochs": 3,
        "distributed": {"cuda_devices": [-1, -1]},
    }
    run_dir = tmp_path / "run"
    command = [sys.executable, "-m", "allennlp", "train", "experiments/quickstart.jsonnet"]
    command += ["-s", str(run_dir), "--overrides", json.dumps(overrides)]
    finished = subprocess.run(
        command, cwd=PROJECT_ROOT, env=allennlp_environment, capture_output=True, text=True, timeout=300
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    logs = [path.read_text(encoding="utf-8") for path in sorted(run_dir.glob("out_worker*.log"))]
    assert len(logs) == 2
    assert not [log for log in logs if re.search("finishing (training|validation) early", log)]

    together = json.loads((run_dir / "metrics.json").read_text(encoding="utf-8"))
    assert together["best_validation_span_f1"] > 0
    assert together["best_validation_seq_f1"] > 0
    for part, prefix in (("validation", "best_validation_"), ("test", "test_")):
        output = tmp_path / f"{part}.json"
        run_allennlp("evaluate", run_dir / "model.tar.gz", parts[part], "--output-file", output)
        alone = json.loads(output.read_text(encoding="utf-8"))
        scores = {name: value for name, value in alone.items() if name != "loss"}
        assert {"seq_f1", "span_f1", "f1"} <= set(scores)
        assert {name: together[prefix + name] for name in scores} == scores
