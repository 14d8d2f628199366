"""Candidate spans by index arithmetic: which exist, and the maximum of their words' vectors.

Candidates live on a grid (B, W, E): first word by width, where index e stands for e + 1 words. No span is an
object.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor


def candidate_mask(word_mask: Tensor, max_width: int) -> Tensor:
    """Mark the spans of at most `max_width` words that end inside their sentence (paper, Eq. 12).

    Args:
        word_mask: True at real words, bool (B, W); real words come first in every row.
        max_width: widest candidate ε, in words.

    Returns:
        True where the span that starts at word w and has e + 1 words is a candidate, bool (B, W, E).

    Raises:
        ValueError: `max_width` is less than 1.
    """
    if max_width < 1:
        raise ValueError(f"max_width is {max_width}, but must be at least 1 word")
    num_words = word_mask.sum(dim=1)[:, None, None]  # (B, 1, 1)
    word_start = torch.arange(word_mask.size(1), device=word_mask.device)[:, None]  # (W, 1)
    width = torch.arange(1, max_width + 1, device=word_mask.device)  # (E,)
    return word_start + width <= num_words


def grid_cells(
    word_start: Tensor, width: Tensor, span_mask: Tensor, num_words: int, max_width: int
) -> Tensor:
    """Number some spans by their cell of the flattened grid.

    Args:
        word_start: first word of each span, long (B, S); any value where `span_mask` is False.
        width: number of words of each span, long (B, S); any value where `span_mask` is False.
        span_mask: True at real spans, bool (B, S).
        num_words: words W of a row.
        max_width: widest candidate ε, in words.

    Returns:
        Indices into W * E cells, long (B, S); the index after the last cell for spans that are not real or wider
        than ε, so that one more column takes what is not on the grid.
    """
    is_on_grid = span_mask & (width <= max_width)
    return (word_start * max_width + width - 1).masked_fill(~is_on_grid, num_words * max_width)


def running_maximum_scores(word_vectors: Tensor, weight: Tensor, max_width: int) -> Iterator[Tensor]:
    """Take the element-wise maximum over the words of all spans (paper, Eq. 14) times a matrix, width by width.

    Each width costs one comparison per vector element, because it extends the width before by a word. One width at a
    time is held, so that memory does not grow with ε; and where no gradient is wanted, all of them in one place, which
    saves the time that new memory for each would take.

    Args:
        word_vectors: float (B, W, H).
        weight: float (L, H).
        max_width: widest span ε, in words.

    Yields:
        For widths 1 to ε the maxima by first word, times the matrix, float (B, W, L). A span that would leave the row
        is cut at its end; such a span is no candidate, and `candidate_mask` says so.

    Raises:
        ValueError: `max_width` is less than 1.
    """
    if max_width < 1:
        raise ValueError(f"max_width is {max_width}, but must be at least 1 word")
    num_words = word_vectors.size(1)
    needs_each = torch.is_grad_enabled() and (word_vectors.requires_grad or weight.requires_grad)
    maximum = word_vectors if needs_each else word_vectors.clone()
    yield F.linear(maximum, weight)
    for added in range(1, max_width):
        if added < num_words:
            shorter, last_words = maximum[:, : num_words - added], word_vectors[:, added:]
            if needs_each:
                extended = torch.maximum(shorter, last_words)
                maximum = torch.cat((extended, maximum[:, num_words - added :]), dim=1)
            else:
                torch.maximum(shorter, last_words, out=shorter)
        yield F.linear(maximum, weight)


def span_maximum(word_vectors: Tensor, word_start: Tensor, width: Tensor, max_width: int) -> Tensor:
    """Compute the element-wise maximum over the words of some spans (paper, Eq. 14).

    A span of any width is covered by two stretches of 2^k words, which may overlap; so log2(ε) + 1 tables and
    two look-ups per span are enough, whatever the width.

    Args:
        word_vectors: float (B, W, H).
        word_start: first word of each span, long (B, S).
        width: number of words of each span, 1 to `max_width`, long (B, S); the span ends inside its row.
        max_width: widest span ε, in words.

    Returns:
        The maxima, float (B, S, H). Where words tie for a maximum its gradient is shared among them.

    Raises:
        ValueError: `max_width` is less than 1.
    """
    if max_width < 1:
        raise ValueError(f"max_width is {max_width}, but must be at least 1 word")
    num_sentences, num_words, hidden_dim = word_vectors.shape
    widest = min(max_width, num_words)
    tables = [word_vectors]  # table k: maxima over 2^k words from each word on, cut at the end of the row
    while 2 ** len(tables) <= widest:
        half, table = 2 ** (len(tables) - 1), tables[-1]
        doubled = _larger(table[:, : num_words - half], table[:, half:])
        tables.append(torch.cat((doubled, table[:, num_words - half :]), dim=1))
    # Integers instead of a floating-point log2, which is not exact at powers of two on every device; and made
    # there, since the CPU would wait for a GPU to copy a list.
    powers = 2 ** torch.arange(len(tables), device=width.device)
    exponent = torch.bucketize(width, powers, right=True) - 1  # (B, S)
    last_start = word_start + width - 2**exponent
    flat = torch.stack(tables, dim=1).view(num_sentences * len(tables) * num_words, hidden_dim)
    row = torch.arange(num_sentences, device=width.device)[:, None] * len(tables) + exponent  # (B, S)
    # Looked up as embeddings are: the gradient then takes half the time that it takes for advanced indexing.
    return _larger(
        F.embedding(row * num_words + word_start, flat),
        F.embedding(row * num_words + last_start, flat),
    )  # (B, S, H)


def words_at(word_vectors: Tensor, word_index: Tensor) -> Tensor:
    """Pick words by their index in the sentence.

    Args:
        word_vectors: float (B, W, H).
        word_index: long (B, S).

    Returns:
        The vectors of those words, float (B, S, H).
    """
    num_sentences, num_words, hidden_dim = word_vectors.shape
    row = torch.arange(num_sentences, device=word_index.device)[:, None]  # (B, 1)
    return F.embedding(
        row * num_words + word_index, word_vectors.reshape(num_sentences * num_words, hidden_dim)
    )


def _larger(first: Tensor, second: Tensor) -> Tensor:
    larger: Tensor = _Larger.apply(first, second)  # type: ignore[no-untyped-call]
    return larger


class _Larger(torch.autograd.Function):
    """The larger of two finite numbers, element by element; if they are equal, both get half of the gradient.

    As `torch.maximum`, whose backward pass takes eight times as long on the CPU: it goes through four masks.
    """

    @staticmethod
    def forward(ctx: Any, first: Tensor, second: Tensor) -> Tensor:
        ctx.save_for_backward(first, second)
        return torch.maximum(first, second)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor]:
        first, second = ctx.saved_tensors
        share_of_first = (first - second).sign_().add_(1).mul_(0.5)  # 0, 1/2 or 1
        of_first = share_of_first.mul_(gradient)
        return of_first, gradient - of_first
