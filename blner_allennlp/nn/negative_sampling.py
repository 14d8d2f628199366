"""Negative sampling among candidate spans."""

from __future__ import annotations

import torch
from torch import Tensor

from blner_allennlp.nn.span_features import grid_cells


def sample_negatives(
    candidate_mask: Tensor,
    gold_word_start: Tensor,
    gold_width: Tensor,
    gold_mask: Tensor,
    max_negatives: int | None,
    generator: torch.Generator | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    """Draw spans that are no gold mention, uniformly and without replacement, per sentence (paper, Eq. 20).

    Every candidate gets a random key and the largest keys win, so that all sentences are drawn from at once.

    Args:
        candidate_mask: True at candidates by first word and width, bool (B, W, E).
        gold_word_start: first word of each gold mention, long (B, G); any value where `gold_mask` is False.
        gold_width: number of words of each gold mention, long (B, G); any value where `gold_mask` is False.
        gold_mask: True at real gold mentions, bool (B, G); mentions wider than E are no candidates and do not
            matter.
        max_negatives: at most this many a sentence; None takes all there are, in order of their first words.
        generator: source of the random keys, on the device of the masks; None is torch's global one.

    Returns:
        First words, long (B, N), where N is `max_negatives`, or W * E where that is less; widths in words, long
        (B, N); and which of them are real, bool (B, N): a sentence with fewer negatives than the others is padded
        with the span of its first word alone.

    Raises:
        ValueError: `max_negatives` is negative.
    """
    if max_negatives is not None and max_negatives < 0:
        raise ValueError(
            f"max_negatives is {max_negatives}, but must be at least 0; None takes all negatives there are"
        )
    num_sentences, num_words, num_widths = candidate_mask.shape
    num_candidates = num_words * num_widths
    is_negative = candidate_mask.reshape(num_sentences, num_candidates) & ~_gold_grid(
        candidate_mask, gold_word_start, gold_width, gold_mask
    )  # (B, W * E)
    if max_negatives is None:
        chosen = torch.arange(num_candidates, device=candidate_mask.device).expand(num_sentences, -1)
        mask = is_negative
    else:
        keys = torch.rand(is_negative.shape, device=candidate_mask.device, generator=generator)
        # Keys lie in [0, 1), so what must not be drawn loses against everything else.
        keys = keys.masked_fill(~is_negative, -1.0)
        drawn_keys, chosen = keys.topk(min(max_negatives, num_candidates), dim=1)  # (B, N)
        mask = drawn_keys >= 0
    chosen = chosen.masked_fill(~mask, 0)
    return torch.div(chosen, num_widths, rounding_mode="floor"), chosen % num_widths + 1, mask


def _gold_grid(
    candidate_mask: Tensor, gold_word_start: Tensor, gold_width: Tensor, gold_mask: Tensor
) -> Tensor:
    """Mark the gold mentions among the candidates, bool (B, W * E)."""
    num_sentences, num_words, num_widths = candidate_mask.shape
    num_candidates = num_words * num_widths
    cell = grid_cells(gold_word_start, gold_width, gold_mask, num_words, num_widths)  # (B, G)
    is_gold = candidate_mask.new_zeros(num_sentences, num_candidates + 1)
    return is_gold.scatter(1, cell, torch.ones_like(gold_mask))[:, :num_candidates]
