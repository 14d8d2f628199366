"""Pooling word pieces, against a loop over words that shares no code with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch._subclasses.fake_tensor import DynamicOutputShapeException, FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode

from blner_allennlp.nn.word_pooling import PoolingMode, _pool_all_words, pool_words

MODES: tuple[PoolingMode, ...] = ("max", "mean", "first")
# Which form is used depends on the device; both run on the CPU.
FORMS = ("cpu", "accelerator")


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


def pool(piece_vectors: Tensor, offsets: Tensor, mode: PoolingMode, form: str) -> Tensor:
    if form == "accelerator" and mode != "first":
        return _pool_all_words(piece_vectors, offsets, mode)
    return pool_words(piece_vectors, offsets, mode)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("mode", MODES)
@given(batch=batches_of_words())
@settings(max_examples=40)
def test_values_and_gradients_equal_a_loop_over_words(
    form: str, mode: PoolingMode, batch: tuple[Tensor, Tensor]
) -> None:
    vectors, offsets = batch
    ours, theirs = vectors.clone().requires_grad_(), vectors.clone().requires_grad_()
    pooled, expected = pool(ours, offsets, mode, form), pool_one_word_at_a_time(theirs, offsets, mode)
    torch.testing.assert_close(pooled, expected)
    weights = torch.arange(1.0, 1.0 + pooled.numel(), dtype=torch.float64).view_as(pooled)
    (pooled * weights).sum().backward()
    (expected * weights).sum().backward() if expected.requires_grad else theirs.sum().mul(0).backward()
    torch.testing.assert_close(ours.grad, theirs.grad)


@pytest.mark.parametrize("mode", ["max", "mean"])
def test_on_an_accelerator_nothing_waits_for_a_value(mode: PoolingMode) -> None:
    """Tensors without values: whoever asks for one, or for a shape that depends on one, gets an error."""
    with FakeTensorMode():
        vectors = torch.ones(2, 7, 3, requires_grad=True)
        offsets = torch.ones(2, 4, 2, dtype=torch.long)
        _pool_all_words(vectors, offsets, mode).sum().backward()
        pool_words(vectors, offsets, "first").sum().backward()
        with pytest.raises(DynamicOutputShapeException):
            pool_words(vectors, offsets, mode)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("mode", MODES)
def test_a_gpu_is_not_waited_for_and_gives_the_same(mode: PoolingMode) -> None:
    vectors, offsets = (
        torch.randn(2, 7, 3),
        torch.tensor([[[1, 1], [2, 4], [-1, -1]], [[1, 2], [3, 3], [4, 5]]]),
    )
    ours, theirs = vectors.cuda().requires_grad_(), vectors.clone().requires_grad_()
    gpu_offsets = offsets.cuda()
    torch.cuda.set_sync_debug_mode("error")
    try:
        pooled = pool_words(ours, gpu_offsets, mode)
        pooled.sum().backward()
    finally:
        torch.cuda.set_sync_debug_mode("default")
    expected = pool_words(theirs, offsets, mode)
    expected.sum().backward()
    torch.testing.assert_close(pooled.cpu(), expected)
    torch.testing.assert_close(ours.grad.cpu(), theirs.grad)


@pytest.mark.parametrize("form", FORMS)
def test_a_number_that_is_not_finite_in_a_padding_piece_reaches_no_word_and_no_gradient(form: str) -> None:
    for value in (float("nan"), float("inf"), float("-inf")):
        vectors = torch.full((1, 3, 2), value)
        vectors[0, 1] = 1.0
        vectors.requires_grad_()
        offsets = torch.tensor([[[1, 1], [-1, -1]]])
        for mode in MODES:
            vectors.grad = None
            pooled = pool(vectors, offsets, mode, form)
            assert pooled.tolist() == [[[1.0, 1.0], [0.0, 0.0]]]
            pooled.sum().backward()
            assert vectors.grad.tolist() == [[[0.0, 0.0], [1.0, 1.0], [0.0, 0.0]]]


@pytest.mark.parametrize("form", FORMS)
def test_a_batch_without_words_is_pooled_to_nothing(form: str) -> None:
    for mode in MODES:
        assert pool(torch.ones(2, 5, 3), torch.empty(2, 0, 2, dtype=torch.long), mode, form).shape == (
            2,
            0,
            3,
        )


def test_a_batch_without_pieces_is_pooled_to_zeros() -> None:
    assert pool_words(torch.ones(2, 0, 3), torch.full((2, 4, 2), -1), "max").tolist() == [[[0.0] * 3] * 4] * 2


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


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("mode", MODES)
def test_one_word_of_two_hundred_pieces_makes_no_tensor_larger_than_the_pieces(
    form: str, mode: PoolingMode
) -> None:
    num_rows, num_pieces, hidden_dim = 4, 210, 8
    offsets = torch.full((num_rows, 205, 2), -1)
    offsets[0, 0] = torch.tensor([1, 200])
    for row_index in range(1, num_rows):
        offsets[row_index] = torch.arange(1, 206).unsqueeze(1).expand(-1, 2)
    vectors = torch.randn(num_rows, num_pieces, hidden_dim, requires_grad=True)
    with LargestTensor() as largest:
        pool(vectors, offsets, mode, form).sum().backward()
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
