import itertools

import pytest
import torch
import torch.nn.functional as F
from allennlp.common import Params
from allennlp.common.checks import ConfigurationError
from torch.utils._python_dispatch import TorchDispatchMode

from blner_allennlp.bundling import Decoder, bundled_loss, check_alpha, resolve_decoder, trained_decoders
from blner_allennlp.heads import SequenceHead, SpanHead
from blner_allennlp.nn.dropout import Dropout
from blner_allennlp.tag_schemes import TagScheme, all_tags

each_pair_of_heads = pytest.mark.parametrize(
    ("tagging", "representation", "width_embedding_dim"),
    list(itertools.product(["softmax", "crf"], ["boundary", "pooling", "hybrid"], [0, 3])),
)


class Heads:
    """Both heads over six words, three words and none, with weights and inputs from a fixed seed."""

    def __init__(self, tagging, representation, width_embedding_dim):
        torch.manual_seed(0)
        tags = all_tags(["A", "B"], TagScheme.BIO)
        arguments = {"type": tagging, "constrain_decoding": True}
        self.sequence = SequenceHead.from_params(Params(arguments), word_dim=8, tags=tags)
        arguments = {
            "max_width": 3,
            "representation": representation,
            "width_embedding_dim": width_embedding_dim,
            "max_negatives": 4,
        }
        self.span = SpanHead.from_params(
            Params(arguments), word_dim=8, sentence_dim=4, entity_types=["A", "B"]
        )
        self.word_vectors = (10 * torch.randn(3, 6, 8)).requires_grad_()
        self.sentence_vector = (10 * torch.randn(3, 4)).requires_grad_()
        self.word_mask = torch.arange(6) < torch.tensor([[6], [3], [0]])
        self.tag_ids = torch.randint(len(tags), (3, 6))
        # The second one is wider than the head classifies.
        self.gold_spans = torch.tensor([[[0, 2], [2, 6]], [[1, 2], [-1, -1]], [[-1, -1], [-1, -1]]])
        self.gold_labels = torch.tensor([[1, 0], [0, -1], [-1, -1]])
        self.weights = [*self.sequence.parameters(), *self.span.parameters()]

    def training_loss(self):
        tag_scores = self.sequence.scores(self.word_vectors)
        seq_loss = self.sequence.loss(tag_scores, self.word_mask, self.tag_ids)
        encoding = (self.word_vectors, self.sentence_vector, self.word_mask)
        return bundled_loss(0.5, seq_loss, self.span.loss(*encoding, self.gold_spans, self.gold_labels))


class RecordWaits(TorchDispatchMode):
    """Notes the operations that make the CPU wait for a GPU: reads of values, and copies from Python lists."""

    WAITING = (
        "_local_scalar_dense",
        "nonzero",
        "masked_select",
        "lift_fresh",
        "unique",
        "is_nonzero",
        "equal",
    )

    def __init__(self):
        super().__init__()
        self.waits = []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        name = func.overloadpacket.__name__
        indices = args[1] if name.startswith("index") and isinstance(args[1], list | tuple) else ()
        by_mask = any(index is not None and index.dtype == torch.bool for index in indices)
        if by_mask or any(name.startswith(waiting) for waiting in self.WAITING):
            self.waits.append(name)
        return func(*args, **(kwargs or {}))


@each_pair_of_heads
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_every_pair_of_heads_trains_and_answers_in_half_precision(
    tagging, representation, width_embedding_dim, dtype
):
    heads = Heads(tagging, representation, width_embedding_dim)
    with torch.autocast("cpu", dtype=dtype):
        loss = heads.training_loss()
    loss.backward()
    assert loss.dtype == torch.float32
    assert loss.isfinite()
    assert all(
        tensor.grad.isfinite().all()
        for tensor in (
            *heads.weights,
            heads.word_vectors,
            *[heads.sentence_vector] * (representation != "boundary"),
        )
    )
    with torch.autocast("cpu", dtype=dtype), torch.no_grad():
        tag_scores = heads.sequence.scores(heads.word_vectors)
        span_scores = heads.span.scores(heads.word_vectors, heads.sentence_vector, heads.word_mask)
        assert heads.span.grid_loss(
            span_scores, heads.word_mask, heads.gold_spans, heads.gold_labels
        ).isfinite()
        answers = (
            heads.sequence.decode(tag_scores, heads.word_mask).entities,
            heads.span.decode(span_scores, heads.word_mask),
        )
    for by_sentence in answers:
        assert any(by_sentence)
        assert by_sentence[2] == []
        assert all(0 <= found.score <= 1 for sentence in by_sentence for found in sentence)


