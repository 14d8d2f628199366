"""The sequence head whose tags depend on their neighbours."""

from collections.abc import Sequence

from torch import Tensor

from blner_allennlp.heads.sequence_head import SequenceHead
from blner_allennlp.nn.linear_chain_crf import LinearChainCrf
from blner_allennlp.tag_schemes import TagScheme


@SequenceHead.register("crf")
class CrfSequenceHead(SequenceHead):
    """Gives each sentence a distribution over tag sequences and takes its mode (paper, Eq. 8 to 11).

    Registered as "crf". The probability of a tag, of which the scores of entities are made, is its marginal.

    Args:
        word_dim: size H of a word vector.
        tags: the T tags, in order of their ids.
        scheme: how they are spelt, a TagScheme or its name; None tells it from the tags.
        dropout: share of the elements of word vectors that training drops.
        constrain_decoding: whether only tag sequences that are legal in the scheme are answered; training and
            marginals know no constraint either way.
        token_mean: whether the loss is the mean over words instead of sentences. It then has the scale of
            the softmax head's loss and of the span loss, which matters for their weight α (Eq. 19).
        use_start_end: whether scores of the first and the last tag are learned.
        scaled_partition: whether training sums over tag sequences on scaled probabilities in float64 instead of
            logarithms in the precision of the scores: the same loss and gradient, in a fraction of the time. Scores
            of a word, or of transitions, that differ by 700 nats and more need it switched off.
    """

    def __init__(
        self,
        word_dim: int,
        tags: Sequence[str],
        scheme: TagScheme | str | None = None,
        dropout: float = 0.1,
        constrain_decoding: bool = False,
        token_mean: bool = False,
        use_start_end: bool = True,
        scaled_partition: bool = True,
    ) -> None:
        super().__init__(word_dim, tags, scheme, dropout, constrain_decoding)
        self.token_mean = token_mean
        transitions, starts, ends = self._constraints() if constrain_decoding else (None, None, None)
        self.crf = LinearChainCrf(
            len(self.tags),
            transitions,
            starts,
            ends,
            use_start_end=use_start_end,
            scaled_partition=scaled_partition,
        )

    def loss(self, tag_scores: Tensor, word_mask: Tensor, tag_ids: Tensor) -> Tensor:
        """Compute the negative log-likelihood, the mean over sentences with words (paper, Eq. 8 to 10).

        Args:
            tag_scores: what `scores` returned, float (B, W, T).
            word_mask: True at real words, bool (B, W); real words come first in every row.
            tag_ids: gold tags, long (B, W); any value at padding.

        Returns:
            The loss in nats, a float32 scalar; with `token_mean` divided by the number of real words of the
            mini-batch instead of its number of sentences with words. 0 where there is no word.
        """
        log_partition = self.crf.log_partition(tag_scores, word_mask)
        losses = log_partition - self.crf.path_score(tag_scores, tag_ids, word_mask)  # (B,)
        # The recursion starts from the first word, real or not.
        has_words = word_mask.any(dim=1)  # (B,)
        counted = word_mask if self.token_mean else has_words
        return losses.masked_fill(~has_words, 0.0).sum() / counted.sum().clamp(min=1)

    def _best_tags(self, tag_scores: Tensor, word_mask: Tensor) -> Tensor:
        tag_ids, _ = self.crf.best_paths(tag_scores, word_mask)
        return tag_ids

    def _tag_probs(self, tag_scores: Tensor, word_mask: Tensor) -> Tensor:
        return self.crf.marginals(tag_scores, word_mask)
