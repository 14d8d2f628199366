"""A sentence beside its gold with what each system answered, judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

GoldMention = tuple[int, int, str]
"""First word, word after the last one, and type of a gold mention."""

JudgedMention = tuple[int, int, str, float | None, str]
"""First word, word after the last one, type, score (None where scores mean nothing) and verdict of a prediction."""

VERDICTS = ("right", "type", "boundary", "spurious")
"""What a prediction can be: right, or the one error that it is counted as (paper, 4.3.2)."""

OVERSIGHTS = ("missing", "type", "boundary")
"""Why gold was not found: no prediction shares a word with it, one has its words but another type, one overlaps it."""


@dataclass(frozen=True, slots=True)
class JudgedSentence:
    """One sentence with its gold and the judged answers of the systems that are shown for it.

    Args:
        corpus: the corpus's name, as in `SystemInfo`.
        split: the split that it belongs to.
        index: its place in that split, from 0, which `ErrorExample.sentence_indices` refer to.
        words: its words.
        gold: all gold mentions, in order of their first word.
        answers: for each system, by `SystemInfo.title`, its predictions in order of their first word. Where several
            seeds of one system are shown, the key is the title followed by ` (seed 3)`; where only one of several is,
            it is the title alone and the seed the lowest.
        missing: for each system of `answers` the gold that it did not find, as (index into `gold`, one of
            `OVERSIGHTS`); a system that found all gold may be left out.
        buckets: for each attribute the bucket's name (`XS`, …) of each gold mention, in the order of `gold`.
        document_id: the document that the sentence comes from, where it is known.

    Raises:
        ValueError: a mention reaches past the sentence, a verdict or kind is unknown, an index has no gold mention, or
            an attribute's bucket names are not as many as the gold mentions.
    """

    corpus: str
    split: str
    index: int
    words: tuple[str, ...]
    gold: tuple[GoldMention, ...]
    answers: Mapping[str, tuple[JudgedMention, ...]]
    missing: Mapping[str, tuple[tuple[int, str], ...]] = field(default_factory=dict)
    buckets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    document_id: str | None = None

    def __post_init__(self) -> None:
        where = f"{self.corpus} {self.split}, sentence {self.index + 1}"
        judged = [mention for answer in self.answers.values() for mention in answer]
        spans = [(start, end) for start, end, _ in self.gold] + [(start, end) for start, end, *_ in judged]
        for word_start, word_end in spans:
            if not 0 <= word_start < word_end <= len(self.words):
                raise ValueError(
                    f"{where}: a mention is [{word_start}, {word_end}), but the sentence has "
                    f"{len(self.words)} words and a mention holds at least one"
                )
        for *_, verdict in judged:
            if verdict not in VERDICTS:
                raise ValueError(
                    f"{where}: verdict {verdict!r} of a prediction is none of {', '.join(VERDICTS)}"
                )
        for title, oversights in self.missing.items():
            for gold_index, kind in oversights:
                if kind not in OVERSIGHTS:
                    raise ValueError(
                        f"{where}: {title} missed gold for reason {kind!r}, which is none of {', '.join(OVERSIGHTS)}"
                    )
                if not 0 <= gold_index < len(self.gold):
                    raise ValueError(
                        f"{where}: {title} missed gold mention {gold_index}, but there are {len(self.gold)}"
                    )
        for attribute, names in self.buckets.items():
            if len(names) != len(self.gold):
                raise ValueError(
                    f"{where}: {len(names)} buckets of {attribute} for {len(self.gold)} gold mentions; give one each"
                )
