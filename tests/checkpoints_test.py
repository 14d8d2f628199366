"""Whole checkpoints are told from those that a killed process left half-written."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from blner_allennlp.checkpoints import Checkpoint, find_checkpoints, has_whole_checkpoint


def write_checkpoint(run_dir: Path, name: str) -> Checkpoint:
    checkpoint = Checkpoint(run_dir / f"model_state_{name}.th", run_dir / f"training_state_{name}.th")
    for path in (checkpoint.model_state, checkpoint.training_state):
        torch.save({"state": torch.arange(100)}, path)
    return checkpoint


def test_checkpoints_are_found_by_either_file(tmp_path: Path) -> None:
    checkpoints = [write_checkpoint(tmp_path, name) for name in ("e1_b0", "e1_b20", "e10_b0", "e2_b0_w1")]
    checkpoints[0].model_state.unlink()
    checkpoints[1].training_state.unlink()
    for name in ("best.th", "weights.th", "model_state.th", "metrics_epoch_1.json"):
        (tmp_path / name).touch()
    assert set(find_checkpoints(tmp_path)) == set(checkpoints)
    assert [checkpoint.is_whole() for checkpoint in checkpoints] == [False, False, True, True]


def test_a_directory_without_checkpoints_or_that_does_not_exist_has_none(tmp_path: Path) -> None:
    assert find_checkpoints(tmp_path) == find_checkpoints(tmp_path / "none") == []
    assert not has_whole_checkpoint(tmp_path)


@pytest.mark.parametrize("state", ["model_state", "training_state"])
@pytest.mark.parametrize("share_written", [0.0, 0.5, 0.99])
def test_a_run_whose_only_checkpoint_is_half_written_has_none_until_a_whole_one_follows(
    tmp_path: Path, state: str, share_written: float
) -> None:
    path: Path = getattr(write_checkpoint(tmp_path, "e1_b0"), state)
    assert has_whole_checkpoint(tmp_path)
    content = path.read_bytes()
    path.write_bytes(content[: int(share_written * len(content))])
    assert not has_whole_checkpoint(tmp_path)
    write_checkpoint(tmp_path, "e2_b0")
    assert has_whole_checkpoint(tmp_path)
