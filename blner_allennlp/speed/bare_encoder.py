"""The encoder alone: the limit of what any model on top of it can reach."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext

import torch
from allennlp.nn.util import move_to_device
from torch import Tensor

from blner_allennlp.batching import BatchBudget, pack
from blner_allennlp.predictors.sentence_indexer import SentenceIndexer
from blner_allennlp.speed.batch_counts import EncoderInput
from blner_allennlp.token_embedders import WordPieceEmbedder

# Pieces a batch, and what a batch costs of its own.
_BUDGETS = ((512, 16), (2048, 16), (2048, 64), (8192, 64), (32768, 1024), (131072, 4096))
_LARGEST_ON_CPU = 8192
_NUM_TRIED = 128  # sentences, on which a budget is chosen


def best_batches(
    embedder: WordPieceEmbedder,
    indexer: SentenceIndexer,
    sentences: Sequence[Sequence[str]],
    device: torch.device,
    wait: Callable[[], None],
) -> tuple[list[EncoderInput], int]:
    """Make the batches with which the encoder is fastest: pieces only, sorted by length, on the device.

    Args:
        embedder: the encoder.
        indexer: cuts words into pieces.
        sentences: the words of each sentence.
        device: where the encoder is.
        wait: waits until the device has done what it was given.

    Returns:
        The batches, and how many pieces fit in one.
    """
    sentences = [words for words in sentences if words]
    tried = sentences[:: max(1, len(sentences) // _NUM_TRIED)]
    budgets = [budget for budget in _BUDGETS if device.type == "cuda" or budget[0] <= _LARGEST_ON_CPU]
    # Other work on the machine must not decide; on a GPU it is the device's time that counts.
    clock = time.process_time if device.type == "cpu" else time.perf_counter
    seconds: dict[tuple[int, int], float] = {}
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
    fastest = min(seconds, key=seconds.__getitem__)
    return _batches(embedder, indexer, sentences, fastest, device), fastest[0]


def read(embedder: WordPieceEmbedder, batches: Sequence[EncoderInput]) -> None:
    """Read batches and do nothing with them.

    Args:
        embedder: the encoder.
        batches: what to read.
    """
    with torch.inference_mode():
        for batch in batches:
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
    budget: tuple[int, int],
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
