"""What a sequence head answers."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from blner_allennlp.entities import ScoredEntity


@dataclass(frozen=True, slots=True)
class SequenceDecoding:
    """The tags of a batch and the entities that they spell.

    Args:
        tag_ids: the chosen tags, long (B, W); 0 at padding.
        entities: for each sentence its entities, disjoint and in order of `word_start`. An entity is at most
            as certain as its least certain tag, so its score is the smallest probability among its tags.
    """

    tag_ids: Tensor
    entities: list[list[ScoredEntity]]
