"""How much memory something takes at its peak."""

from __future__ import annotations

import ctypes
import gc
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import torch

_STATUS = Path("/proc/self/status")
_CLEAR_REFS = Path("/proc/self/clear_refs")
_RESET_PEAK = "5"  # what Linux wants to read there (man 5 proc)


@dataclass(slots=True)
class PeakMemory:
    """Memory in MiB; None where this system does not tell.

    Args:
        process_before: the process's before the measured part began, model and libraries included.
        process_peak: the most that the process had during the measured part.
        is_of_process: whether `process_peak` is only known for the whole life of the process.
        device_peak: the most that tensors took on the GPU, the model's weights included; None without one.
    """

    process_before: float | None = None
    process_peak: float | None = None
    is_of_process: bool = False
    device_peak: float | None = None

    def to_json(self) -> dict[str, float | bool | None]:
        """As plain JSON values."""
        return {
            "process_before_mib": self.process_before,
            "process_peak_mib": self.process_peak,
            "process_peak_since_start": self.is_of_process,
            "device_peak_mib": self.device_peak,
        }


@contextmanager
def watched_memory(device: torch.device) -> Iterator[PeakMemory]:
    """Watch memory while this context lasts.

    Args:
        device: the device whose memory counts beside the process's.

    Yields:
        What is filled in at the end.
    """
    release_memory()
    memory = PeakMemory(process_before=_status("VmRSS"), is_of_process=not _reset_process_peak())
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
    yield memory
    memory.process_peak = _process_peak()
    if device.type == "cuda":
        memory.device_peak = torch.cuda.max_memory_allocated(device) / 2**20


def release_memory() -> None:
    """Give back what is no longer used, so that it does not count for what comes next."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    if sys.platform == "linux":
        # Python and torch leave it to the C library, which keeps what it may need again; not every one has this.
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)


def _reset_process_peak() -> bool:
    try:
        _CLEAR_REFS.write_text(_RESET_PEAK, encoding="ascii")
    except OSError:
        return False
    return True


def _process_peak() -> float | None:
    peak = _status("VmHWM")
    if peak is not None:
        return peak
    try:
        import resource
    except ImportError:  # Windows
        return None
    kilobytes_per_unit = 1 / 1024 if sys.platform == "darwin" else 1
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * kilobytes_per_unit / 2**10


def _status(name: str) -> float | None:
    """One of Linux's figures for this process, in MiB."""
    try:
        status = _STATUS.read_text(encoding="utf-8")
    except OSError:
        return None
    found = re.search(rf"^{name}:\s+(\d+) kB", status, flags=re.MULTILINE)
    return None if found is None else int(found[1]) / 2**10
