"""How whole numbers such as lengths are distributed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

PERCENTS = (50, 90, 95, 99)
"""The percentiles that are reported; the paper's rule for ε is the last of them, though exceeded, not reached."""


@dataclass(slots=True)
class Distribution:
    """Whole numbers, kept as how often each one occurs: memory grows with the largest, not with how many there are.

    Args:
        num_by_value: how often each number occurs.
    """

    num_by_value: Counter[int] = field(default_factory=Counter)

    def add(self, value: int) -> None:
        """Count one more number."""
        self.num_by_value[value] += 1

    def update(self, other: Distribution) -> None:
        """Count all numbers of another distribution, too."""
        self.num_by_value.update(other.num_by_value)

    @property
    def num_values(self) -> int:
        """How many numbers were counted."""
        return self.num_by_value.total()

    @property
    def sum(self) -> int:
        """The sum of all numbers."""
        return sum(value * num for value, num in self.num_by_value.items())

    @property
    def mean(self) -> float | None:
        """The arithmetic mean; None without numbers."""
        num_values = self.num_values
        return self.sum / num_values if num_values else None

    @property
    def max(self) -> int | None:
        """The largest number; None without numbers."""
        return max(self.num_by_value, default=None)

    def percentile(self, percent: int) -> int | None:
        """Find the smallest number that at least `percent` % of all numbers do not exceed (nearest rank).

        Args:
            percent: from 0 to 100; 0 gives the smallest number.

        Returns:
            One of the numbers; None without numbers.

        Raises:
            ValueError: `percent` is outside 0 to 100.
        """
        if not 0 <= percent <= 100:
            raise ValueError(f"percent is {percent}, but must be from 0 to 100")
        num_wanted = percent * self.num_values  # in hundredths, so that no rounding is involved
        num_covered = 0
        for value in sorted(self.num_by_value):
            num_covered += self.num_by_value[value]
            if 100 * num_covered >= num_wanted:
                return value
        return None

    def num_above(self, limit: int) -> int:
        """Count the numbers that exceed a limit."""
        return sum(num for value, num in self.num_by_value.items() if value > limit)

    def to_json(self) -> dict[str, Any]:
        """Mean, percentiles and maximum as plain JSON values; null without numbers."""
        percentiles = {f"p{percent}": self.percentile(percent) for percent in PERCENTS}
        return {"mean": self.mean, **percentiles, "max": self.max}
