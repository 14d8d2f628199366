"""How much of a set the training set does not know."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Unseen:
    """Occurrences, and those among them that the training set does not have.

    Args:
        num_unseen: occurrences of what the training set lacks.
        num_all: all occurrences.
    """

    num_unseen: int
    num_all: int

    @property
    def share(self) -> float | None:
        """The unseen share; of words it is the OOV density (paper, Eq. 21). None where there is nothing at all."""
        return self.num_unseen / self.num_all if self.num_all else None

    def to_json(self) -> dict[str, Any]:
        """Both numbers and the share as plain JSON values."""
        return {"unseen": self.num_unseen, "all": self.num_all, "share": self.share}


def count_unseen(num_by_text: Mapping[str, int], training: Container[str]) -> Unseen:
    """Count the occurrences of what the training set lacks, case-sensitively (paper, Eq. 21).

    Args:
        num_by_text: how often each word (or surface of a mention) occurs in the set.
        training: the words (or surfaces) of the training set.

    Returns:
        The counts over the whole set; a word that occurs twice counts twice.
    """
    num_unseen = sum(num for text, num in num_by_text.items() if text not in training)
    return Unseen(num_unseen, sum(num_by_text.values()))
