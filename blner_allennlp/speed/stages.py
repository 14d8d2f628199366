"""Where time goes: each moment of a pass belongs to one stage."""

from __future__ import annotations

import functools
import inspect
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any, TypeVar

Item = TypeVar("Item")


class Stage(StrEnum):
    """What a task does, in the order in which it does it."""

    READ = "read"
    TOKENISE = "tokenise"
    BATCH = "batch"
    ENCODER = "encoder"
    WORD_VECTORS = "word_vectors"
    HEADS = "heads"
    BACKWARD = "backward"
    OPTIMIZER = "optimizer"
    DECODE = "decode"
    SCORE = "score"
    WRITE = "write"
    OTHER = "other"


STAGE_MEANINGS = {
    Stage.READ: "files to sentences",
    Stage.TOKENISE: "words to pieces",
    Stage.BATCH: "sentences to tensors on the device",
    Stage.ENCODER: "pieces to their vectors",
    Stage.WORD_VECTORS: "pieces' vectors to words'",
    Stage.HEADS: "scores; losses, where there is gold",
    Stage.BACKWARD: "gradients, the encoder's above all",
    Stage.OPTIMIZER: "clip gradients, change weights",
    Stage.DECODE: "scores to entities",
    Stage.SCORE: "entities against gold",
    Stage.WRITE: "entities to JSON, into the file",
    Stage.OTHER: "the loop around all this",
}


class StageClock:
    """Adds up the seconds of each stage.

    Stages may be entered within stages; then the inner one has the time, and the outer one what is left. So the stages
    add up to the whole exactly. What no stage claims is `Stage.OTHER`. Other threads are not looked at.

    Args:
        wait: waits until the device has done what it was given, at every border between stages; None where everything
            is done when it returns.
        now: the time in seconds.

    Attributes:
        seconds: what each stage that was entered has taken.
    """

    def __init__(
        self, wait: Callable[[], None] | None = None, now: Callable[[], float] = time.perf_counter
    ) -> None:
        self._wait = wait
        self._now = now
        self._running: list[Stage] = []
        self._last = 0.0
        self._thread: int | None = None
        self.seconds: dict[Stage, float] = {}

    @property
    def total(self) -> float:
        """Seconds of all stages together."""
        return sum(self.seconds.values())

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Run the clock: what is done in here is counted, and nothing else."""
        self._thread = threading.get_ident()
        self._running = [Stage.OTHER]
        self._last = self._time()
        try:
            yield
        finally:
            self._credit()
            self._running = []
            self._thread = None

    @contextmanager
    def stage(self, stage: Stage) -> Iterator[None]:
        """Enter a stage; without effect while the clock does not run, and in other threads.

        Args:
            stage: whose time it is until another one is entered within it.
        """
        if self._thread != threading.get_ident():
            yield
            return
        self._credit()
        self._running.append(stage)
        try:
            yield
        finally:
            self._credit()
            self._running.pop()

    def timed(self, stage: Stage, function: Callable[..., Any]) -> Callable[..., Any]:
        """Make each call of a function a stage.

        Args:
            stage: the stage.
            function: the function; of a generator, the time between its items is none of its own.

        Returns:
            A function that does the same.
        """
        if inspect.isgeneratorfunction(function):

            @functools.wraps(function)
            def iterate(*args: Any, **kwargs: Any) -> Iterator[Any]:
                return self.timed_items(stage, function(*args, **kwargs))

            return iterate

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            with self.stage(stage):
                return function(*args, **kwargs)

        return call

    def timed_items(self, stage: Stage, items: Iterable[Item]) -> Iterator[Item]:
        """Make it a stage to get the next item.

        Args:
            stage: the stage.
            items: where they come from.

        Yields:
            The items.
        """
        iterator = iter(items)
        while True:
            with self.stage(stage):
                try:
                    item = next(iterator)
                except StopIteration:
                    return
            yield item

    def _credit(self) -> None:
        moment = self._time()
        stage = self._running[-1]
        self.seconds[stage] = self.seconds.get(stage, 0.0) + moment - self._last
        self._last = moment

    def _time(self) -> float:
        if self._wait is not None:
            self._wait()
        return self._now()
