"""Spans by what stands out in their words."""

from collections.abc import Iterator

import torch.nn.functional as F
from torch import Tensor

from blner_allennlp.heads.span_representation import SpanRepresentation
from blner_allennlp.nn.span_features import running_maximum_scores, span_maximum


@SpanRepresentation.register("pooling")
class PoolingRepresentation(SpanRepresentation):
    """Represents a span by [element-wise maximum of its words; sentence vector e_0] (paper, Eq. 14).

    Registered as "pooling".
    """

    def output_dim(self, word_dim: int, sentence_dim: int) -> int:
        """Return H + H0."""
        return word_dim + sentence_dim

    def parts(
        self, word_vectors: Tensor, sentence_vector: Tensor, word_start: Tensor, width: Tensor, max_width: int
    ) -> list[Tensor]:
        """Make the parts of some spans' vectors; see `SpanRepresentation.parts`."""
        maxima = span_maximum(word_vectors, word_start, width, max_width)  # (B, S, H)
        sentence_vectors = sentence_vector.unsqueeze(1).expand(-1, word_start.size(1), -1)  # (B, S, H0)
        return [maxima, sentence_vectors]

    def grid_scores(
        self, word_vectors: Tensor, sentence_vector: Tensor, weight: Tensor, max_width: int
    ) -> Iterator[Tensor]:
        """Score all spans width by width; see `SpanRepresentation.grid_scores`."""
        word_dim = word_vectors.size(2)
        sentence_scores = F.linear(sentence_vector, weight[:, word_dim:]).unsqueeze(1)  # (B, 1, L)
        for word_scores in running_maximum_scores(word_vectors, weight[:, :word_dim], max_width):  # (B, W, L)
            yield word_scores + sentence_scores
