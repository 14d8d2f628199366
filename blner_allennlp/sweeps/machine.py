"""On what a run is trained, as far as that can be told without loading torch."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import blner_allennlp

_LIBRARIES = ("torch", "transformers", "allennlp")
_CPU_INFO = Path("/proc/cpuinfo")
_SECONDS = 10


def num_cores() -> int:
    """How many processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def default_device() -> int:
    """The GPU that AllenNLP trains on where nobody says which: the first, or -1 without any."""
    # Loading torch takes seconds; without the driver's own program there is no GPU that it could use.
    if shutil.which("nvidia-smi") is None:
        return -1
    import torch

    return 0 if torch.cuda.is_available() else -1


@cache
def library_versions() -> dict[str, str]:
    """Versions of Python, of this package and of what the outcome of a training depends on, by name."""
    versions = {"python": platform.python_version(), "blner_allennlp": blner_allennlp.__version__}
    for library in _LIBRARIES:
        try:
            versions[library] = importlib.metadata.version(library)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions


def describe_hardware(device: int) -> dict[str, str | int | float | None]:
    """Describe processor and GPU; nothing that names the machine or its user.

    Args:
        device: the GPU's number as the machine counts them; -1 for none.

    Returns:
        `cpu`, `num_cpus`, and `gpu` where there is one to be used.
    """
    hardware: dict[str, str | int | float | None] = {"cpu": _cpu_name(), "num_cpus": num_cores()}
    gpu = _gpu_name(device) if device >= 0 else None
    if gpu is not None:
        hardware["gpu"] = gpu
    return hardware


@cache
def _cpu_name() -> str:
    try:
        text = _CPU_INFO.read_text(encoding="utf-8")
    except OSError:
        text = ""
    found = re.search(r"^model name\s*:\s*(.+)$", text, flags=re.MULTILINE)
    return found[1].strip() if found else platform.processor() or platform.machine()


@cache
def _gpu_name(device: int) -> str | None:
    program = shutil.which("nvidia-smi")
    if program is None:
        return None
    command = [program, "--query-gpu=name", "--format=csv,noheader", f"--id={device}"]
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    return result.stdout.strip() or None
