"""A pinned environment for each peer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

_REQUIREMENTS = Path(__file__).parent / "requirements"
_PROJECT_ROOT = Path(__file__).resolve().parents[2]
_STAMP = "requirements.txt"


class StepError(RuntimeError):
    """A peer could not be installed or run; the message says why."""


def run_step(command: list[str], environment: dict[str, str] | None = None) -> None:
    """Run a program to its end.

    Args:
        command: the program and its arguments.
        environment: its environment variables; None for this process's.

    Raises:
        StepError: it failed; the message is the line of its output that says most.
    """
    finished = subprocess.run(command, env=environment, capture_output=True, text=True, errors="replace")
    if finished.returncode:
        lines = [line.strip() for line in (finished.stdout + finished.stderr).splitlines() if line.strip()]
        errors = [line for line in lines if line.startswith("ERROR: ")]
        reason = (errors or lines[-1:] or ["no output"])[0]
        raise StepError(f"{reason} (exit status {finished.returncode})")


def prepare_environment(name: str, directory: Path) -> Path:
    """Make a peer's environment, or take the one that is there if it was made from the same requirements.

    Args:
        name: a file of `requirements`, without the ending.
        directory: where environments are kept.

    Returns:
        The environment's Python. A StepError says why there is none.
    """
    requirements = _REQUIREMENTS / f"{name}.txt"
    wanted = requirements.read_text(encoding="utf-8")
    environment = directory / name
    stamp = environment / _STAMP
    python = environment / "bin" / "python"
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        shutil.rmtree(environment, ignore_errors=True)
        run_step([sys.executable, "-m", "venv", str(environment)])
        pip = [str(python), "-m", "pip", "install", "--quiet"]
        # torch comes first and alone, so that a CPU build that lies ready is taken and nothing later pulls another one.
        torch = next(line for line in wanted.splitlines() if line.startswith("torch=="))
        run_step([*pip, torch])
        run_step([*pip, "--requirement", str(requirements)])
        stamp.write_text(wanted, encoding="utf-8")
    return python


def process_environment(num_threads: int, with_this_package: bool) -> dict[str, str]:
    """The environment variables of every worker: nothing is downloaded, and all get the same number of threads.

    Args:
        num_threads: of torch, of its libraries and of tokenizers.
        with_this_package: whether this very checkout is imported, whatever is installed.

    Returns:
        The variables.
    """
    left_out = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "BLNER_ENCODER")
    threads = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS")
    return {
        **{name: value for name, value in os.environ.items() if name not in left_out},
        **dict.fromkeys(threads, str(num_threads)),
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_VERBOSITY": "error",
        "TOKENIZERS_PARALLELISM": "true" if num_threads > 1 else "false",
        "WANDB_DISABLED": "true",
        **({"PYTHONPATH": str(_PROJECT_ROOT)} if with_this_package else {}),
    }
