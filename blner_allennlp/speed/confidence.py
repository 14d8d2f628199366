"""Figures of several rounds -> their mean, and how sure it is."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

CONFIDENCE = 0.95

# Halvings of a bracket: more than a float has digits.
_NUM_HALVINGS = 80


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its confidence interval.

    Args:
        mean: the geometric mean of the rounds.
        low: the lower end of the interval; None where a single round tells nothing of it.
        high: the upper end.
    """

    mean: float
    low: float | None
    high: float | None

    def to_json(self) -> dict[str, float | None]:
        """As plain JSON values."""
        return {"mean": self.mean, "low": self.low, "high": self.high}


def confidence_interval(values: Sequence[float]) -> Interval:
    """Estimate what many more rounds would give on average, with 95 % confidence.

    Student's t on the logarithms: with m and s the mean and the standard deviation of log x over n rounds, the interval
    is exp(m ± t · s / √n), t the 97.5 % quantile for n - 1 degrees of freedom. Logarithms, since speeds and ratios
    vary by factors and are never negative; so the interval of 1 / x is that of x upside down.

    Args:
        values: what the rounds gave, all above 0.

    Returns:
        The geometric mean exp(m) and the interval.

    Raises:
        ValueError: there is no round, or one gave 0 or less.
    """
    if not values or min(values) <= 0:
        raise ValueError(f"expected one value at least, and all above 0, got {list(values)}")
    logarithms = [math.log(value) for value in values]
    mean = statistics.fmean(logarithms)
    if len(values) == 1:
        return Interval(values[0], None, None)
    standard_error = statistics.stdev(logarithms) / math.sqrt(len(values))
    reach = student_quantile(len(values) - 1) * standard_error
    return Interval(math.exp(mean), math.exp(mean - reach), math.exp(mean + reach))


def student_quantile(degrees: int, confidence: float = CONFIDENCE) -> float:
    """How many standard errors around the mean hold the true one.

    Args:
        degrees: degrees of freedom, at least 1.
        confidence: with which probability, above 0 and below 1.

    Returns:
        t with P(-t < T < t) = `confidence` for Student's distribution.
    """
    low, high = 0.0, 1.0
    while _central_probability(high, degrees) < confidence:
        high *= 2
    for _ in range(_NUM_HALVINGS):
        middle = (low + high) / 2
        if _central_probability(middle, degrees) < confidence:
            low = middle
        else:
            high = middle
    return high


def _central_probability(t: float, degrees: int) -> float:
    """P(-t < T < t), which is a finite sum (Abramowitz and Stegun, 26.7.3 and 26.7.4)."""
    angle = math.atan(t / math.sqrt(degrees))
    cosine_squared = math.cos(angle) ** 2
    is_odd = degrees % 2
    term = math.cos(angle) if is_odd else 1.0
    total = 0.0
    for power in range(is_odd, degrees - 1, 2):
        total += term
        term *= cosine_squared * (power + 1) / (power + 2)
    total *= math.sin(angle)
    return 2 / math.pi * (angle + total) if is_odd else total
