"""The pass-through is as wide as the embedder with the same settings, and changes nothing."""

from pathlib import Path

import pytest
import torch
from allennlp.common import Params
from allennlp.common.checks import ConfigurationError
from allennlp.modules.seq2seq_encoders import Seq2SeqEncoder

from blner_allennlp.token_embedders import WordPieceEmbedder, WordPiecePassThrough


@pytest.mark.parametrize("word_shape_dim", [0, 5])
def test_it_is_as_wide_as_the_embedder(tiny_encoder: Path, word_shape_dim: int) -> None:
    settings = {"model_name": str(tiny_encoder), "word_shape_dim": word_shape_dim}
    encoder = Seq2SeqEncoder.from_params(Params({"type": "word_pieces_pass_through", **settings}))
    width = WordPieceEmbedder(**settings).get_output_dim()
    assert encoder.get_input_dim() == encoder.get_output_dim() == width


def test_it_returns_real_words_as_they_are(tiny_encoder: Path) -> None:
    vectors = torch.randn(2, 3, 32)
    mask = torch.ones(2, 3, dtype=torch.bool)
    assert torch.equal(WordPiecePassThrough(str(tiny_encoder))(vectors, mask), vectors)


def test_an_encoder_that_cannot_be_loaded_is_explained(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be loaded, neither as a directory nor"):
        WordPiecePassThrough(str(tmp_path / "nothing here"))
