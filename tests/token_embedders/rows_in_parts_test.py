"""Batches that do not fit in memory are read in halves, and nothing else changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from blner_allennlp.token_embedders import WordPieceEmbedder
from blner_allennlp.token_embedders.rows_in_parts import RowsInParts
from blner_allennlp.token_embedders.transformer_reader import TransformerReader

OUT_OF_MEMORY = torch.OutOfMemoryError("CUDA out of memory.")


class LimitedReader:
    """Reads at most so many places; knows how many it was asked for each time."""

    def __init__(self, most_at_once: int, error: BaseException = OUT_OF_MEMORY) -> None:
        torch.manual_seed(0)
        self.layer = nn.Embedding(50, 3)
        self.asked: list[int] = []
        self._most_at_once = most_at_once
        self._error = error

    def __call__(self, token_ids: Tensor, piece_mask: Tensor, type_ids: Tensor | None) -> Tensor:
        self.asked.append(token_ids.numel())
        if token_ids.numel() > self._most_at_once:
            raise self._error
        vectors: Tensor = self.layer(token_ids) * piece_mask.unsqueeze(2)
        return vectors if type_ids is None else vectors + type_ids.unsqueeze(2)


def batch_of(num_rows: int, num_pieces: int) -> tuple[Tensor, Tensor]:
    token_ids = torch.arange(num_rows * num_pieces).view(num_rows, num_pieces) % 50
    return token_ids, token_ids % 7 != 0


@pytest.mark.parametrize("with_types", [False, True])
@pytest.mark.parametrize("num_rows", [1, 2, 5, 8])
def test_parts_give_what_the_whole_gives(num_rows: int, with_types: bool) -> None:
    token_ids, piece_mask = batch_of(num_rows, 4)
    type_ids = token_ids % 2 if with_types else None
    reader = LimitedReader(most_at_once=8)
    with torch.no_grad():
        vectors = RowsInParts()(reader, token_ids, piece_mask, type_ids)
        reader._most_at_once = 10**9
        assert torch.equal(vectors, reader(token_ids, piece_mask, type_ids))


def test_what_did_not_fit_is_remembered(caplog: pytest.LogCaptureFixture) -> None:
    reader, read = LimitedReader(most_at_once=10), RowsInParts()
    with torch.no_grad():
        read(reader, *batch_of(8, 4), None)
        assert reader.asked == [32, 16, 8, 8, 8, 8]
        reader.asked.clear()
        read(reader, *batch_of(8, 4), None)
        read(reader, *batch_of(2, 4), None)
        read(reader, *batch_of(3, 8), None)
    # Later batches are cut right away; small ones are left whole.
    assert reader.asked == [8, 8, 8, 8, 8, 8, 8, 8]
    messages = [record.message for record in caplog.records]
    assert len(messages) == 1
    assert "a batch does not fit in memory" in messages[0]
    assert "gradients" not in messages[0]


def test_training_has_a_limit_of_its_own_and_reads_its_parts_twice(caplog: pytest.LogCaptureFixture) -> None:
    reader, read = LimitedReader(most_at_once=16), RowsInParts()
    token_ids, piece_mask = batch_of(8, 4)
    read(reader, token_ids, piece_mask, None).square().sum().backward()
    assert reader.asked == [32, 16, 16, 16, 16]
    assert "and each twice" in caplog.records[0].message
    gradient = reader.layer.weight.grad.clone()
    whole = LimitedReader(most_at_once=32)
    whole(token_ids, piece_mask, None).square().sum().backward()
    torch.testing.assert_close(gradient, whole.layer.weight.grad)
    reader.asked.clear()
    with torch.no_grad():
        reader._most_at_once = 32
        read(reader, token_ids, piece_mask, None)
    assert reader.asked == [32]


def test_parts_hold_on_to_nothing_until_their_backward_pass() -> None:
    """What is kept for the backward pass is the input, not what the layer has computed."""
    layer = nn.Sequential(nn.Linear(1, 64), nn.GELU(), nn.Linear(64, 2))
    kept: list[int] = []

    def read_rows(token_ids: Tensor, _mask: Tensor, _types: Tensor | None) -> Tensor:
        if len(token_ids) > 2:
            raise OUT_OF_MEMORY
        vectors: Tensor = layer(token_ids.unsqueeze(2).float())
        return vectors

    with torch.autograd.graph.saved_tensors_hooks(lambda tensor: kept.append(tensor.numel()), lambda _: None):
        RowsInParts()(read_rows, *batch_of(4, 8), None)
    assert sum(kept) < 4 * 8 * 64


def test_a_row_that_does_not_fit_is_the_callers_to_deal_with() -> None:
    reader = LimitedReader(most_at_once=3)
    read = RowsInParts()
    with torch.no_grad(), pytest.raises(torch.OutOfMemoryError):
        read(reader, *batch_of(4, 4), None)
    assert reader.asked == [16, 8, 4]
    assert not read.read_less(wants_gradients=False)


def test_other_errors_are_raised_as_they_are() -> None:
    reader = LimitedReader(most_at_once=3, error=RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
    with pytest.raises(RuntimeError, match="mat1"):
        RowsInParts()(reader, *batch_of(4, 4), None)
    assert reader.asked == [16]


def test_nothing_can_be_halved_before_anything_was_read() -> None:
    assert not RowsInParts().read_less(wants_gradients=True)


@pytest.mark.parametrize("max_length", [None, 8], ids=["whole", "in windows"])
def test_the_embedder_gives_the_same_vectors_in_parts(
    tiny_encoder: Path, monkeypatch: pytest.MonkeyPatch, max_length: int | None
) -> None:
    embedder = WordPieceEmbedder(str(tiny_encoder), max_length=max_length).eval()
    token_ids = torch.randint(5, 60, (6, 14), generator=torch.Generator().manual_seed(1))
    offsets = torch.arange(1, 13).view(1, 12, 1).expand(6, -1, 2)
    words, pieces = torch.ones(6, 12, dtype=torch.bool), torch.ones(6, 14, dtype=torch.bool)
    expected = embedder.encode(token_ids, words, offsets, pieces)
    read: Callable[..., Tensor] = TransformerReader.__call__
    sizes: list[int] = []

    def limited(reader: TransformerReader, transformer: nn.Module, *rows: Tensor) -> Tensor:
        sizes.append(len(rows[0]))
        if len(rows[0]) > 2:
            raise OUT_OF_MEMORY
        return read(reader, transformer, *rows)

    monkeypatch.setattr(TransformerReader, "__call__", limited)
    found = embedder.encode(token_ids, words, offsets, pieces)
    assert max(sizes) > 2
    torch.testing.assert_close(found.word_vectors, expected.word_vectors)
    torch.testing.assert_close(found.sentence_vector, expected.sentence_vector)
