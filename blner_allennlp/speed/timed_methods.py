"""Putting a clock around methods of objects that know nothing of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

from blner_allennlp.speed.stages import Stage, StageClock


class TimedMethod(NamedTuple):
    """A method, and the stage that its calls are.

    Args:
        owner: the object.
        name: the method's name.
        stage: the stage.
    """

    owner: Any
    name: str
    stage: Stage


@contextmanager
def timed_methods(clock: StageClock, methods: Iterable[TimedMethod]) -> Iterator[None]:
    """Count the time of methods while this context lasts.

    Args:
        clock: where it is counted.
        methods: the methods; their owners find them replaced on themselves, other objects of their classes do not.
    """
    with ExitStack() as replaced:
        for owner, name, stage in methods:
            replaced.enter_context(replaced_method(owner, name, clock.timed(stage, getattr(owner, name))))
        yield


@contextmanager
def replaced_method(owner: Any, name: str, replacement: Callable[..., Any]) -> Iterator[None]:
    """Let an object have another method while this context lasts.

    Args:
        owner: the object.
        name: the method's name.
        replacement: what is called in its place.
    """
    own_before = vars(owner).get(name)
    setattr(owner, name, replacement)
    try:
        yield
    finally:
        if own_before is None:
            delattr(owner, name)
        else:
            setattr(owner, name, own_before)
