"""How many threads may share an encoder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from blner_allennlp.token_embedders import WordPieceEmbedder, transformer_setup


@pytest.fixture
def embedder(tiny_encoder: Path) -> WordPieceEmbedder:
    return WordPieceEmbedder(str(tiny_encoder))


def test_the_more_work_a_piece_is_the_more_threads_are_worth_it(
    embedder: WordPieceEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    transformer = embedder._matched_embedder.transformer_model
    num_in_tables = sum(
        weights.numel() for name, weights in transformer.named_parameters() if "_embeddings.weight" in name
    )
    num_products = sum(weights.numel() for weights in transformer.parameters()) - num_in_tables
    assert num_in_tables > 0
    assert embedder.max_threads == 1
    for products_per_thread, expected in ((num_products, 1), (num_products // 2, 2), (num_products // 9, 9)):
        monkeypatch.setattr(transformer_setup, "_PRODUCTS_PER_THREAD", products_per_thread)
        assert embedder.max_threads == expected


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [
        ("", "_compiled_call_impl", print),
        ("embeddings", "rope_type", "dynamic"),
        ("embeddings", "rope_type", {"full_attention": "longrope"}),
        ("", "attention_type", "block_sparse"),
    ],
)
def test_an_encoder_that_threads_cannot_share_has_one(
    embedder: WordPieceEmbedder, monkeypatch: pytest.MonkeyPatch, part: str, name: str, value: Any
) -> None:
    monkeypatch.setattr(transformer_setup, "_PRODUCTS_PER_THREAD", 1)
    transformer = embedder._matched_embedder.transformer_model
    assert embedder.max_threads > 1
    monkeypatch.setattr(transformer.get_submodule(part), name, value, raising=False)
    assert embedder.max_threads == 1


def test_nor_has_one_whose_code_came_from_the_hub(
    embedder: WordPieceEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transformer_setup, "_PRODUCTS_PER_THREAD", 1)
    transformer = embedder._matched_embedder.transformer_model
    monkeypatch.setattr(type(transformer), "__module__", "transformers_modules.somebody.model")
    assert embedder.max_threads == 1
