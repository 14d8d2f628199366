"""Entity types of a corpus -> the types to use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from blner_allennlp.entities import Entity, Remark, RemarkKind, Sentence
from blner_allennlp.errors import CorpusError


def check_label_map(label_map: Mapping[str, str], path: Path) -> None:
    """Make sure that a map of entity types is one.

    Args:
        label_map: what the user gives.
        path: the corpus, for messages.

    Raises:
        CorpusError: it is no mapping from texts to texts, or one of them is empty.
    """
    if not isinstance(label_map, Mapping) or not all(
        isinstance(label, str) and label for pair in label_map.items() for label in pair
    ):
        raise CorpusError(
            "expected a label_map from entity types to entity types, such as {'SpecificDisease': 'Disease'}, got "
            f"{label_map!r}",
            path,
        )


def rename_labels(sentences: Iterable[Sentence], label_map: Mapping[str, str]) -> Iterator[Sentence]:
    """Give mentions, and remarks on mentions, other entity types.

    Args:
        sentences: the sentences.
        label_map: entity types of the corpus -> entity types to use; types that are not in it stay.

    Yields:
        The sentences. Where two mentions of the same words come to have the same type, the second one becomes a remark
        of kind DUPLICATE.
    """
    for sentence in sentences:
        labels = {
            *(entity.label for entity in sentence.entities),
            *(remark.label for remark in sentence.remarks),
        }
        yield sentence if labels.isdisjoint(label_map) else _rename(sentence, label_map)


def _rename(sentence: Sentence, label_map: Mapping[str, str]) -> Sentence:
    entities: dict[Entity, None] = {}
    remarks = [_rename_remark(remark, label_map) for remark in sentence.remarks]
    for old in sentence.entities:
        entity = _rename_entity(old, label_map)
        if entity in entities:
            mention_text = sentence.words_of(entity)
            remarks.append(
                Remark(RemarkKind.DUPLICATE, entity.label, mention_text, sentence.line_number, entity)
            )
        entities[entity] = None
    return replace(sentence, entities=tuple(entities), remarks=tuple(remarks))


def _rename_entity(entity: Entity, label_map: Mapping[str, str]) -> Entity:
    return Entity(entity.word_start, entity.word_end, label_map.get(entity.label, entity.label))


def _rename_remark(remark: Remark, label_map: Mapping[str, str]) -> Remark:
    entity = _rename_entity(remark.entity, label_map) if remark.entity is not None else None
    return replace(remark, label=label_map.get(remark.label, remark.label), entity=entity)
