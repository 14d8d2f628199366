"""The indexer, against AllenNLP's own and on words that AllenNLP's loses."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from allennlp.common import Params
from allennlp.common.checks import ConfigurationError
from allennlp.data import Instance, Vocabulary
from allennlp.data.batch import Batch
from allennlp.data.fields import ListField, TextField
from allennlp.data.token_indexers import PretrainedTransformerMismatchedIndexer, TokenIndexer
from allennlp.data.token_indexers.token_indexer import IndexedTokenList
from allennlp.data.tokenizers import Token
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer, CanineConfig, CanineTokenizer, PreTrainedTokenizerFast, RobertaConfig

from blner_allennlp.token_indexers import WordPieceIndexer, WordShape
from blner_allennlp.token_indexers import word_piece_indexer as indexer_module

# What each of its characters has a piece for, so that no word is without one.
ORDINARY_WORDS = st.text(alphabet="abcdeghilnorstABLNT0189.,'-!?$()éü", min_size=1, max_size=14)
ORDINARY_SENTENCES = st.lists(
    st.one_of(ORDINARY_WORDS, st.sampled_from(["the", "London", "Bankers", "ministers", "東京"])),
    max_size=12,
)


def tokens_of(words: list[str]) -> list[Token]:
    return [Token(word) for word in words]


@pytest.fixture(scope="module")
def byte_level_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a RoBERTa-like tokenizer: byte-level BPE, which joins a space to the next word."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=330,
        special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer.train_from_iterator(
        ["the rain in London and the rain in Berlin", "a minister of the city"] * 5, trainer
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    directory = tmp_path_factory.mktemp("byte_level")
    # An unknown class of tokenizer is loaded as the file says, whatever the library makes of RoBERTa's own.
    names = {
        "bos": "<s>",
        "eos": "</s>",
        "cls": "<s>",
        "sep": "</s>",
        "pad": "<pad>",
        "unk": "<unk>",
        "mask": "<mask>",
    }
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, **{f"{name}_token": piece for name, piece in names.items()}
    ).save_pretrained(directory)
    RobertaConfig(vocab_size=tokenizer.get_vocab_size()).save_pretrained(directory)
    return directory


@given(words=ORDINARY_SENTENCES)
@settings(max_examples=60)
def test_ordinary_sentences_are_indexed_as_allennlp_does(tiny_encoder: Path, words: list[str]) -> None:
    expected = PretrainedTransformerMismatchedIndexer(str(tiny_encoder))
    indexed = WordPieceIndexer(str(tiny_encoder)).tokens_to_indices(tokens_of(words), Vocabulary())
    assert indexed == expected.tokens_to_indices(tokens_of(words), Vocabulary())


@given(words=ORDINARY_SENTENCES)
@settings(max_examples=30)
def test_words_for_byte_level_tokenizers_follow_a_space(byte_level_encoder: Path, words: list[str]) -> None:
    name = str(byte_level_encoder)
    expected = [
        AutoTokenizer.from_pretrained(name)(" " + word, add_special_tokens=False)["input_ids"]
        for word in words
    ]
    indexed = WordPieceIndexer(name).tokens_to_indices(tokens_of(words), Vocabulary())
    assert indexed["token_ids"] == [0, *(piece for pieces in expected for piece in pieces), 2]
    assert [last - first + 1 for first, last in indexed["offsets"]] == [len(pieces) for pieces in expected]


def test_a_word_without_a_piece_is_read_as_the_unknown_token(tiny_encoder: Path) -> None:
    indexer = WordPieceIndexer(str(tiny_encoder))
    words = ["London", "\u200b", "rain", "\ufe0f", ""]
    indexed = indexer.tokens_to_indices(tokens_of(words), Vocabulary())
    as_unknown = indexer.tokens_to_indices(
        tokens_of(["London", "[UNK]", "rain", "[UNK]", "[UNK]"]), Vocabulary()
    )
    assert indexed == as_unknown
    assert indexed["offsets"] == [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5)]
    lost = PretrainedTransformerMismatchedIndexer(str(tiny_encoder)).tokens_to_indices(
        tokens_of(words[:3]), Vocabulary()
    )
    assert lost["offsets"] == [(1, 1), (-1, -1), (2, 2)]


def test_without_an_unknown_token_a_word_without_a_piece_keeps_its_place(
    tiny_encoder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexer = WordPieceIndexer(str(tiny_encoder))
    special_tokens = {**indexer._tokenizer._special_tokens_map, "unk_token": None}
    monkeypatch.setattr(indexer._tokenizer, "_special_tokens_map", special_tokens)
    assert indexer._tokenizer.unk_token is None
    indexed = indexer.tokens_to_indices(tokens_of(["London", "\u200b", "rain"]), Vocabulary())
    assert indexed["offsets"] == [(1, 1), (-1, -1), (2, 2)]
    assert indexed["mask"] == [True] * 3


def test_the_tokenizer_is_called_once_a_sentence_and_once_more_for_words_without_a_piece(
    tiny_encoder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexer = WordPieceIndexer(str(tiny_encoder))
    calls = []
    encode_words = indexer_module.encode_words

    def record(tokenizer, words):  # type: ignore[no-untyped-def]
        calls.append(words)
        return encode_words(tokenizer, words)

    monkeypatch.setattr(indexer_module, "encode_words", record)
    indexer.tokens_to_indices(tokens_of(["a", "city"]), Vocabulary())
    assert calls == [["a", "city"]]
    indexer.tokens_to_indices(tokens_of(["", "a", "\u200b"]), Vocabulary())
    assert calls[1:] == [["", "a", "\u200b"], ["[UNK]", "a", "[UNK]"]]


def test_truncation_and_padding_in_a_tokenizer_file_are_not_applied(
    tiny_encoder: Path, tmp_path: Path
) -> None:
    shutil.copytree(tiny_encoder, tmp_path / "encoder")
    tokenizer = AutoTokenizer.from_pretrained(tiny_encoder)
    tokenizer.backend_tokenizer.enable_truncation(max_length=5)
    tokenizer.backend_tokenizer.enable_padding(length=64)
    tokenizer.backend_tokenizer.save(str(tmp_path / "encoder" / "tokenizer.json"))
    tokenizer.backend_tokenizer.no_truncation()
    tokenizer.backend_tokenizer.no_padding()
    indexer = WordPieceIndexer(str(tmp_path / "encoder"))
    assert len(indexer.tokens_to_indices(tokens_of(["rain"] * 600), Vocabulary())["token_ids"]) == 602
    assert len(indexer.tokens_to_indices(tokens_of(["rain"]), Vocabulary())["token_ids"]) == 3


def test_a_batch_is_padded_so_that_padding_words_have_no_piece(tiny_encoder: Path) -> None:
    indexer = WordPieceIndexer(str(tiny_encoder), word_shapes=True)
    fields = [TextField(tokens_of(words), {"pieces": indexer}) for words in (["Bankers", "in", "US"], ["a"])]
    batch = Batch([Instance({"text": field}) for field in fields])
    batch.index_instances(Vocabulary())
    tensors = batch.as_tensor_dict()["text"]["pieces"]
    assert (
        tensors["token_ids"].shape == tensors["type_ids"].shape == tensors["wordpiece_mask"].shape == (2, 8)
    )
    assert tensors["wordpiece_mask"].dtype == tensors["mask"].dtype == torch.bool
    assert tensors["wordpiece_mask"].sum(1).tolist() == [8, 3]
    assert tensors["token_ids"][1, 3:].tolist() == [0] * 5
    assert tensors["mask"].tolist() == [[True] * 3, [True, False, False]]
    assert tensors["offsets"].tolist() == [[[1, 3], [4, 4], [5, 6]], [[1, 1], [-1, -1], [-1, -1]]]
    assert tensors["word_shape_ids"].tolist() == [
        [WordShape.INITIAL, WordShape.ALL_LOWER, WordShape.ALL_CAPS],
        [WordShape.ALL_LOWER, WordShape.PADDING, WordShape.PADDING],
    ]


def test_lists_of_texts_of_different_length_become_one_tensor(tiny_encoder: Path) -> None:
    indexer = WordPieceIndexer(str(tiny_encoder))
    texts = [TextField(tokens_of(["a", "city"]), {"pieces": indexer})]
    pair = ListField([*texts, texts[0].empty_field()])
    pair.index(Vocabulary())
    tensors = pair.as_tensor(pair.get_padding_lengths())["pieces"]
    assert tensors["offsets"].shape == (2, 2, 2)
    assert tensors["offsets"][1].tolist() == [[-1, -1], [-1, -1]]


def test_the_minimum_padding_length_is_kept(tiny_encoder: Path) -> None:
    indexer = WordPieceIndexer(str(tiny_encoder), token_min_padding_length=6)
    indexed = indexer.tokens_to_indices(tokens_of(["a", "city"]), Vocabulary())
    tensors = indexer.as_padded_tensor_dict(indexed, indexer.get_padding_lengths(indexed))
    assert tensors["token_ids"].shape == (6,)
    assert tensors["offsets"].shape == (6, 2)


def test_the_pieces_stay_out_of_the_vocabulary(tiny_encoder: Path) -> None:
    vocabulary = Vocabulary()
    indexer = WordPieceIndexer(str(tiny_encoder))
    counter: dict[str, dict[str, int]] = {}
    indexer.count_vocab_items(Token("rain"), counter)
    indexer.tokens_to_indices(tokens_of(["rain"]), vocabulary)
    assert counter == {}
    assert vocabulary.get_namespaces() == set()


def test_indexers_with_the_same_settings_are_equal(tiny_encoder: Path) -> None:
    indexer = WordPieceIndexer(str(tiny_encoder))
    assert indexer == WordPieceIndexer(str(tiny_encoder))
    assert indexer != WordPieceIndexer(str(tiny_encoder), word_shapes=True)
    assert indexer != "word_pieces"


def test_it_is_built_from_a_configuration(tiny_encoder: Path) -> None:
    params = Params({"type": "word_pieces", "model_name": str(tiny_encoder), "word_shapes": True})
    indexer = TokenIndexer.from_params(params, serialization_dir="no-such-directory")
    assert isinstance(indexer, WordPieceIndexer)
    assert set(indexer.get_empty_token_list()) == set(
        indexer.tokens_to_indices(tokens_of(["a"]), Vocabulary())
    )


def test_a_slow_tokenizer_is_refused(tmp_path: Path) -> None:
    CanineTokenizer().save_pretrained(tmp_path)
    CanineConfig().save_pretrained(tmp_path)
    with pytest.raises(
        ConfigurationError, match=r"has only a slow tokenizer \(CanineTokenizer\).*tokenizer.json"
    ):
        WordPieceIndexer(str(tmp_path))


ODD_SENTENCES = st.lists(
    st.one_of(ORDINARY_WORDS, st.text(max_size=6), st.sampled_from(["", "\u200b", "\ufe0f"])), max_size=12
)


@pytest.mark.parametrize("encoder", ["tiny_encoder", "byte_level_encoder"])
@given(sentences=st.lists(ODD_SENTENCES, min_size=1, max_size=6))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_many_sentences_at_once_are_indexed_as_one_by_one(
    request: pytest.FixtureRequest, encoder: str, sentences: list[list[str]]
) -> None:
    encodable = [[word.encode(errors="replace").decode() for word in words] for words in sentences]
    indexer = WordPieceIndexer(str(request.getfixturevalue(encoder)), word_shapes=True)
    expected = [indexer.tokens_to_indices(tokens_of(words), Vocabulary()) for words in encodable]
    assert [as_lists(indexed) for indexed in indexer.sentences_to_indices(encodable)] == expected


def as_lists(indexed: IndexedTokenList) -> dict[str, list[Any]]:
    lists = {key: np.asarray(values).tolist() for key, values in indexed.items()}
    return {**lists, "offsets": [tuple(offset) for offset in lists["offsets"]]}


@given(sentences=st.lists(ORDINARY_SENTENCES.filter(bool), min_size=1, max_size=5), shapes=st.booleans())
@settings(max_examples=40)
def test_a_batch_s_tensors_are_those_of_allennlp_s_batch(
    tiny_encoder: Path, sentences: list[list[str]], shapes: bool
) -> None:
    indexer = WordPieceIndexer(str(tiny_encoder), word_shapes=shapes)
    instances = [
        Instance({"tokens": TextField(tokens_of(words), {"pieces": indexer})}) for words in sentences
    ]
    batch = Batch(instances)
    batch.index_instances(Vocabulary())
    expected = batch.as_tensor_dict()["tokens"]["pieces"]
    tensors = indexer.as_batch(indexer.sentences_to_indices(sentences))
    assert tensors.keys() == expected.keys()
    for key, tensor in tensors.items():
        assert tensor.dtype == expected[key].dtype
        assert torch.equal(tensor, expected[key])
