"""The embedder and the indexer over a model's life: a run's directory, an archive, and back."""

from __future__ import annotations

import copy
import shutil
from pathlib import Path

import pytest
import torch
from allennlp.common import Params
from allennlp.common.checks import ConfigurationError
from allennlp.data import Instance, Vocabulary
from allennlp.data.batch import Batch
from allennlp.data.fields import TextField
from allennlp.data.token_indexers import TokenIndexer
from allennlp.data.tokenizers import Token
from allennlp.modules.token_embedders import TokenEmbedder
from torch import Tensor

from blner_allennlp.encoders import saved_encoder_dir
from blner_allennlp.token_embedders import WordPieceEmbedder
from blner_allennlp.token_indexers import WordPieceIndexer

SENTENCES = [["Bankers", "in", "London", "said", "it", "will", "rain"], ["Ministers", "(", "Berlin", ")"]]


def as_batch(indexer: TokenIndexer, sentences: list[list[str]]) -> dict[str, Tensor]:
    texts = [TextField([Token(word) for word in words], {"pieces": indexer}) for words in sentences]
    batch = Batch([Instance({"text": text}) for text in texts])
    batch.index_instances(Vocabulary())
    return batch.as_tensor_dict()["text"]["pieces"]


@pytest.fixture(scope="module")
def batch(tiny_encoder: Path) -> dict[str, Tensor]:
    return as_batch(WordPieceIndexer(str(tiny_encoder)), SENTENCES)


def build(name: Path, serialization_dir: Path) -> tuple[WordPieceIndexer, WordPieceEmbedder]:
    """As AllenNLP does: from parameters, with the directory passed beside them."""
    indexer = TokenIndexer.from_params(
        Params({"type": "word_pieces", "model_name": str(name)}), serialization_dir=str(serialization_dir)
    )
    embedder = TokenEmbedder.from_params(
        Params({"type": "word_pieces", "model_name": str(name)}), serialization_dir=str(serialization_dir)
    )
    assert isinstance(indexer, WordPieceIndexer)
    assert isinstance(embedder, WordPieceEmbedder)
    return indexer, embedder.eval()


def test_an_archive_is_complete_without_the_original(tiny_encoder: Path, tmp_path: Path) -> None:
    original, run_dir, archive = tmp_path / "original", tmp_path / "run", tmp_path / "archive"
    shutil.copytree(tiny_encoder, original)
    run_dir.mkdir()
    indexer, embedder = build(original, run_dir)
    assert list(run_dir.iterdir()) == []  # AllenNLP wants no vocabulary directory yet
    Vocabulary().save_to_files(str(run_dir / "vocabulary"))
    with torch.no_grad():
        for parameter in embedder.parameters():
            parameter.mul_(1.25)  # stands for training
    torch.save(embedder.state_dict(), run_dir / "best.th")
    expected = embedder.encode(**as_batch(indexer, SENTENCES))

    archive.mkdir()
    shutil.copytree(run_dir / "vocabulary", archive / "vocabulary")
    shutil.copyfile(run_dir / "best.th", archive / "weights.th")
    shutil.rmtree(original)
    shutil.rmtree(run_dir)
    Vocabulary.from_files(str(archive / "vocabulary"))
    loaded_indexer, loaded = build(original, archive)
    batch = as_batch(loaded_indexer, SENTENCES)
    with pytest.raises(ConfigurationError, match=r"built without pretrained weights, .* were not loaded"):
        loaded(**batch)
    loaded.load_state_dict(torch.load(archive / "weights.th"))
    encoded = loaded.encode(**batch)
    torch.testing.assert_close(encoded.word_vectors, expected.word_vectors)
    torch.testing.assert_close(encoded.sentence_vector, expected.sentence_vector)
    assert (saved_encoder_dir(str(original), archive) / "config.json").is_file()


def test_a_model_loaded_as_a_part_of_a_larger_one_knows_its_weights(
    tiny_encoder: Path, tmp_path: Path, batch: dict[str, Tensor]
) -> None:
    (tmp_path / "vocabulary").mkdir()
    _, embedder = build(tiny_encoder, tmp_path)
    weights = torch.nn.ModuleDict({"encoder": embedder}).state_dict()
    (tmp_path / "weights.th").touch()
    _, loaded = build(tiny_encoder, tmp_path)
    duplicate = copy.deepcopy(loaded)
    torch.nn.ModuleDict({"encoder": loaded}).load_state_dict(weights)
    torch.testing.assert_close(loaded(**batch), embedder(**batch))
    with pytest.raises(ConfigurationError, match="built without pretrained weights"):
        duplicate(**batch)


def test_a_run_without_trained_weights_starts_from_the_pretrained_ones(
    tiny_encoder: Path, tmp_path: Path, batch: dict[str, Tensor]
) -> None:
    (tmp_path / "vocabulary").mkdir()
    _, embedder = build(tiny_encoder, tmp_path)
    embedder.state_dict()
    assert saved_encoder_dir(str(tiny_encoder), tmp_path).is_dir()
    _, again = build(tiny_encoder, tmp_path)
    torch.testing.assert_close(again(**batch), WordPieceEmbedder(str(tiny_encoder)).eval()(**batch))


def test_nothing_is_written_where_there_is_no_run(tiny_encoder: Path, tmp_path: Path) -> None:
    _, embedder = build(tiny_encoder, tmp_path / "unpacked archive, since removed")
    embedder.state_dict()
    WordPieceEmbedder(str(tiny_encoder)).state_dict()
    assert list(tmp_path.iterdir()) == []
