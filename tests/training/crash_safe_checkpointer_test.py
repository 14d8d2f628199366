"""A checkpoint that was not written to its end is passed over, and the one before is found."""

from pathlib import Path

import pytest
import torch
from allennlp.common import Params
from allennlp.training.checkpointer import Checkpointer


@pytest.fixture
def run_dir(tmp_path: Path) -> Path:
    for epoch in (1, 2):
        for state in ("model", "training"):
            torch.save({"epoch": epoch}, tmp_path / f"{state}_state_e{epoch}_b0.th")
    return tmp_path


def latest(run_dir: Path) -> tuple[str, str] | None:
    params = Params({"type": "crash_safe", "keep_most_recent_by_count": 1})
    return Checkpointer.from_params(params, serialization_dir=str(run_dir)).find_latest_checkpoint()


def files_of(run_dir: Path, epoch: int) -> tuple[str, str]:
    return tuple(str(run_dir / f"{state}_state_e{epoch}_b0.th") for state in ("model", "training"))


def test_of_whole_checkpoints_the_newest_is_found(run_dir: Path) -> None:
    assert latest(run_dir) == files_of(run_dir, 2)


@pytest.mark.parametrize("state", ["model", "training"])
@pytest.mark.parametrize("share_written", [0.0, 0.5, 0.99])
def test_a_half_written_checkpoint_is_passed_over(run_dir: Path, state: str, share_written: float) -> None:
    path = run_dir / f"{state}_state_e2_b0.th"
    content = path.read_bytes()
    path.write_bytes(content[: int(share_written * len(content))])
    assert latest(run_dir) == files_of(run_dir, 1)
    assert not path.exists()


def test_a_checkpoint_without_training_state_is_passed_over(run_dir: Path) -> None:
    (run_dir / "training_state_e2_b0.th").unlink()
    assert latest(run_dir) == files_of(run_dir, 1)


def test_a_training_state_without_weights_is_removed(run_dir: Path) -> None:
    """It would not be written anew when the run comes by again."""
    (run_dir / "model_state_e2_b0.th").unlink()
    assert latest(run_dir) == files_of(run_dir, 1)
    assert not (run_dir / "training_state_e2_b0.th").exists()


def test_without_any_whole_checkpoint_the_run_starts_anew(run_dir: Path) -> None:
    for path in run_dir.glob("*.th"):
        path.write_bytes(b"")
    assert latest(run_dir) is None
    assert list(run_dir.glob("*.th")) == []
