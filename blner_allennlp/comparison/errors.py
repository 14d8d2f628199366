"""The error of comparisons that make no sense."""

from __future__ import annotations


class ComparisonError(ValueError):
    """Systems that cannot be compared as they were given. The message says which, why, and what to change."""
