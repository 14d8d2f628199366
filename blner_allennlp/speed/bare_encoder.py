"""The encoder alone: the limit of what any model on top of it can reach."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

import torch
from allennlp.nn.util import move_to_device
from torch import Tensor

from blner_allennlp.batching import BatchBudget, pack
from blner_allennlp.predictors.batch_threads import BatchThreads
from blner_allennlp.predictors.sentence_indexer import SentenceIndexer
from blner_allennlp.speed.batch_counts import EncoderInput
from blner_allennlp.token_embedders import WordPieceEmbedder

_BUDGETS = ((512, 16), (2048, 16), (2048, 64), (8192, 64), (32768, 1024), (131072, 4096))
_LARGEST_ON_CPU = 8192
_SHARES = (512, 1024)  # pieces in each of the batches side by side
_NUM_TRIED = 128  # sentences, on which a way is chosen
_NUM_TRIALS = 4


Budget = tuple[int, int]
"""Pieces a batch, and what a batch costs of its own."""

Way = tuple[Budget, BatchThreads | None]


@dataclass(frozen=True, slots=True)
class EncoderPass:
    """How the encoder alone reads sentences.

    Args:
        batches: pieces only, sorted by length, on the device.
        max_pieces: how many pieces fit in a batch.
        threads: read several batches at a time; None for one after the other.
    """

    batches: list[EncoderInput]
    max_pieces: int
    threads: BatchThreads | None = None

    @property
    def num_at_once(self) -> int:
        """How many batches are read at a time."""
        return 1 if self.threads is None else self.threads.num_at_once


def best_pass(
    embedder: WordPieceEmbedder,
    indexer: SentenceIndexer,
    sentences: Sequence[Sequence[str]],
    device: torch.device,
    wait: Callable[[], None],
) -> EncoderPass:
    """Find the way in which the encoder is fastest.

    Args:
        embedder: the encoder.
        indexer: cuts words into pieces.
        sentences: the words of each sentence.
        device: where the encoder is.
        wait: waits until the device has done what it was given.

    Returns:
        The way, with batches of all sentences.
    """
    sentences = [words for words in sentences if words]
    tried = sentences[:: max(1, len(sentences) // _NUM_TRIED)]
    budgets = [budget for budget in _BUDGETS if device.type == "cuda" or budget[0] <= _LARGEST_ON_CPU]
    # Other work on the machine must not decide; on a GPU it is the device's time that counts.
    clock = time.process_time if device.type == "cpu" else time.perf_counter
    seconds: dict[Budget, float] = {}
    for budget in (budgets[0], *budgets):  # the first time warms up
        batches = _batches(embedder, indexer, tried, budget, device)
        wait()
        began = clock()
        try:
            read(embedder, batches)
            wait()
        except torch.OutOfMemoryError:
            continue
        seconds[budget] = clock() - began
    budget = min(seconds, key=seconds.__getitem__)
    threads = BatchThreads(embedder.max_threads)
    chosen = None
    if device.type == "cpu" and threads.num_at_once > 1:
        side_by_side: list[Way] = [((share, budget[1]), threads) for share in _SHARES]
        # So many sentences that each thread has several batches, or some would have none at the end.
        tried = sentences[:: max(1, len(sentences) // (_NUM_TRIED * threads.num_at_once))]
        budget, chosen = _fastest(embedder, indexer, tried, [(budget, None), *side_by_side])
    return EncoderPass(_batches(embedder, indexer, sentences, budget, device), budget[0], chosen)


def _fastest(
    embedder: WordPieceEmbedder,
    indexer: SentenceIndexer,
    sentences: Sequence[Sequence[str]],
    ways: Sequence[Way],
) -> Way:
    """By the clock on the wall: the processor's time says nothing of cores that wait."""
    cpu = torch.device("cpu")
    batches = [_batches(embedder, indexer, sentences, budget, cpu) for budget, _ in ways]
    seconds = [float("inf")] * len(ways)
    for _ in range(_NUM_TRIALS):
        for index, (_, threads) in enumerate(ways):
            began = time.perf_counter()
            read(embedder, batches[index], threads)
            seconds[index] = min(seconds[index], time.perf_counter() - began)
    return ways[seconds.index(min(seconds))]


def read(
    embedder: WordPieceEmbedder, batches: Sequence[EncoderInput], threads: BatchThreads | None = None
) -> None:
    """Read batches and do nothing with them.

    Args:
        embedder: the encoder.
        batches: what to read.
        threads: read several batches at a time; None for one after the other.
    """
    if threads is None:
        for batch in batches:
            _read_batch(embedder, batch)
        return
    for future in [threads.submit(_read_batch, embedder, batch) for batch in batches]:
        future.result()


def _read_batch(embedder: WordPieceEmbedder, batch: EncoderInput) -> None:
    with torch.inference_mode():
        _vectors(embedder, batch)


def train(
    embedder: WordPieceEmbedder,
    batches: Sequence[EncoderInput],
    optimizer: torch.optim.Optimizer,
    max_gradient_norm: float | None,
    mixed_precision: torch.device | None,
) -> None:
    """Take a training step on each batch, with the cheapest loss there is.

    Args:
        embedder: the encoder.
        batches: what to read.
        optimizer: of the encoder's weights.
        max_gradient_norm: to what gradients are clipped; None for not at all.
        mixed_precision: the device to run in mixed precision on; None for none.
    """
    for batch in batches:
        optimizer.zero_grad()
        with nullcontext() if mixed_precision is None else torch.autocast(mixed_precision.type):
            loss = _vectors(embedder, batch).mean()
        if not loss.requires_grad:
            continue  # an encoder that does not learn
        loss.backward()
        if max_gradient_norm is not None:
            torch.nn.utils.clip_grad_norm_(embedder.parameters(), max_gradient_norm)
        optimizer.step()


def _vectors(embedder: WordPieceEmbedder, batch: EncoderInput) -> Tensor:
    # Long texts are read in windows here, too, or there would be no vectors for them.
    vectors, _ = embedder._read_pieces(batch.token_ids, batch.piece_mask, batch.offsets, batch.type_ids)
    return vectors


def _batches(
    embedder: WordPieceEmbedder,
    indexer: SentenceIndexer,
    sentences: Sequence[Sequence[str]],
    budget: Budget,
    device: torch.device,
) -> list[EncoderInput]:
    max_pieces, cost_per_batch = budget
    batch_budget = BatchBudget(
        max_pieces,
        max_pieces_at_once=embedder.max_pieces_at_once,
        num_special_pieces=embedder.num_special_pieces,
    )
    indexed = indexer(sentences)
    batches = []
    for batch in pack([indexer.size_of(lists) for lists in indexed], batch_budget, cost_per_batch):
        (tensors,) = indexer.tensors([indexed[index] for index in batch]).values()
        tensors = move_to_device(tensors, device)
        batches.append(
            EncoderInput(
                tensors["token_ids"], tensors["wordpiece_mask"], tensors["offsets"], tensors.get("type_ids")
            )
        )
    return batches
