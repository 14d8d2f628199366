"""Spans by their first and last word."""

from collections.abc import Iterator

import torch.nn.functional as F
from torch import Tensor

from blner_allennlp.heads.span_representation import SpanRepresentation
from blner_allennlp.nn.span_features import words_at


@SpanRepresentation.register("boundary")
class BoundaryRepresentation(SpanRepresentation):
    """Represents a span by [first word; last word], which are the same for one word (paper, Eq. 13).

    Registered as "boundary".
    """

    def output_dim(self, word_dim: int, sentence_dim: int) -> int:  # noqa: ARG002
        """Return 2 H."""
        return 2 * word_dim

    def parts(
        self,
        word_vectors: Tensor,
        sentence_vector: Tensor,  # noqa: ARG002
        word_start: Tensor,
        width: Tensor,
        max_width: int,  # noqa: ARG002
    ) -> list[Tensor]:
        """Make the parts of some spans' vectors; see `SpanRepresentation.parts`."""
        first_words = words_at(word_vectors, word_start)  # (B, S, H)
        last_words = words_at(word_vectors, word_start + width - 1)  # (B, S, H)
        return [first_words, last_words]

    def grid_scores(
        self,
        word_vectors: Tensor,
        sentence_vector: Tensor,  # noqa: ARG002
        weight: Tensor,
        max_width: int,
    ) -> Iterator[Tensor]:
        """Score all spans width by width; see `SpanRepresentation.grid_scores`."""
        first_weight, last_weight = weight.chunk(2, dim=1)  # (L, H) each
        first_scores = F.linear(word_vectors, first_weight)  # (B, W, L)
        last_scores = F.linear(word_vectors, last_weight)  # (B, W, L)
        for added in range(max_width):
            # What rolls over the end of the row belongs to spans that leave it.
            yield first_scores + last_scores.roll(-added, dims=1)
