"""Batches that go through a model side by side, each in a thread of its own."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

import torch

Answer = TypeVar("Answer")

# Python runs one thread at a time, and every batch needs it between two products: of more threads some would wait.
_MAX_THREADS = 8


class BatchThreads:
    """Divides the processor cores that torch uses among several batches, instead of all of them sharing each product.

    Torch divides a product among its threads and waits for the last of them; what lies between two products runs on one
    core alone, and the others wait again. Batches side by side have nothing to wait for: each is read by one thread (or
    by as many as are left for it, where there are more than eight cores), and the answers are the same.

    Args:
        max_threads: at most so many batches at a time, and never more than eight.
    """

    def __init__(self, max_threads: int = _MAX_THREADS) -> None:
        self._max_threads = min(max_threads, _MAX_THREADS)
        self._pool: ThreadPoolExecutor | None = None
        self._made_for: tuple[int, int] | None = None

    @property
    def num_at_once(self) -> int:
        """How many batches are read at a time: 1 where torch uses a single core."""
        num_cores = torch.get_num_threads()
        cores_each = -(-num_cores // self._max_threads)
        return num_cores // cores_each

    def submit(self, function: Callable[..., Answer], *arguments: Any) -> Future[Answer]:
        """Have a batch read as soon as a thread is free.

        Args:
            function: reads it.
            *arguments: of the function.

        Returns:
            What comes of it.
        """
        # Threads do not live on in a forked process, and the cores may have been divided anew.
        wanted = (os.getpid(), torch.get_num_threads())
        if self._pool is None or self._made_for != wanted:
            self._pool, self._made_for = _pool_of(self.num_at_once), wanted
        return self._pool.submit(function, *arguments)

    def close(self) -> None:
        """Wait until everything that was submitted is done, and let the threads go; they come back when needed."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown()


def _pool_of(num_threads: int) -> ThreadPoolExecutor:
    num_cores = torch.get_num_threads()
    all_are_set_up = threading.Barrier(num_threads + 1)

    def set_up() -> None:
        torch.get_num_threads()  # or the thread would take over the number of all cores with its first product
        torch.set_num_threads(num_cores // num_threads)
        all_are_set_up.wait()

    pool = ThreadPoolExecutor(num_threads, "batch", initializer=set_up)
    try:
        for _ in range(num_threads):
            pool.submit(int)  # a thread is started where none is free, and none is before all are set up
        all_are_set_up.wait()
    except BaseException:
        all_are_set_up.abort()  # or those that were started would wait for the others forever
        raise
    finally:
        # What a thread sets is its own, but new threads take over what was set last.
        torch.set_num_threads(num_cores)
    return pool
