"""Spans by their boundaries and by what stands out in them."""

from collections.abc import Iterator

from torch import Tensor

from blner_allennlp.heads.boundary_representation import BoundaryRepresentation
from blner_allennlp.heads.pooling_representation import PoolingRepresentation
from blner_allennlp.heads.span_representation import SpanRepresentation


@SpanRepresentation.register("hybrid")
class HybridRepresentation(SpanRepresentation):
    """Represents a span by [first word; last word; maximum of its words; e_0] (paper, Eq. 15).

    Registered as "hybrid".
    """

    def __init__(self) -> None:
        self._boundary = BoundaryRepresentation()
        self._pooling = PoolingRepresentation()

    def output_dim(self, word_dim: int, sentence_dim: int) -> int:
        """Return 3 H + H0."""
        return self._boundary.output_dim(word_dim, sentence_dim) + self._pooling.output_dim(
            word_dim, sentence_dim
        )

    def parts(
        self, word_vectors: Tensor, sentence_vector: Tensor, word_start: Tensor, width: Tensor, max_width: int
    ) -> list[Tensor]:
        """Make the parts of some spans' vectors; see `SpanRepresentation.parts`."""
        spans = (word_vectors, sentence_vector, word_start, width, max_width)
        return [*self._boundary.parts(*spans), *self._pooling.parts(*spans)]

    def grid_scores(
        self, word_vectors: Tensor, sentence_vector: Tensor, weight: Tensor, max_width: int
    ) -> Iterator[Tensor]:
        """Score all spans width by width; see `SpanRepresentation.grid_scores`."""
        boundary_dim = self._boundary.output_dim(word_vectors.size(2), sentence_vector.size(1))
        by_boundary = self._boundary.grid_scores(
            word_vectors, sentence_vector, weight[:, :boundary_dim], max_width
        )
        by_pooling = self._pooling.grid_scores(
            word_vectors, sentence_vector, weight[:, boundary_dim:], max_width
        )
        for boundary_scores, pooling_scores in zip(by_boundary, by_pooling, strict=True):
            yield boundary_scores + pooling_scores
