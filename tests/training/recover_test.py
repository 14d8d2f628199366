"""A run that was killed goes on where it was, and from pretrained weights where it had not come far."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

PROJECT_ROOT = Path(__file__).resolve().parents[2]
NUM_EPOCHS = 6


@pytest.mark.slow
def test_a_killed_run_is_finished_with_all_its_epochs(
    tmp_path: Path,
    allennlp_environment: dict[str, str],
    train_experiment: Callable[..., dict[str, Any]],
    fast_learning: dict[str, Any],
) -> None:
    run_dir = tmp_path / "run"
    overrides = {**fast_learning, "trainer.num_epochs": NUM_EPOCHS, "dataset_reader.max_instances": 160}
    command = [sys.executable, "-m", "allennlp", "train", "experiments/quickstart.jsonnet"]
    command += ["-s", str(run_dir), "--overrides", json.dumps(overrides)]
    with (tmp_path / "output.txt").open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            command, cwd=PROJECT_ROOT, env=allennlp_environment, stdout=output, stderr=output
        )
        try:
            # The best weights are linked once the whole checkpoint is written.
            while not (run_dir / "best.th").exists() and process.poll() is None:
                time.sleep(0.01)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
    assert process.returncode == -signal.SIGKILL, (tmp_path / "output.txt").read_text(encoding="utf-8")
    assert not (run_dir / "model.tar.gz").exists()
    finished_before = set(run_dir.glob("metrics_epoch_*.json"))
    assert 1 <= len(finished_before) < NUM_EPOCHS

    metrics = train_experiment("quickstart", run_dir, overrides, recover=True)
    assert metrics["epoch"] == NUM_EPOCHS - 1
    assert {path.name for path in run_dir.glob("metrics_epoch_*.json")} == {
        f"metrics_epoch_{epoch}.json" for epoch in range(NUM_EPOCHS)
    }
    assert (run_dir / "model.tar.gz").is_file()
    # What was learnt before was not lost.
    (first,) = [path for path in finished_before if path.name == "metrics_epoch_0.json"]
    assert metrics["training_loss"] < json.loads(first.read_text(encoding="utf-8"))["training_loss"]


@pytest.mark.parametrize(
    "left_over",
    [[], ["best.th"], ["model_state_e1_b0.th", "training_state_e1_b0.th"]],
    ids=["nothing", "best weights only", "half of the first checkpoint"],
)
def test_without_a_checkpoint_a_recovered_run_starts_from_pretrained_weights(
    tmp_path: Path, tiny_encoder: Path, train_experiment: Callable[..., dict[str, Any]], left_over: list[str]
) -> None:
    run_dir = tmp_path / "run"
    overrides = {
        "dataset_reader.max_instances": 8,
        "trainer.num_epochs": 1,
        "trainer.optimizer.lr": 0.0,
        "trainer.optimizer.weight_decay": 0.0,
    }
    train_experiment("quickstart", run_dir, overrides)
    assert list((run_dir / "vocabulary" / ".encoder").iterdir())
    for pattern in ("*.th", "metrics*.json", "model.tar.gz"):
        for path in run_dir.glob(pattern):
            if path.name not in left_over:
                path.unlink()
    for weights in [run_dir / name for name in left_over if not name.startswith("training")]:
        # Weights of no use, so that it would show if a recovered run took them.
        state = torch.load(weights)
        torch.save({name: torch.zeros_like(value) for name, value in state.items()}, weights)
    for training_state in [run_dir / name for name in left_over if name.startswith("training")]:
        # The file that is written last, and that the process was killed over.
        training_state.write_bytes(training_state.read_bytes()[:-100])

    train_experiment("quickstart", run_dir, overrides, recover=True)
    pretrained = load_file(tiny_encoder / "model.safetensors")
    prefix = "encoder._matched_embedder.transformer_model."
    trained = torch.load(run_dir / "best.th")
    compared = [name for name in pretrained if prefix + name in trained]
    assert len(compared) >= len(pretrained) - 2  # all but the pooler
    for name in compared:
        torch.testing.assert_close(trained[prefix + name], pretrained[name], rtol=0, atol=0)
