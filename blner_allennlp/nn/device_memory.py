"""Telling that memory ran out from everything else that can go wrong."""

from __future__ import annotations

import torch

# What the CPU's allocators say on Linux, macOS and Windows; there is no class for it.
_CPU_MESSAGES = ("can't allocate memory", "not enough memory", "Cannot allocate memory")


def is_out_of_memory(error: BaseException) -> bool:
    """Tell whether an error means that something smaller might have worked.

    Args:
        error: what a model raised.

    Returns:
        Whether the device or the host has no more memory to give.
    """
    if isinstance(error, (torch.OutOfMemoryError, MemoryError)):
        return True
    return isinstance(error, RuntimeError) and any(message in str(error) for message in _CPU_MESSAGES)


def release_cached_memory() -> None:
    """Give the memory back that torch holds ready, so that a smaller batch finds room in one piece."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
