"""Freed memory goes back to the system."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from blner_allennlp.training import return_freed_memory as module
from blner_allennlp.training.return_freed_memory import return_freed_memory

STATUS = Path("/proc/self/status")


def resident_mb() -> float:
    found = re.search(r"VmRSS:\s+(\d+) kB", STATUS.read_text(encoding="ascii"))
    assert found is not None
    return int(found.group(1)) / 2**10


@pytest.mark.skipif(
    not STATUS.exists() or module._glibc_trim() is None, reason="needs the memory figures of Linux, and glibc"
)
def test_holes_between_what_is_still_used_are_given_back() -> None:
    # Every other block is freed. They are far below the size that the C library gives back by itself.
    blocks = [bytearray(64 * 1024) for _ in range(4000)]
    used = blocks[1::2]
    del blocks
    before = resident_mb()
    return_freed_memory()
    assert resident_mb() < before - 60  # of 125 MB
    assert len(used) == 2000


def test_where_the_c_library_cannot_do_it_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.sys, "platform", "darwin")
    module._glibc_trim.cache_clear()
    try:
        assert module._glibc_trim() is None
        return_freed_memory()
    finally:
        module._glibc_trim.cache_clear()


def test_the_experiments_ask_for_it_after_each_epoch(
    train_experiment: Callable[..., dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    monkeypatch.setattr(module, "return_freed_memory", lambda: calls.append(1))
    train_experiment(
        "quickstart",
        tmp_path / "run",
        {"trainer.num_epochs": 2, "dataset_reader.max_instances": 20, "evaluate_on_test": False},
    )
    assert len(calls) == 2
