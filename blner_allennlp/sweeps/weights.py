"""Weights that a run leaves behind, and that fill the disk."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

_ARCHIVES = ("model*.tar.gz",)
_CHECKPOINTS = ("model_state_e*_b*.th", "training_state_e*_b*.th", "best*.th")


class KeepWeights(StrEnum):
    """Which weights stay when a run has answered."""

    ALL = "all"
    ARCHIVE = "archive"
    NONE = "none"


def remove_weights(directory: Path, keep: KeepWeights) -> None:
    """Remove weights of a run that is done.

    Args:
        directory: the run's directory.
        keep: `archive` removes the checkpoints, from which a training is resumed; `none` the trained model, too.
    """
    patterns = {
        KeepWeights.ALL: (),
        KeepWeights.ARCHIVE: _CHECKPOINTS,
        KeepWeights.NONE: _CHECKPOINTS + _ARCHIVES,
    }
    for pattern in patterns[keep]:
        for path in directory.glob(pattern):
            path.unlink(missing_ok=True)
