"""Why a process ended, in words."""

from __future__ import annotations

import re
import signal
from pathlib import Path

from blner_allennlp.command_errors import MESSAGE_PREFIX

_OUT_OF_MEMORY = re.compile(
    r"out of memory|MemoryError|can't allocate memory|Cannot allocate memory", re.IGNORECASE
)
_KERNEL_COUNTS = Path("/proc/vmstat")
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_TAIL_BYTES = 1 << 15
_SHELL_SIGNAL = 128
_TRACEBACK = "Traceback (most recent call last):"


def last_lines(log: Path, num_lines: int = 12) -> list[str]:
    """Read the end of a log.

    Args:
        log: the file.
        num_lines: how many lines at most.

    Returns:
        The last lines that are not blank, without colours and what progress bars overwrote; none without a file.
    """
    try:
        with log.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - _TAIL_BYTES))
            text = file.read().decode("utf-8", errors="replace")
    except OSError:
        return []
    lines = (_CONTROL.sub("", line.rstrip().rsplit("\r", 1)[-1]) for line in text.split("\n"))
    return [line for line in lines if line.strip()][-num_lines:]


def num_memory_kills() -> int | None:
    """How many processes the kernel has killed for want of memory since the machine started; None where unknown."""
    try:
        found = re.search(r"^oom_kill (\d+)$", _KERNEL_COUNTS.read_text(encoding="ascii"), flags=re.MULTILINE)
    except OSError:
        return None
    return int(found[1]) if found else None


def describe_failure(return_code: int, lines: list[str], memory_kills: int | None) -> str:
    """Say why a process ended.

    Args:
        return_code: its status, negative for a signal, as `subprocess` has it.
        lines: the end of its log.
        memory_kills: how many processes were killed for want of memory while it ran; None where that is unknown.

    Returns:
        One line.
    """
    number = -return_code if return_code < 0 else return_code - _SHELL_SIGNAL
    if number == signal.SIGKILL:
        if memory_kills:
            return "killed by the kernel: the machine ran out of memory; fewer --jobs, or a smaller batch, need less"
        return "killed (signal 9), perhaps for want of memory"
    on_memory = [line for line in lines if _OUT_OF_MEMORY.search(line)]
    if on_memory:
        return f"out of memory: {on_memory[-1].strip()}"
    if return_code < 0:
        return f"ended by {_signal_name(number)}"
    message = f": {_last_message(lines)}" if lines else ""
    return f"exit status {return_code}{message}"


def _last_message(lines: list[str]) -> str:
    """What a command that ended with a message said, which may be several lines; otherwise the last line."""
    for index, line in reversed(list(enumerate(lines))):
        if line.startswith(_TRACEBACK):
            break
        if line.startswith(MESSAGE_PREFIX):
            return " ".join(part.strip() for part in lines[index:])
    return lines[-1].strip()


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
