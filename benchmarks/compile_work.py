"""The work that `benchmarks.compile_speed` measures: each piece is made anew for every way of running it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import Any, NamedTuple
from unittest import mock

import torch
from allennlp.nn.util import move_to_device
from torch import Tensor

from benchmarks.variants import read_batches
from blner_allennlp.heads import (
    CrfSequenceHead,
    SequenceHead,
    SoftmaxSequenceHead,
    SpanHead,
    span_head,
)
from blner_allennlp.nn import linear_chain_crf, tag_chain
from blner_allennlp.token_embedders import WordPieceEmbedder

# Runs the work on one of the batches, and gives what it computed.
Work = Callable[[int], Sequence[Tensor]]
# Makes the work anew, with weights of its own; what it is given translates a function.
MakeWork = Callable[[Callable[..., Any]], Work]

COMPILED, BY_WORD, SCALED = "compiled", "compiled by word", "scaled_partition"


class Batch(NamedTuple):
    """What one batch gives to encoder and heads."""

    token_ids: Tensor  # (B, P)
    piece_mask: Tensor  # (B, P)
    word_mask: Tensor  # (B, W)
    tag_ids: Tensor  # (B, W)
    gold_spans: Tensor  # (B, G, 2)
    gold_labels: Tensor  # (B, G)
    word_vectors: Tensor  # (B, W, H)
    sentence_vectors: Tensor  # (B, H)


def translated(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function for any lengths."""
    return torch.compile(function, dynamic=True)


