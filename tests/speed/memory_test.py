"""Memory at its peak."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import torch

from blner_allennlp.speed import memory
from blner_allennlp.speed.memory import watched_memory

CPU = torch.device("cpu")
NUM_MIB = 128


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the peak of a part")
def test_the_peak_holds_what_was_there_for_a_moment_only() -> None:
    with watched_memory(CPU) as watched:
        torch.ones(NUM_MIB * 2**18)  # 4 bytes each
    assert watched.process_peak >= watched.process_before + NUM_MIB - 1
    if not watched.is_of_process:
        with watched_memory(CPU) as later:
            pass
        assert later.process_peak < watched.process_peak - NUM_MIB / 2
    assert watched.device_peak is None


def test_systems_without_a_status_file_tell_the_peak_of_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "_STATUS", tmp_path / "status")
    monkeypatch.setattr(memory, "_CLEAR_REFS", tmp_path / "missing" / "clear_refs")
    with watched_memory(CPU) as watched:
        pass
    assert watched.is_of_process
    assert watched.process_before is None
    assert watched.process_peak > 50  # torch alone takes more
    assert watched.to_json()["process_peak_since_start"] is True
