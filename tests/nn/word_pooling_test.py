"""Pooling word pieces, against a loop over words that shares no code with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from blner_allennlp.nn.word_pooling import pool_words

MODES = ("max", "mean", "first")


def pool_one_word_at_a_time(piece_vectors: Tensor, offsets: Tensor, mode: str) -> Tensor:
    rows = []
    for vectors, words in zip(piece_vectors, offsets.tolist(), strict=True):
        row = []
        for first, last in words:
            if first < 0:
                row.append(torch.zeros(piece_vectors.size(2), dtype=piece_vectors.dtype))
                continue
            pieces = torch.stack([vectors[index] for index in range(first, last + 1)])
            pooled = {"max": pieces.amax(0), "mean": pieces.mean(0), "first": pieces[0]}[mode]
            row.append(pooled)
        rows.append(torch.stack(row))
    return torch.stack(rows)


@st.composite
def batches_of_words(draw: st.DrawFn) -> tuple[Tensor, Tensor]:
    piece_counts = draw(
        st.lists(
            st.lists(st.integers(min_value=0, max_value=6), min_size=1, max_size=7), min_size=1, max_size=4
        )
    )
    num_words = max(len(row) for row in piece_counts)
    num_pieces = 2 + max(sum(row) for row in piece_counts)
    offsets = torch.full((len(piece_counts), num_words, 2), -1)
    for row_index, row in enumerate(piece_counts):
        next_piece = 1
        for word_index, size in enumerate(row):
            if size > 0:
                offsets[row_index, word_index] = torch.tensor([next_piece, next_piece + size - 1])
                next_piece += size
    generator = torch.Generator().manual_seed(draw(st.integers(min_value=0, max_value=1000)))
    vectors = torch.randn(len(piece_counts), num_pieces, 3, generator=generator, dtype=torch.float64)
    if draw(st.booleans()):
        vectors = vectors.round()  # makes ties, whose gradient has to be shared
    return vectors, offsets


@pytest.mark.parametrize("mode", MODES)
@given(batch=batches_of_words())
@settings(max_examples=40, deadline=None)
def test_values_and_gradients_equal_a_loop_over_words(mode: str, batch: tuple[Tensor, Tensor]) -> None:
    vectors, offsets = batch
    ours, theirs = vectors.clone().requires_grad_(), vectors.clone().requires_grad_()
    pooled, expected = pool_words(ours, offsets, mode), pool_one_word_at_a_time(theirs, offsets, mode)
    torch.testing.assert_close(pooled, expected)
    weights = torch.arange(1.0, 1.0 + pooled.numel(), dtype=torch.float64).view_as(pooled)
    (pooled * weights).sum().backward()
    (expected * weights).sum().backward() if expected.requires_grad else theirs.sum().mul(0).backward()
    torch.testing.assert_close(ours.grad, theirs.grad)


def test_a_number_that_is_not_finite_in_a_padding_piece_reaches_no_word() -> None:
    vectors = torch.full((1, 3, 2), float("nan"))
    vectors[0, 1] = 1.0
    offsets = torch.tensor([[[1, 1], [-1, -1]]])
    for mode in MODES:
        assert pool_words(vectors, offsets, mode).tolist() == [[[1.0, 1.0], [0.0, 0.0]]]


def test_a_batch_without_pieces_or_without_words_is_pooled_to_zeros_or_nothing() -> None:
    assert pool_words(torch.ones(2, 0, 3), torch.full((2, 4, 2), -1), "max").tolist() == [[[0.0] * 3] * 4] * 2
    assert pool_words(torch.ones(2, 5, 3), torch.empty(2, 0, 2, dtype=torch.long), "max").shape == (2, 0, 3)


class LargestTensor(TorchDispatchMode):
    """Records the number of elements of the largest tensor that any operation makes."""

    def __init__(self) -> None:
        super().__init__()
        self.num_elements = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):  # type: ignore[no-untyped-def]
        result = func(*args, **(kwargs or {}))
        # An expanded tensor takes no memory, so what counts is the storage.
        for tensor in self._tensors(result):
            self.num_elements = max(
                self.num_elements, tensor.untyped_storage().nbytes() // tensor.element_size()
            )
        return result

    @staticmethod
    def _tensors(result: object) -> Iterator[Tensor]:
        for value in result if isinstance(result, (tuple, list)) else [result]:
            if isinstance(value, Tensor):
                yield value


@pytest.mark.parametrize("mode", MODES)
def test_one_word_of_two_hundred_pieces_makes_no_tensor_larger_than_the_pieces(mode: str) -> None:
    num_rows, num_pieces, hidden_dim = 4, 210, 8
    offsets = torch.full((num_rows, 205, 2), -1)
    offsets[0, 0] = torch.tensor([1, 200])
    for row_index in range(1, num_rows):
        offsets[row_index] = torch.arange(1, 206).unsqueeze(1).expand(-1, 2)
    vectors = torch.randn(num_rows, num_pieces, hidden_dim, requires_grad=True)
    with LargestTensor() as largest:
        pool_words(vectors, offsets, mode).sum().backward()
    # Two index tensors of the gathered pieces are as large as the pieces themselves.
    assert 0 < largest.num_elements <= num_rows * num_pieces * hidden_dim


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="mode is 'sum', but must be one of max, mean, first"):
        pool_words(torch.ones(1, 1, 1), torch.zeros(1, 1, 2, dtype=torch.long), "sum")  # type: ignore[arg-type]


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"offsets \(B, W, 2\), but they are \(1, 1, 1\) and \(1, 1\)"):
        pool_words(torch.ones(1, 1, 1), torch.zeros(1, 1, dtype=torch.long), "max")
    with pytest.raises(ValueError, match="2 rows of pieces but 1 rows of words"):
        pool_words(torch.ones(2, 1, 1), torch.zeros(1, 1, 2, dtype=torch.long), "max")
