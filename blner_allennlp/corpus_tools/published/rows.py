"""What the paper prints of its eleven corpora (Tables 1 and 2), and where that is known not to hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class KnownDifference:
    """A printed number that the published files do not bear out.

    Args:
        counted: what was counted in published files.
        explanation: why the numbers differ, as far as it is known.
    """

    counted: int
    explanation: str


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """One corpus in the paper.

    Args:
        title: how the paper's tables name it.
        num_entities: printed numbers of entities by split: `train`, `dev`, `test` (Table 1).
        num_types: printed number of entity types (Table 1).
        max_width: ε (Table 2), chosen so that over 99 % of the entities have at most so many words.
        known_differences: by split.
    """

    title: str
    num_entities: Mapping[str, int]
    num_types: int
    max_width: int
    known_differences: Mapping[str, KnownDifference]


def _row(
    title: str,
    num_entities: tuple[int, int, int],
    num_types: int,
    widest: int,
    /,
    **known_differences: KnownDifference,
) -> PublishedRow:
    by_split = dict(zip(("train", "dev", "test"), num_entities, strict=True))
    return PublishedRow(title, by_split, num_types, widest, known_differences)


_NUMBER_OF_SENTENCES = (
    "the paper's number is about that of the sentences, of which a widely used copy has 5,424, 923 and 940"
)
_REASON_UNKNOWN = "the reason is not known"

PUBLISHED_ROWS: Mapping[str, PublishedRow] = MappingProxyType(
    {
        "ontonotes": _row("OntoNotes", (81_828, 11_066, 11_257), 18, 10),
        "conll2003": _row("CoNLL03", (23_499, 5_942, 5_648), 4, 5),
        "conllpp": _row("CoNLL++", (23_499, 5_942, 5_702), 4, 5),
        "conll2004": _row("CoNLL04", (3_377, 893, 1_079), 4, 10),
        "ace2004": _row("ACE04", (12_055, 1_422, 1_618), 7, 10),
        "ace2005": _row("ACE05", (15_052, 2_088, 1_875), 7, 10),
        "bc5cdr": _row(
            "BC5CDR",
            (9_385, 9_353, 9_809),
            2,
            7,
            dev=KnownDifference(9_591, _REASON_UNKNOWN),
        ),
        "ncbi": _row(
            "NCBI",
            (5_429, 923, 941),
            1,
            7,
            train=KnownDifference(5_145, _NUMBER_OF_SENTENCES),
            dev=KnownDifference(787, _NUMBER_OF_SENTENCES),
            test=KnownDifference(960, _NUMBER_OF_SENTENCES),
        ),
        "scierc": _row("SciERC", (5_598, 811, 1_685), 6, 8),
        "wnut16": _row("W16", (2_104, 661, 3_473), 10, 6, train=KnownDifference(1_496, _REASON_UNKNOWN)),
        "wnut17": _row("W17", (1_975, 835, 1_079), 6, 6, dev=KnownDifference(836, _REASON_UNKNOWN)),
    }
)
"""The rows of Tables 1 and 2, by the names of `corpora.CORPUS_SOURCES`.

What is known of published files was counted in them: BC5CDR and W17 with the `stats` command of this package
(docs/corpora.md), NCBI and W16 without it."""