def as_it_is(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile nothing."""
    return function


def prepare_batches(arguments: argparse.Namespace) -> tuple[list[Batch], list[str], list[str]]:
    """Read the batches, on the device; tags and entity types follow them."""
    read, vocab = read_batches(
        arguments.corpus, arguments.encoder, arguments.batch_size, arguments.num_batches
    )
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    dim = WordPieceEmbedder(arguments.encoder).get_output_dim()
    generator = torch.Generator().manual_seed(0)
    batches = []
    for fields in read:
        indexed = next(iter(fields["tokens"].values()))
        num_rows, num_words = fields["tags"].shape
        made = Batch(
            indexed["token_ids"], indexed["wordpiece_mask"], indexed["mask"], fields["tags"],
            fields["spans"]["word_spans"], fields["spans"]["labels"],
            torch.randn(num_rows, num_words, dim, generator=generator),
            torch.randn(num_rows, dim, generator=generator),
        )  # fmt: skip
        batches.append(Batch(*move_to_device(list(made), device)))
    tags, types = (
        list(vocab.get_token_to_index_vocabulary(namespace)) for namespace in ("tags", "span_labels")
    )
    return batches, tags, types


def encoder_work(
    encoder: str, batches: Sequence[Batch], training: bool, translate: Callable[..., Any]
) -> Work:
    """Reading pieces, and in training the gradient of all weights, with dropout."""
    transformer = WordPieceEmbedder(encoder)._matched_embedder.transformer_model
    transformer.train(training).to(batches[0].token_ids.device)
    read = translate(transformer)

    def run(index: int) -> Sequence[Tensor]:
        batch = batches[index]
        with nullcontext() if training else torch.inference_mode():
            output = read(input_ids=batch.token_ids, attention_mask=batch.piece_mask.long())
        if not training:
            return [output.last_hidden_state]
        transformer.zero_grad()
        output.last_hidden_state.square().mean().backward()
        return [parameter.grad for parameter in transformer.parameters() if parameter.grad is not None]

    return run


def sequence_work(
    head_class: type[SequenceHead],
    tags: Sequence[str],
    batches: Sequence[Batch],
    translate: Callable[..., Any],
    **how: Any,
) -> Work:
    """The loss of a sequence head with its gradient."""
    head = make_head(head_class, tags, batches, **how).train()

    def loss_of(word_vectors: Tensor, word_mask: Tensor, tag_ids: Tensor) -> Tensor:
        return head.loss(head.scores(word_vectors), word_mask, tag_ids)

    return gradient_work(
        head, translate(loss_of), [(b.word_vectors, b.word_mask, b.tag_ids) for b in batches]
    )


def gradient_work(
    head: torch.nn.Module, loss_of: Callable[..., Tensor], inputs: Sequence[tuple[Tensor, ...]]
) -> Work:
    """A loss of word vectors and more, with the gradient of the vectors and of a head's weights."""

    def run(index: int) -> Sequence[Tensor]:
        head.zero_grad()
        word_vectors = inputs[index][0].clone().requires_grad_()
        loss = loss_of(word_vectors, *inputs[index][1:])
        loss.backward()
        weights = (parameter.grad for parameter in head.parameters() if parameter.grad is not None)
        return [loss.detach(), word_vectors.grad, *weights]

    return run


def viterbi_work(tags: Sequence[str], batches: Sequence[Batch], translate: Callable[..., Any]) -> Work:
    """The CRF's best paths, for the scores of tags."""
    head = make_head(CrfSequenceHead, tags, batches).eval()
    with torch.no_grad():
        scores = [head.scores(batch.word_vectors) for batch in batches]
    search = translate(head.crf.best_paths)

    @torch.inference_mode()
    def run(index: int) -> Sequence[Tensor]:
        return search(scores[index], batches[index].word_mask)

    return run


def span_scores_work(
    types: Sequence[str], max_width: int, batches: Sequence[Batch], translate: Callable[..., Any]
) -> Work:
    """The scores of all spans."""
    score = translate(make_span_head(types, max_width, batches).eval().scores)

    @torch.inference_mode()
    def run(index: int) -> Sequence[Tensor]:
        batch = batches[index]
        return [score(batch.word_vectors, batch.sentence_vectors, batch.word_mask)]

    return run


def span_loss_work(
    types: Sequence[str], max_width: int, batches: Sequence[Batch], translate: Callable[..., Any]
) -> Work:
    """The loss of the span head in training, with its gradient.

    Torch cannot compile the draw of negatives, which therefore remains as it is.
    """
    head = make_span_head(types, max_width, batches).train()
    inputs = [(b.word_vectors, b.sentence_vectors, b.word_mask, b.gold_spans, b.gold_labels) for b in batches]
    draw = torch.compiler.disable(span_head.sample_negatives)
    work = gradient_work(head, translate(head.loss), inputs)

    def run(index: int) -> Sequence[Tensor]:
        with mock.patch.object(span_head, "sample_negatives", draw):
            return work(index)

    return run


def make_head(
    head_class: type[SequenceHead], tags: Sequence[str], batches: Sequence[Batch], **how: Any
) -> SequenceHead:
    """A sequence head, with the same weights on every call."""
    torch.manual_seed(0)
    head = head_class(batches[0].word_vectors.size(2), tags, **how)
    return head.to(batches[0].word_mask.device)


def make_span_head(types: Sequence[str], max_width: int, batches: Sequence[Batch]) -> SpanHead:
    """A span head, with the same weights on every call."""
    torch.manual_seed(0)
    dim = batches[0].word_vectors.size(2)
    head = SpanHead(dim, dim, types, max_width)
    return head.to(batches[0].word_mask.device)


def one_word(prefix: Tensor, transitions: Tensor, emission: Tensor, is_word: Tensor, reduce: Any) -> Tensor:
    """One step of the recursion in `tag_chain.prefix_scores`."""
    return torch.where(is_word, reduce(prefix.unsqueeze(2) + transitions) + emission, prefix)


@contextmanager
def steps_by(step: Callable[..., Tensor]) -> Iterator[None]:
    """Have the CRF take the steps of its recursion with another function."""

    def prefix_scores(emissions: Tensor, word_mask: Tensor, chain: Any, reduce: Any) -> Tensor:
        emission, is_word = emissions.unbind(1), word_mask.unsqueeze(2).unbind(1)
        prefixes = [emission[0] + chain.start_scores]
        for word in range(1, len(emission)):
            prefixes.append(
                step(prefixes[-1], chain.transition_scores, emission[word], is_word[word], reduce)
            )
        return torch.stack(prefixes, dim=1)

    with (
        mock.patch.object(linear_chain_crf, "prefix_scores", prefix_scores),
        mock.patch.object(tag_chain, "prefix_scores", prefix_scores),
    ):
        yield


def by_word(make: MakeWork, translate: Callable[..., Any]) -> Work:
    """A CRF's work, of which no more than the step from one word to the next is translated."""
    work, step = make(as_it_is), translate(one_word)

    def run(index: int) -> Sequence[Tensor]:
        with steps_by(step):
            return work(index)

    return run


def all_work(arguments: argparse.Namespace) -> tuple[list[Batch], dict[str, dict[str, MakeWork]]]:
    """Everything that is measured, by name and variant, and the batches."""
    batches, tags, types = prepare_batches(arguments)
    crf = partial(sequence_work, CrfSequenceHead, tags, batches)
    viterbi = partial(viterbi_work, tags, batches)
    both = {
        "encoder, inference": partial(encoder_work, arguments.encoder, batches, False),
        "encoder, training": partial(encoder_work, arguments.encoder, batches, True),
        "softmax head, training": partial(sequence_work, SoftmaxSequenceHead, tags, batches),
        "span head, all scores": partial(span_scores_work, types, arguments.max_width, batches),
        "span head, training": partial(span_loss_work, types, arguments.max_width, batches),
    }
    work: dict[str, dict[str, MakeWork]] = {name: {COMPILED: make} for name, make in both.items()}
    scaled = partial(crf, as_it_is, scaled_partition=True)
    work["CRF head, training"] = {COMPILED: crf, BY_WORD: partial(by_word, crf), SCALED: lambda _: scaled()}
    work["CRF head, best paths"] = {COMPILED: viterbi, BY_WORD: partial(by_word, viterbi)}
    return batches, work
