"""Work done in a thread before its result is asked for."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from threading import Condition, Thread, current_thread
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

# How long a thread without anything to do waits for more. To start one takes a tenth of a millisecond, so steps of a
# GPU should not need one each.
_SECONDS_OF_PATIENCE = 0.2
# A thread that was idle has time, and its caller has none: Python runs one of the two, and the caller should not wait
# for the item after next on its way to the device.
_SECONDS_FOR_THE_CALLER = 0.001


def map_ahead(function: Callable[[Item], Result], items: Iterable[Item], num_ahead: int) -> Iterator[Result]:
    """Apply a function to items in order, in one background thread that is a few items ahead.

    The items themselves are taken in the caller's thread. An exception of the function is raised when its item's turn
    comes, with the traceback of the thread. A thread that has nothing to do for a while ends, so a generator that is
    laid aside keeps none. When the generator ends, is closed or thrown away, the item that the thread is at is
    finished, and what waits is not begun.

    Args:
        function: what is done with each item.
        items: the items.
        num_ahead: how many results there are at most beside the one that the caller has.

    Yields:
        The results, in the order of the items.
    """
    owner = os.getpid()
    worker = _Worker(function)
    begun: deque[Future[Result]] = deque()
    try:
        for item in items:
            begun.append(worker.begin(item))
            if len(begun) > num_ahead:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()
    finally:
        # A forked process may throw its copy of the generator away, but has no such thread, and maybe a lock of it.
        if os.getpid() == owner:
            worker.stop()


class _Worker(Generic[Item, Result]):
    """Applies a function in a thread that is there while there is something to do."""

    def __init__(self, function: Callable[[Item], Result]) -> None:
        self._function = function
        self._waiting: deque[tuple[Future[Result], Item]] = deque()
        self._thread: Thread | None = None
        self._is_stopped = False
        # Held to look at or change these three, never while the function runs.
        self._change = Condition()

    def begin(self, item: Item) -> Future[Result]:
        future: Future[Result] = Future()
        with self._change:
            self._waiting.append((future, item))
            if self._thread is None:
                thread = Thread(target=self._work, name="map_ahead")
                thread.start()
                self._thread = thread
            else:
                self._change.notify()
        return future

    def stop(self) -> None:
        with self._change:
            self._is_stopped = True
            self._waiting.clear()
            self._change.notify()
            thread = self._thread
        # The garbage collector may throw a generator away in any thread, in this one, too.
        if thread is not None and thread is not current_thread():
            thread.join()

    def _work(self) -> None:
        while True:
            with self._change:
                is_idle = not self._waiting and not self._is_stopped
                was_woken = is_idle and self._change.wait(_SECONDS_OF_PATIENCE)
            if was_woken:
                time.sleep(_SECONDS_FOR_THE_CALLER)
            with self._change:
                # One step: the collector may call `stop` in this thread, between any two.
                try:
                    future, item = self._waiting.popleft()
                except IndexError:
                    self._thread = None
                    return
            try:
                future.set_result(self._function(item))
            except BaseException as error:  # for the thread that asks
                future.set_exception(error)
            # Results may be large, and belong to whoever asks for them.
            del future, item
