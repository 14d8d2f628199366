"""Bundling: one loss for both heads, and which of them answers."""

from __future__ import annotations

from enum import Enum

from allennlp.common.checks import ConfigurationError
from torch import Tensor


class Decoder(Enum):
    """The head whose entities are the model's answer; the value is its name in configurations."""

    SEQ = "seq"
    SPAN = "span"


def check_alpha(alpha: float) -> float:
    """Make sure that a weight α of the sequence loss is one.

    Args:
        alpha: the weight.

    Returns:
        The weight, as it came.

    Raises:
        ConfigurationError: it is not in [0, 1].
    """
    if not 0 <= alpha <= 1:
        raise ConfigurationError(
            f"bundling: alpha is {alpha}, but must be in [0, 1]: 0 trains the span head only, 1 the sequence "
            "head only"
        )
    return alpha


def trained_decoders(alpha: float) -> frozenset[Decoder]:
    """Tell which heads a weight α trains, and so which can answer (paper, section 4.5.1).

    Args:
        alpha: weight of the sequence loss, in [0, 1].

    Returns:
        The span head for 0, the sequence head for 1, both in between.
    """
    decoders = set()
    if check_alpha(alpha) > 0:
        decoders.add(Decoder.SEQ)
    if alpha < 1:
        decoders.add(Decoder.SPAN)
    return frozenset(decoders)


def resolve_decoder(decoder: Decoder | str | None, alpha: float) -> Decoder:
    """Settle which head answers.

    Args:
        decoder: the head that was asked for, or its name; None takes the one that is trained, and of two the
            span head.
        alpha: weight of the sequence loss, in [0, 1].

    Returns:
        The head.

    Raises:
        ConfigurationError: there is no such head, or this α does not train it.
    """
    trained = trained_decoders(alpha)
    if decoder is None:
        return Decoder.SPAN if Decoder.SPAN in trained else Decoder.SEQ
    try:
        resolved = Decoder(decoder)
    except ValueError:
        raise ConfigurationError(f"bundling: decoder is {decoder!r}, but must be 'seq' or 'span'") from None
    if resolved not in trained:
        raise ConfigurationError(
            f"bundling: the decoder is {resolved.value!r}, but alpha = {alpha} does not train that head; "
            "choose the other one, or an alpha between 0 and 1"
        )
    return resolved


def bundled_loss(alpha: float, seq_loss: Tensor | None, span_loss: Tensor | None) -> Tensor:
    """Weigh the losses of the two heads: α L_seq + (1 - α) L_span (paper, Eq. 19).

    Args:
        alpha: weight of the sequence loss, in [0, 1].
        seq_loss: the sequence head's loss, a scalar; not looked at where α is 0.
        span_loss: the span head's loss, a scalar; not looked at where α is 1.

    Returns:
        The loss, a scalar.

    Raises:
        ValueError: a loss that has a weight is missing.
    """
    trained = trained_decoders(alpha)
    weighted = []
    for decoder, weight, loss in ((Decoder.SEQ, alpha, seq_loss), (Decoder.SPAN, 1 - alpha, span_loss)):
        if decoder in trained:
            if loss is None:
                raise ValueError(
                    f"bundling: alpha = {alpha} needs the loss of the {decoder.value} head, got None"
                )
            weighted.append(weight * loss)
    return weighted[0] if len(weighted) == 1 else weighted[0] + weighted[1]
