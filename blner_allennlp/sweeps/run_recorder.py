"""Keeps a run's `run.json` up to date while a sweep works at it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from blner_allennlp.runs.run_description import BL_NER, describe_config
from blner_allennlp.runs.run_record import RunRecord
from blner_allennlp.runs.system_output import SEQNER, SPANNER
from blner_allennlp.sweeps.machine import describe_hardware, library_versions
from blner_allennlp.sweeps.planned_run import PlannedRun

TRAIN_SO_FAR = "train_so_far"
"""In a record's `seconds`: what a training that is not at its end has taken, in all of its processes."""


class RunRecorder:
    """Writes the record of one run, once AllenNLP has made its directory.

    Args:
        run: the run.
        device: GPU that it is trained on, as the machine counts them; -1 for none.
    """

    def __init__(self, run: PlannedRun, device: int) -> None:
        self._directory = run.directory
        description = describe_config(run.config)
        model, variant = _model_and_variant(run, description.model)
        before = RunRecord.read(run.directory) or RunRecord()
        self._record = replace(
            before,
            name=run.name,
            corpus=run.corpus,
            model=model,
            variant=variant,
            seed=run.seed,
            settings=description.settings,
            overrides=dict(run.overrides),
            fingerprint=run.fingerprint,
            versions=before.versions or library_versions(),
            hardware=before.hardware or describe_hardware(device),
        )
        self._is_written = False

    @property
    def seconds_before(self) -> float:
        """How long the run was at work in earlier sweeps."""
        return sum(self._record.seconds.values())

    def training_begins(self, command: Sequence[str]) -> None:
        """Note that the training starts, or goes on.

        Args:
            command: what was started.
        """
        arguments = tuple(command)
        if arguments[:3] == (sys.executable, "-m", "allennlp"):  # where Python lies is nobody's business
            arguments = ("allennlp", *arguments[3:])
        self._change(command=arguments, started=self._record.started or _now(), finished=None, error=None)

    def answering_begins(self) -> None:
        """Note that the predictions are being made."""
        self._change(started=self._record.started or _now(), finished=None, error=None)
        self.save()

    def save(self) -> None:
        """Write what was noted since the last time; only into a directory that is there."""
        if not self._is_written and self._directory.is_dir():
            self._record.write(self._directory)
            self._is_written = True

    def trained(self, seconds: float) -> None:
        """Note that the training has come to its end.

        Args:
            seconds: how long its last process took.
        """
        others = {part: taken for part, taken in self._record.seconds.items() if part != TRAIN_SO_FAR}
        so_far = self._record.seconds.get(TRAIN_SO_FAR, 0.0)
        self._change(seconds={**others, "train": round(so_far + seconds, 3)})
        self.save()

    def done(self, seconds: float) -> None:
        """Note that the predictions are there.

        Args:
            seconds: how long they took.
        """
        self._change(
            seconds={**self._record.seconds, "answer": round(seconds, 3)}, status="done", finished=_now()
        )
        self.save()

    def failed(self, error: str, seconds: float) -> None:
        """Note that the run has failed.

        Args:
            error: why.
            seconds: how long its last process took.
        """
        self._directory.mkdir(parents=True, exist_ok=True)
        self._change(seconds=self._so_far(seconds), status="failed", error=error, finished=_now())
        self.save()

    def interrupted(self, seconds: float) -> None:
        """Note how long the run was at work; its status stays `running`, for it is to be continued.

        Args:
            seconds: how long its last process took.
        """
        self._change(seconds=self._so_far(seconds))
        self.save()

    def _so_far(self, seconds: float) -> dict[str, float]:
        taken = dict(self._record.seconds)
        if "train" not in taken:
            taken[TRAIN_SO_FAR] = round(taken.get(TRAIN_SO_FAR, 0.0) + seconds, 3)
        return taken

    def _change(self, **changes: object) -> None:
        self._record = replace(self._record, **{"status": "running", **changes})  # type: ignore[arg-type]
        self._is_written = False


def _model_and_variant(run: PlannedRun, kind: str | None) -> tuple[str, str]:
    """What the paper calls the model; what else the grid calls it tells it from its like."""
    if kind not in (SEQNER, SPANNER, BL_NER):
        return run.model, run.variant
    if run.model.lower() == kind.lower():
        return kind, run.variant
    return kind, ", ".join(part for part in (run.model, run.variant) if part)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
