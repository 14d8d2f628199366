"""Mentions by character offsets -> mentions by words; words are split where mentions start or end inside them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from blner_allennlp.entities import Entity, RemarkKind


@dataclass(frozen=True, slots=True)
class CharMention:
    """An annotated mention of a text.

    Offsets count characters (Unicode code points), as Python does. Tools written in JavaScript count UTF-16 units, two
    for each character beyond U+FFFF, and others count bytes: whoever reads such a file has to convert them first.

    Args:
        char_spans: its half-open character spans in the text, at least one; more where it has gaps.
        label: entity type.
        text: the mention as the annotation spells it out; None where it does not.
        line_number: the line of the corpus file that states the mention.
    """

    char_spans: tuple[tuple[int, int], ...]
    label: str
    text: str | None = None
    line_number: int | None = None

    def text_in(self, text: str) -> str:
        """The mention as the annotation spells it, else what stands at its offsets in the annotated text."""
        if self.text is not None:
            return self.text
        return " ".join(text[max(0, start) : max(0, end)] for start, end in self.char_spans)


@dataclass(slots=True)
class PlacedMention:
    """A mention, where it is in words, and what befell it on the way.

    Args:
        mention: the mention as annotated.
        entity: its words, counted from the start of the text; None where no words express it.
        kinds: what befell it, in order.
    """

    mention: CharMention
    entity: Entity | None = None
    kinds: list[RemarkKind] = field(default_factory=list)

    @property
    def is_lost(self) -> bool:
        """Whether the mention cannot be kept."""
        return any(kind.is_loss for kind in self.kinds)


def place_mentions(
    text: str, mentions: Sequence[CharMention], word_spans: Sequence[tuple[int, int]]
) -> tuple[list[tuple[int, int]], list[PlacedMention]]:
    """Find the words of mentions.

    Args:
        text: the annotated text.
        mentions: its mentions.
        word_spans: half-open character spans of its words, in order, disjoint, none empty.

    Returns:
        The spans of the words, split where a mention that one span of the text can hold starts or ends inside one; and
        the mentions in their order, each with its words or with the reason why it has none.
    """
    placed = [PlacedMention(mention) for mention in mentions]
    usable: list[tuple[PlacedMention, int, int]] = []
    for candidate in placed:
        spans = sorted(candidate.mention.char_spans)
        loss = _find_loss(text, spans)
        if loss is not None:
            candidate.kinds.append(loss)
            continue
        usable.append((candidate, spans[0][0], max(end for _, end in spans)))

    split_spans = _split_at_mentions(text, word_spans, usable)
    word_starts = [start for start, _ in split_spans]
    word_ends = [end for _, end in split_spans]
    seen: set[Entity] = set()
    for candidate, char_start, char_end in usable:
        word_start, word_end = bisect_left(word_starts, char_start), bisect_right(word_ends, char_end)
        if word_start >= word_end:
            candidate.kinds = [RemarkKind.WITHOUT_WORDS]
            continue
        candidate.entity = Entity(word_start, word_end, candidate.mention.label)
        if candidate.entity in seen:
            candidate.kinds = [RemarkKind.DUPLICATE]
        else:
            if (word_starts[word_start], word_ends[word_end - 1]) != (char_start, char_end):
                candidate.kinds.append(RemarkKind.BEYOND_WORDS)
            if not _is_spelt_so(text, char_start, char_end, candidate.mention.text):
                candidate.kinds.append(RemarkKind.TEXT_MISMATCH)
        seen.add(candidate.entity)
    return split_spans, placed


def _find_loss(text: str, sorted_spans: Sequence[tuple[int, int]]) -> RemarkKind | None:
    """Why no single span of the text can hold a mention."""
    if any(not 0 <= start <= end <= len(text) for start, end in sorted_spans):
        return RemarkKind.OUTSIDE_TEXT
    end_so_far = sorted_spans[0][1]
    for start, end in sorted_spans[1:]:
        # Some tools write a mention that goes on in the next line as one span a line: blanks are no gap.
        if text[end_so_far:start].strip():
            return RemarkKind.DISCONTINUOUS
        end_so_far = max(end_so_far, end)
    return RemarkKind.WITHOUT_WORDS if sorted_spans[0][0] == end_so_far else None


def _is_spelt_so(text: str, char_start: int, char_end: int, stated: str | None) -> bool:
    if stated is None or (char_end - char_start == len(stated) and text.startswith(stated, char_start)):
        return True
    # Annotation files write line ends inside a mention as blanks.
    return text[char_start:char_end].split() == stated.split()


def _split_at_mentions(
    text: str, word_spans: Sequence[tuple[int, int]], usable: Sequence[tuple[PlacedMention, int, int]]
) -> list[tuple[int, int]]:
    """Split the words inside which a mention starts or ends."""
    word_starts = [start for start, _ in word_spans]
    cuts: dict[int, set[int]] = {}
    for candidate, *borders in usable:
        for position in borders:
            word_index = bisect_right(word_starts, position) - 1
            if word_index >= 0 and word_spans[word_index][0] < position < word_spans[word_index][1]:
                cuts.setdefault(word_index, set()).add(position)
                candidate.kinds = [RemarkKind.INSIDE_WORD]
    if not cuts:
        return list(word_spans)
    split: list[tuple[int, int]] = []
    for word_index, (start, end) in enumerate(word_spans):
        if word_index in cuts:
            for piece in pairwise([start, *sorted(cuts[word_index]), end]):
                split += _without_outer_blanks(text, *piece)
        else:
            split.append((start, end))
    return split


def _without_outer_blanks(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A piece of a word that had blanks inside; none where nothing else is left of it."""
    piece = text[start:end]
    stripped_start = end - len(piece.lstrip())
    stripped_end = start + len(piece.rstrip())
    return [(stripped_start, stripped_end)] if stripped_start < stripped_end else []
