"""Mentions by words of a sentence -> the order and the uniqueness that `Sentence.entities` promises."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from blner_allennlp.entities import Entity, Remark, RemarkKind, Sentence


def make_sentence(
    words: Sequence[str],
    mentions: Iterable[Entity],
    path: Path,
    line_number: int,
    document_id: str | None,
    remarks: Sequence[Remark] = (),
) -> Sentence:
    """Put a sentence together from words and mentions that may come in any order and more than once.

    Args:
        words: its words.
        mentions: its mentions as the file has them; a ValueError if one reaches past the last word.
        path: the corpus file.
        line_number: the line that states the words and the mentions.
        document_id: the sentence's document.
        remarks: on mentions that are not among `mentions`.

    Returns:
        The sentence: its entities in order of their first words, and a remark for each repeated one.
    """
    entities: dict[Entity, None] = {}
    all_remarks = list(remarks)
    for entity in mentions:
        if entity in entities:
            mention_text = " ".join(words[entity.word_start : entity.word_end])
            all_remarks.append(Remark(RemarkKind.DUPLICATE, entity.label, mention_text, line_number, entity))
        entities[entity] = None
    return Sentence(
        words=tuple(words),
        entities=tuple(sorted(entities, key=lambda entity: entity.word_start)),
        document_id=document_id,
        line_number=line_number,
        remarks=tuple(all_remarks),
        path=path,
    )
