"""Indexed sentences -> entities, in batches that fit."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import torch
from allennlp.data.token_indexers.token_indexer import IndexedTokenList
from allennlp.nn.util import move_to_device

from blner_allennlp.batching import BatchBudget, SentenceSize, pack
from blner_allennlp.bundling import Decoder
from blner_allennlp.entities import Sentence
from blner_allennlp.models import BundledNer
from blner_allennlp.nn.device_memory import is_out_of_memory, release_cached_memory
from blner_allennlp.predictors.batch_threads import BatchThreads
from blner_allennlp.predictors.sentence_indexer import SentenceIndexer
from blner_allennlp.predictors.started_sentences import Entities, StartedSentences

logger = logging.getLogger(__name__)

# In pieces. Measured on CPU cores, where a batch costs little of its own and a large one gains nothing. A GPU waits for
# small ones.
_MAX_PIECES = {"cpu": 1024, "cuda": 32768}
_COST_PER_BATCH = {"cpu": 32, "cuda": 2048}
# Batches that are read side by side are as large as others, where there are sentences enough; smaller ones than this
# spend too much of their time outside of large products.
_MIN_PIECES_SIDE_BY_SIDE = 256
# So many batches a thread, or it may end long before the others.
_BATCHES_PER_THREAD = 2


class SentenceAnswerer:
    """Sends sentences through a model, those of similar length together, and gives the answers back in order.

    On a CPU with several cores many sentences go through in several batches at a time (`BatchThreads`), few of them in
    one, whose products the cores share. A batch that does not fit in memory is packed anew into smaller ones, and all
    batches after it are as small, and read one at a time.

    Args:
        model: the model.
        indexer: made what the model reads.
        device: where the model is, as AllenNLP numbers devices; -1 for the CPU.
        max_pieces: what may be in the model at a time (`blner_allennlp.batching`), but for a sentence that costs more
            alone; None for what suits the device.

    Attributes:
        reads_side_by_side: whether several batches may be read at a time.
    """

    def __init__(
        self, model: BundledNer, indexer: SentenceIndexer, device: int, max_pieces: int | None = None
    ) -> None:
        self._model = model
        self._indexer = indexer
        self._device = device
        device_type = "cpu" if device < 0 else "cuda"
        self._cost_per_batch = _COST_PER_BATCH[device_type]
        self._is_strict = max_pieces is not None
        self._budget = BatchBudget(
            _MAX_PIECES[device_type] if max_pieces is None else max_pieces,
            max_pieces_at_once=model.encoder.max_pieces_at_once,
            num_special_pieces=model.encoder.num_special_pieces,
        )
        self._threads = BatchThreads(model.encoder.max_threads)
        self.reads_side_by_side = device_type == "cpu"
        self._ran_out_of_memory = False

    def __call__(
        self, sentences: Sequence[Sentence], indexed: Sequence[dict[str, IndexedTokenList]]
    ) -> list[Entities | MemoryError]:
        """Answer sentences.

        Args:
            sentences: sentences with at least one word each.
            indexed: the same sentences, indexed.

        Returns:
            For each sentence its entities, in order of their first word, or why there was no answer.
        """
        return self.finish(self.start(sentences, indexed))

    def start(
        self, sentences: Sequence[Sentence], indexed: Sequence[dict[str, IndexedTokenList]]
    ) -> StartedSentences:
        """Have threads read sentences, if there are enough of them; all else is left to `finish`.

        Args:
            sentences: as in `__call__`.
            indexed: as in `__call__`.

        Returns:
            What `finish` takes.
        """
        started = StartedSentences(sentences, indexed, [self._indexer.size_of(lists) for lists in indexed])
        batches = self._batches_side_by_side(started.sizes)
        futures = [self._threads.submit(self._answer_batch, started, batch) for batch in batches]
        return replace(started, batches=batches, futures=futures)

    def finish(self, started: StartedSentences) -> list[Entities | MemoryError]:
        """Wait for the answers, and answer what is left.

        Args:
            started: what `start` gave.

        Returns:
            As `__call__`.
        """
        answers: list[Entities | MemoryError] = [[] for _ in started.sentences]
        try:
            unanswered = self._collect(started, answers)
        finally:
            started.cancel()  # without effect on what is done
        remaining = unanswered if started.is_under_way else list(range(len(answers)))
        while remaining:
            budget = self._current_budget()
            batches = pack([started.sizes[index] for index in remaining], budget, self._cost_per_batch)
            unanswered = []
            for position, batch in enumerate(batches):
                members = [remaining[place] for place in batch]
                found = self._answer_batch(started, members)
                if found is not None:
                    _put(answers, members, found)
                elif len(members) == 1:
                    answers[members[0]] = MemoryError(
                        f"a sentence of {len(started.sentences[members[0]].words)} words and "
                        f"{started.sizes[members[0]].num_pieces} pieces does not fit in memory; split the text, or "
                        "use a machine with more"
                    )
                else:
                    failed_cost = budget.batch_cost([started.sizes[index] for index in members])
                    self._shrink(min(failed_cost, self._budget.max_pieces) / 2)
                    unanswered = [remaining[place] for later in batches[position:] for place in later]
                    break
            remaining = unanswered
        return answers

    def _current_budget(self) -> BatchBudget:
        """The budget, with the spans of the head that answers; which one that is can be changed at any time."""
        head = self._model.span_head
        scores_spans = head is not None and self._model.decoder is Decoder.SPAN
        return replace(self._budget, max_width=head.max_width if scores_spans else 0)

    def _batches_side_by_side(self, sizes: Sequence[SentenceSize]) -> list[list[int]]:
        """Batches of about the same cost for all threads; none where one after the other is as fast or safer."""
        num_threads = self._threads.num_at_once
        if num_threads == 1 or not self.reads_side_by_side:
            return []
        budget = self._current_budget()
        whole_cost = sum(map(budget.row_cost, sizes))
        most_each = budget.max_pieces / num_threads if self._is_strict else budget.max_pieces
        if most_each < _MIN_PIECES_SIDE_BY_SIDE:
            return []
        max_pieces = min(
            most_each,
            max(_MIN_PIECES_SIDE_BY_SIDE, whole_cost / (num_threads * _BATCHES_PER_THREAD)),
        )
        batches = pack(sizes, replace(budget, max_pieces=max_pieces), self._cost_per_batch)
        longest_cost = max(
            (budget.batch_cost([sizes[index] for index in batch]) for batch in batches), default=0
        )
        # A sentence that takes longer than its thread's share of all is better read by all cores; and several that are
        # over a limit's share would be over the limit together.
        most_at_once = min(whole_cost, budget.max_pieces) if self._is_strict else whole_cost
        return batches if longest_cost * num_threads <= most_at_once else []

    def _collect(self, started: StartedSentences, answers: list[Entities | MemoryError]) -> list[int]:
        """Put the threads' answers into their places; give the sentences that did not fit in memory."""
        unanswered: list[int] = []
        failed_cost = 0.0
        for batch, future in zip(started.batches, started.futures, strict=True):
            found = future.result()
            if found is None:
                unanswered += batch
                sizes = [started.sizes[index] for index in batch]
                failed_cost = max(failed_cost, self._current_budget().batch_cost(sizes))
            else:
                _put(answers, batch, found)
        if unanswered:
            # What failed beside others may well fit in memory alone.
            self.reads_side_by_side = False
            self._threads.close()
            self._shrink(min(failed_cost, self._budget.max_pieces))
        return unanswered

    def _answer_batch(self, started: StartedSentences, members: Sequence[int]) -> list[Entities] | None:
        """Entities of a batch, or None where it does not fit in memory."""
        try:
            return self._run_model(
                [started.sentences[index] for index in members], [started.indexed[index] for index in members]
            )
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
        # Only here has the error, with all tensors that it holds on to, gone.
        release_cached_memory()
        return None

    def _run_model(
        self, sentences: Sequence[Sentence], indexed: Sequence[dict[str, IndexedTokenList]]
    ) -> list[Entities]:
        metadata: list[dict[str, Any]] = [{"sentence": sentence, "scored": False} for sentence in sentences]
        with torch.inference_mode():
            tokens = move_to_device(self._indexer.tensors(indexed), self._device)
            found: list[Entities] = self._model(tokens=tokens, metadata=metadata)["entities"]
        return found

    def _shrink(self, max_pieces: float) -> None:
        max_pieces = max(1.0, max_pieces)
        self._budget = replace(self._budget, max_pieces=max_pieces)
        if not self._ran_out_of_memory:
            self._ran_out_of_memory = True
            logger.warning(
                "a batch does not fit in memory: trying again with less at a time, %d pieces, and still less if need "
                "be; max_pieces_per_batch of the predictor would say so beforehand",
                max_pieces,
            )


def _put(answers: list[Entities | MemoryError], members: Iterable[int], found: Iterable[Entities]) -> None:
    for index, entities in zip(members, found, strict=True):
        answers[index] = entities
