"""A thread that is ahead: same results, errors where they belong, and nothing left behind."""

from __future__ import annotations

import gc
import os
import threading
import time
import traceback
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blner_allennlp.data_loading import map_ahead as map_ahead_module
from blner_allennlp.data_loading.map_ahead import _Worker, map_ahead


def threads_left() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "map_ahead"]


def wait_until(is_so: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.001)


@settings(max_examples=50)
@given(items=st.lists(st.integers()), num_ahead=st.integers(1, 6))
def test_it_gives_what_a_loop_gives(items: list[int], num_ahead: int) -> None:
    assert list(map_ahead(lambda item: item * 2, items, num_ahead)) == [item * 2 for item in items]
    assert threads_left() == []


def test_it_works_in_a_thread_and_takes_the_items_in_the_caller_s() -> None:
    def items() -> Iterator[str]:
        for _ in range(3):
            yield threading.current_thread().name

    here = threading.current_thread().name
    for item, worked_in in map_ahead(lambda item: (item, threading.current_thread().name), items(), 1):
        assert item == here
        assert worked_in == "map_ahead"


def test_it_is_ahead_by_as_much_as_it_may_be_and_no_more() -> None:
    begun: list[int] = []
    results = map_ahead(lambda item: begun.append(item) or item, range(20), 3)
    for expected in range(10):
        assert next(results) == expected
        wait_until(lambda expected=expected: len(begun) == expected + 4)
        time.sleep(0.002)
        assert len(begun) == expected + 4
    results.close()


def test_a_thread_that_is_ahead_lets_the_caller_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(map_ahead_module, "_SECONDS_OF_PATIENCE", 20)
    begun: list[int] = []
    results = map_ahead(lambda item: begun.append(item) or item, range(20), 3)
    next(results)
    wait_until(lambda: len(begun) == 4)
    time.sleep(0.05)  # until it is idle
    monkeypatch.setattr(map_ahead_module, "_SECONDS_FOR_THE_CALLER", 0.5)
    assert next(results) == 1
    assert len(begun) == 4
    wait_until(lambda: len(begun) == 5)
    results.close()


def broken_at_two(item: int) -> int:
    if item == 2:
        raise LookupError("there is no two")
    return item


def test_an_error_is_raised_at_its_item_with_its_traceback() -> None:
    results = map_ahead(broken_at_two, range(5), 4)
    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(LookupError, match="there is no two") as caught:
        next(results)
    assert "broken_at_two" in "".join(traceback.format_exception(caught.value))
    assert threads_left() == []
    assert list(results) == []


def test_an_error_of_the_items_is_raised_too() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise OSError("no more items")

    results = map_ahead(lambda item: item, items(), 1)
    with pytest.raises(OSError, match="no more items"):
        list(results)
    assert threads_left() == []


def test_a_generator_that_is_laid_aside_keeps_no_thread_and_goes_on() -> None:
    results = map_ahead(lambda item: item, range(10), 2)
    for expected in range(10):
        assert next(results) == expected
        wait_until(lambda: threads_left() == [])
    assert list(results) == []


@pytest.mark.parametrize("how", ["close", "forget", "throw"])
def test_giving_up_ends_the_thread_and_what_waits_is_not_begun(how: str) -> None:
    begun: list[int] = []
    may_go_on = threading.Event()

    def work(item: int) -> int:
        begun.append(item)
        if item:
            assert may_go_on.wait(20)
        return item

    results = map_ahead(work, range(100), 4)
    assert next(results) == 0
    wait_until(lambda: begun == [0, 1])
    threading.Timer(0.5, may_go_on.set).start()  # a busy machine may take long to give up
    if how == "close":
        results.close()
    elif how == "forget":
        del results
        gc.collect()
    else:
        with pytest.raises(KeyboardInterrupt):
            results.throw(KeyboardInterrupt)
    assert threads_left() == []
    assert begun == [0, 1]


def test_the_thread_itself_may_throw_the_generator_away() -> None:
    # As the garbage collector does, which runs in any thread.
    stopped, done = threading.Event(), []

    def work(item: int) -> int:
        done.append(item)
        worker.stop()
        stopped.set()
        return item

    worker = _Worker(work)
    result = worker.begin(1)
    assert stopped.wait(20)
    wait_until(lambda: threads_left() == [])
    assert result.result() == 1
    assert done == [1]


def test_a_forked_process_can_throw_its_copy_away() -> None:
    results = map_ahead(lambda item: item, range(10), 2)
    next(results)
    process = os.fork()
    if process == 0:
        results.close()
        os._exit(7)
    wait_until(lambda: os.waitpid(process, os.WNOHANG) == (process, 7 << 8))
    assert list(results) == list(range(1, 10))
