"""The span head: a type, or None, for every candidate span."""

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from allennlp.common.checks import ConfigurationError
from allennlp.common.registrable import Registrable
from torch import Tensor

from blner_allennlp.entities import Entity, ScoredEntity
from blner_allennlp.heads.hybrid_representation import HybridRepresentation
from blner_allennlp.heads.span_representation import SpanRepresentation
from blner_allennlp.nn.dropout import Dropout
from blner_allennlp.nn.negative_sampling import sample_negatives
from blner_allennlp.nn.span_features import candidate_mask, grid_cells
from blner_allennlp.overlap import keep_disjoint

_IGNORED = -100
# Has neither weights nor state, so all heads may share it.
_DEFAULT_REPRESENTATION = HybridRepresentation()


class SpanHead(torch.nn.Module, Registrable):
    """Classifies all spans of up to ε words into entity types and None (paper, section 3.1.3).

    Label 0 is None, label k + 1 is type k. Registered as "default".

    Args:
        word_dim: size H of a word vector.
        sentence_dim: size H0 of the sentence vector e_0.
        entity_types: the types, in order of their ids.
        max_width: widest span ε that is classified, in words. Wider gold mentions are left out of training,
            since no row of the width embedding could stand for them.
        representation: what a span's vector is made of.
        width_embedding_dim: size of the trained vector of a span's width; 0 leaves it out.
        max_negatives: so many spans at most that are no mention are drawn in each sentence on each pass of
            training (Eq. 20); None trains on all. They are drawn by torch's global generator, so its seed fixes them.
        dropout: share of the elements of span vectors that training drops.
        use_sentence_vector: whether pooling and hybrid span vectors hold e_0 (Eq. 14 and 15); boundary ones never do.
        allow_overlaps: whether mentions that share words are answered; otherwise the more probable wins.

    Raises:
        ConfigurationError: an argument is out of range, or the types are empty or repeated.
    """

    default_implementation = "default"

    def __init__(
        self,
        word_dim: int,
        sentence_dim: int,
        entity_types: Sequence[str],
        max_width: int,
        representation: SpanRepresentation = _DEFAULT_REPRESENTATION,
        width_embedding_dim: int = 25,
        max_negatives: int | None = 100,
        dropout: float = 0.1,
        use_sentence_vector: bool = True,
        allow_overlaps: bool = False,
    ) -> None:
        super().__init__()
        at_least = {
            "word_dim": (word_dim, 1),
            "sentence_dim": (sentence_dim, 1),
            "width_embedding_dim": (width_embedding_dim, 0),
            "max_negatives": (0 if max_negatives is None else max_negatives, 0),
        }
        for name, (value, lowest) in at_least.items():
            if value < lowest:
                raise ConfigurationError(f"span head: {name} is {value}, but must be at least {lowest}")
        if max_width < 1:
            raise ConfigurationError(
                f"span head: max_width is {max_width}, but must be at least 1; set it to the widest entity "
                "to predict, in words"
            )
        if not 0 <= dropout < 1:
            raise ConfigurationError(f"span head: dropout is {dropout}, but must be in [0, 1)")
        if not entity_types or len(set(entity_types)) != len(entity_types):
            raise ConfigurationError(
                f"span head: the entity types are {list(entity_types)}, but must be at least one and none "
                "twice; read them from the vocabulary of the training data"
            )
        self.entity_types = tuple(entity_types)
        self.max_width = max_width
        self.max_negatives = max_negatives
        self.allow_overlaps = allow_overlaps
        self.representation = representation
        self.dropout = Dropout(dropout)
        self.width_embedding = (
            torch.nn.Embedding(max_width, width_embedding_dim) if width_embedding_dim else None
        )
        # Without e_0 representations are given one of no elements.
        self.sentence_dim = sentence_dim if use_sentence_vector else 0
        self.representation_dim = representation.output_dim(word_dim, self.sentence_dim)
        self.projection = torch.nn.Linear(
            self.representation_dim + width_embedding_dim, len(self.entity_types) + 1
        )

    def loss(
        self,
        word_vectors: Tensor,
        sentence_vector: Tensor,
        word_mask: Tensor,
        gold_spans: Tensor,
        gold_labels: Tensor,
    ) -> Tensor:
        """Compute what training minimises: the cross-entropy over gold and drawn negatives (Eq. 16 to 18, 20).

        Args:
            word_vectors: float (B, W, H).
            sentence_vector: the vector e_0, float (B, H0).
            word_mask: True at real words, bool (B, W); real words come first in every row.
            gold_spans: `word_start` and `word_end` of the gold mentions, long (B, G, 2), padded with -1.
            gold_labels: ids of their types, long (B, G), padded with -1.

        Returns:
            The mean over all real spans, in nats, a float32 scalar. 0 where there is none.
        """
        word_start, width, labels = self._training_spans(word_mask, gold_spans, gold_labels)
        used_vector = sentence_vector[:, : self.sentence_dim]  # (B, H0) or (B, 0)
        parts = self.representation.parts(word_vectors, used_vector, word_start, width, self.max_width)
        if self.width_embedding is not None:
            parts = [*parts, self.width_embedding(width - 1)]
        # The sum over parts is the linear layer over the whole vector (B, S, D), which is the largest tensor
        # of a training step, and is never put together.
        weights = self.projection.weight.split([part.size(2) for part in parts], dim=1)
        span_scores: Tensor = self.projection.bias
        for part, weight in zip(parts, weights, strict=True):
            span_scores = span_scores + F.linear(self.dropout(part), weight)  # (B, S, L)
        return _mean_cross_entropy(span_scores, labels)

    def grid_loss(
        self, span_scores: Tensor, word_mask: Tensor, gold_spans: Tensor, gold_labels: Tensor
    ) -> Tensor:
        """Compute the cross-entropy over all candidates, to watch a training by (paper, Eq. 16 to 18).

        Nothing is drawn, so that a model has one validation loss, and validating changes no later draw.

        Args:
            span_scores: what `scores` returned, float (B, W, E, L).
            word_mask: True at real words, bool (B, W); real words come first in every row.
            gold_spans: `word_start` and `word_end` of the gold mentions, long (B, G, 2), padded with -1; those
                that are no candidates are left out.
            gold_labels: ids of their types, long (B, G), padded with -1.

        Returns:
            The mean over all candidates, in nats, a float32 scalar. 0 where there is none.
        """
        num_sentences, num_words, num_widths, _ = span_scores.shape
        gold_start, gold_width, is_gold = self._reachable_gold(word_mask, gold_spans, gold_labels)
        cell = grid_cells(gold_start, gold_width, is_gold, num_words, num_widths)  # (B, G)
        labels = gold_labels.new_zeros(num_sentences, num_words * num_widths + 1)
        # The maximum, so that the order of writing does not matter where a span is given two types.
        labels = labels.scatter_reduce(1, cell, gold_labels + 1, "amax")[:, :-1]  # (B, W * E)
        is_candidate = candidate_mask(word_mask, num_widths).flatten(1)
        return _mean_cross_entropy(span_scores.flatten(1, 2), labels.masked_fill(~is_candidate, _IGNORED))

    def scores(self, word_vectors: Tensor, sentence_vector: Tensor, word_mask: Tensor) -> Tensor:
        """Score the labels of all spans of up to ε words, without dropout (paper, Eq. 16).

        The linear layer is applied to the parts of the span vectors, before they are put together: its cost
        then grows with words, and with widths for the maximum only, and the (B, W, E, D) vectors never exist.

        Args:
            word_vectors: float (B, W, H).
            sentence_vector: the vector e_0, float (B, H0).
            word_mask: True at real words, bool (B, W); real words come first in every row.

        Returns:
            Unnormalised log-scores by first word and width, float (B, W, E, L), with 0 for all labels of what
            is no candidate.
        """
        weight = self.projection.weight[:, : self.representation_dim]
        used_vector = sentence_vector[:, : self.sentence_dim]  # (B, H0) or (B, 0)
        by_width = self.representation.grid_scores(word_vectors, used_vector, weight, self.max_width)
        grid_scores = torch.stack(list(by_width), dim=2)  # (B, W, E, L)
        width_scores: Tensor = self.projection.bias  # (L,)
        if self.width_embedding is not None:
            width_weight = self.projection.weight[:, self.representation_dim :]
            width_scores = F.linear(self.width_embedding.weight, width_weight, self.projection.bias)  # (E, L)
        is_candidate = candidate_mask(word_mask, self.max_width).unsqueeze(3)
        return (grid_scores + width_scores).masked_fill_(~is_candidate, 0.0)

    @torch.no_grad()
    def decode(self, span_scores: Tensor, word_mask: Tensor) -> list[list[ScoredEntity]]:
        """Answer the spans whose most probable label is a type (paper, Eq. 17 and section 3.2).

        Args:
            span_scores: what `scores` returned, float (B, W, E, L).
            word_mask: True at real words, bool (B, W); real words come first in every row.

        Returns:
            For each sentence its mentions in order of `word_start`, each with the probability of its type;
            disjoint unless `allow_overlaps`. Of equally probable labels the first counts, None before all
            types.
        """
        labels = span_scores.argmax(dim=3)  # (B, W, E)
        is_mention = (labels > 0) & candidate_mask(word_mask, span_scores.size(2))
        cells = is_mention.nonzero(as_tuple=True)  # sentences, first words, width indices
        # Of the few mentions only: the softmax of all candidates would be most of the work.
        probs = span_scores[cells].float().softmax(dim=1).amax(dim=1)
        # One transfer for everything; float32 holds indices up to 2^24 exactly.
        columns = torch.stack((*cells, labels[cells], probs)).cpu().numpy()  # one column a mention
        columns = columns[:, ~np.isnan(columns[4])]  # weights that are no numbers find nothing
        sentence, word_start, width_index, _, prob = columns
        if not self.allow_overlaps:
            # Last key first: sentence by sentence, the more probable, then wider, then earlier span in front.
            columns = columns[:, np.lexsort((word_start, -width_index, -prob, sentence))]
        num_mentions = np.bincount(columns[0].astype(np.int64), minlength=word_mask.size(0))
        starts, width_indices, label_ids = columns[1:4].astype(np.int64).tolist()
        ends = [start + index + 1 for start, index in zip(starts, width_indices, strict=True)]
        probabilities = columns[4].tolist()
        answers = []
        first = 0
        for after in num_mentions.cumsum().tolist():
            # An untrained model finds mentions everywhere: only those that are answered become objects.
            answered = range(after - first)
            if not self.allow_overlaps:
                answered = keep_disjoint(starts[first:after], ends[first:after])
            answers.append(
                [
                    ScoredEntity(
                        Entity(starts[index], ends[index], self.entity_types[label_ids[index] - 1]),
                        probabilities[index],
                    )
                    for index in (first + position for position in answered)
                ]
            )
            first = after
        return answers

    def _training_spans(
        self, word_mask: Tensor, gold_spans: Tensor, gold_labels: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Put gold and negatives side by side: first words, widths and labels of S spans, long (B, S) each."""
        gold_start, gold_width, is_gold = self._reachable_gold(word_mask, gold_spans, gold_labels)
        negative_start, negative_width, is_negative = sample_negatives(
            candidate_mask(word_mask, self.max_width), gold_start, gold_width, is_gold, self.max_negatives
        )
        # Padding stands on the first word, so that it can be looked up; its label keeps it out of the loss.
        word_start = torch.cat((gold_start.masked_fill(~is_gold, 0), negative_start), dim=1)
        width = torch.cat((gold_width.masked_fill(~is_gold, 1), negative_width), dim=1)
        labels = torch.cat(
            (
                (gold_labels + 1).masked_fill(~is_gold, _IGNORED),
                torch.zeros_like(negative_start).masked_fill(~is_negative, _IGNORED),
            ),
            dim=1,
        )
        return word_start, width, labels

    def _reachable_gold(
        self, word_mask: Tensor, gold_spans: Tensor, gold_labels: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return first words and widths of gold, long (B, G) each, and which are candidates, bool (B, G)."""
        gold_start, gold_end = gold_spans.unbind(dim=2)  # (B, G) each
        gold_width = gold_end - gold_start
        num_words = word_mask.sum(dim=1, keepdim=True)  # (B, 1)
        # A sentence that was cut short may have lost the words of a mention.
        is_gold = (gold_labels >= 0) & (gold_width <= self.max_width) & (gold_end <= num_words)
        return gold_start, gold_width, is_gold


def _mean_cross_entropy(span_scores: Tensor, labels: Tensor) -> Tensor:
    """Mean over the spans whose label is not ignored, of scores (B, S, L) and labels (B, S), in float32."""
    total = F.cross_entropy(
        span_scores.float().flatten(0, 1), labels.flatten(), ignore_index=_IGNORED, reduction="sum"
    )
    return total / (labels != _IGNORED).sum().clamp(min=1)


SpanHead.register("default")(SpanHead)
