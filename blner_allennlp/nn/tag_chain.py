"""One recursion over a chain of tags; partition, marginals and best paths differ only in how they reduce.

Nothing here has weights: a CRF brings learned scores, constrained softmax tagging brings zeros and forbidden
steps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

# Not -inf: where every way into a tag is forbidden, the gradient of logsumexp over -inf alone is NaN.
# exp(-1e4) is 0 in every float type, and no trained score comes near it.
FORBIDDEN_SCORE = -10_000.0

# Reduces the second to last axis (the tag before) of scores (B, T, T) to (B, T).
Reduction = Callable[[Tensor], Tensor]


def sum_of_paths(scores: Tensor) -> Tensor:
    """Reduce over the previous tag by logsumexp: the recursion then sums over all paths, in log space."""
    return torch.logsumexp(scores, dim=-2)


def best_of_paths(scores: Tensor) -> Tensor:
    """Reduce over the previous tag by the maximum: the recursion then follows the best path."""
    return scores.amax(dim=-2)


@dataclass(frozen=True, slots=True)
class TagChain:
    """Log-scores of the steps of a tag path.

    Args:
        transition_scores: score of tag j after tag i, float (T, T).
        start_scores: score of a path that starts with each tag, float (T,).
        end_scores: score of a path that ends with each tag, float (T,).
    """

    transition_scores: Tensor
    start_scores: Tensor
    end_scores: Tensor

    def reversed(self) -> TagChain:
        """Return the chain that reads every path from its last tag to its first."""
        return TagChain(self.transition_scores.transpose(0, 1), self.end_scores, self.start_scores)

    def restricted(
        self,
        allowed_transitions: Tensor | None,
        allowed_starts: Tensor | None,
        allowed_ends: Tensor | None,
    ) -> TagChain:
        """Return the chain with every step that is not allowed put out of reach.

        Args:
            allowed_transitions: True where tag j may follow tag i, bool (T, T); None allows all.
            allowed_starts: True where a path may start, bool (T,); None allows all.
            allowed_ends: True where a path may end, bool (T,); None allows all.

        Returns:
            A chain whose forbidden steps score FORBIDDEN_SCORE.
        """
        return TagChain(
            _forbid(self.transition_scores, allowed_transitions),
            _forbid(self.start_scores, allowed_starts),
            _forbid(self.end_scores, allowed_ends),
        )


def prefix_scores(emissions: Tensor, word_mask: Tensor, chain: TagChain, reduce: Reduction) -> Tensor:
    """Reduce, for every word and tag, all paths that lead there: the recursion behind everything else.

    Args:
        emissions: log-scores of each word's tags, float (B, W, T).
        word_mask: True at real words, bool (B, W); real words come first in every row.
        chain: the step scores.
        reduce: `sum_of_paths` or `best_of_paths`.

    Returns:
        Scores of the path prefixes up to and including each word, float (B, W, T). Padding repeats the last
        real word.
    """
    prefix = emissions[:, 0] + chain.start_scores  # (B, T)
    prefixes = [prefix]
    for word in range(1, emissions.size(1)):
        extended = reduce(prefix.unsqueeze(2) + chain.transition_scores) + emissions[:, word]  # (B, T)
        prefix = torch.where(word_mask[:, word, None], extended, prefix)
        prefixes.append(prefix)
    return torch.stack(prefixes, dim=1)


def total_score(prefixes: Tensor, chain: TagChain, reduce: Reduction) -> Tensor:
    """Reduce over whole paths.

    Args:
        prefixes: what `prefix_scores` returned with the same chain and reduction, float (B, W, T).
        chain: the step scores.
        reduce: the reduction.

    Returns:
        One score for each sentence, float (B,).
    """
    ended = prefixes[:, -1] + chain.end_scores  # (B, T)
    return reduce(ended.unsqueeze(2)).squeeze(1)


def tag_marginals(emissions: Tensor, word_mask: Tensor, chain: TagChain) -> Tensor:
    """Compute each tag's probability at each word by the forward recursion in both directions.

    Args:
        emissions: log-scores of each word's tags, float (B, W, T).
        word_mask: True at real words, bool (B, W); real words come first in every row.
        chain: the step scores.

    Returns:
        Probabilities that sum to 1 over the tags of a real word, float (B, W, T); 0 at padding.
    """
    forward = prefix_scores(emissions, word_mask, chain, sum_of_paths)  # (B, W, T)
    mirror = _mirror_index(word_mask).unsqueeze(2).expand_as(emissions)  # (B, W, T)
    mirrored = prefix_scores(emissions.gather(1, mirror), word_mask, chain.reversed(), sum_of_paths)
    backward = mirrored.gather(1, mirror)  # (B, W, T)
    # Both directions count the word's own emission.
    log_weights = forward + backward - emissions
    log_total = total_score(forward, chain, sum_of_paths)[:, None, None]  # (B, 1, 1)
    return torch.exp(log_weights - log_total) * word_mask.unsqueeze(2)


def best_tag_paths(emissions: Tensor, word_mask: Tensor, chain: TagChain) -> tuple[Tensor, Tensor]:
    """Find the best path of each sentence by the Viterbi algorithm, all sentences at once.

    Among equally good paths the one with the lowest last tag wins, then the one with the lowest tag before
    it, and so on.

    Args:
        emissions: log-scores of each word's tags, float (B, W, T).
        word_mask: True at real words, bool (B, W); real words come first in every row.
        chain: the step scores.

    Returns:
        Tags, long (B, W), 0 at padding; and the scores of the paths, float (B,).
    """
    prefixes = prefix_scores(emissions, word_mask, chain, best_of_paths)  # (B, W, T)
    path_scores = total_score(prefixes, chain, best_of_paths)
    tag = (prefixes[:, -1] + chain.end_scores).argmax(dim=1)  # (B,)
    tags = [tag]
    # The best tag before a known one follows from the prefixes; no table of back pointers is kept.
    into_tag = chain.transition_scores.transpose(0, 1)  # (T, T): row = the later tag
    for word in range(emissions.size(1) - 1, 0, -1):
        previous = (prefixes[:, word - 1] + into_tag[tag]).argmax(dim=1)
        # At padding the path has not begun yet, seen from its end.
        tag = torch.where(word_mask[:, word], previous, tag)
        tags.append(tag)
    tags.reverse()
    return torch.stack(tags, dim=1).masked_fill(~word_mask, 0), path_scores


def _mirror_index(word_mask: Tensor) -> Tensor:
    """Index, long (B, W), that reads each row's real words backwards and leaves its padding in place."""
    position = torch.arange(word_mask.size(1), device=word_mask.device)  # (W,)
    last_word = word_mask.sum(dim=1, keepdim=True) - 1  # (B, 1)
    return torch.where(word_mask, last_word - position, position)


def _forbid(scores: Tensor, allowed: Tensor | None) -> Tensor:
    return scores if allowed is None else scores.masked_fill(~allowed, FORBIDDEN_SCORE)