@each_pair_of_heads
def test_a_training_step_never_waits_for_a_value(monkeypatch, tagging, representation, width_embedding_dim):
    # What is dropped on a CPU is counted there; on a GPU, where waiting would cost something, torch drops.
    monkeypatch.setattr(
        Dropout, "forward", lambda self, vectors: F.dropout(vectors, self.drop_prob, self.training)
    )
    heads = Heads(tagging, representation, width_embedding_dim)
    with RecordWaits() as record:
        heads.training_loss().backward()
    assert record.waits == []


def test_waits_are_noticed():
    values = torch.arange(3)
    with RecordWaits() as record:
        torch.tensor([1])
        values[values > 1]
        values.sum().item()
    assert record.waits == ["lift_fresh", "index", "_local_scalar_dense"]


def test_the_loss_is_the_weighted_sum_of_both():
    loss = bundled_loss(0.1, torch.tensor(2.0), torch.tensor(4.0))
    assert loss.item() == pytest.approx(0.1 * 2 + 0.9 * 4)


def test_a_head_without_weight_needs_no_loss_and_gets_no_gradient():
    seq_loss, span_loss = (
        torch.tensor(2.0, requires_grad=True),
        torch.tensor(float("nan"), requires_grad=True),
    )
    bundled_loss(1.0, seq_loss, span_loss).backward()
    assert seq_loss.grad.item() == 1.0
    assert span_loss.grad is None
    assert bundled_loss(0, None, torch.tensor(4.0)).item() == 4.0


@pytest.mark.parametrize(
    ("alpha", "losses", "missing"),
    [
        (0.0, (torch.tensor(1.0), None), "span"),
        (0.5, (None, torch.tensor(1.0)), "seq"),
        (1.0, (None, None), "seq"),
    ],
)
def test_a_missing_loss_is_refused(alpha, losses, missing):
    with pytest.raises(ValueError, match=f"alpha = {alpha} needs the loss of the {missing} head"):
        bundled_loss(alpha, *losses)


@pytest.mark.parametrize("alpha", [-0.1, 1.5, float("nan")])
def test_an_alpha_outside_0_to_1_is_refused(alpha):
    with pytest.raises(ConfigurationError, match=rf"alpha is {alpha}, but must be in \[0, 1\]"):
        check_alpha(alpha)


def test_alpha_says_which_heads_are_trained():
    assert trained_decoders(0) == {Decoder.SPAN}
    assert trained_decoders(1) == {Decoder.SEQ}
    assert trained_decoders(0.1) == {Decoder.SEQ, Decoder.SPAN}


@pytest.mark.parametrize(
    ("decoder", "alpha", "expected"),
    [
        (None, 0, Decoder.SPAN),
        (None, 0.1, Decoder.SPAN),
        (None, 1, Decoder.SEQ),
        ("seq", 0.1, Decoder.SEQ),
        (Decoder.SPAN, 0.9, Decoder.SPAN),
        ("seq", 1, Decoder.SEQ),
    ],
)
def test_the_decoder_is_the_one_asked_for_or_the_one_that_is_trained(decoder, alpha, expected):
    assert resolve_decoder(decoder, alpha) is expected


def test_decoders_that_cannot_answer_are_refused():
    with pytest.raises(ConfigurationError, match="decoder is 'seq', but alpha = 0 does not train that head"):
        resolve_decoder("seq", 0)
    with pytest.raises(ConfigurationError, match="decoder is 'span', but alpha = 1 does not train that head"):
        resolve_decoder(Decoder.SPAN, 1)
    with pytest.raises(ConfigurationError, match="decoder is 'both', but must be 'seq' or 'span'"):
        resolve_decoder("both", 0.5)
