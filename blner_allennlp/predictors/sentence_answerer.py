"""Indexed sentences -> entities, in batches that fit."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch
from allennlp.data.token_indexers.token_indexer import IndexedTokenList
from allennlp.nn.util import move_to_device

from blner_allennlp.batching import BatchBudget, pack
from blner_allennlp.bundling import Decoder
from blner_allennlp.entities import ScoredEntity, Sentence
from blner_allennlp.models import BundledNer
from blner_allennlp.predictors.device_memory import is_out_of_memory, release_cached_memory
from blner_allennlp.predictors.sentence_indexer import SentenceIndexer

logger = logging.getLogger(__name__)

# In pieces. Measured on CPU cores, where a batch costs little of its own and a large one gains nothing. A GPU waits for
# small ones.
_MAX_PIECES = {"cpu": 2048, "cuda": 32768}
_COST_PER_BATCH = {"cpu": 32, "cuda": 2048}


class SentenceAnswerer:
    """Sends sentences through a model, those of similar length together, and gives the answers back in order.

    A batch that does not fit in memory is packed anew into smaller ones, and all batches after it are as small.

    Args:
        model: the model.
        indexer: made what the model reads.
        device: where the model is, as AllenNLP numbers devices; -1 for the CPU.
        max_pieces: what a batch may cost (`blner_allennlp.batching`); None for what suits the device.
    """

    def __init__(
        self, model: BundledNer, indexer: SentenceIndexer, device: int, max_pieces: int | None = None
    ) -> None:
        self._model = model
        self._indexer = indexer
        self._device = device
        device_type = "cpu" if device < 0 else "cuda"
        self._cost_per_batch = _COST_PER_BATCH[device_type]
        self._budget = BatchBudget(
            _MAX_PIECES[device_type] if max_pieces is None else max_pieces,
            max_pieces_at_once=model.encoder.max_pieces_at_once,
            num_special_pieces=model.encoder.num_special_pieces,
        )
        self._ran_out_of_memory = False

    def __call__(
        self, sentences: Sequence[Sentence], indexed: Sequence[dict[str, IndexedTokenList]]
    ) -> list[list[ScoredEntity] | MemoryError]:
        """Answer sentences.

        Args:
            sentences: sentences with at least one word each.
            indexed: the same sentences, indexed.

        Returns:
            For each sentence its entities, in order of their first word, or why there was no answer.
        """
        answers: list[list[ScoredEntity] | MemoryError] = [[] for _ in sentences]
        sizes = [self._indexer.size_of(lists) for lists in indexed]
        remaining = list(range(len(sentences)))
        while remaining:
            budget = self._current_budget()
            batches = pack([sizes[index] for index in remaining], budget, self._cost_per_batch)
            unanswered: list[int] = []
            for position, batch in enumerate(batches):
                members = [remaining[place] for place in batch]
                found = self._answer_batch(
                    [sentences[index] for index in members], [indexed[index] for index in members]
                )
                if found is not None:
                    for index, entities in zip(members, found, strict=True):
                        answers[index] = entities
                elif len(members) == 1:
                    answers[members[0]] = MemoryError(
                        f"a sentence of {len(sentences[members[0]].words)} words and "
                        f"{sizes[members[0]].num_pieces} pieces does not fit in memory; split the text, or use a "
                        "machine with more"
                    )
                else:
                    self._shrink(budget.batch_cost([sizes[index] for index in members]))
                    unanswered = [remaining[place] for later in batches[position:] for place in later]
                    break
            remaining = unanswered
        return answers

    def _current_budget(self) -> BatchBudget:
        """The budget, with the spans of the head that answers; which one that is can be changed at any time."""
        head = self._model.span_head
        scores_spans = head is not None and self._model.decoder is Decoder.SPAN
        return replace(self._budget, max_width=head.max_width if scores_spans else 0)

    def _answer_batch(
        self, sentences: Sequence[Sentence], indexed: Sequence[dict[str, IndexedTokenList]]
    ) -> list[list[ScoredEntity]] | None:
        """Entities of a batch, or None where it does not fit in memory."""
        try:
            return self._run_model(sentences, indexed)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
        # Only here has the error, with all tensors that it holds on to, gone.
        release_cached_memory()
        return None

    def _run_model(
        self, sentences: Sequence[Sentence], indexed: Sequence[dict[str, IndexedTokenList]]
    ) -> list[list[ScoredEntity]]:
        metadata: list[dict[str, Any]] = [{"sentence": sentence, "scored": False} for sentence in sentences]
        with torch.inference_mode():
            tokens = move_to_device(self._indexer.tensors(indexed), self._device)
            found: list[list[ScoredEntity]] = self._model(tokens=tokens, metadata=metadata)["entities"]
        return found

    def _shrink(self, failed_cost: float) -> None:
        max_pieces = max(1.0, min(failed_cost, self._budget.max_pieces) / 2)
        self._budget = replace(self._budget, max_pieces=max_pieces)
        if not self._ran_out_of_memory:
            self._ran_out_of_memory = True
            logger.warning(
                "a batch does not fit in memory: trying again with half as much at a time, %d pieces, and less if need "
                "be; max_pieces_per_batch of the predictor would say so beforehand",
                max_pieces,
            )
