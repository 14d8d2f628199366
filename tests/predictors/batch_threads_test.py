"""Batches side by side divide torch's cores among them, and leave everybody else's as they are."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from blner_allennlp.predictors.batch_threads import BatchThreads


@pytest.fixture(autouse=True)
def num_cores() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def numbers_in(threads: BatchThreads, num_batches: int) -> set[tuple[int, int]]:
    """Threads that have read batches, with the number of cores of each after a product."""

    def read(_: int) -> tuple[int, int]:
        torch.randn(64, 64) @ torch.randn(64, 64)
        return threading.get_ident(), torch.get_num_threads()

    futures = [threads.submit(read, batch) for batch in range(num_batches)]
    return {future.result() for future in futures}


@pytest.mark.parametrize(
    ("num_cores", "num_at_once", "cores_each"), [(1, 1, 1), (2, 2, 1), (6, 3, 2), (5, 2, 2)]
)
def test_the_cores_are_divided(num_cores: int, num_at_once: int, cores_each: int) -> None:
    torch.set_num_threads(num_cores)
    threads = BatchThreads(max_threads=3)
    assert threads.num_at_once == num_at_once
    found = numbers_in(threads, 20)
    assert len(found) <= num_at_once
    assert {number for _, number in found} == {cores_each}
    assert torch.get_num_threads() == num_cores
    with ThreadPoolExecutor(1) as others:
        assert others.submit(torch.get_num_threads).result() == num_cores


def test_they_are_divided_anew_when_their_number_changes() -> None:
    threads = BatchThreads()
    torch.set_num_threads(2)
    before = numbers_in(threads, 4)
    torch.set_num_threads(4)
    assert threads.num_at_once == 4
    after = numbers_in(threads, 8)
    assert {number for _, number in before | after} == {1}
    assert torch.get_num_threads() == 4


def test_several_are_read_at_the_same_time() -> None:
    torch.set_num_threads(2)
    threads = BatchThreads()
    both_are_there = threading.Barrier(2, timeout=30)
    for future in [threads.submit(both_are_there.wait) for _ in range(2)]:
        future.result()


def test_where_a_thread_cannot_be_started_the_others_do_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(3)
    started = []
    start = threading.Thread.start

    def start_two(thread: threading.Thread) -> None:
        if len(started) == 2:
            raise RuntimeError("can't start new thread")
        started.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", start_two)
    with pytest.raises(RuntimeError, match="can't start new thread"):
        BatchThreads().submit(int)
    for thread in started:
        thread.join(timeout=30)
        assert not thread.is_alive()
    assert torch.get_num_threads() == 3


def test_closing_waits_for_what_was_submitted_and_more_can_follow() -> None:
    torch.set_num_threads(2)
    threads = BatchThreads()
    futures = [threads.submit(pow, 2, exponent) for exponent in range(6)]
    threads.close()
    assert all(future.done() for future in futures)
    assert threads.submit(pow, 3, 2).result() == 9
    threads.close()
    threads.close()
