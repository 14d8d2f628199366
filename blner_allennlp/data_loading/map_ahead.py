"""Work done in a thread before its result is asked for."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def map_ahead(function: Callable[[Item], Result], items: Iterable[Item], num_ahead: int) -> Iterator[Result]:
    """Apply a function to items in order, in one background thread that is a few items ahead.

    The items themselves are taken in the caller's thread. An exception of the function is raised when its item's turn
    comes, with the traceback of the thread. When the generator ends, is closed or thrown away, the thread ends: what it
    is at is finished, what waits is not begun.

    Args:
        function: what is done with each item.
        items: the items.
        num_ahead: how many results there are at most beside the one that the caller has.

    Yields:
        The results, in the order of the items.
    """
    owner = os.getpid()
    executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="map_ahead")
    begun: deque[Future[Result]] = deque()
    try:
        for item in items:
            begun.append(executor.submit(function, item))
            if len(begun) > num_ahead:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()
    finally:
        # A forked process may throw its copy of the generator away, but has no such thread, and maybe a lock of it.
        if os.getpid() == owner:
            executor.shutdown(wait=True, cancel_futures=True)
