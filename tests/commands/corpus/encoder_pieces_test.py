"""Pieces as `stats` counts them, against those that a training run reads."""

from __future__ import annotations

from pathlib import Path

import pytest
from allennlp.common.checks import ConfigurationError
from allennlp.data import Token, Vocabulary
from hypothesis import given
from hypothesis import strategies as st

from blner_allennlp.commands.corpus.encoder_pieces import EncoderPieces
from blner_allennlp.corpus_tools.counting.pieces import EncoderLimits, SentencePieces
from blner_allennlp.token_indexers import WordPieceIndexer


@pytest.fixture(scope="module")
def pieces(tiny_encoder: Path) -> EncoderPieces:
    return EncoderPieces(str(tiny_encoder))


@pytest.fixture(scope="module")
def indexer(tiny_encoder: Path) -> WordPieceIndexer:
    return WordPieceIndexer(str(tiny_encoder))


words = st.one_of(
    st.sampled_from(
        ["Ada", "swam", "\u200b", "\ufe0f", "[UNK]", "[SEP]", "", " ", "a b", "日本", "e\u0301", "x" * 120]
    ),
    st.text(max_size=5),
).filter(lambda word: not any("\ud800" <= letter <= "\udfff" for letter in word))


@given(st.lists(st.lists(words, max_size=5), max_size=4))
def test_a_sentence_has_as_many_pieces_as_the_indexer_gives_it(
    pieces: EncoderPieces, indexer: WordPieceIndexer, sentences: list[list[str]]
) -> None:
    vocabulary = Vocabulary()
    for sentence, counted in zip(sentences, pieces(sentences), strict=True):
        indexed = indexer.tokens_to_indices([Token(word) for word in sentence], vocabulary)
        assert counted.num_pieces == len(indexed["token_ids"]) - pieces.limits.num_special_pieces


def test_words_of_which_nothing_is_left_are_named_by_their_index(pieces: EncoderPieces) -> None:
    # `a` is one piece, and each unreadable word is read as the unknown piece.
    assert list(pieces([["a", "\u200b", "a", "\u200d"], ["a"], []])) == [
        SentencePieces(4, (1, 3)),
        SentencePieces(1),
        SentencePieces(0),
    ]


def test_the_limit_is_that_of_the_encoder(tiny_encoder: Path, pieces: EncoderPieces) -> None:
    assert pieces.limits == EncoderLimits(str(tiny_encoder), 512, 2)


def test_the_weights_are_not_needed(tiny_encoder: Path, tmp_path: Path) -> None:
    for file in tiny_encoder.iterdir():
        if "model" not in file.name:
            (tmp_path / file.name).write_bytes(file.read_bytes())
    assert not list(tmp_path.glob("*.safetensors"))
    assert EncoderPieces(str(tmp_path)).limits.max_pieces == 512


def test_an_encoder_that_is_not_there_is_explained(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be loaded, neither as a directory nor from"):
        EncoderPieces(str(tmp_path / "nothing"))


def test_without_leave_to_fetch_the_hub_is_not_asked(
    monkeypatch: pytest.MonkeyPatch, tiny_encoder: Path
) -> None:
    def refuse(*arguments: object, **settings: object) -> None:
        raise AssertionError("asked the hub")

    monkeypatch.setattr("blner_allennlp.encoders.load_tokenizer", refuse)
    with pytest.raises(
        ConfigurationError, match="'some/encoder' is not on this machine; `--encoder some/encoder`"
    ):
        EncoderPieces("some/encoder", may_fetch=False)
    monkeypatch.undo()
    assert EncoderPieces(str(tiny_encoder), may_fetch=False).limits.max_pieces == 512


def test_a_name_that_the_hub_cannot_have_is_explained() -> None:
    with pytest.raises(ConfigurationError, match="cannot be loaded, neither as a directory nor from"):
        EncoderPieces("a/b/c/d", may_fetch=False)
