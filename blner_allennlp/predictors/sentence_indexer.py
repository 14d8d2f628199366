"""Words of many sentences -> a batch's tensors, without AllenNLP's instances and fields in between."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from allennlp.data import DatasetReader, Token, TokenIndexer, Vocabulary
from allennlp.data.token_indexers.token_indexer import IndexedTokenList

from blner_allennlp.batching import SentenceSize
from blner_allennlp.token_indexers import WordPieceIndexer

TextTensors = dict[str, dict[str, torch.Tensor]]


class SentenceIndexer:
    """Indexes sentences as a dataset reader's instances would be, many at a time.

    Args:
        dataset_reader: the reader that the model was trained with; its instances have one field `tokens`.
        vocab: the model's vocabulary.
    """

    def __init__(self, dataset_reader: DatasetReader, vocab: Vocabulary) -> None:
        instance = dataset_reader.text_to_instance(["a"])
        dataset_reader.apply_token_indexers(instance)
        self._indexers: dict[str, TokenIndexer] = instance["tokens"].token_indexers
        self._vocab = vocab

    def __call__(self, sentences: Sequence[Sequence[str]]) -> list[dict[str, IndexedTokenList]]:
        """Index sentences.

        Args:
            sentences: the words of each.

        Returns:
            For each sentence the lists of every indexer.
        """
        by_indexer = {name: self._indexed(indexer, sentences) for name, indexer in self._indexers.items()}
        return [dict(zip(by_indexer, lists, strict=True)) for lists in zip(*by_indexer.values(), strict=True)]

    def size_of(self, indexed: dict[str, IndexedTokenList]) -> SentenceSize:
        """Measure a sentence.

        Args:
            indexed: what indexing gave for it.

        Returns:
            How many pieces and words it has.
        """
        num_pieces = max(len(lists["token_ids"]) for lists in indexed.values())
        return SentenceSize(num_pieces, max(len(lists["mask"]) for lists in indexed.values()))

    def tensors(self, sentences: Sequence[dict[str, IndexedTokenList]]) -> TextTensors:
        """Make the tensors of a batch.

        Args:
            sentences: what indexing gave for its sentences, at least one.

        Returns:
            What a model of AllenNLP gets as `tokens`.
        """
        return {
            name: self._batch(indexer, [lists[name] for lists in sentences])
            for name, indexer in self._indexers.items()
        }

    def _indexed(self, indexer: TokenIndexer, sentences: Sequence[Sequence[str]]) -> list[IndexedTokenList]:
        if isinstance(indexer, WordPieceIndexer):
            return indexer.sentences_to_indices(sentences)
        return [
            indexer.tokens_to_indices([Token(word) for word in words], self._vocab) for words in sentences
        ]

    def _batch(self, indexer: TokenIndexer, sentences: Sequence[IndexedTokenList]) -> dict[str, torch.Tensor]:
        if isinstance(indexer, WordPieceIndexer):
            return indexer.as_batch(sentences)
        lengths = [indexer.get_padding_lengths(lists) for lists in sentences]
        longest = {key: max(length[key] for length in lengths) for key in lengths[0]}
        padded = [indexer.as_padded_tensor_dict(lists, longest) for lists in sentences]
        return {key: torch.stack([tensors[key] for tensors in padded]) for key in padded[0]}
