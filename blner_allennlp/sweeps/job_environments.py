"""Threads and GPUs of runs that are at work at the same time."""

from __future__ import annotations

import os
from dataclasses import dataclass

from blner_allennlp.sweeps.machine import default_device, num_cores
from blner_allennlp.sweeps.planned_run import PlannedRun


@dataclass(frozen=True, slots=True)
class JobEnvironments:
    """What each place for a run has of the machine.

    Args:
        num_jobs: how many runs are at work at once, in places 0 to `num_jobs` - 1.
        num_threads: threads of each; None for the variable OMP_NUM_THREADS, or where it is not set for the machine's
            cores divided by `num_jobs`.
        cuda_devices: GPUs that the places have in turn; -1 stands for none; empty to let AllenNLP choose.
    """

    num_jobs: int = 1
    num_threads: int | None = None
    cuda_devices: tuple[int, ...] = ()

    def variables(self, place: int) -> dict[str, str]:
        """Make the environment of a process.

        Args:
            place: the place.

        Returns:
            All variables.
        """
        variables = {**os.environ, "PYTHONUNBUFFERED": "1"}
        if self.num_threads is not None:
            variables["OMP_NUM_THREADS"] = str(self.num_threads)
        else:
            variables.setdefault("OMP_NUM_THREADS", str(max(1, num_cores() // self.num_jobs)))
        if self.cuda_devices:
            device = self.device(place)
            variables["CUDA_VISIBLE_DEVICES"] = str(device) if device >= 0 else ""
        return variables

    def device(self, place: int) -> int:
        """Name a place's GPU.

        Args:
            place: the place.

        Returns:
            Its number as the machine counts them; -1 for none.
        """
        if self.cuda_devices:
            return self.cuda_devices[place % len(self.cuda_devices)]
        return default_device()

    def seen_device(self, place: int, run: PlannedRun) -> int:
        """Name the GPU that a run is on, as its process counts them: only those that it was given are there.

        Args:
            place: the place.
            run: the run, whose configuration may name one.

        Returns:
            The number; -1 for none.
        """
        configured = run.config.get("trainer", {}).get("cuda_device")
        return configured if isinstance(configured, int) else min(self.device(place), 0)
