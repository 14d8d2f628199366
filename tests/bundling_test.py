import pytest
import torch
from allennlp.common.checks import ConfigurationError

from blner_allennlp.bundling import Decoder, bundled_loss, check_alpha, resolve_decoder, trained_decoders


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
