"""Windows over long texts, against a plan by brute force and an encoder that records what it read."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from blner_allennlp.nn.windows import WindowPlan, plan_windows

UNLIMITED = 10**9


def brute_force_windows(num_content: int, capacity: int) -> list[range]:
    step, windows, start = (capacity + 1) // 2, [], 0
    while start + capacity < num_content:
        windows.append(range(start, start + capacity))
        start += step
    return [*windows, range(num_content - capacity, num_content)]


def context(window: range, first: int, last: int, num_content: int) -> int:
    left = UNLIMITED if window.start == 0 else first - window.start
    right = UNLIMITED if window.stop == num_content else window.stop - 1 - last
    return min(left, right)


def brute_force_choice(
    num_content: int, capacity: int, words: list[tuple[int, int]]
) -> tuple[list[range], list[int]]:
    windows = brute_force_windows(num_content, capacity)

    def best(first: int, last: int) -> int | None:
        holding = [k for k, window in enumerate(windows) if first in window and last in window]
        return max(holding, key=lambda k: context(windows[k], first, last, num_content), default=None)

    chosen = [best(piece, piece) for piece in range(num_content)]
    for first, last in words:
        if (window := best(first, last)) is not None:
            chosen[first : last + 1] = [window] * (last - first + 1)
    assert None not in chosen
    return windows, [k for k in chosen if k is not None]


def batch_of_words(rows: list[list[int]], num_prefix: int, num_suffix: int) -> tuple[Tensor, Tensor]:
    """Piece mask and offsets of sentences, given as the number of pieces of each word."""
    lengths = [num_prefix + sum(row) + num_suffix for row in rows]
    mask = torch.arange(max(lengths)) < torch.tensor(lengths).unsqueeze(1)
    offsets = torch.full((len(rows), max(len(row) for row in rows), 2), -1)
    for row_index, row in enumerate(rows):
        next_piece = num_prefix
        for word_index, size in enumerate(row):
            if size > 0:
                offsets[row_index, word_index] = torch.tensor([next_piece, next_piece + size - 1])
                next_piece += size
    return mask, offsets


def read_by(plan: WindowPlan, num_columns: int) -> tuple[Tensor, Tensor]:
    """For each piece of the batch: which piece was read in its place, and by which cut row."""
    num_windows, width = plan.source_positions.shape
    rows = torch.arange(num_windows).unsqueeze(1).expand(-1, width)
    seen = torch.stack([plan.source_positions, rows], dim=2)  # (R, P', 2), what a recording encoder returns
    joined = plan.join(seen)
    assert joined.size(1) == num_columns
    return joined[..., 0], joined[..., 1]


@given(
    rows=st.lists(
        st.lists(st.integers(min_value=0, max_value=9), min_size=1, max_size=25), min_size=1, max_size=4
    ),
    capacity=st.integers(min_value=1, max_value=12),
    num_prefix=st.integers(min_value=0, max_value=2),
    num_suffix=st.integers(min_value=0, max_value=2),
)
@settings(max_examples=200)
def test_every_piece_is_read_once_and_where_brute_force_finds_most_context(
    rows: list[list[int]], capacity: int, num_prefix: int, num_suffix: int
) -> None:
    mask, offsets = batch_of_words(rows, num_prefix, num_suffix)
    if mask.numel() == 0:
        return
    limit = capacity + num_prefix + num_suffix
    plan = plan_windows(mask, offsets, limit, num_prefix, num_suffix)

    num_columns = mask.size(1)
    pieces, cut_rows = read_by(plan, num_columns)
    places = torch.arange(mask.numel()).view_as(mask)
    assert torch.equal(pieces[mask], places[mask])
    assert plan.source_positions.size(1) <= limit

    first_cut_row = 0
    for row_index, row in enumerate(rows):
        num_content = sum(row)
        content = cut_rows[row_index, num_prefix : num_prefix + num_content].tolist()
        if num_prefix + num_content + num_suffix <= limit:
            assert set(content) <= {first_cut_row}
            assert plan.windows_per_row[row_index] == 1
            first_cut_row += 1
            continue
        words = [
            (first - num_prefix, last - num_prefix)
            for first, last in offsets[row_index].tolist()
            if first >= 0
        ]
        windows, chosen = brute_force_choice(num_content, capacity, words)
        assert plan.windows_per_row[row_index] == len(windows)
        assert content == [first_cut_row + k for k in chosen]
        for k, window in enumerate(windows):
            read = plan.source_positions[first_cut_row + k][plan.piece_mask[first_cut_row + k]]
            row_start = row_index * num_columns
            expected = [
                *range(num_prefix),
                *(num_prefix + piece for piece in window),
                *range(num_prefix + num_content, num_prefix + num_content + num_suffix),
            ]
            assert (read - row_start).tolist() == expected
        first_cut_row += len(windows)
    assert first_cut_row == len(plan.row_of_window)


def test_a_sentence_of_1238_words_loses_no_word_with_a_limit_of_64() -> None:
    rows = [[1 + (index % 7 == 0) for index in range(1238)], [1, 2, 3]]
    mask, offsets = batch_of_words(rows, 1, 1)
    plan = plan_windows(mask, offsets, 64, 1, 1)
    pieces, cut_rows = read_by(plan, mask.size(1))
    assert plan.source_positions.size(1) == 64
    assert torch.equal(pieces[mask], torch.arange(mask.numel()).view_as(mask)[mask])
    # A word is read in one window as a whole.
    assert torch.equal(cut_rows[0][offsets[0, :, 0]], cut_rows[0][offsets[0, :, 1]])
    # Away from the borders of the text every word has at least a quarter of a window of context on each side.
    column = plan.target_positions[0] % 64
    middle = column[32 : rows[0].count(1) + 2 * rows[0].count(2) - 62]
    assert int(middle.min()) >= 15
    assert int(middle.max()) <= 48


def test_rows_that_fit_are_the_same_as_without_windows() -> None:
    mask, offsets = batch_of_words([[1, 2], [3, 1, 1], [1]], 1, 1)
    plan = plan_windows(mask, offsets, 7, 1, 1)
    ids = torch.randint(100, mask.shape)
    assert torch.equal(plan.cut(ids)[plan.piece_mask], ids[mask])
    assert torch.equal(plan.piece_mask, mask)
    vectors = torch.randn(*mask.shape, 4)
    assert torch.equal(plan.join(vectors)[mask], vectors[mask])


def test_a_vector_of_each_window_is_averaged_by_row() -> None:
    mask, offsets = batch_of_words([[1] * 9, [1]], 1, 1)
    plan = plan_windows(mask, offsets, 6, 1, 1)
    assert plan.row_of_window.tolist() == [0, 0, 0, 0, 1]
    averages = plan.average(torch.tensor([[1.0], [2.0], [3.0], [6.0], [7.0]]))
    assert averages.tolist() == [[3.0], [7.0]]


def test_a_limit_without_room_for_text_is_refused() -> None:
    mask, offsets = batch_of_words([[1, 1]], 1, 1)
    with pytest.raises(ValueError, match="at most 2 pieces, of which 2 are special, leave no room"):
        plan_windows(mask, offsets, 2, 1, 1)
