"""The embedder, against AllenNLP's own, against the bare encoder, and on encoders of other families."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from allennlp.common import cached_transformers
from allennlp.common.checks import ConfigurationError
from allennlp.data import Instance, Vocabulary
from allennlp.data.batch import Batch
from allennlp.data.fields import TextField
from allennlp.data.token_indexers import PretrainedTransformerMismatchedIndexer, TokenIndexer
from allennlp.data.tokenizers import Token
from allennlp.modules.token_embedders import PretrainedTransformerMismatchedEmbedder
from torch import Tensor
from transformers import (
    AutoModel,
    AutoTokenizer,
    DebertaV2Config,
    DistilBertConfig,
    ElectraConfig,
    ModernBertConfig,
    MPNetConfig,
    PretrainedConfig,
    PreTrainedTokenizerFast,
    RobertaConfig,
)

from blner_allennlp.token_embedders import EncodedSentences, WordPieceEmbedder
from blner_allennlp.token_indexers import WordPieceIndexer

SENTENCES = [
    ["Bankers", "in", "London", "said", "it", "will", "rain", "this", "night", "."],
    ["Ministers", "(", "Berlin", ")"],
    ["the", "protein", "BRCA1-x", "binds"],
    ["I"],
]


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


@pytest.mark.parametrize(("ours", "theirs"), [("mean", "avg"), ("avg", "avg"), ("first", "first")])
def test_word_vectors_equal_those_of_allennlp(
    tiny_encoder: Path, batch: dict[str, Tensor], ours: str, theirs: str
) -> None:
    name = str(tiny_encoder)
    their_batch = as_batch(PretrainedTransformerMismatchedIndexer(name), SENTENCES)
    expected = PretrainedTransformerMismatchedEmbedder(name, sub_token_mode=theirs).eval()(**their_batch)
    vectors = make(name, sub_token_mode=ours)(**batch)
    mask = batch["mask"]
    torch.testing.assert_close(vectors[mask], expected[mask])
    assert not vectors[~mask].any()
    # The embedder takes the tensors of AllenNLP's indexer as well.
    torch.testing.assert_close(make(name, sub_token_mode=ours)(**their_batch), vectors)


def test_max_pooling_and_the_sentence_vector_equal_those_of_the_bare_encoder(tiny_encoder: Path) -> None:
    words = SENTENCES[0]
    batch = as_batch(WordPieceIndexer(str(tiny_encoder)), [words])
    embedder = make(tiny_encoder)
    bare = AutoModel.from_pretrained(tiny_encoder).eval()(input_ids=batch["token_ids"]).last_hidden_state[0]
    encoded = embedder.encode(**batch)
    assert isinstance(encoded, EncodedSentences)
    torch.testing.assert_close(encoded.sentence_vector[0], bare[0])
    for vector, (first, last) in zip(encoded.word_vectors[0], batch["offsets"][0].tolist(), strict=True):
        torch.testing.assert_close(vector, bare[first : last + 1].max(0).values)
    assert encoded.word_mask.tolist() == [[True] * len(words)]
    assert encoded.word_vectors.size(2) == embedder.get_output_dim() == embedder.get_sentence_dim() == 32


def test_one_sentence_alone_is_encoded_as_in_a_padded_batch(
    tiny_encoder: Path, batch: dict[str, Tensor]
) -> None:
    embedder = make(tiny_encoder)
    together = embedder.encode(**batch)
    for row, words in enumerate(SENTENCES):
        alone = embedder.encode(**as_batch(WordPieceIndexer(str(tiny_encoder)), [words]))
        torch.testing.assert_close(together.word_vectors[row, : len(words)], alone.word_vectors[0])
        torch.testing.assert_close(together.sentence_vector[row], alone.sentence_vector[0])


def test_a_word_without_a_piece_has_a_vector_that_knows_its_context(tiny_encoder: Path) -> None:
    indexer, embedder = WordPieceIndexer(str(tiny_encoder)), make(tiny_encoder)
    vectors = embedder(**as_batch(indexer, [["London", "\u200b", "rain"], ["Berlin", "\u200b", "rain"]]))
    assert vectors[0, 1].any()
    assert not torch.equal(vectors[0, 1], vectors[1, 1])


def test_word_shapes_stand_beside_the_word_vectors_and_learn(tiny_encoder: Path) -> None:
    batch = as_batch(
        WordPieceIndexer(str(tiny_encoder), word_shapes=True), [["US", "us", "\u200b"], ["rain"]]
    )
    embedder = make(tiny_encoder, word_shape_dim=5)
    encoded = embedder.encode(**batch)
    assert embedder.get_output_dim() == encoded.word_vectors.size(2) == 37
    assert embedder.get_sentence_dim() == encoded.sentence_vector.size(1) == 32
    without_shapes = {name: tensor for name, tensor in batch.items() if name != "word_shape_ids"}
    torch.testing.assert_close(encoded.word_vectors[..., :32], make(tiny_encoder)(**without_shapes))
    shapes = encoded.word_vectors[..., 32:]
    assert not torch.equal(shapes[0, 0], shapes[0, 1])
    assert torch.equal(shapes[0, 1], shapes[1, 0])
    assert not shapes[1, 1:].any()
    encoded.word_vectors.sum().backward()
    assert embedder._shape_embedding is not None
    assert embedder._shape_embedding.weight.grad is not None
    assert embedder._shape_embedding.weight.grad.any()


def test_every_parameter_learns(tiny_encoder: Path, batch: dict[str, Tensor]) -> None:
    embedder = make(tiny_encoder).train()
    embedder(**batch).pow(2).sum().backward()
    without_gradient = [name for name, parameter in embedder.named_parameters() if parameter.grad is None]
    assert without_gradient == []


def test_a_frozen_encoder_does_not_learn(tiny_encoder: Path, batch: dict[str, Tensor]) -> None:
    embedder = make(tiny_encoder, train_parameters=False, word_shape_dim=2)
    trainable = [name for name, parameter in embedder.named_parameters() if parameter.requires_grad]
    assert trainable == ["_shape_embedding.weight"]


def test_gradient_checkpointing_changes_no_gradient(tiny_encoder: Path, batch: dict[str, Tensor]) -> None:
    gradients = []
    for checkpointing in (True, False):
        embedder = make(tiny_encoder, gradient_checkpointing=checkpointing)
        # In training mode, where checkpointing is at work, but without dropout.
        embedder.train()
        for module in embedder.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0
            if hasattr(module, "dropout_prob"):  # where BERT of transformers 4 keeps its attention's
                module.dropout_prob = 0.0
        transformer = embedder._matched_embedder.transformer_model
        at_work = [getattr(module, "gradient_checkpointing", False) for module in transformer.modules()]
        assert any(at_work) is checkpointing
        embedder(**batch).pow(2).sum().backward()
        gradients.append(transformer.get_input_embeddings().weight.grad)
    torch.testing.assert_close(gradients[0], gradients[1])


@pytest.mark.parametrize("precision", ["bf16", "fp16"])
def test_half_precision_is_near_float32_and_given_back_as_float32(
    tiny_encoder: Path, batch: dict[str, Tensor], precision: str
) -> None:
    exact, rounded = make(tiny_encoder)(**batch), make(tiny_encoder, autocast=precision)(**batch)
    assert rounded.dtype == torch.float32
    assert not torch.equal(exact, rounded)
    torch.testing.assert_close(exact, rounded, atol=0.1, rtol=0.1)


def test_attention_is_the_fused_one(
    tiny_encoder: Path, batch: dict[str, Tensor], monkeypatch: pytest.MonkeyPatch
) -> None:
    fused, calls = torch.nn.functional.scaled_dot_product_attention, []

    def counted(*args: Any, **kwargs: Any) -> Tensor:
        calls.append(len(args[0]))
        return fused(*args, **kwargs)

    monkeypatch.setattr(torch.nn.functional, "scaled_dot_product_attention", counted)
    make(tiny_encoder)(**batch)
    assert calls == [len(SENTENCES)] * 2  # all sentences at once in each of two layers


def test_a_compiled_encoder_keeps_the_names_of_its_weights(tiny_encoder: Path) -> None:
    plain, compiled = make(tiny_encoder), make(tiny_encoder, compile_encoder=True)
    assert plain._matched_embedder.transformer_model._compiled_call_impl is None
    assert compiled._matched_embedder.transformer_model._compiled_call_impl is not None
    assert list(compiled.state_dict()) == list(plain.state_dict())


@pytest.mark.skipif(
    not torch.cuda.is_available(), reason="needs a GPU; on the CPU a compiler would be needed"
)
def test_a_compiled_encoder_gives_the_same_vectors(tiny_encoder: Path, batch: dict[str, Tensor]) -> None:
    on_gpu = {name: tensor.cuda() for name, tensor in batch.items()}
    plain, compiled = (make(tiny_encoder, compile_encoder=compiles).cuda() for compiles in (False, True))
    torch.testing.assert_close(compiled(**on_gpu), plain(**on_gpu), atol=1e-3, rtol=1e-3)


def test_weights_in_half_precision_are_trained_in_single_precision(
    tiny_encoder: Path, tmp_path: Path
) -> None:
    shutil.copytree(tiny_encoder, tmp_path / "half")
    AutoModel.from_pretrained(tiny_encoder).half().save_pretrained(tmp_path / "half")
    assert {parameter.dtype for parameter in make(tmp_path / "half").parameters()} == {torch.float32}
    kept = make(tmp_path / "half", transformer_kwargs={"dtype": torch.float16})
    assert {parameter.dtype for parameter in kept.parameters()} == {torch.float16}


SIZES: dict[str, Any] = {
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 24,
}


@pytest.mark.parametrize(
    ("config", "limit"),
    [
        (RobertaConfig(**SIZES, max_position_embeddings=42, pad_token_id=0), 41),
        (MPNetConfig(**SIZES, max_position_embeddings=42, pad_token_id=1), 40),
        (
            DebertaV2Config(
                **SIZES, max_position_embeddings=40, relative_attention=True, pos_att_type=["p2c", "c2p"]
            ),
            40,
        ),
        (ModernBertConfig(**SIZES, max_position_embeddings=40, pad_token_id=0), 40),
        (ElectraConfig(**SIZES, embedding_size=8, max_position_embeddings=40), 40),
        (DistilBertConfig(dim=16, n_layers=2, n_heads=2, hidden_dim=24, max_position_embeddings=40), 40),
    ],
    ids=lambda value: getattr(value, "model_type", None),
)
def test_encoders_of_other_families_read_short_and_long_texts(
    tiny_encoder: Path, tmp_path: Path, config: PretrainedConfig, limit: int
) -> None:
    config.vocab_size = len((tiny_encoder / "vocab.txt").read_text().splitlines())
    AutoModel.from_config(config).save_pretrained(tmp_path)
    # Not as BERT's own class, which not every family may use.
    backend = AutoTokenizer.from_pretrained(tiny_encoder).backend_tokenizer
    names = ("unk", "sep", "pad", "cls", "mask")
    PreTrainedTokenizerFast(
        tokenizer_object=backend, **{f"{name}_token": f"[{name.upper()}]" for name in names}
    ).save_pretrained(tmp_path)
    embedder = make(tmp_path)
    assert embedder._max_pieces == limit
    indexer = WordPieceIndexer(str(tmp_path))
    for sentences in (SENTENCES, [["rain"] * 100, ["London", "Bankers"]]):
        encoded = embedder.encode(**as_batch(indexer, sentences))
        assert encoded.word_vectors.shape == (len(sentences), max(map(len, sentences)), 16)
        assert encoded.word_vectors[encoded.word_mask].any(dim=1).all()
        assert encoded.word_vectors.isfinite().all()
    embedder.train()(**as_batch(indexer, SENTENCES)).pow(2).sum().backward()
    assert [name for name, parameter in embedder.named_parameters() if parameter.grad is None] == []


def test_without_a_special_piece_in_front_the_sentence_vector_is_the_mean(
    tiny_encoder: Path, monkeypatch: pytest.MonkeyPatch, batch: dict[str, Tensor]
) -> None:
    embedder = make(tiny_encoder)
    monkeypatch.setattr(embedder, "_num_prefix_pieces", 0)
    bare = (
        AutoModel.from_pretrained(tiny_encoder)
        .eval()(input_ids=batch["token_ids"], attention_mask=batch["wordpiece_mask"].long())
        .last_hidden_state
    )
    encoded = embedder.encode(**batch)
    for row, mask in enumerate(batch["wordpiece_mask"]):
        torch.testing.assert_close(encoded.sentence_vector[row], bare[row][mask].mean(0))


def test_rows_and_batches_without_pieces_are_numbers(tiny_encoder: Path, batch: dict[str, Tensor]) -> None:
    embedder = make(tiny_encoder)
    emptied = {key: value.clone() for key, value in batch.items()}
    emptied["wordpiece_mask"][1] = emptied["mask"][1] = False
    encoded = embedder.encode(**emptied)
    assert encoded.sentence_vector.isfinite().all()
    assert not encoded.word_vectors[1].any()
    nothing = embedder.encode(**{key: value[:, :0] for key, value in batch.items()})
    assert nothing.word_vectors.shape == (4, 0, 32)
    assert nothing.sentence_vector.shape == (4, 32)


def test_no_second_copy_of_the_encoder_stays_in_memory(tiny_encoder: Path) -> None:
    cached_transformers._clear_caches()
    make(tiny_encoder)
    assert cached_transformers._model_cache == {}


def test_an_encoder_that_allennlp_holds_ready_is_not_taken_for_one_with_other_settings(
    tiny_encoder: Path,
) -> None:
    cached = cached_transformers.get(str(tiny_encoder), make_copy=False)
    assert cached.config.hidden_dropout_prob > 0
    embedder = make(tiny_encoder, transformer_kwargs={"hidden_dropout_prob": 0.0})
    dropouts = [module.p for module in embedder.modules() if isinstance(module, torch.nn.Dropout)]
    assert dropouts
    assert min(dropouts) == 0
    # Whoever put it there finds it again.
    assert cached_transformers.get(str(tiny_encoder), make_copy=False) is cached


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"sub_token_mode": "sum"}, "sub_token_mode is 'sum', but must be one of max, mean, avg, first"),
        ({"word_shape_dim": -1}, "word_shape_dim is -1, but must be 0"),
        ({"autocast": "fp64"}, "autocast is 'fp64', but must be 'bf16', 'fp16' or null"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(
    tiny_encoder: Path, settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        make(tiny_encoder, **settings)


def test_word_shapes_without_an_indexer_that_gives_them_are_refused(
    tiny_encoder: Path, batch: dict[str, Tensor]
) -> None:
    with pytest.raises(
        ConfigurationError, match="the token indexer gives no word shapes; set `word_shapes: true`"
    ):
        make(tiny_encoder, word_shape_dim=4)(**batch)


def test_word_shapes_that_nothing_reads_are_refused(tiny_encoder: Path, batch: dict[str, Tensor]) -> None:
    shapes = torch.ones_like(batch["mask"], dtype=torch.long)
    with pytest.raises(ConfigurationError, match="gives word shapes, but word_shape_dim is 0"):
        make(tiny_encoder)(**batch, word_shape_ids=shapes)


def test_an_encoder_that_cannot_be_loaded_is_explained(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be loaded, neither as a directory nor"):
        make(tmp_path / "nothing here")
