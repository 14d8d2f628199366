"""A command under py-spy -> what each of its threads was doing, many times a second."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

_PROJECT_ROOT = Path(__file__).resolve().parents[2]


class Frame(NamedTuple):
    """A function that was running.

    Args:
        name: its name, with its class's.
        package: the top-level package, or `python` for the standard library.
        file: the file in the package; nothing that names this machine.
    """

    name: str
    package: str
    file: str


class Sample(NamedTuple):
    """What a thread was doing.

    Args:
        frames: the functions, the outermost first.
        seconds: for how long that counts.
    """

    frames: tuple[Frame, ...]
    seconds: float


def record(command: Sequence[str], output: Path, rate: int) -> None:
    """Run a command to its end under py-spy, in a process of its own.

    Args:
        command: what to run.
        output: the file for the profile, which speedscope shows.
        rate: samples a second.

    Raises:
        RuntimeError: there is no py-spy, or it or the command failed.
    """
    beside = Path(sys.executable).with_name("py-spy")
    py_spy = str(beside) if beside.is_file() else shutil.which("py-spy")
    if py_spy is None:
        raise RuntimeError("there is no py-spy; `pip install py-spy` brings it")
    options = ["--format", "speedscope", "--rate", str(rate), "--output", str(output)]
    output.unlink(missing_ok=True)
    finished = subprocess.run(
        [py_spy, "record", *options, "--", *command], capture_output=True, text=True, errors="replace"
    )
    if finished.returncode or not output.is_file():
        lines = [line for line in (finished.stdout + finished.stderr).splitlines() if line.strip()]
        raise RuntimeError(f"py-spy: {(lines or ['it said nothing'])[-1]}")


def read_samples(path: Path) -> Iterator[Sample]:
    """Read what `record` has written.

    Args:
        path: the file.

    Yields:
        The samples of all threads.
    """
    content = json.loads(path.read_text(encoding="utf-8"))
    frames = [make_frame(frame["name"], frame.get("file") or "") for frame in content["shared"]["frames"]]
    for thread in content["profiles"]:
        for indices, seconds in zip(thread["samples"], thread["weights"], strict=True):
            if indices:
                yield Sample(tuple(frames[index] for index in indices), seconds)


def make_frame(name: str, file: str) -> Frame:
    """Find out to which package a function belongs.

    Args:
        name: the function's name.
        file: where it stands.

    Returns:
        The frame.
    """
    for installed in ("site-packages/", "dist-packages/"):
        if installed in file:
            inside = file.rpartition(installed)[2]
            return Frame(name, inside.partition("/")[0].removesuffix(".py"), inside)
    if file.startswith(f"{_PROJECT_ROOT}/"):
        inside = file.removeprefix(f"{_PROJECT_ROOT}/")
        return Frame(name, inside.partition("/")[0], inside)
    return Frame(name, "python", file.removeprefix(f"{sysconfig.get_path('stdlib')}/").rpartition("lib/")[2])
