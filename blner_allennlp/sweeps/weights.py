"""Weights that a run leaves behind, and that fill the disk."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

# What `model.tar.gz` holds, too, or what only an unfinished training needs.
_SPARE = ("model_state_e*_b*.th", "training_state_e*_b*.th", "best.th")
# The trained model: the archive, and the best weights of the head that does not answer.
_TRAINED = ("model.tar.gz", "best_*.th")


class KeepWeights(StrEnum):
    """Which weights stay when a run has answered."""

    ALL = "all"
    ARCHIVE = "archive"
    NONE = "none"


def remove_weights(directory: Path, keep: KeepWeights) -> None:
    """Remove weights of a run that is done.

    Args:
        directory: the run's directory.
        keep: `archive` removes what only an unfinished training needs; `none` the trained model, too.
    """
    patterns = {
        KeepWeights.ALL: (),
        KeepWeights.ARCHIVE: _SPARE,
        KeepWeights.NONE: _SPARE + _TRAINED,
    }
    for pattern in patterns[keep]:
        for path in directory.glob(pattern):
            path.unlink(missing_ok=True)
