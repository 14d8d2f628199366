"""Units of a corpus -> parts of given sizes with the same mix of entity types."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_SUM_TOLERANCE = 1e-6
_MAX_ROUNDS = 10
_MIN_GAIN = 1e-9
# Enough for the documents of usual corpora; single sentences are so small that moving them suffices.
_MAX_SWAPS_TRIED = 50_000
_SWAPS_TRIED_PER_UNIT = 100


@dataclass(frozen=True, slots=True)
class SplitUnit:
    """What must not be torn apart: a document, or several that are the same.

    Args:
        size: number of sentences, at least one.
        labels: mentions by entity type.
    """

    size: int
    labels: Mapping[str, int]


def assign_parts(units: Sequence[SplitUnit], shares: Sequence[float], seed: int) -> list[int]:
    """Divide units between parts so that each part has its share of the sentences and of the mentions of each type.

    Iterative stratification (Sechidis, Tsoumakas and Vlahavas, On the stratification of multi-label data, 2011): the
    type that the fewest units left have goes first. That paper gives a unit to the part that lacks the most of this
    type, which suits labels that are there or not; documents have many mentions of several types, so here a unit, the
    richest first, goes where it lessens most what is left of Pearson's χ² between wanted and present counts, of
    sentences and of all types. Then units move and change places as long as that lessens it further.

    No part has more sentences than its share and the largest unit together, and none that has a share stays empty
    where there are as many units as parts.

    Args:
        units: what to divide.
        shares: the share of each part, 0 for none; together 1.
        seed: the same one gives the same parts.

    Returns:
        For each unit the index of its part.

    Raises:
        ValueError: the shares are negative or do not add up to 1, or a unit is empty.
    """
    if any(not share >= 0 for share in shares) or not abs(sum(shares) - 1) <= _SUM_TOLERANCE:
        raise ValueError(f"expected shares of 0 or more that add up to 1, got {', '.join(map(str, shares))}")
    if any(unit.size < 1 for unit in units):
        raise ValueError("expected units of at least one sentence, got an empty one; leave it out")
    division = _Division(units, shares, random.Random(seed))  # noqa: S311 - no secret depends on it
    division.assign_all()
    division.fill_empty_parts()
    division.move_units()
    division.swap_units()
    return division.parts


class _Division:
    """Who is where, and what each part still lacks: row 0 counts sentences, each other row the mentions of a type."""

    def __init__(self, units: Sequence[SplitUnit], shares: Sequence[float], rng: random.Random) -> None:
        self.parts = [-1] * len(units)
        self._largest = max((unit.size for unit in units), default=0)
        self._used_parts = [part for part, share in enumerate(shares) if share > 0]
        row_of_label = {
            label: row
            for row, label in enumerate(sorted({label for unit in units for label in unit.labels}), start=1)
        }
        self._rows = [
            [(0, unit.size), *((row_of_label[label], count) for label, count in unit.labels.items() if count)]
            for unit in units
        ]
        totals: Counter[int] = Counter()
        for rows in self._rows:
            for row, count in rows:
                totals[row] += count
        self._wanted = [[share * totals[row] for share in shares] for row in range(len(row_of_label) + 1)]
        self._lacking = [list(wanted) for wanted in self._wanted]
        # In random order, so that neighbours of the corpus do not stay neighbours.
        self._rng = rng
        self._order = list(range(len(units)))
        rng.shuffle(self._order)
        rng.shuffle(self._used_parts)

    def assign_all(self) -> None:
        units_of_row: list[list[int]] = [[] for _ in self._wanted]
        for index in self._order:
            for row, _ in self._rows[index]:
                units_of_row[row].append(index)
        num_left = {row: len(members) for row, members in enumerate(units_of_row) if row and members}
        while num_left:
            rarest = min(num_left, key=lambda row: (num_left[row], row))
            members = [index for index in units_of_row[rarest] if self.parts[index] < 0]
            members.sort(key=lambda index: -dict(self._rows[index])[rarest])
            for index in members:
                self._move(index, self._best_part(index))
                for row, _ in self._rows[index][1:]:
                    num_left[row] -= 1
            num_left = {row: count for row, count in num_left.items() if count}
        rest = [index for index in self._order if self.parts[index] < 0]
        rest.sort(key=lambda index: -self._rows[index][0][1])
        for index in rest:
            self._move(index, self._best_part(index))

    def fill_empty_parts(self) -> None:
        num_units = Counter(self.parts)
        for part in self._used_parts:
            if num_units[part]:
                continue
            candidates = [index for index in self._order if num_units[self.parts[index]] > 1]
            if candidates:
                index = max(candidates, key=lambda candidate: self._gain_of_move(candidate, part))
                num_units[self.parts[index]] -= 1
                num_units[part] += 1
                self._move(index, part)

    def move_units(self) -> None:
        num_units = Counter(self.parts)
        for _ in range(_MAX_ROUNDS):
            has_moved = False
            for index in self._order:
                here = self.parts[index]
                for part in self._used_parts:
                    if part == here or num_units[here] == 1 or not self._is_open(part, index):
                        continue
                    if self._gain_of_move(index, part) > _MIN_GAIN:
                        num_units[here] -= 1
                        num_units[part] += 1
                        self._move(index, part)
                        here, has_moved = part, True
            if not has_moved:
                return

    def swap_units(self) -> None:
        if len(self._used_parts) < 2 or not self._order:
            return
        for _ in range(min(_MAX_SWAPS_TRIED, _SWAPS_TRIED_PER_UNIT * len(self._order))):
            left, right = self._rng.choice(self._order), self._rng.choice(self._order)
            left_part, right_part = self.parts[left], self.parts[right]
            if left_part == right_part:
                continue
            gain = self._gain_of_move(left, right_part)
            self._move(left, right_part)
            gain += self._gain_of_move(right, left_part)
            self._move(right, left_part)
            fits = min(self._lacking[0][left_part], self._lacking[0][right_part]) > -self._largest
            if gain <= _MIN_GAIN or not fits:
                self._move(left, left_part)
                self._move(right, right_part)

    def _best_part(self, index: int) -> int:
        # Rounding may leave no part open for the very last unit.
        open_parts = [part for part in self._used_parts if self._is_open(part, index)]
        return max(open_parts or self._used_parts, key=lambda part: self._gain(index, part, 1))

    def _is_open(self, part: int, index: int) -> bool:
        """Whether the part, with the unit in it, has less than its share and the largest unit."""
        return self._lacking[0][part] - self._rows[index][0][1] > -self._largest

    def _gain_of_move(self, index: int, part: int) -> float:
        return self._gain(index, part, 1) + self._gain(index, self.parts[index], -1)

    def _gain(self, index: int, part: int, sign: int) -> float:
        """By how much χ² falls when the unit comes into the part (1) or leaves it (-1)."""
        gain = 0.0
        for row, count in self._rows[index]:
            gain += count * (2 * sign * self._lacking[row][part] - count) / self._wanted[row][part]
        return gain

    def _move(self, index: int, part: int) -> None:
        here = self.parts[index]
        for row, count in self._rows[index]:
            self._lacking[row][part] -= count
            if here >= 0:
                self._lacking[row][here] += count
        self.parts[index] = part
