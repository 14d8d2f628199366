"""Texts longer than an encoder's limit, read in overlapping windows."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class WindowPlan:
    """How a batch with long rows is cut into rows that the encoder can read, and how its output is put back.

    A row that fits stays one row. A longer one becomes several, each with the special pieces of the whole row
    around a part of its content. R counts the rows after the cut, P' is the length of the longest of them.

    Args:
        source_positions: for each piece of each cut row its place in the flattened batch, integer (R, P').
        piece_mask: True at real pieces of the cut rows, bool (R, P').
        target_positions: for each piece of the batch its place in the flattened cut rows, in the window that
            has most context for it, integer (B, P); anything where the batch has padding.
        row_of_window: the row of the batch that each cut row comes from, integer (R).
        windows_per_row: the number of cut rows of each row of the batch, integer (B).
    """

    source_positions: Tensor
    piece_mask: Tensor
    target_positions: Tensor
    row_of_window: Tensor
    windows_per_row: Tensor

    def cut(self, pieces: Tensor) -> Tensor:
        """Rearrange one value a piece, such as its id.

        Args:
            pieces: (B, P).

        Returns:
            (R, P'); where `piece_mask` is False, the first piece of the batch.
        """
        return pieces.flatten()[self.source_positions]

    def join(self, window_vectors: Tensor) -> Tensor:
        """Give each piece of the batch its vector from the window with most context.

        Args:
            window_vectors: the encoder's output for the cut rows, float (R, P', H).

        Returns:
            float (B, P, H); of a special piece at the end of a long row, the vector in the last window.
        """
        return window_vectors.flatten(0, 1)[self.target_positions]

    def average(self, window_vectors: Tensor) -> Tensor:
        """Average one vector a window over the windows of each row of the batch.

        Args:
            window_vectors: float (R, H).

        Returns:
            float (B, H).
        """
        num_rows = self.windows_per_row.numel()
        sums = window_vectors.new_zeros(num_rows, window_vectors.size(1))
        sums = sums.index_add(0, self.row_of_window, window_vectors)
        return sums / self.windows_per_row.unsqueeze(1).to(window_vectors.dtype)


def plan_windows(
    piece_mask: Tensor, offsets: Tensor, max_pieces: int, num_prefix_pieces: int, num_suffix_pieces: int
) -> WindowPlan:
    """Plan the windows of a batch in which at least one row is longer than the encoder's limit.

    Neighbouring windows share half of their content; the last one ends with the row. A word is read where the
    smaller one of its left and right context is largest, a border of the text counting as unlimited context,
    and the earlier window winning ties. A word longer than the overlap may lie whole in no window; its pieces
    are then read one by one, each where it has most context.

    Args:
        piece_mask: True at real pieces, which come first in every row, bool (B, P).
        offsets: first and last piece of each word, both inclusive, integer (B, W, 2); -1 where there is none.
        max_pieces: the most pieces that the encoder reads at once, special ones included.
        num_prefix_pieces: special pieces at the start of every row.
        num_suffix_pieces: special pieces at the end of every row.

    Returns:
        The plan, on the device of `piece_mask`.

    Raises:
        ValueError: the special pieces alone fill a window.
    """
    num_special_pieces = num_prefix_pieces + num_suffix_pieces
    capacity = max_pieces - num_special_pieces
    if capacity < 1:
        raise ValueError(
            f"windows: at most {max_pieces} pieces, of which {num_special_pieces} are special, leave no room "
            "for text; raise max_pieces"
        )
    num_columns = piece_mask.size(1)
    row_lengths: list[int] = piece_mask.sum(1).tolist()
    width = max(min(length, max_pieces) for length in row_lengths)
    windows: list[Tensor] = []  # places in the flattened batch, (up to P') each
    row_of_window: list[int] = []
    target_positions = torch.zeros(len(row_lengths), num_columns, dtype=torch.long)
    for row_index, (length, row_offsets) in enumerate(zip(row_lengths, offsets.cpu(), strict=True)):
        first_position = len(windows) * width
        if length <= max_pieces:
            row_windows, row_targets = [torch.arange(length)], torch.arange(length)
        else:
            num_content = length - num_special_pieces
            starts = _window_starts(num_content, capacity)
            prefix, suffix = torch.arange(num_prefix_pieces), torch.arange(length - num_suffix_pieces, length)
            content = torch.arange(num_prefix_pieces, num_prefix_pieces + capacity)
            row_windows = [torch.cat([prefix, content + start, suffix]) for start in starts.tolist()]
            word_spans = row_offsets[row_offsets[:, 0] >= 0] - num_prefix_pieces
            chosen = _choose_windows(starts, capacity, num_content, word_spans)
            column = torch.arange(num_content) - starts[chosen] + num_prefix_pieces
            last_columns = torch.arange(max_pieces - num_suffix_pieces, max_pieces)
            row_targets = torch.cat(
                [prefix, chosen * width + column, (len(starts) - 1) * width + last_columns]
            )  # (length)
        target_positions[row_index, :length] = first_position + row_targets
        windows += [window + row_index * num_columns for window in row_windows]
        row_of_window += [row_index] * len(row_windows)

    lengths = torch.tensor([len(window) for window in windows])
    source_positions = torch.nn.utils.rnn.pad_sequence(windows, batch_first=True)  # (R, P')
    window_rows = torch.tensor(row_of_window)
    device = piece_mask.device
    return WindowPlan(
        source_positions=source_positions.to(device),
        piece_mask=(torch.arange(width) < lengths.unsqueeze(1)).to(device),
        target_positions=target_positions.to(device),
        row_of_window=window_rows.to(device),
        windows_per_row=torch.bincount(window_rows, minlength=len(row_lengths)).to(device),
    )


def _window_starts(num_content: int, capacity: int) -> Tensor:
    """Where the windows of a row start, in content pieces, ascending; the last one ends with the row."""
    stride = capacity - capacity // 2
    last_start = num_content - capacity
    return torch.cat([torch.arange(0, last_start, stride), torch.tensor([last_start])])


def _choose_windows(starts: Tensor, capacity: int, num_content: int, word_spans: Tensor) -> Tensor:
    """For each content piece of one row the index of the window to read it from, integer (num_content).

    Pieces that belong together (a word's, with inclusive ends in `word_spans`) are read from one window if
    any holds them all.
    """
    pieces = torch.arange(num_content)
    word_sizes = word_spans[:, 1] - word_spans[:, 0] + 1
    word_of_member = torch.repeat_interleave(torch.arange(len(word_spans)), word_sizes)
    shift = word_spans[:, 0] - (word_sizes.cumsum(0) - word_sizes)
    members = torch.arange(len(word_of_member)) + shift[word_of_member]
    unit_first, unit_last = pieces.clone(), pieces.clone()
    unit_first[members] = word_spans[word_of_member, 0]
    unit_last[members] = word_spans[word_of_member, 1]

    chosen, found = _most_context(starts, capacity, num_content, unit_first, unit_last)
    by_piece, _ = _most_context(starts, capacity, num_content, pieces, pieces)
    return torch.where(found, chosen, by_piece)


def _most_context(
    starts: Tensor, capacity: int, num_content: int, unit_first: Tensor, unit_last: Tensor
) -> tuple[Tensor, Tensor]:
    """The window that holds a unit with most context, and whether any holds it: both (number of units)."""
    # The windows that hold a unit are neighbours, and at most three: two that lie at the stride, because they
    # overlap by half, and the last one, which is moved back to the end of the row.
    latest = torch.searchsorted(starts, unit_first, right=True) - 1
    candidates = latest.unsqueeze(1) - torch.tensor([2, 1, 0])  # (units, 3), the earliest first
    candidate_starts = starts[candidates.clamp(min=0)]
    candidate_ends = candidate_starts + capacity
    holds = (candidates >= 0) & (candidate_ends > unit_last.unsqueeze(1))
    left = (unit_first.unsqueeze(1) - candidate_starts).masked_fill(candidate_starts == 0, num_content)
    right = (candidate_ends - 1 - unit_last.unsqueeze(1)).masked_fill(
        candidate_ends == num_content, num_content
    )
    context = torch.minimum(left, right).masked_fill(~holds, -1)
    best = context.argmax(1, keepdim=True)
    return candidates.gather(1, best).squeeze(1), holds.any(1)
