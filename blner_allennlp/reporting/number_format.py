"""Numbers for the eye: shares in per cent with two decimals, a dash where there is nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a command that only says how long something took needs no analysis
    from blner_allennlp.analysis.results import Estimate
    from blner_allennlp.comparison.results import OverSeeds

DASH = "–"
MINUS = "−"


def per_cent(share: float | None, decimals: int = 2) -> str:
    """Write a share.

    Args:
        share: in [0, 1]; None for none.
        decimals: digits after the point.

    Returns:
        Such as `84.51`, without a sign for per cent; a dash for None.
    """
    return DASH if share is None else _with_minus(f"{100 * share:.{decimals}f}")


def points(difference: float | None, decimals: int = 2) -> str:
    """Write a difference of two shares.

    Args:
        difference: in [-1, 1]; None for none.
        decimals: digits after the point.

    Returns:
        Percentage points with a sign, such as `+1.30`, `−0.25` or `0.00`; a dash for None.
    """
    if difference is None:
        return DASH
    text = _with_minus(f"{100 * difference:+.{decimals}f}")
    return text if any(digit in text for digit in "123456789") else text.lstrip("+" + MINUS)


def estimate(figure: Estimate, decimals: int = 2) -> str:
    """Write a share with its interval.

    Args:
        figure: the share.
        decimals: digits after the point.

    Returns:
        Such as `84.51 [82.10, 86.77]`; without the brackets where there is no interval.
    """
    text = per_cent(figure.value, decimals)
    if figure.low is None or figure.high is None:
        return text
    return f"{text} [{per_cent(figure.low, decimals)}, {per_cent(figure.high, decimals)}]"


def point_estimate(figure: Estimate, decimals: int = 2) -> str:
    """Write a difference with its interval.

    Args:
        figure: the difference of two shares.
        decimals: digits after the point.

    Returns:
        Such as `+1.30 [−0.20, +2.75]`; without the brackets where there is no interval.
    """
    text = points(figure.value, decimals)
    if figure.low is None or figure.high is None:
        return text
    return f"{text} [{points(figure.low, decimals)}, {points(figure.high, decimals)}]"


def over_seeds(figure: OverSeeds | None, decimals: int = 2) -> str:
    """Write a share's mean over seeds.

    Args:
        figure: the share; None for none.
        decimals: digits after the point.

    Returns:
        Such as `84.51 ± 0.62`; without the deviation where there is none.
    """
    if figure is None or figure.mean is None:
        return DASH
    text = per_cent(figure.mean, decimals)
    if figure.standard_deviation is None:
        return text
    return f"{text} ± {per_cent(figure.standard_deviation, decimals)}"


def p_value(p: float | None) -> str:
    """Write a p.

    Args:
        p: in [0, 1]; None for none.

    Returns:
        Three decimals, `< 0.001` for less; a dash for None.
    """
    if p is None:
        return DASH
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def duration(seconds: float | None, decimals: int = 1) -> str:
    """Write how long something took.

    Args:
        seconds: in seconds; None for none.
        decimals: digits after the point below ten seconds.

    Returns:
        Such as `4.2 s`, `42 s`, `3 min 20 s` or `2 h 05 min`; a dash for None.
    """
    if seconds is None:
        return DASH
    if seconds < 10:
        return f"{seconds:.{decimals}f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60:02d} min"


def _with_minus(number: str) -> str:
    return number.replace("-", MINUS)
