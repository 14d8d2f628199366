"""Word pieces -> words (paper, Eq. 3), in memory linear in the pieces."""

from __future__ import annotations

from typing import Literal, get_args

import torch
from torch import Tensor

PoolingMode = Literal["max", "mean", "first"]
"""How the vectors of a word's pieces become one: element-wise maximum or mean, or the first one's."""


def pool_words(piece_vectors: Tensor, offsets: Tensor, mode: PoolingMode) -> Tensor:
    """Give each word one vector, made of the vectors of its pieces (paper, Eq. 3, where `mode` is "max").

    Most words are one piece, which every mode copies. Only the pieces of longer words are gathered, one after
    the other and without padding: one word of 60 pieces costs 60 more rows, not 60 times the batch.

    Where several pieces share the maximum, each gets the same part of the gradient.

    Args:
        piece_vectors: float (B, P, H).
        offsets: first and last piece of each word, both inclusive, integer (B, W, 2); -1 where a word has no
            piece and where a row has no word.
        mode: "max", "mean" or "first".

    Returns:
        float (B, W, H); zeros where `offsets` is -1.

    Raises:
        ValueError: a shape does not fit, or the mode is unknown.
    """
    if mode not in get_args(PoolingMode):
        raise ValueError(
            f"word pooling: mode is {mode!r}, but must be one of {', '.join(get_args(PoolingMode))}"
        )
    if piece_vectors.dim() != 3 or offsets.dim() != 3 or offsets.size(2) != 2:
        raise ValueError(
            "word pooling: piece_vectors must be (B, P, H) and offsets (B, W, 2), but they are "
            f"{tuple(piece_vectors.shape)} and {tuple(offsets.shape)}"
        )
    if piece_vectors.size(0) != offsets.size(0):
        raise ValueError(
            f"word pooling: {piece_vectors.size(0)} rows of pieces but {offsets.size(0)} rows of words; "
            "both need one row a sentence"
        )
    num_rows, num_pieces, hidden_dim = piece_vectors.shape
    num_words = offsets.size(1)
    if num_pieces == 0:
        return piece_vectors.new_zeros(num_rows, num_words, hidden_dim)

    flat_pieces = piece_vectors.reshape(num_rows * num_pieces, hidden_dim)
    row_starts = torch.arange(num_rows, device=offsets.device).unsqueeze(1) * num_pieces  # (B, 1)
    first_pieces = (offsets[..., 0].clamp(min=0) + row_starts).flatten()  # (B * W)
    has_piece = offsets[..., 0] >= 0
    pieces_per_word = torch.where(has_piece, offsets[..., 1] - offsets[..., 0] + 1, 0).flatten()  # (B * W)

    # Not a product with the mask: an infinite or undefined vector in a padding piece must not reach a word.
    first_vectors = flat_pieces.index_select(0, first_pieces)  # (B * W, H)
    word_vectors = first_vectors.masked_fill((pieces_per_word == 0).unsqueeze(1), 0.0)
    if mode != "first":
        long_words = (pieces_per_word > 1).nonzero().squeeze(1)  # (N), the words of several pieces
        if long_words.numel() > 0:
            long_vectors = _pool_segments(
                flat_pieces, first_pieces[long_words], pieces_per_word[long_words], mode
            )  # (N, H)
            word_vectors = word_vectors.index_copy(0, long_words, long_vectors)
    return word_vectors.view(num_rows, num_words, hidden_dim)


def _pool_segments(
    flat_pieces: Tensor, first_pieces: Tensor, segment_sizes: Tensor, mode: PoolingMode
) -> Tensor:
    """Pool runs of neighbouring rows of `flat_pieces`: N runs -> (N, H)."""
    num_segments = segment_sizes.numel()
    segment_ends = segment_sizes.cumsum(0)
    num_members = int(segment_ends[-1])
    segment_of_member = torch.repeat_interleave(
        torch.arange(num_segments, device=segment_sizes.device), segment_sizes, output_size=num_members
    )  # (M)
    shift = first_pieces - (segment_ends - segment_sizes)
    member_pieces = torch.arange(num_members, device=segment_sizes.device) + shift[segment_of_member]  # (M)
    members = flat_pieces.index_select(0, member_pieces)  # (M, H)
    index = segment_of_member.unsqueeze(1).expand_as(members)  # (M, H)
    if mode == "mean":
        sums = members.new_zeros(num_segments, members.size(1))
        return sums.scatter_reduce(0, index, members, reduce="mean", include_self=False)
    # Not zeros with `include_self=False`: the backward pass of amax would then count the initial zero as
    # one more piece wherever the maximum is zero, and lose its part of the gradient.
    lowest = members.new_full((num_segments, members.size(1)), float("-inf"))
    return lowest.scatter_reduce(0, index, members, reduce="amax")
