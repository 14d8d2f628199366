"""The linear-chain conditional random field of the sequence head."""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

from blner_allennlp.nn.scaled_partition import scaled_log_partition
from blner_allennlp.nn.tag_chain import (
    TagChain,
    best_tag_paths,
    prefix_scores,
    sum_of_paths,
    tag_marginals,
    total_score,
)


class LinearChainCrf(torch.nn.Module):
    """Scores, sums and searches the tag paths of sentences (paper, Eq. 8, 9 and 11).

    The score of a path is the sum of its emissions, its transitions, the start score of its first tag and the
    end score of its last; its probability is proportional to the exponential of that. Everything is computed
    in float32 at least, under autocast too: sums over long sentences do not fit into half precision. What a
    sentence without real words gets means nothing, but for its tags and marginals, which are 0. All methods
    raise a ValueError where the shapes of their arguments do not fit together.

    Args:
        num_tags: number of tags T.
        allowed_transitions: True where tag j may follow tag i, bool (T, T); None allows all.
        allowed_starts: True where a path may start, bool (T,); None allows all.
        allowed_ends: True where a path may end, bool (T,); None allows all.
        constrain: where what is not allowed counts: "decoding", for the best path only, so that the model
            stays the paper's; or "all", for the partition, the path scores and the marginals too. A path that
            is not allowed then has probability 0, and a gold path must therefore be allowed.
        use_start_end: whether start and end scores are learned; otherwise they are 0.
        scaled_partition: whether the partition is computed on scaled probabilities in float64
            (`scaled_log_partition`), which takes less time; not with `constrain` "all".

    Raises:
        ValueError: there is no tag, a constraint has the wrong shape, `constrain` is neither of the two
            words, or `scaled_partition` is set where it cannot be.
    """

    allowed_transitions: Tensor | None
    allowed_starts: Tensor | None
    allowed_ends: Tensor | None

    def __init__(
        self,
        num_tags: int,
        allowed_transitions: Tensor | None = None,
        allowed_starts: Tensor | None = None,
        allowed_ends: Tensor | None = None,
        constrain: Literal["decoding", "all"] = "decoding",
        use_start_end: bool = True,
        scaled_partition: bool = False,
    ) -> None:
        super().__init__()
        if num_tags < 1:
            raise ValueError(f"CRF: num_tags is {num_tags}, but must be at least 1")
        if constrain not in ("decoding", "all"):
            raise ValueError(f"CRF: constrain is {constrain!r}, but must be 'decoding' or 'all'")
        if scaled_partition and constrain == "all":
            raise ValueError(
                "CRF: scaled_partition is True, but with constrain 'all' a path that is not allowed must keep a "
                "score; use constrain 'decoding', or leave scaled_partition out"
            )
        self.num_tags = num_tags
        self.constrain = constrain
        self.scaled_partition = scaled_partition
        self._register_constraint("allowed_transitions", allowed_transitions, (num_tags, num_tags))
        self._register_constraint("allowed_starts", allowed_starts, (num_tags,))
        self._register_constraint("allowed_ends", allowed_ends, (num_tags,))
        self.transition_scores = torch.nn.Parameter(torch.empty(num_tags, num_tags))
        self.start_scores = torch.nn.Parameter(torch.empty(num_tags)) if use_start_end else None
        self.end_scores = torch.nn.Parameter(torch.empty(num_tags)) if use_start_end else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw all scores anew: transitions by Xavier's normal rule, start and end scores from N(0, 1)."""
        torch.nn.init.xavier_normal_(self.transition_scores)
        for scores in (self.start_scores, self.end_scores):
            if scores is not None:
                torch.nn.init.normal_(scores)

    def log_partition(self, emissions: Tensor, word_mask: Tensor) -> Tensor:
        """Sum the scores of all tag paths, in log space, by the forward recursion (Eq. 8, denominator).

        Args:
            emissions: unnormalised log-scores, float (B, W, T).
            word_mask: True at real words, bool (B, W); real words come first in every row.

        Returns:
            log Z in nats, float (B,).
        """
        emissions = self._checked(emissions, word_mask)
        chain = self._chain(emissions, constrained=self.constrain == "all")
        if self.scaled_partition:
            return scaled_log_partition(emissions, word_mask, chain)
        return total_score(prefix_scores(emissions, word_mask, chain, sum_of_paths), chain, sum_of_paths)

    def path_score(self, emissions: Tensor, tag_ids: Tensor, word_mask: Tensor) -> Tensor:
        """Score one tag path of each sentence (paper, Eq. 9; the logarithm of the numerator of Eq. 8).

        Args:
            emissions: unnormalised log-scores, float (B, W, T).
            tag_ids: the path, long (B, W); any value at padding.
            word_mask: True at real words, bool (B, W); real words come first in every row.

        Returns:
            Log-scores in nats, float (B,).

        Raises:
            ValueError: the shapes do not fit together.
        """
        emissions = self._checked(emissions, word_mask)
        if tag_ids.shape != word_mask.shape:
            raise ValueError(
                f"CRF: tag_ids has the shape {tuple(tag_ids.shape)}, but must be of the shape of word_mask, "
                f"{tuple(word_mask.shape)}"
            )
        chain = self._chain(emissions, constrained=self.constrain == "all")
        # Padding may hold ids that no tag has.
        tag_ids = tag_ids.masked_fill(~word_mask, 0)
        emitted = emissions.gather(2, tag_ids.unsqueeze(2)).squeeze(2)  # (B, W)
        steps = chain.transition_scores[tag_ids[:, :-1], tag_ids[:, 1:]]  # (B, W - 1)
        last_word = (word_mask.sum(dim=1, keepdim=True) - 1).clamp(min=0)  # (B, 1)
        last_tag = tag_ids.gather(1, last_word).squeeze(1)  # (B,)
        return (
            chain.start_scores[tag_ids[:, 0]]
            + (emitted * word_mask).sum(dim=1)
            + (steps * word_mask[:, 1:]).sum(dim=1)
            + chain.end_scores[last_tag]
        )

    def marginals(self, emissions: Tensor, word_mask: Tensor) -> Tensor:
        """Compute the probability of each tag at each word over all paths.

        Args:
            emissions: unnormalised log-scores, float (B, W, T).
            word_mask: True at real words, bool (B, W); real words come first in every row.

        Returns:
            Probabilities, float (B, W, T); 0 at padding.
        """
        emissions = self._checked(emissions, word_mask)
        return tag_marginals(
            emissions, word_mask, self._chain(emissions, constrained=self.constrain == "all")
        )

    def best_paths(self, emissions: Tensor, word_mask: Tensor) -> tuple[Tensor, Tensor]:
        """Find the most probable allowed path of each sentence by Viterbi's algorithm (paper, Eq. 11).

        Among equally good paths the one with the lowest last tag wins, then the one with the lowest tag
        before it.

        Args:
            emissions: unnormalised log-scores, float (B, W, T).
            word_mask: True at real words, bool (B, W); real words come first in every row.

        Returns:
            Tag ids, long (B, W), 0 at padding; and the log-scores of the paths in nats, float (B,).
        """
        emissions = self._checked(emissions, word_mask)
        return best_tag_paths(emissions, word_mask, self._chain(emissions, constrained=True))

    def _register_constraint(self, name: str, allowed: Tensor | None, shape: tuple[int, ...]) -> None:
        if allowed is not None and (tuple(allowed.shape) != shape or allowed.dtype != torch.bool):
            raise ValueError(
                f"CRF: {name} is a {allowed.dtype} tensor of shape {tuple(allowed.shape)}, but must be a "
                f"bool tensor of shape {shape}"
            )
        # Constraints follow from the tags, so they are no part of the weights that are saved.
        self.register_buffer(name, allowed, persistent=False)

    def _checked(self, emissions: Tensor, word_mask: Tensor) -> Tensor:
        """Return the emissions in the precision that is computed in, after a look at the shapes only.

        A look at values would make the CPU wait for the GPU.
        """
        if emissions.dim() != 3 or emissions.size(1) == 0 or emissions.size(2) != self.num_tags:
            raise ValueError(
                f"CRF: emissions have the shape {tuple(emissions.shape)}, but must be (sentences, words, "
                f"{self.num_tags} tags) with at least one word"
            )
        if word_mask.shape != emissions.shape[:2] or word_mask.dtype != torch.bool:
            raise ValueError(
                f"CRF: word_mask is a {word_mask.dtype} tensor of shape {tuple(word_mask.shape)}, but must "
                f"be a bool tensor of shape {tuple(emissions.shape[:2])} to fit the emissions"
            )
        return emissions if emissions.dtype == torch.float64 else emissions.float()

    def _chain(self, emissions: Tensor, constrained: bool) -> TagChain:
        no_scores = emissions.new_zeros(self.num_tags)
        chain = TagChain(
            self.transition_scores.to(emissions.dtype),
            no_scores if self.start_scores is None else self.start_scores.to(emissions.dtype),
            no_scores if self.end_scores is None else self.end_scores.to(emissions.dtype),
        )
        if not constrained:
            return chain
        return chain.restricted(self.allowed_transitions, self.allowed_starts, self.allowed_ends)
