"""The processes that a run consists of."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from typing import Protocol

from blner_allennlp.sweeps.planned_run import PlannedRun
from blner_allennlp.sweeps.standing import answered_splits


class RunCommands(Protocol):
    """Command lines of a run."""

    def train(self, run: PlannedRun, *, recover: bool) -> list[str]:
        """The training.

        Args:
            run: the run.
            recover: whether to go on with what was broken off.

        Returns:
            The command line.
        """

    def answer(self, run: PlannedRun, device: int) -> list[str]:
        """What writes the predictions of a trained model.

        Args:
            run: the run.
            device: the GPU as the process sees them; -1 for none.

        Returns:
            The command line.
        """


@dataclass(frozen=True, slots=True)
class AllenNlpCommands:
    """`allennlp train`, as a user would type it, and the answers of this package.

    Args:
        include_packages: packages to import, as of `allennlp train --include-package`, beside this one.
    """

    include_packages: tuple[str, ...] = field(default=())

    def train(self, run: PlannedRun, *, recover: bool) -> list[str]:
        """The training.

        Args:
            run: the run.
            recover: whether to go on with what was broken off.

        Returns:
            The command line.
        """
        command = [sys.executable, "-m", "allennlp", "train", str(run.experiment), "-s", str(run.directory)]
        command += ["--overrides", json.dumps(run.overrides, ensure_ascii=False), "--file-friendly-logging"]
        if recover:
            command.append("--recover")
        return command + self._included()

    def answer(self, run: PlannedRun, device: int) -> list[str]:
        """What writes the predictions of a trained model.

        Args:
            run: the run.
            device: the GPU as the process sees them; -1 for none.

        Returns:
            The command line.
        """
        command = [sys.executable, "-m", "blner_allennlp.answering", str(run.directory)]
        command += ["--cuda-device", str(device), "--splits", *answered_splits(run)]
        return command + self._included()

    def _included(self) -> list[str]:
        packages = dict.fromkeys(("blner_allennlp", *self.include_packages))
        return [argument for package in packages for argument in ("--include-package", package)]
