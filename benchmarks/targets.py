"""How fast this package is meant to be, in numbers, and whether it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Figures = Any
"""What a benchmark has written: plain JSON values."""


class Verdict(StrEnum):
    """What comes of a target."""

    MET = "met"
    MISSED = "missed"
    NOT_MEASURED = "not measured"


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure.

    Args:
        value: the figure.
        low: the lowest of the rounds; None where there were none.
        high: the highest.
        note: of what it is, where the target leaves that open.
    """

    value: float
    low: float | None = None
    high: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """A figure, and what it should be.

    Args:
        title: what is measured.
        limit: what it should be on a CPU.
        find: the figures of a benchmark, and whether they are a GPU's -> the figure; a KeyError says that it is not
            among them.
        limit_on_gpu: what it should be on a GPU; None for the same.
        is_lowest: whether it should be at least the limit; otherwise at most.
        is_reached_at_limit: whether the limit itself is good enough.
        unit: of the figure: "%" for a share, or what is written behind it; empty for a ratio.
    """

    title: str
    limit: float
    find: Callable[[Figures, bool], Measured]
    limit_on_gpu: float | None = None
    is_lowest: bool = False
    is_reached_at_limit: bool = True
    unit: str = ""

    def measured(self, figures: Figures, on_gpu: bool) -> Measured | None:
        """Look the figure up.

        Args:
            figures: of the benchmark; None where there are none.
            on_gpu: whether they were measured on a GPU.

        Returns:
            The figure; None where it is not among them.
        """
        if figures is None:
            return None
        try:
            return self.find(figures, on_gpu)
        except KeyError:
            return None

    def verdict(self, measured: Measured | None, on_gpu: bool) -> Verdict:
        """Judge a figure; what rounds differed by is not looked at.

        Args:
            measured: the figure; None where there is none.
            on_gpu: whether it was measured on a GPU.

        Returns:
            The verdict.
        """
        if measured is None:
            return Verdict.NOT_MEASURED
        return Verdict.MET if self.is_met_by(measured.value, on_gpu) else Verdict.MISSED

    def is_met_by(self, value: float, on_gpu: bool) -> bool:
        """Compare with the limit.

        Args:
            value: a figure.
            on_gpu: whether it was measured on a GPU.

        Returns:
            Whether it is good enough.
        """
        limit = self._limit(on_gpu)
        if value == limit:
            return self.is_reached_at_limit
        return value > limit if self.is_lowest else value < limit

    def is_met_in_some_rounds_only(self, measured: Measured, on_gpu: bool) -> bool:
        """See whether the rounds contradict one another.

        Args:
            measured: the figure.
            on_gpu: whether it was measured on a GPU.

        Returns:
            Whether the limit lies between the lowest and the highest round.
        """
        rounds = [value for value in (measured.low, measured.high) if value is not None]
        return len({self.is_met_by(value, on_gpu) for value in rounds}) == 2

    def wanted(self, on_gpu: bool) -> str:
        """Write the limit, such as "at most 1.08"."""
        words = {(True, True): "at least", (True, False): "more than", (False, True): "at most"}
        comparison = words.get((self.is_lowest, self.is_reached_at_limit), "less than")
        return f"{comparison} {self.number(self._limit(on_gpu))}"

    def number(self, value: float) -> str:
        """Write a figure with its unit."""
        if self.unit == "%":
            return f"{100 * value:.2f}".rstrip("0").rstrip(".") + " %"
        return f"{value:.0f} {self.unit}" if self.unit else f"{value:.3f}".rstrip("0").rstrip(".")

    def _limit(self, on_gpu: bool) -> float:
        return self.limit if self.limit_on_gpu is None or not on_gpu else self.limit_on_gpu
