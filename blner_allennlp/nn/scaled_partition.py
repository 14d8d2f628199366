"""The log-partition of a chain of tags by products of matrices of probabilities, with its gradient in closed form."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from blner_allennlp.nn.tag_chain import TagChain


def scaled_log_partition(emissions: Tensor, word_mask: Tensor, chain: TagChain) -> Tensor:
    """Sum the scores of all tag paths, in log space, as `prefix_scores` with `sum_of_paths` does, in less time.

    Instead of a logsumexp over (B, T, T) each word takes a product of (B, T) with (T, T): prefixes are kept as
    probabilities, scaled to sum to 1 from the second word on. The gradient is the expected number of times that a path
    takes each score, from the same recursion backwards. All of it is in float64, in which scores of one word, or
    transitions, may differ by 700 nats before the lower one counts as forbidden; float32 would allow 87. Where every
    way into a word is forbidden, the result is NaN. It can be differentiated once.

    Args:
        emissions: log-scores of each word's tags, float (B, W, T).
        word_mask: True at real words, bool (B, W); real words come first in every row.
        chain: the step scores.

    Returns:
        log Z in nats, float (B,).
    """
    log_partition: Tensor = _ScaledLogPartition.apply(  # type: ignore[no-untyped-call]
        emissions, word_mask, chain.transition_scores, chain.start_scores, chain.end_scores
    )
    return log_partition


class _ScaledLogPartition(torch.autograd.Function):
    """With p the scaled prefixes and q their counterpart from the end, p · q is the probability of each word's tags."""

    @staticmethod
    def forward(
        ctx: Any,
        emissions: Tensor,
        word_mask: Tensor,
        transition_scores: Tensor,
        start_scores: Tensor,
        end_scores: Tensor,
    ) -> Tensor:
        start_scores, end_scores = start_scores.double(), end_scores.double()
        emission_weights, emission_scale = _exponentials(emissions.double(), dim=2)  # (B, W, T), (B, W)
        transition_weights, transition_scale = _exponentials(transition_scores.double().flatten(), dim=0)
        transition_weights = transition_weights.view_as(transition_scores)  # (T, T)
        end_weights, end_scale = _exponentials(end_scores, dim=0)  # (T,)

        prefix, start_scale = _exponentials(emissions[:, 0].double() + start_scores, dim=1)  # (B, T), (B,)
        prefixes, totals = [prefix], []
        is_word = word_mask.unsqueeze(2).unbind(1)  # (B, 1) each
        weights = emission_weights.unbind(1)  # (B, T) each
        for word in range(1, emissions.size(1)):
            extended = (prefix @ transition_weights).mul_(weights[word])
            total = extended.sum(dim=1, keepdim=True)  # (B, 1)
            prefix = torch.where(is_word[word], extended / total, prefix)
            prefixes.append(prefix)
            totals.append(total)
        ended = prefix @ end_weights  # (B,)
        log_partition = start_scale + ended.log() + end_scale
        step_totals = torch.cat(totals, dim=1) if totals else ended.new_ones(len(ended), 0)  # (B, W - 1)
        step_scores = step_totals.log() + emission_scale[:, 1:] + transition_scale
        log_partition += step_scores.masked_fill(~word_mask[:, 1:], 0.0).sum(dim=1)
        ctx.save_for_backward(
            torch.stack(prefixes, dim=1),
            emission_weights[:, 1:] / step_totals.unsqueeze(2),
            transition_weights,
            end_weights / ended.unsqueeze(1),
            word_mask,
        )
        return log_partition.to(emissions.dtype)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        prefixes, scaled_weights, transition_weights, suffix, word_mask = ctx.saved_tensors
        into_words = transition_weights.transpose(0, 1).contiguous()
        is_word = word_mask.unsqueeze(2).unbind(1)  # (B, 1) each
        weights = scaled_weights.unbind(1)  # (B, T) each
        suffixes = [suffix]  # (B, T) each
        for word in range(prefixes.size(1) - 1, 0, -1):
            suffix = torch.where(is_word[word], (suffix * weights[word - 1]) @ into_words, suffix)
            suffixes.append(suffix)
        suffixes.reverse()
        # Every sentence's share of the loss, at its real words only.
        shares = (gradient.double()[:, None] * word_mask).unsqueeze(2)  # (B, W, 1)
        of_suffixes = torch.stack(suffixes, dim=1).mul_(shares)  # (B, W, T)
        of_emissions = prefixes * of_suffixes
        steps = (of_suffixes[:, 1:] * scaled_weights).flatten(0, 1)  # (B * (W - 1), T)
        of_transitions = (prefixes[:, :-1].flatten(0, 1).transpose(0, 1) @ steps) * transition_weights
        # Padding repeats the prefix of the last real word.
        of_end = (prefixes[:, -1] * suffixes[-1] * gradient.double()[:, None]).sum(dim=0)
        return tuple(
            part if part is None else part.to(gradient.dtype)
            for part in (of_emissions, None, of_transitions, of_emissions[:, 0].sum(dim=0), of_end)
        )


def _exponentials(scores: Tensor, dim: int) -> tuple[Tensor, Tensor]:
    """Exponentials of scores minus the largest along one axis, and that largest score."""
    scale = scores.amax(dim=dim, keepdim=True)
    return (scores - scale).exp(), scale.squeeze(dim)
