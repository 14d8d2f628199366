"""What lint finds in a corpus."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any


class Severity(StrEnum):
    """How much a fault hurts a training run."""

    ERROR = "error"
    """The gold is wrong or out of the model's reach: repair it before training."""
    WARNING = "warning"
    """Scores will suffer or mislead: repair it, or know why not."""
    INFO = "info"
    """Good to know; often right as it is."""

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Example:
    """One place of a corpus where a rule is broken.

    Args:
        text: what is there.
        split: the split it is in; empty where it concerns the whole corpus.
        path: the corpus file, where it is in one place.
        line_number: the line of that file.
        document_id: the document that it is in.
    """

    text: str
    split: str
    path: Path | None = None
    line_number: int | None = None
    document_id: str | None = None

    @property
    def place(self) -> str:
        """File and line as far as they are known, in the form that editors and CI systems link."""
        if self.path is None:
            return self.split
        return str(self.path) if self.line_number is None else f"{self.path}:{self.line_number}"

    def to_json(self) -> dict[str, Any]:
        """The example as plain JSON values; what is unknown is left out."""
        known = {
            "split": self.split or None,
            "path": str(self.path) if self.path is not None else None,
            "line_number": self.line_number,
            "document_id": self.document_id,
        }
        return {"text": self.text, **{name: value for name, value in known.items() if value is not None}}


@dataclass(frozen=True, slots=True)
class Finding:
    """Everything that one rule found.

    Args:
        rule: the rule's name.
        severity: how much it hurts.
        meaning: what is wrong, in words.
        remedy: what to do about it.
        counts: how often it occurs, by split; the empty name stands for the whole corpus.
        summary: what else the rule can say about all of them together; may be empty.
        examples: the first few.
    """

    rule: str
    severity: Severity
    meaning: str
    remedy: str
    counts: Mapping[str, int]
    summary: str
    examples: tuple[Example, ...]

    @property
    def num_hits(self) -> int:
        """How often it occurs."""
        return sum(self.counts.values())

    def to_json(self) -> dict[str, Any]:
        """The finding as plain JSON values."""
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "count": self.num_hits,
            "count_by_split": dict(self.counts),
            "meaning": self.meaning,
            "summary": self.summary,
            "remedy": self.remedy,
            "examples": [example.to_json() for example in self.examples],
        }
