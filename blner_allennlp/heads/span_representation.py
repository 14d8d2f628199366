"""The role of a span representation: a vector for a span."""

from abc import ABC, abstractmethod
from collections.abc import Iterator

from allennlp.common.registrable import Registrable
from torch import Tensor


class SpanRepresentation(Registrable, ABC):
    """Represents spans by vectors made of word vectors and the sentence vector (paper, section 3.1.3).

    Implementations: "boundary", "pooling" and "hybrid" (default). None has weights. The width embedding,
    which all three share, belongs to the span head. Each offers the same function twice: as the parts of the
    vectors of some spans, for training, where dropout acts on the vectors; and as scores of all candidates under a
    linear layer, for inference, where the layer goes first and a vector of all candidates never exists.
    """

    default_implementation = "hybrid"

    @abstractmethod
    def output_dim(self, word_dim: int, sentence_dim: int) -> int:
        """Return the size of a span's vector for word vectors and sentence vectors of the given sizes."""

    @abstractmethod
    def parts(
        self, word_vectors: Tensor, sentence_vector: Tensor, word_start: Tensor, width: Tensor, max_width: int
    ) -> list[Tensor]:
        """Make the parts that the vectors of some spans are concatenated of.

        Args:
            word_vectors: float (B, W, H).
            sentence_vector: the vector e_0, float (B, H0).
            word_start: first word of each span, long (B, S).
            width: number of words of each span, 1 to `max_width`, long (B, S).
            max_width: widest span ε, in words.

        Returns:
            The parts in order, float (B, S, ...); their sizes sum up to `output_dim`.
        """

    @abstractmethod
    def grid_scores(
        self, word_vectors: Tensor, sentence_vector: Tensor, weight: Tensor, max_width: int
    ) -> Iterator[Tensor]:
        """Multiply the vectors of all spans by a matrix, one width after the other.

        Args:
            word_vectors: float (B, W, H).
            sentence_vector: the vector e_0, float (B, H0).
            weight: float (L, `output_dim`).
            max_width: widest span ε, in words.

        Yields:
            For widths 1 to ε the scores by first word, float (B, W, L). Where a span would leave the row they
            mean nothing, but are finite.
        """
