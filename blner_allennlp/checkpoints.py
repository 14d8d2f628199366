"""The checkpoints in a run's directory, and which of them were written to their end."""

from __future__ import annotations

import os
import zipfile
from dataclasses import dataclass
from pathlib import Path

_STATES = ("model_state", "training_state")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The two files that a run is continued from; either may be missing or broken off.

    Args:
        model_state: the file of the weights, which is written first.
        training_state: the file of the trainer's, optimizer's and scheduler's state.
    """

    model_state: Path
    training_state: Path

    def is_whole(self) -> bool:
        """Whether both files were written to their end."""
        # torch writes zip archives, whose table of contents comes last; a missing file is none.
        return zipfile.is_zipfile(self.model_state) and zipfile.is_zipfile(self.training_state)


def find_checkpoints(directory: str | os.PathLike[str]) -> list[Checkpoint]:
    """Find what AllenNLP's checkpointer wrote, halves of checkpoints included.

    Args:
        directory: a run's directory.

    Returns:
        The checkpoints, in no particular order.
    """
    points_in_time = {
        path.name.removeprefix(state)
        for state in _STATES
        for path in Path(directory).glob(f"{state}_e*_b*.th")
    }
    return [
        Checkpoint(*(Path(directory) / f"{state}{point_in_time}" for state in _STATES))
        for point_in_time in sorted(points_in_time)
    ]


def has_whole_checkpoint(directory: str | os.PathLike[str]) -> bool:
    """Tell whether a recovered run has anything to continue from.

    Args:
        directory: a run's directory.

    Returns:
        Whether there is a checkpoint that was written to its end.
    """
    return any(checkpoint.is_whole() for checkpoint in find_checkpoints(directory))


def best_of_head_path(directory: str | os.PathLike[str], head: str) -> Path:
    """Name the file of the weights at which a head that does not answer was best.

    Args:
        directory: a run's directory.
        head: `seq` or `span`.

    Returns:
        The file, whether it is there or not.
    """
    return Path(directory) / f"best_{head}.th"
