"""Methods are replaced on one object, and are back afterwards."""

from __future__ import annotations

import pytest
from torch import nn

from blner_allennlp.speed.stages import Stage, StageClock
from blner_allennlp.speed.timed_methods import TimedMethod, replaced_method, timed_methods


class Worker:
    """Something with a method."""

    def work(self) -> str:
        return "done"


class Layer(nn.Module):
    """The same in torch, whose modules set attributes in a way of their own."""

    def work(self) -> str:
        return "done"


@pytest.mark.parametrize("make", [Worker, Layer])
def test_the_calls_of_one_object_are_counted_until_the_end(make: type) -> None:
    clock, timed, other = StageClock(), make(), make()
    with timed_methods(clock, [TimedMethod(timed, "work", Stage.READ)]), clock.whole():
        assert other.work() == "done"
        assert set(clock.seconds) == set()
        assert timed.work() == "done"
        assert Stage.READ in clock.seconds
    assert "work" not in vars(timed)
    assert timed.work.__func__ is make.work


def test_an_object_gets_its_own_method_back() -> None:
    worker = Worker()
    own = lambda: "own"  # noqa: E731
    worker.work = own
    with replaced_method(worker, "work", lambda: "replaced"):
        assert worker.work() == "replaced"
    assert worker.work is own


def test_a_method_that_is_not_there_is_an_error_and_changes_nothing() -> None:
    worker = Worker()
    methods = [TimedMethod(worker, "work", Stage.READ), TimedMethod(worker, "rest", Stage.OTHER)]
    with pytest.raises(AttributeError, match="rest"), timed_methods(StageClock(), methods):
        pass
    assert vars(worker) == {}
