"""What the encoder makes of a batch of sentences."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True, slots=True)
class EncodedSentences:
    """A batch of sentences as vectors (paper, Eq. 4: e_1 ... e_n and e_0).

    Args:
        word_vectors: one vector a word, float (B, W, H); zeros at padding words.
        sentence_vector: one vector a sentence, e_0, float (B, H0), where H0 is the encoder's own dimension.
        word_mask: True at real words, which come first in every row, bool (B, W).
    """

    word_vectors: Tensor
    sentence_vector: Tensor
    word_mask: Tensor
