"""The sequence head's role: tags for words."""

# No `from __future__ import annotations` in modules with registered classes: AllenNLP reads the annotations
# of constructors as they stand, and strings tell it nothing.

from abc import ABC, abstractmethod
from collections.abc import Sequence

import torch
from allennlp.common.checks import ConfigurationError
from allennlp.common.registrable import Registrable
from torch import Tensor

from blner_allennlp.entities import Entity
from blner_allennlp.heads.label_combiner import LabelCombiner
from blner_allennlp.heads.scheme_setting import scheme_of_tags
from blner_allennlp.heads.sequence_decoding import SequenceDecoding
from blner_allennlp.nn.dropout import Dropout
from blner_allennlp.tag_schemes import TagScheme, legal_transitions


class SequenceHead(torch.nn.Module, Registrable, ABC):
    """Tags words and combines the tags to entities (paper, section 3.1.2).

    Implementations differ in the probability that they give to tags: "softmax" (default) and "crf".

    Args:
        word_dim: size H of a word vector.
        tags: the T tags, in order of their ids.
        scheme: how they are spelt, a TagScheme or its name; None tells it from the tags.
        dropout: share of the elements of word vectors that training drops.
        constrain_decoding: whether only tag sequences that are legal in the scheme are answered.

    Raises:
        ConfigurationError: an argument is out of range, or the tags are empty, repeated or not those of the scheme.
    """

    default_implementation = "softmax"

    def __init__(
        self,
        word_dim: int,
        tags: Sequence[str],
        scheme: TagScheme | str | None = None,
        dropout: float = 0.1,
        constrain_decoding: bool = False,
    ) -> None:
        super().__init__()
        if word_dim < 1:
            raise ConfigurationError(f"sequence head: word_dim is {word_dim}, but must be at least 1")
        if not tags or len(set(tags)) != len(tags):
            raise ConfigurationError(
                f"sequence head: the tags are {list(tags)}, but must be at least one and none twice; read "
                "them from the vocabulary of the training data"
            )
        if not 0 <= dropout < 1:
            raise ConfigurationError(f"sequence head: dropout is {dropout}, but must be in [0, 1)")
        self.tags = tuple(tags)
        self.scheme = scheme_of_tags(self.tags, scheme, "sequence head: scheme")
        self.constrain_decoding = constrain_decoding
        self.dropout = Dropout(dropout)
        self.projection = torch.nn.Linear(word_dim, len(tags))
        self.label_combiner = LabelCombiner(self.tags, self.scheme)

    def scores(self, word_vectors: Tensor) -> Tensor:
        """Score the tags of each word by a linear layer (paper, Eq. 5).

        Args:
            word_vectors: float (B, W, H).

        Returns:
            Unnormalised log-scores, float (B, W, T).
        """
        tag_scores: Tensor = self.projection(self.dropout(word_vectors))
        return tag_scores

    @abstractmethod
    def loss(self, tag_scores: Tensor, word_mask: Tensor, tag_ids: Tensor) -> Tensor:
        """Compute the loss that training minimises.

        Args:
            tag_scores: what `scores` returned, float (B, W, T).
            word_mask: True at real words, bool (B, W); real words come first in every row.
            tag_ids: gold tags, long (B, W); any value at padding.

        Returns:
            The loss in nats, a float32 scalar.
        """

    @torch.no_grad()
    def decode(self, tag_scores: Tensor, word_mask: Tensor) -> SequenceDecoding:
        """Choose the tags and combine them to entities.

        Args:
            tag_scores: what `scores` returned, float (B, W, T).
            word_mask: True at real words, bool (B, W); real words come first in every row.

        Returns:
            The tags and the entities.
        """
        tag_ids = self._best_tags(tag_scores, word_mask)
        tag_probs = (
            self._tag_probs(tag_scores, word_mask).gather(2, tag_ids.unsqueeze(2)).squeeze(2)
        )  # (B, W)
        return SequenceDecoding(tag_ids, self.label_combiner(tag_ids, tag_probs, word_mask))

    @torch.no_grad()
    def find_entities(self, tag_scores: Tensor, word_mask: Tensor) -> list[list[Entity]]:
        """Choose the tags and combine them to entities, as `decode` does, but do not ask how probable they are.

        For scoring, where nobody looks at probabilities: those of a CRF take twice the time of the tags.

        Args:
            tag_scores: what `scores` returned, float (B, W, T).
            word_mask: True at real words, bool (B, W); real words come first in every row.

        Returns:
            For each sentence its entities, disjoint and in order of `word_start`.
        """
        return self.label_combiner.without_scores(self._best_tags(tag_scores, word_mask), word_mask)

    @abstractmethod
    def _best_tags(self, tag_scores: Tensor, word_mask: Tensor) -> Tensor:
        """Return the chosen tags, long (B, W), 0 at padding."""

    @abstractmethod
    def _tag_probs(self, tag_scores: Tensor, word_mask: Tensor) -> Tensor:
        """Return the probabilities of all tags, float (B, W, T); any value at padding."""

    def _constraints(self) -> tuple[Tensor, Tensor, Tensor]:
        """Return what is legal: transitions (T, T), first tags (T,) and last tags (T,), all bool."""
        rules = legal_transitions(self.tags, self.scheme)
        return torch.tensor(rules.allowed), torch.tensor(rules.may_start), torch.tensor(rules.may_end)
