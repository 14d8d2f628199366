"""One training of a sweep."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """One training of a sweep.

    Args:
        name: what tables call it, and its directory below the sweep's: `corpus/model/variant/seed-1`, without the
            variant where the grid has none.
        corpus: the corpus's name.
        model: the model's name in the grid.
        variant: the variant's name; empty for none.
        seed: the random seed.
        directory: where AllenNLP writes it (`--serialization-dir`).
        experiment: the experiment's file.
        overrides: what is changed of it, the seeds included.
        config: the configuration that AllenNLP makes of both.
    """

    name: str
    corpus: str
    model: str
    variant: str
    seed: int
    directory: Path
    experiment: Path
    overrides: Mapping[str, Any]
    config: Mapping[str, Any]

    @property
    def fingerprint(self) -> str:
        """Of the configuration."""
        return fingerprint(self.config)

    @property
    def num_epochs(self) -> int | None:
        """How many epochs it trains at most; None where the configuration does not say."""
        number = self.config.get("trainer", {}).get("num_epochs")
        return number if isinstance(number, int) else None


def fingerprint(config: Mapping[str, Any]) -> str:
    """Make a configuration's fingerprint: two are equal only if all their values are.

    Args:
        config: plain JSON values.

    Returns:
        SHA-256 of its canonical form, in hexadecimal digits.
    """
    canonical = json.dumps(config, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Say where two configurations differ.

    Args:
        old: one of them.
        new: the other.

    Returns:
        For each differing value its dotted name, the old and the new value; in alphabetical order.
    """
    old_values, new_values = dict(_flat(old)), dict(_flat(new))
    nothing = "(nothing)"
    return [
        f"{name}: {old_values.get(name, nothing)} -> {new_values.get(name, nothing)}"
        for name in sorted(old_values.keys() | new_values.keys())
        if old_values.get(name) != new_values.get(name)
    ]


def _flat(value: Any, name: str = "") -> list[tuple[str, str]]:
    if isinstance(value, Mapping) and value:
        prefix = f"{name}." if name else ""
        return [pair for key, inner in value.items() for pair in _flat(inner, prefix + key)]
    return [(name, json.dumps(value, ensure_ascii=False, sort_keys=True))]
