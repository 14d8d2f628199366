"""Sentences on their way through the model."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from allennlp.data.token_indexers.token_indexer import IndexedTokenList

from blner_allennlp.batching import SentenceSize
from blner_allennlp.entities import ScoredEntity, Sentence

Entities = list[ScoredEntity]


@dataclass(frozen=True, slots=True)
class StartedSentences:
    """Sentences that are to be answered, and those of their batches that threads are busy with.

    Args:
        sentences: with at least one word each.
        indexed: the same sentences, indexed.
        sizes: how long they are.
        batches: those that threads are reading already, as indices of the sentences.
        futures: for each of these batches its entities, or None where it did not fit in memory.
    """

    sentences: Sequence[Sentence]
    indexed: Sequence[dict[str, IndexedTokenList]]
    sizes: Sequence[SentenceSize]
    batches: Sequence[Sequence[int]] = ()
    futures: Sequence[Future[list[Entities] | None]] = ()

    @property
    def is_under_way(self) -> bool:
        """Whether anything is done before somebody asks for the answers."""
        return bool(self.futures)

    def cancel(self) -> None:
        """Give up what no thread has begun."""
        for future in self.futures:
            future.cancel()
