"""What the user named -> runs and prediction files, and runs that cannot take part."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from blner_allennlp.errors import RunError
from blner_allennlp.runs.run_directory import PREDICTIONS_NAME, is_run_directory
from blner_allennlp.runs.run_record import RunRecord

ARCHIVE_NAME = "model.tar.gz"


@dataclass(frozen=True, slots=True)
class PredictionFile:
    """A prediction file and what the user calls the system.

    Args:
        name: the system's name; None for the file's.
        path: the file.
    """

    name: str | None
    path: Path


@dataclass(frozen=True, slots=True)
class FoundRun:
    """A run and what the user calls it.

    Args:
        variant: the name that the user gives it or the directory that it is in; None for none.
        path: the run's directory.
    """

    variant: str | None
    path: Path


@dataclass(frozen=True, slots=True)
class FoundInputs:
    """What takes part in a comparison.

    Args:
        runs: finished runs, in the order in which they were named, those of one directory sorted.
        files: prediction files, as they were named.
        left_out: runs that cannot take part, with the reason.
    """

    runs: tuple[FoundRun, ...]
    files: tuple[PredictionFile, ...]
    left_out: tuple[tuple[Path, str], ...]


def find_inputs(names: Iterable[str]) -> FoundInputs:
    """Look for runs and prediction files.

    Args:
        names: runs' directories, directories somewhere below which there are runs, files; `NAME=` before it is the
            name of a file's system, or the variant of runs.

    Returns:
        What was found; a run that is named twice counts once.

    Raises:
        RunError: a path does not exist, or a directory holds no run; or there is nothing but unfinished runs.
    """
    runs: dict[Path, FoundRun] = {}
    files: dict[tuple[str | None, Path], PredictionFile] = {}
    left_out: dict[Path, str] = {}
    for text in names:
        name, path = _split_name(text)
        if path.is_dir():
            found = list(_runs_below(path))
            if not found:
                raise RunError(
                    "expected a run of `allennlp train` or `allennlp ner-sweep` in it or below it (a directory with "
                    "run.json, config.json or predictions/), found none; check the path",
                    path,
                )
            for run in found:
                reason = _why_unfinished(run)
                if reason is None:
                    runs.setdefault(run.resolve(), FoundRun(name, run))
                else:
                    left_out[run] = reason
        elif path.is_file():
            files.setdefault((name, path.resolve()), PredictionFile(name, path))
        else:
            raise RunError(
                "expected a run's directory, a directory with runs, or a prediction file, but there is nothing; check "
                "the path",
                path,
            )
    if not runs and not files:
        path, reason = next(iter(left_out.items()))
        raise RunError(
            f"expected at least one finished run, but {len(left_out)} cannot take part; this one: {reason}",
            path,
        )
    return FoundInputs(tuple(runs.values()), tuple(files.values()), tuple(left_out.items()))


def _split_name(text: str) -> tuple[str | None, Path]:
    name, equals, rest = text.partition("=")
    # A path may hold the sign itself.
    if equals and name and "/" not in name and not Path(text).exists():
        return name, Path(rest)
    return None, Path(text)


def _runs_below(directory: Path) -> Iterator[Path]:
    for path, subdirectories, _ in os.walk(directory, followlinks=False):
        if is_run_directory(Path(path)):
            subdirectories.clear()
            yield Path(path)
        else:
            subdirectories[:] = sorted(
                (name for name in subdirectories if not name.startswith(".")), key=_natural_key
            )


def _natural_key(name: str) -> list[tuple[int, str]]:
    """So that seed-10 comes after seed-9."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name)]


def _why_unfinished(run: Path) -> str | None:
    record = RunRecord.read(run)
    if record is not None and record.status == "failed":
        first_line = (record.error or "").strip().splitlines()[:1]
        return "it has failed" + (f": {first_line[0]}" if first_line else "")
    if record is not None and record.status == "running":
        return "it has not finished (its status is 'running')"
    if any((run / name).exists() for name in (ARCHIVE_NAME, PREDICTIONS_NAME)):
        return None
    return f"its training has not finished: it holds neither {ARCHIVE_NAME} nor {PREDICTIONS_NAME}"
