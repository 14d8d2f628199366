"""Texts longer than the encoder's limit, read in windows by the embedder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from allennlp.common.checks import ConfigurationError
from allennlp.data import Instance, Vocabulary
from allennlp.data.batch import Batch
from allennlp.data.fields import TextField
from allennlp.data.token_indexers import TokenIndexer
from allennlp.data.tokenizers import Token
from torch import Tensor

from blner_allennlp.token_embedders import WordPieceEmbedder
from blner_allennlp.token_indexers import WordPieceIndexer

SENTENCES = [["Bankers", "in", "London", "said", "it", "will", "rain"], ["Ministers", "(", "Berlin", ")"]]


def as_batch(indexer: TokenIndexer, sentences: list[list[str]]) -> dict[str, Tensor]:
    texts = [TextField([Token(word) for word in words], {"pieces": indexer}) for words in sentences]
    batch = Batch([Instance({"text": text}) for text in texts])
    batch.index_instances(Vocabulary())
    return batch.as_tensor_dict()["text"]["pieces"]


def make(directory: Path | str, **kwargs: Any) -> WordPieceEmbedder:
    return WordPieceEmbedder(str(directory), **kwargs).eval()


@pytest.fixture(scope="module")
def batch(tiny_encoder: Path) -> dict[str, Tensor]:
    return as_batch(WordPieceIndexer(str(tiny_encoder)), SENTENCES)


LONG = [f"{word}{index % 10}" for index in range(310) for word in ("London", "rain", "a", "minister")][:1238]


def test_a_limit_that_is_not_reached_changes_nothing(tiny_encoder: Path, batch: dict[str, Tensor]) -> None:
    length = batch["token_ids"].size(1)
    torch.testing.assert_close(make(tiny_encoder, max_length=length)(**batch), make(tiny_encoder)(**batch))


def test_a_sentence_of_1238_words_is_read_in_windows_of_64_pieces(tiny_encoder: Path) -> None:
    batch = as_batch(WordPieceIndexer(str(tiny_encoder)), [LONG, SENTENCES[0]])
    embedder = make(tiny_encoder, max_length=64)
    widths: list[int] = []
    embedder._matched_embedder.transformer_model.register_forward_pre_hook(
        lambda _, __, kwargs: widths.append(kwargs["input_ids"].size(1)), with_kwargs=True
    )
    encoded = embedder.encode(**batch)
    assert widths == [64]
    assert encoded.word_vectors.shape == (2, 1238, 32)
    assert encoded.word_vectors[0].any(dim=1).all()
    with torch.no_grad():
        torch.testing.assert_close(embedder.encode(**batch).word_vectors, encoded.word_vectors)
    # Without gradients a book is read a few windows at a time.
    assert len(widths) > 4
    # The short sentence beside it is read as ever.
    alone = make(tiny_encoder).encode(**as_batch(WordPieceIndexer(str(tiny_encoder)), [SENTENCES[0]]))
    torch.testing.assert_close(encoded.word_vectors[1, : len(SENTENCES[0])], alone.word_vectors[0])
    torch.testing.assert_close(encoded.sentence_vector[1], alone.sentence_vector[0])


def test_the_ends_of_a_long_sentence_are_read_as_if_they_stood_alone(tiny_encoder: Path) -> None:
    """With words of one piece: the first window is the first 14 words, the last one the last 14."""
    words = (["rain", "a", "London", "night", "the"] * 10)[:47]
    indexer, embedder = WordPieceIndexer(str(tiny_encoder)), make(tiny_encoder, max_length=16)
    vectors = embedder(**as_batch(indexer, [words]))[0]
    first = embedder(**as_batch(indexer, [words[:14]]))[0]
    last = embedder(**as_batch(indexer, [words[-14:]]))[0]
    torch.testing.assert_close(vectors[:10], first[:10])
    torch.testing.assert_close(vectors[-4:], last[-4:])


def test_the_encoders_own_limit_is_the_default(tiny_encoder: Path) -> None:
    batch = as_batch(WordPieceIndexer(str(tiny_encoder)), [LONG])
    assert batch["token_ids"].size(1) > 512
    assert make(tiny_encoder)(**batch).shape == (1, 1238, 32)


def test_a_limit_that_the_encoder_cannot_keep_is_refused(tiny_encoder: Path) -> None:
    with pytest.raises(ConfigurationError, match="max_length is 513, but the encoder reads at most 512"):
        make(tiny_encoder, max_length=513)
    with pytest.raises(
        ConfigurationError, match="max_length is 2, but 2 of these pieces are special; raise it to 3"
    ):
        make(tiny_encoder, max_length=2)
