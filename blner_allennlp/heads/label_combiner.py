"""From the tags of a batch to its entities, without a walk over words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from blner_allennlp.entities import Entity, ScoredEntity
from blner_allennlp.tag_schemes import TagScheme, chunk_boundaries, split_tag


class LabelCombiner(torch.nn.Module):
    """Combines word tags to entities by the conlleval rule (paper, section 3.1.2, Fig. 2).

    Where an entity starts or ends depends on two neighbouring tags only, so both are looked up in tables, for
    all words of the batch at once and on their device. Python sees entities, never words.

    Args:
        tags: the tags, in order of their ids.
        scheme: how they are spelt.
    """

    starts: Tensor
    ends: Tensor

    def __init__(self, tags: Sequence[str], scheme: TagScheme) -> None:
        super().__init__()
        boundaries = chunk_boundaries(tags, scheme)
        # They follow from the tags, so they are no part of the weights that are saved.
        self.register_buffer("starts", torch.tensor(boundaries.starts), persistent=False)  # (T + 1, T)
        self.register_buffer("ends", torch.tensor(boundaries.ends), persistent=False)  # (T, T + 1)
        self._entity_type_of_tag = [split_tag(tag)[1] for tag in tags]

    @torch.no_grad()
    def forward(self, tag_ids: Tensor, tag_probs: Tensor, word_mask: Tensor) -> list[list[ScoredEntity]]:
        """Read the entities off a batch of tags.

        Args:
            tag_ids: the tag of each word, long (B, W); any tag at padding.
            tag_probs: its probability, float (B, W).
            word_mask: True at real words, bool (B, W); real words come first in every row.

        Returns:
            For each sentence its entities, in order of `word_start`, scored by the smallest probability among
            their tags.
        """
        num_sentences, num_words = tag_ids.shape
        found = self._find(tag_ids, word_mask)
        entities: list[list[ScoredEntity]] = [[] for _ in range(num_sentences)]
        if len(found.sentence) == 0:
            return entities
        # Number every word by the last entity that started at or before it; the words after that entity's end
        # hold no entity and must not lower its score.
        entity_of_word = (found.is_start.flatten().cumsum(0) - 1).clamp(min=0)  # (B * W,)
        word = torch.arange(num_words, device=tag_ids.device).expand(num_sentences, -1).flatten()
        of_other_sentence = found.sentence[entity_of_word] != torch.arange(
            num_sentences, device=tag_ids.device
        ).repeat_interleave(num_words)
        outside = (
            of_other_sentence
            | (word < found.word_start[entity_of_word])
            | (word >= found.word_end[entity_of_word])
        )
        probs = tag_probs.float().flatten().masked_fill(outside, 1.0)
        scores = torch.ones_like(found.word_end, dtype=probs.dtype).scatter_reduce(
            0, entity_of_word, probs, "amin"
        )
        # One transfer for everything; float32 holds indices up to 2^24 exactly.
        rows = torch.stack((found.sentence, found.word_start, found.word_end, found.tag_id, scores), dim=1)
        for sentence, start, end, tag_id, score in rows.tolist():
            entity = Entity(int(start), int(end), self._entity_type_of_tag[int(tag_id)])
            entities[int(sentence)].append(ScoredEntity(entity, score))
        return entities

    @torch.no_grad()
    def without_scores(self, tag_ids: Tensor, word_mask: Tensor) -> list[list[Entity]]:
        """Read the entities off a batch of tags whose probabilities nobody has computed.

        Args:
            tag_ids: the tag of each word, long (B, W); any tag at padding.
            word_mask: True at real words, bool (B, W); real words come first in every row.

        Returns:
            For each sentence its entities, in order of `word_start`.
        """
        found = self._find(tag_ids, word_mask)
        entities: list[list[Entity]] = [[] for _ in range(len(tag_ids))]
        rows = torch.stack((found.sentence, found.word_start, found.word_end, found.tag_id), dim=1)
        for sentence, start, end, tag_id in rows.tolist():
            entities[sentence].append(Entity(start, end, self._entity_type_of_tag[tag_id]))
        return entities

    def _find(self, tag_ids: Tensor, word_mask: Tensor) -> _FoundEntities:
        num_sentences = len(tag_ids)
        no_word = tag_ids.new_full((num_sentences, 1), len(self._entity_type_of_tag))
        neighbours = torch.cat((no_word, tag_ids.where(word_mask, no_word), no_word), dim=1)  # (B, W + 2)
        tag_ids = tag_ids.where(word_mask, 0)
        is_start = self.starts[neighbours[:, :-2], tag_ids] & word_mask  # (B, W)
        is_end = self.ends[tag_ids, neighbours[:, 2:]] & word_mask  # (B, W)
        sentence, word_start = is_start.nonzero(as_tuple=True)  # (N,) each, N entities, in reading order
        word_end = _next_end(is_end)[sentence, word_start]  # (N,)
        return _FoundEntities(is_start, sentence, word_start, word_end, tag_ids[sentence, word_start])


@dataclass(frozen=True, slots=True)
class _FoundEntities:
    """The N entities of a batch, in reading order, and where they start, bool (B, W); the others are long (N,)."""

    is_start: Tensor
    sentence: Tensor
    word_start: Tensor
    word_end: Tensor
    tag_id: Tensor


def _next_end(is_end: Tensor) -> Tensor:
    """For each word the index after the nearest word, itself included, that ends an entity, long (B, W)."""
    num_words = is_end.size(1)
    after = torch.arange(1, num_words + 1, device=is_end.device)
    return torch.where(is_end, after, num_words).flip(1).cummin(dim=1).values.flip(1)
