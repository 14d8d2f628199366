"""Numbers of a comparison in words."""

from __future__ import annotations

from collections.abc import Sequence


def points(share: float) -> str:
    """A difference of F1 in points, with its sign: `+0.88`, `−0.93`.

    Args:
        share: the difference, a share.

    Returns:
        Hundredths with two decimals.
    """
    text = f"{abs(100 * share):.2f}"
    return text if float(text) == 0 else f"+{text}" if share > 0 else f"−{text}"


def per_cent(share: float) -> str:
    """A share for the eye: `67 %`.

    Args:
        share: in [0, 1].

    Returns:
        Whole per cents.
    """
    return f"{100 * share:.0f} %"


def listed(names: Sequence[str]) -> str:
    """Names in a sentence: `a`, `a and b`, `a, b and c`.

    Args:
        names: at least one.

    Returns:
        All of them.
    """
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
