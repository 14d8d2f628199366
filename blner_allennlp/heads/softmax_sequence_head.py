"""The sequence head whose words are tagged independently of each other."""

from collections.abc import Sequence

import torch.nn.functional as F
from torch import Tensor

from blner_allennlp.heads.sequence_head import SequenceHead
from blner_allennlp.nn.tag_chain import TagChain, best_tag_paths
from blner_allennlp.tag_schemes import TagScheme

_IGNORED = -100


@SequenceHead.register("softmax")
class SoftmaxSequenceHead(SequenceHead):
    """Gives each word a distribution over tags and takes its mode (paper, Eq. 5 to 7).

    Registered as "softmax". With `constrain_decoding` the answer is the legal sequence with the highest
    product of tag probabilities, found by Viterbi's algorithm; without it each word's tag with the highest
    probability, of equal ones that with the lowest id.

    Args:
        word_dim: size H of a word vector.
        tags: the T tags, in order of their ids.
        scheme: how they are spelt, a TagScheme or its name; None tells it from the tags.
        dropout: share of the elements of word vectors that training drops.
        constrain_decoding: whether only tag sequences that are legal in the scheme are answered.
    """

    _allowed_transitions: Tensor
    _allowed_starts: Tensor
    _allowed_ends: Tensor

    def __init__(
        self,
        word_dim: int,
        tags: Sequence[str],
        scheme: TagScheme | str | None = None,
        dropout: float = 0.1,
        constrain_decoding: bool = False,
    ) -> None:
        super().__init__(word_dim, tags, scheme, dropout, constrain_decoding)
        for name, allowed in zip(("transitions", "starts", "ends"), self._constraints(), strict=True):
            self.register_buffer(f"_allowed_{name}", allowed, persistent=False)

    def loss(self, tag_scores: Tensor, word_mask: Tensor, tag_ids: Tensor) -> Tensor:
        """Compute the cross-entropy, the mean over all real words of the mini-batch (paper, Eq. 7).

        Args:
            tag_scores: what `scores` returned, float (B, W, T).
            word_mask: True at real words, bool (B, W); real words come first in every row.
            tag_ids: gold tags, long (B, W); any value at padding.

        Returns:
            The loss in nats, a float32 scalar. Words of all sentences weigh the same, however long the
            sentences.
        """
        targets = tag_ids.masked_fill(~word_mask, _IGNORED)
        total = F.cross_entropy(
            tag_scores.float().flatten(0, 1), targets.flatten(), ignore_index=_IGNORED, reduction="sum"
        )
        return total / word_mask.sum().clamp(min=1)

    def _best_tags(self, tag_scores: Tensor, word_mask: Tensor) -> Tensor:
        log_probs = tag_scores.float().log_softmax(dim=2)
        if not self.constrain_decoding:
            return log_probs.argmax(dim=2).masked_fill(~word_mask, 0)
        num_tags = len(self.tags)
        no_scores = log_probs.new_zeros(num_tags)
        chain = TagChain(log_probs.new_zeros(num_tags, num_tags), no_scores, no_scores).restricted(
            self._allowed_transitions, self._allowed_starts, self._allowed_ends
        )
        tag_ids, _ = best_tag_paths(log_probs, word_mask, chain)
        return tag_ids

    def _tag_probs(self, tag_scores: Tensor, word_mask: Tensor) -> Tensor:  # noqa: ARG002
        return tag_scores.float().log_softmax(dim=2).exp()
