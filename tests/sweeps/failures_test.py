"""Ends of logs, and why a process ended."""

from __future__ import annotations

from pathlib import Path

import pytest

from blner_allennlp.sweeps import failures
from blner_allennlp.sweeps.failures import describe_failure, last_lines, num_memory_kills

OUT_OF_MEMORY = (
    "killed by the kernel: the machine ran out of memory; fewer --jobs, or a smaller batch, need less"
)


def test_the_end_of_a_log_is_free_of_bars_and_colours(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"x" * 100_000 + b"\nfirst\n\n  10%\r 100%\r done \n\x1b[31mred\x1b[0m \xff\n   \nlast")
    assert last_lines(log, 4) == ["first", " done", "red \ufffd", "last"]
    assert last_lines(log, 1) == ["last"]
    assert last_lines(tmp_path / "none") == []


@pytest.mark.parametrize(
    ("return_code", "lines", "memory_kills", "text"),
    [
        (1, ["Traceback", "ValueError: x"], 0, "exit status 1: ValueError: x"),
        (1, ["100%", "error: cannot be loaded", "  Check the spelling."], 0,
         "exit status 1: error: cannot be loaded Check the spelling."),
        (1, ["error: of a library, survived", "Traceback (most recent call last):", "  File", "KeyError: 'x'"], 0,
         "exit status 1: KeyError: 'x'"),
        (1, ["Traceback (most recent call last):", "CorpusError: a", "error: a.conll:1: a"], 0,
         "exit status 1: error: a.conll:1: a"),
        (3, [], None, "exit status 3"),
        (-9, ["ok"], 0, "killed (signal 9), perhaps for want of memory"),
        (-9, ["ok"], None, "killed (signal 9), perhaps for want of memory"),
        (-9, ["ok"], 2, OUT_OF_MEMORY),
        (137, [], 1, OUT_OF_MEMORY),
        (-11, ["ok"], 0, "ended by SIGSEGV"),
        (-99, [], 0, "ended by signal 99"),
        (1, ["torch.cuda.OutOfMemoryError: CUDA out of memory."], 0,
         "out of memory: torch.cuda.OutOfMemoryError: CUDA out of memory."),
        (1, ["MemoryError"], 0, "out of memory: MemoryError"),
    ],
)  # fmt: skip
def test_the_reason_is_told(return_code: int, lines: list[str], memory_kills: int | None, text: str) -> None:
    assert describe_failure(return_code, lines, memory_kills) == text


def test_the_line_on_memory_is_shown_though_others_follow() -> None:
    lines = ["RuntimeError: CUDA out of memory. Tried to allocate 2 GiB", "cleaning up"]
    assert (
        describe_failure(1, lines, 0)
        == "out of memory: RuntimeError: CUDA out of memory. Tried to allocate 2 GiB"
    )


def test_the_kernel_s_count_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = tmp_path / "vmstat"
    monkeypatch.setattr(failures, "_KERNEL_COUNTS", counts)
    assert num_memory_kills() is None
    counts.write_text("pgfault 12\noom_kill 3\nother 1\n", encoding="ascii")
    assert num_memory_kills() == 3
    counts.write_text("pgfault 12\n", encoding="ascii")
    assert num_memory_kills() is None
