"""A corpus's counts beside what the paper prints of it, with the differences in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from blner_allennlp.candidates import smallest_sufficient_width
from blner_allennlp.corpus_tools.counting.corpus_statistics import CorpusStatistics
from blner_allennlp.corpus_tools.counting.statistics import MentionStatistics, SplitStatistics
from blner_allennlp.corpus_tools.published.rows import KnownDifference, PublishedRow


class Counting(StrEnum):
    """Which mentions a number of entities counts."""

    FLAT = "flat"
    """Those that the policy for overlapping mentions leaves."""
    ANNOTATED = "annotated"
    """All that the reader gives, nested ones included."""
    IN_FILE = "in_file"
    """All that the file annotates, those included that the reader had to leave out."""


_IN_WORDS = {
    Counting.FLAT: "without those that the policy for overlaps leaves out",
    Counting.ANNOTATED: "overlapping ones included",
    Counting.IN_FILE: "with those that the reader has to leave out",
}


@dataclass(frozen=True, slots=True)
class ComparedNumber:
    """One number of the paper and what was counted.

    Args:
        quantity: `train`, `dev`, `test` (entities), `types` or `max_width` (ε).
        published: what the paper prints.
        counted: what was counted in the way that fits the paper best (`counting`).
        verdict: whether they agree, by how much they differ and why, in words.
    """

    quantity: str
    published: int
    counted: int
    verdict: str

    @property
    def is_equal(self) -> bool:
        """Whether the paper's number is what was counted."""
        return self.published == self.counted

    def to_json(self) -> dict[str, Any]:
        """The numbers and the verdict as plain JSON values."""
        return {
            "quantity": self.quantity,
            "published": self.published,
            "counted": self.counted,
            "verdict": self.verdict,
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """A corpus beside its row of the paper.

    Args:
        row: what the paper prints.
        counting: the way of counting entities in which most numbers agree with the paper.
        numbers: the numbers, one by one.
    """

    row: PublishedRow
    counting: Counting
    numbers: tuple[ComparedNumber, ...]

    def to_json(self) -> dict[str, Any]:
        """The comparison as plain JSON values."""
        return {
            "title": self.row.title,
            "counting": self.counting.value,
            "numbers": [number.to_json() for number in self.numbers],
        }


def compare(row: PublishedRow, statistics: CorpusStatistics) -> Comparison:
    """Hold a corpus against its row of Tables 1 and 2.

    Types and ε, which the paper states for all splits together, are compared where all three are there.

    Args:
        row: what the paper prints.
        statistics: what was counted.

    Returns:
        The numbers side by side.
    """
    splits = {split: statistics.splits[split] for split in row.num_entities if split in statistics.splits}
    counting = _best_counting(row, splits)
    numbers = [_compare_split(row, split, counts, counting) for split, counts in splits.items()]
    if len(splits) == len(row.num_entities):
        numbers.append(_compare_types(row, splits.values()))
        if any(counts.flat.num_mentions for counts in splits.values()):
            numbers.append(_compare_width(row, splits.values()))
    return Comparison(row, counting, tuple(numbers))


def count_entities(statistics: SplitStatistics, counting: Counting) -> int:
    """Count a split's entities in one of the ways.

    Args:
        statistics: the split's counts.
        counting: which mentions to count.

    Returns:
        Their number.
    """
    if counting is Counting.FLAT:
        return statistics.flat.num_mentions
    if counting is Counting.ANNOTATED:
        return statistics.annotated.num_mentions
    return statistics.num_in_file


def _best_counting(row: PublishedRow, splits: dict[str, SplitStatistics]) -> Counting:
    # The first of equals, so what the paper says it did: to remove overlapping entities.
    return max(
        Counting,
        key=lambda counting: sum(
            row.num_entities[split] == count_entities(counts, counting) for split, counts in splits.items()
        ),
    )


def _compare_split(
    row: PublishedRow, split: str, counts: SplitStatistics, counting: Counting
) -> ComparedNumber:
    published = row.num_entities[split]
    counted = count_entities(counts, counting)
    all_counts = {other: count_entities(counts, other) for other in Counting}
    matters = len(set(all_counts.values())) > 1  # else there is one way to count only
    if counted == published:
        verdict = f"equal, {_IN_WORDS[counting]}" if matters else "equal"
        return ComparedNumber(split, published, counted, verdict)
    direction = "more" if counted > published else "fewer"
    verdict = f"{abs(counted - published):,} {direction} than in the paper"
    if matters:
        verdict += f", {_IN_WORDS[counting]}"
    known = row.known_differences.get(split)
    return ComparedNumber(split, published, counted, verdict + _explain(known, set(all_counts.values())))


def _compare_types(row: PublishedRow, splits: Iterable[SplitStatistics]) -> ComparedNumber:
    labels = {label for counts in splits for label in counts.annotated.num_by_label}
    if len(labels) == row.num_types:
        return ComparedNumber("types", row.num_types, len(labels), "equal")
    names = ", ".join(sorted(labels)[:20]) or "none"
    return ComparedNumber("types", row.num_types, len(labels), f"the files have these: {names}")


def _compare_width(row: PublishedRow, splits: Iterable[SplitStatistics]) -> ComparedNumber:
    mentions = MentionStatistics()
    for counts in splits:
        mentions.update(counts.flat)
    sufficient = smallest_sufficient_width(mentions.widths.num_by_value)
    kept = f"ε = {row.max_width} keeps {_percent(mentions, row.max_width)}"
    if sufficient == row.max_width:
        return ComparedNumber("max_width", row.max_width, sufficient, f"equal: {kept}")
    other = f"ε = {sufficient} keeps {_percent(mentions, sufficient)}"
    if sufficient < row.max_width:
        verdict = f"{kept}, but {other}: the rule (over 99%) asks for no more"
    else:
        verdict = f"{kept} only; the rule (over 99%) asks for more: {other}"
    return ComparedNumber("max_width", row.max_width, sufficient, verdict)


def _percent(mentions: MentionStatistics, max_width: int) -> str:
    share = mentions.share_within(max_width)
    return "no entity" if share is None else f"{100 * share:.2f}%"


def _explain(known: KnownDifference | None, counted: set[int]) -> str:
    if known is None:
        return "; the published files are not known to differ, so these may be others, or read with other options"
    if known.counted in counted:
        return f"; the published files hold {known.counted:,}: {known.explanation}"
    return (
        f"; the published files hold {known.counted:,} ({known.explanation}), so these may be others, or read with "
        "other options"
    )
