"""Each moment belongs to one stage, on a clock that only moves when it is told to."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blner_allennlp.speed.stages import STAGE_MEANINGS, Stage, StageClock

STAGES = (Stage.READ, Stage.ENCODER, Stage.HEADS)


class Watch:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def clock(watch: Watch) -> StageClock:
    return StageClock(now=watch)


def test_a_stage_within_a_stage_has_its_own_time(watch: Watch, clock: StageClock) -> None:
    with clock.whole():
        watch.time += 1
        with clock.stage(Stage.HEADS):
            watch.time += 2
            with clock.stage(Stage.ENCODER):
                watch.time += 4
            watch.time += 8
        watch.time += 16
    assert clock.seconds == {Stage.OTHER: 17, Stage.HEADS: 10, Stage.ENCODER: 4}
    assert clock.total == 31


@given(
    st.recursive(st.just([]), lambda inner: st.lists(st.tuples(st.sampled_from(STAGES), inner), max_size=4))
)
def test_the_stages_add_up_to_the_whole(tree: list) -> None:
    watch = Watch()
    clock = StageClock(now=watch)
    expected: dict[Stage, int] = {}

    def walk(nodes: list, stage: Stage) -> None:
        watch.time += 1
        expected[stage] = expected.get(stage, 0) + 1
        for inner_stage, inner in nodes:
            with clock.stage(inner_stage):
                walk(inner, inner_stage)
            watch.time += 1
            expected[stage] += 1

    with clock.whole():
        walk(tree, Stage.OTHER)
    assert clock.seconds == expected
    assert clock.total == watch.time - 100


def test_outside_the_whole_nothing_is_counted(watch: Watch, clock: StageClock) -> None:
    with clock.stage(Stage.READ):
        watch.time += 1
    with clock.whole():
        watch.time += 2
    with clock.stage(Stage.READ):
        watch.time += 4
    assert clock.seconds == {Stage.OTHER: 2}


def test_other_threads_are_not_looked_at(watch: Watch, clock: StageClock) -> None:
    def work() -> None:
        with clock.stage(Stage.READ):
            watch.time += 1

    with clock.whole():
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert clock.seconds == {Stage.OTHER: 1}


def test_a_generator_is_counted_while_it_makes_an_item(watch: Watch, clock: StageClock) -> None:
    def items() -> Iterator[int]:
        for number in range(3):
            watch.time += 1
            yield number
        watch.time += 1

    with clock.whole():
        for _ in clock.timed(Stage.BATCH, items)():
            watch.time += 10
    assert clock.seconds == {Stage.OTHER: 30, Stage.BATCH: 4}


def test_a_function_gets_its_arguments_and_gives_its_value(watch: Watch, clock: StageClock) -> None:
    def add(left: int, *, right: int) -> int:
        watch.time += 1
        return left + right

    with clock.whole():
        assert clock.timed(Stage.READ, add)(1, right=2) == 3
    assert clock.seconds[Stage.READ] == 1


def test_an_error_ends_the_stage(watch: Watch, clock: StageClock) -> None:
    def fail() -> None:
        watch.time += 1
        raise KeyError

    with clock.whole():
        with pytest.raises(KeyError):
            clock.timed(Stage.READ, fail)()
        watch.time += 2
    assert clock.seconds == {Stage.READ: 1, Stage.OTHER: 2}


def test_the_clock_waits_for_the_device_at_every_border(watch: Watch) -> None:
    pending = 0

    def wait() -> None:
        nonlocal pending
        watch.time += pending
        pending = 0

    clock = StageClock(wait, watch)
    with clock.whole():
        with clock.stage(Stage.ENCODER):
            pending += 4  # the device is given work that takes 4 seconds
        with clock.stage(Stage.DECODE):
            watch.time += 1
    assert clock.seconds == {Stage.OTHER: 0, Stage.ENCODER: 4, Stage.DECODE: 1}


def test_every_stage_has_a_meaning() -> None:
    assert set(STAGE_MEANINGS) == set(Stage)
