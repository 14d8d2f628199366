"""Dropout that draws where it drops, instead of a number for every element."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor


class Dropout(torch.nn.Module):
    """Sets each element to zero with a probability, independently, and scales the others up, in training only.

    The same distribution as `torch.nn.Dropout`'s, which on the CPU spends most of its time on random numbers, one for
    each element. The distance from one dropped element to the next follows a geometric distribution, so a number for
    each dropped element is enough: ten times fewer at 0.1. On other devices torch draws in parallel, and does it here.

    Args:
        drop_prob: probability of an element to be dropped, in [0, 1).

    Raises:
        ValueError: `drop_prob` is none.
    """

    def __init__(self, drop_prob: float) -> None:
        super().__init__()
        if not 0 <= drop_prob < 1:
            raise ValueError(f"dropout: drop_prob is {drop_prob}, but must be in [0, 1)")
        self.drop_prob = drop_prob

    def forward(self, vectors: Tensor) -> Tensor:
        """Drop elements.

        Args:
            vectors: float, any shape.

        Returns:
            float, same shape; `vectors` itself where nothing is to be dropped.
        """
        if not self.training or self.drop_prob == 0:
            return vectors
        if vectors.device.type != "cpu":
            return torch.nn.functional.dropout(vectors, self.drop_prob)
        dropped = draw_positions(vectors.numel(), self.drop_prob)
        scale = 1 / (1 - self.drop_prob)
        kept: Tensor = _ScaleAndDrop.apply(vectors, dropped, scale)  # type: ignore[no-untyped-call]
        return kept

    def extra_repr(self) -> str:
        """What `print` says of the module."""
        return f"drop_prob={self.drop_prob}"


def draw_positions(num_elements: int, prob: float) -> Tensor:
    """Draw each of the first natural numbers with the same probability, independently of the others.

    Drawn by torch's global generator, so its seed fixes them.

    Args:
        num_elements: how many numbers are drawn from.
        prob: probability of each, in (0, 1).

    Returns:
        Those that were drawn, in order, long (N,), on the CPU.
    """
    # Ten standard deviations more than are needed on average: enough always, but for a chance below 1e-20.
    expected = num_elements * prob
    num_draws = math.ceil(expected + 10 * math.sqrt(expected) + 10)
    # By inversion: a gap is longer than k with probability (1 - prob) ** k.
    log_tail = torch.rand(num_draws).neg_().log1p_()
    gaps = log_tail.div_(math.log1p(-prob)).floor_().long().add_(1)
    positions = gaps.cumsum(0).sub_(1)
    return positions[: int(torch.searchsorted(positions, num_elements))]


class _ScaleAndDrop(torch.autograd.Function):
    """Multiplies by a scale, and by 0 at some positions of the flattened tensor; so does the gradient."""

    @staticmethod
    def forward(ctx: Any, vectors: Tensor, dropped: Tensor, scale: float) -> Tensor:
        ctx.save_for_backward(dropped)
        ctx.scale = scale
        return _scale_and_drop(vectors, dropped, scale)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        (dropped,) = ctx.saved_tensors
        return _scale_and_drop(gradient, dropped, ctx.scale), None, None


def _scale_and_drop(vectors: Tensor, dropped: Tensor, scale: float) -> Tensor:
    # An expanded tensor's product need not lie in order, but positions count in order.
    scaled = torch.empty(vectors.shape, dtype=vectors.dtype)
    torch.mul(vectors, scale, out=scaled)
    scaled.view(-1).index_fill_(0, dropped, 0.0)
    return scaled
