"""Word pieces -> words (paper, Eq. 3), in memory linear in the pieces."""

from __future__ import annotations

from typing import Literal, get_args

import torch
from torch import Tensor

PoolingMode = Literal["max", "mean", "first"]
"""How the vectors of a word's pieces become one: element-wise maximum or mean, or the first one's."""


def pool_words(piece_vectors: Tensor, offsets: Tensor, mode: PoolingMode) -> Tensor:
    """Give each word one vector, made of the vectors of its pieces (paper, Eq. 3, where `mode` is "max").

    Most words are one piece, which every mode copies. On the CPU only the pieces of longer words are gathered,
    one after the other and without padding, which for the maximum is several times faster than to touch all. How many
    these are only the data say, and an accelerator would have to stop and wait for the answer: there every
    piece is added to its word. Memory is linear in the pieces either way; one word of 60 pieces costs 60 more
    rows, not 60 times the batch.

    Where several pieces share the maximum, each gets the same part of the gradient.

    Args:
        piece_vectors: float (B, P, H).
        offsets: first and last piece of each word, both inclusive, integer (B, W, 2); -1 where a word has no
            piece and where a row has no word. Words come in the order of their pieces and share none.
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
    if piece_vectors.size(1) == 0:
        return piece_vectors.new_zeros(piece_vectors.size(0), offsets.size(1), piece_vectors.size(2))
    if mode == "first":
        # Not a product with the mask: an infinite or undefined vector in a padding piece must not reach a word.
        return _first_pieces(piece_vectors, offsets).masked_fill_(offsets[..., :1] < 0, 0.0)
    if piece_vectors.device.type == "cpu":
        return _pool_long_words(piece_vectors, offsets, mode)
    return _pool_all_words(piece_vectors, offsets, mode)


def _first_pieces(piece_vectors: Tensor, offsets: Tensor) -> Tensor:
    """The vector of each word's first piece, (B, W, H), newly made; any piece's where a word has none."""
    num_rows, num_pieces, hidden_dim = piece_vectors.shape
    first_vectors = piece_vectors.reshape(num_rows * num_pieces, hidden_dim).index_select(
        0, _flat_first_pieces(offsets, num_pieces)
    )  # (B * W, H)
    return first_vectors.view(num_rows, -1, hidden_dim)


def _flat_first_pieces(offsets: Tensor, num_pieces: int) -> Tensor:
    """The place of each word's first piece in the flattened batch, (B * W); any where a word has none."""
    row_starts = torch.arange(offsets.size(0), device=offsets.device).unsqueeze(1) * num_pieces  # (B, 1)
    return (offsets[..., 0].clamp(min=0) + row_starts).flatten()


def _pool_all_words(piece_vectors: Tensor, offsets: Tensor, mode: PoolingMode) -> Tensor:
    """Add each piece to its word, (B, W, H), with no shape or value that the host would have to wait for."""
    num_rows, num_pieces, hidden_dim = piece_vectors.shape
    num_words = offsets.size(1)
    if num_words == 0:
        return piece_vectors.new_zeros(num_rows, 0, hidden_dim)
    first_pieces, last_pieces = offsets.long().unbind(2)
    has_piece = first_pieces >= 0
    words = torch.arange(num_words, device=offsets.device).expand(num_rows, -1)
    # The word that starts at a piece, and after it the word that started last; column P is for words without.
    started = torch.full((num_rows, num_pieces + 1), -1, dtype=words.dtype, device=offsets.device)
    started = started.scatter(1, torch.where(has_piece, first_pieces, num_pieces), words)[:, :num_pieces]
    latest_words = started.cummax(1).values  # (B, P)
    last_of_latest = last_pieces.gather(1, latest_words.clamp(min=0))
    in_word = (latest_words >= 0) & (torch.arange(num_pieces, device=offsets.device) <= last_of_latest)
    # Special pieces and padding go to one word more, which is thrown away.
    targets = torch.where(in_word, latest_words, num_words).unsqueeze(2).expand_as(piece_vectors)  # (B, P, H)
    neutral = 0.0 if mode == "mean" else float("-inf")
    members = piece_vectors.masked_fill(~in_word.unsqueeze(2), neutral)
    word_vectors = piece_vectors.new_full((num_rows, num_words + 1, hidden_dim), neutral)
    if mode == "mean":
        sums = word_vectors.scatter_add(1, targets, members)[:, :num_words]
        return sums / (last_pieces - first_pieces + 1).unsqueeze(2)
    highest = word_vectors.scatter_reduce(1, targets, members, reduce="amax")[:, :num_words]
    return highest.masked_fill(~has_piece.unsqueeze(2), 0.0)


def _pool_long_words(piece_vectors: Tensor, offsets: Tensor, mode: PoolingMode) -> Tensor:
    """Copy words of one piece and pool only the others, (B, W, H)."""
    num_rows, num_pieces, hidden_dim = piece_vectors.shape
    word_vectors = _first_pieces(piece_vectors, offsets)
    flat_words = word_vectors.view(-1, hidden_dim)  # (B * W, H)
    # Padding is found instead of masked, so that the vectors of all other words are touched once.
    flat_words.index_fill_(0, (offsets[..., 0].flatten() < 0).nonzero().squeeze(1), 0.0)
    pieces_per_word = (offsets[..., 1] - offsets[..., 0] + 1).flatten()  # (B * W), at least 1
    long_words = (pieces_per_word > 1).nonzero().squeeze(1)  # (N), the words of several pieces
    if long_words.numel() == 0:
        return word_vectors
    long_vectors = _pool_segments(
        piece_vectors.reshape(num_rows * num_pieces, hidden_dim),
        _flat_first_pieces(offsets, num_pieces)[long_words],
        pieces_per_word[long_words],
        mode,
    )  # (N, H)
    flat_words.index_copy_(0, long_words, long_vectors)
    return word_vectors


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
