"""What there is of a run already, and so what is left to do."""

from __future__ import annotations

import gzip
import json
import shutil
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from allennlp.common.checks import ConfigurationError

from blner_allennlp.checkpoints import has_whole_checkpoint
from blner_allennlp.errors import RunError
from blner_allennlp.runs.run_description import CONFIG_NAME, DATA_PATH_KEYS
from blner_allennlp.runs.run_directory import has_predictions
from blner_allennlp.runs.run_record import RECORD_NAME, RunRecord
from blner_allennlp.sweeps.planned_run import PlannedRun, differences, fingerprint

ARCHIVE = "model.tar.gz"
METRICS = "metrics.json"

_MAX_DIFFERENCES = 5
_CHUNK_BYTES = 1 << 20


class Work(StrEnum):
    """What is left to do for a run."""

    NOTHING = "done"
    ANSWER = "answer"
    CONTINUE = "continue"
    TRAIN = "train"


@dataclass(frozen=True, slots=True)
class Standing:
    """What is left to do for a run, and why.

    Args:
        work: the work.
        reason: what was found, for the eye.
        seconds: how long it was at work before, as far as that is still of use.
    """

    work: Work
    reason: str
    seconds: float = 0.0


def answered_splits(run: PlannedRun) -> list[str]:
    """Name the splits that a run is to answer.

    Args:
        run: the run.

    Returns:
        `dev` and `test`, as far as there are such data.
    """
    return [
        split for split, key in DATA_PATH_KEYS.items() if split != "train" and run.config.get(key) is not None
    ]


def missing_predictions(run: PlannedRun) -> list[str]:
    """Find splits that a run has not answered.

    Args:
        run: the run.

    Returns:
        Those of `answered_splits` for which a head's predictions are not there.
    """
    return [split for split in answered_splits(run) if not has_predictions(run.directory, split)]


def find_standing(run: PlannedRun, *, redo: bool = False) -> Standing:
    """Look into a run's directory.

    Args:
        run: the run.
        redo: whether to train anew what was trained with another configuration.

    Returns:
        What is left to do.

    Raises:
        ConfigurationError: the directory holds something else, or a training with another configuration that is not
            to be made anew; the message names the differences.
    """
    directory = run.directory
    if not directory.exists() or (directory.is_dir() and not any(directory.iterdir())):
        return Standing(Work.TRAIN, "not started")
    config = _read_config(directory)
    try:
        record = RunRecord.read(directory)
    except RunError as error:
        raise ConfigurationError(str(error)) from error
    if config is None:
        if record is None:
            raise ConfigurationError(
                f"{directory}: expected nothing or a run, found something else; move it away, or choose another "
                "directory for the sweep"
            )
        return Standing(Work.TRAIN, f"failed: {record.error or 'before it began'}")
    has_weights = (directory / ARCHIVE).exists() or has_whole_checkpoint(directory)
    is_done = record is not None and record.status == "done"
    if fingerprint(config) != run.fingerprint:
        if redo or not (has_weights or is_done):
            return Standing(Work.TRAIN, "has another configuration")
        raise ConfigurationError(_conflict(run, config))
    if is_done and not missing_predictions(run):
        return Standing(Work.NOTHING, "done before", _seconds(record))
    if _is_trained(directory, record):
        return Standing(Work.ANSWER, "trained before", _seconds(record))
    if has_whole_checkpoint(directory):
        return Standing(Work.CONTINUE, "half trained", _seconds(record))
    if is_done:
        return Standing(Work.TRAIN, "was done, but its predictions and its weights are gone")
    if record is not None and record.status == "failed":
        return Standing(Work.TRAIN, f"failed: {record.error or 'without a word'}")
    return Standing(Work.TRAIN, "broken off in its first epoch")


def remove_run(run: PlannedRun) -> None:
    """Remove what there is of a run.

    Args:
        run: the run.
    """
    # Never anything that no run wrote.
    if (run.directory / CONFIG_NAME).exists() or (run.directory / RECORD_NAME).exists():
        shutil.rmtree(run.directory)


def _seconds(record: RunRecord | None) -> float:
    return 0.0 if record is None else sum(record.seconds.values())


def _read_config(directory: Path) -> dict[str, Any] | None:
    try:
        config = json.loads((directory / CONFIG_NAME).read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError):
        return None
    return config if isinstance(config, dict) else None


def _is_trained(directory: Path, record: RunRecord | None) -> bool:
    if not (directory / ARCHIVE).exists():
        return False
    if record is not None and "train" in record.seconds:
        return True
    # AllenNLP archives an interrupted training, too, but writes its metrics only at the end; the archive comes last.
    return (directory / METRICS).exists() and _is_whole(directory / ARCHIVE)


def _is_whole(archive: Path) -> bool:
    """Whether an archive was written to its end, which only reading all of it tells."""
    try:
        with gzip.open(archive) as file:
            while file.read(_CHUNK_BYTES):
                pass
    except (OSError, EOFError, zlib.error):
        return False
    return archive.stat().st_size > 0


def _conflict(run: PlannedRun, config: Mapping[str, Any]) -> str:
    lines = differences(config, run.config)
    shown = "\n".join(f"    {line}" for line in lines[:_MAX_DIFFERENCES])
    more = f"\n    and {len(lines) - _MAX_DIFFERENCES} more" if len(lines) > _MAX_DIFFERENCES else ""
    return (
        f"{run.directory}: was trained with another configuration:\n{shown}{more}\n"
        "  --redo trains such runs anew; or choose another directory, or another name for the variant"
    )
