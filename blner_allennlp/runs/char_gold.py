"""Gold by characters of a text and predictions by words of it -> both by the same words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from blner_allennlp.corpora.char_mentions import place_mentions
from blner_allennlp.corpora.formats.jsonl.mentions import MentionReader
from blner_allennlp.corpora.formats.jsonl.offsets import OffsetConverter, OffsetUnit
from blner_allennlp.corpora.formats.jsonl.tokens import TOKENS, read_tokens
from blner_allennlp.corpora.json_checker import JsonChecker
from blner_allennlp.entities import Entity, RemarkKind, ScoredEntity

_TEXT_FIELDS = ("text", "sentence")


@dataclass(frozen=True, slots=True)
class AlignedMentions:
    """Gold and predictions by the same words.

    Args:
        words: the object's words, split where a gold mention starts or ends inside one.
        gold: the gold mentions.
        predicted: the predictions.
    """

    words: tuple[str, ...]
    gold: list[Entity]
    predicted: list[ScoredEntity]


def align_to_words(
    fields: dict[str, Any], gold_field: str, predicted: Sequence[ScoredEntity], checker: JsonChecker
) -> AlignedMentions:
    """Find the words of gold that is given by characters; none of it is moved or lost.

    Args:
        fields: an object with the `tokens` that were cut from its `text` (or `sentence`).
        gold_field: its field with the gold: objects with `start`, `end` and `label`, or lists of the three.
        predicted: its predictions, by `tokens`.
        checker: for errors at its place.

    Returns:
        Words, gold and predictions.

    Raises:
        checker.error: a CorpusError; there is no text, or a mention holds no word of it.
    """
    text_field = next((name for name in _TEXT_FIELDS if fields.get(name) is not None), None)
    if text_field is None or TOKENS not in fields:
        raise checker.error(
            f"field {gold_field!r}: expected mentions with 'word_start' and 'word_end', or by characters of a field "
            f"'text' that the '{TOKENS}' are cut from; write them so"
        )
    text = checker.text(fields[text_field], text_field)
    converter = OffsetConverter(text, OffsetUnit.CHARACTERS)
    spans = read_tokens(fields, text, converter, checker, keep_blanks=True) or ()
    gold = list(MentionReader(converter, checker, None).read_all(fields[gold_field], gold_field))
    new_spans, placed = place_mentions(text, gold, [span for span in spans if span[0] < span[1]])
    entities = []
    for candidate in placed:
        if RemarkKind.DUPLICATE in candidate.kinds:
            continue
        if candidate.entity is None or candidate.is_lost:
            raise checker.error(
                f"field {gold_field!r}: expected mentions that hold at least one word of the text, got one at the "
                f"characters {candidate.mention.char_spans[0]} of {len(text)}; correct the offsets"
            )
        entities.append(candidate.entity)
    # Words are only ever split, so those of a prediction still start and end where they did.
    new_starts = {start: index for index, (start, _) in enumerate(new_spans)}
    new_ends = {end: index + 1 for index, (_, end) in enumerate(new_spans)}
    answers = []
    for found in predicted:
        filled = [
            span for span in spans[found.entity.word_start : found.entity.word_end] if span[0] < span[1]
        ]
        if not filled:
            raise checker.error(
                f"expected predictions of at least one word, got one whose words are empty, {found.entity}; leave it "
                "out"
            )
        entity = Entity(new_starts[filled[0][0]], new_ends[filled[-1][1]], found.entity.label)
        answers.append(ScoredEntity(entity, found.score))
    return AlignedMentions(tuple(text[start:end] for start, end in new_spans), entities, answers)
