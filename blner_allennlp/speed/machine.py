"""On what something was measured: without that, figures say nothing."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import torch

import blner_allennlp

_LIBRARIES = ("torch", "transformers", "tokenizers", "allennlp", "numpy")
_CPU_INFO = Path("/proc/cpuinfo")


def describe_machine(device: torch.device) -> dict[str, Any]:
    """Describe processor, device and versions; nothing that names the machine or its user.

    Args:
        device: what the model runs on.

    Returns:
        Plain JSON values.
    """
    return {
        "system": f"{platform.system()} {platform.release()}",
        "cpu": _cpu_model(),
        "num_cpus": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "num_threads": torch.get_num_threads(),
        "device": str(device),
        "device_name": torch.cuda.get_device_name(device) if device.type == "cuda" else None,
        "cuda": torch.version.cuda if device.type == "cuda" else None,
        "versions": {
            "python": platform.python_version(),
            **{library: _version(library) for library in _LIBRARIES},
            "blner_allennlp": blner_allennlp.__version__,
        },
        "commit": package_commit(Path(blner_allennlp.__file__).resolve().parent),
    }


def package_commit(package: Path) -> str | None:
    """Find the commit that a package in a checkout is of.

    Args:
        package: the package's directory.

    Returns:
        The commit, with `+changes` where files that git knows were changed since; None for a package that is no
        checkout's, or without git.
    """
    project = package.parent
    git = shutil.which("git")
    # An environment may well lie in the checkout of something else.
    if git is None or not (project / ".git").exists():
        return None
    try:
        commit = _output_of(git, project, "rev-parse", "HEAD")
        changes = _output_of(
            git, project, "status", "--porcelain", "--untracked-files=no", "--", package.name
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return f"{commit}+changes" if changes else commit


def _output_of(git: str, directory: Path, *arguments: str) -> str:
    command = [git, "-C", str(directory), *arguments]
    result = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 (nothing of the user's)
    return result.stdout.strip()


def _cpu_model() -> str:
    try:
        found = re.search(
            r"^model name\s*:\s*(.+)$", _CPU_INFO.read_text(encoding="utf-8"), flags=re.MULTILINE
        )
    except OSError:
        found = None
    return found[1].strip() if found else platform.processor() or platform.machine()


def _version(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None
