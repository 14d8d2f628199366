"""Indexing past AllenNLP's instances gives what its instances give, with our indexer and with AllenNLP's own."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from allennlp.data import Batch, TokenIndexer, Vocabulary
from allennlp.data.token_indexers import PretrainedTransformerMismatchedIndexer

from blner_allennlp.batching import SentenceSize
from blner_allennlp.dataset_readers import NerCorpusReader
from blner_allennlp.predictors.sentence_indexer import SentenceIndexer
from blner_allennlp.token_indexers import WordPieceIndexer

SENTENCES = [["Ada", "sails", "."], ["."], ["Unpronounceable", "Kodak", "rain", "in", "Oslo", "."]]


@pytest.mark.parametrize("indexer_class", [WordPieceIndexer, PretrainedTransformerMismatchedIndexer])
def test_tensors_are_those_of_a_batch_of_instances(
    tiny_encoder: Path, indexer_class: type[TokenIndexer]
) -> None:
    reader = NerCorpusReader({"pieces": indexer_class(str(tiny_encoder))})
    instances = [reader.text_to_instance(words) for words in SENTENCES]
    for instance in instances:
        reader.apply_token_indexers(instance)
    batch = Batch(instances)
    batch.index_instances(Vocabulary())
    expected = batch.as_tensor_dict()["tokens"]["pieces"]

    index = SentenceIndexer(reader, Vocabulary())
    indexed = index(SENTENCES)
    tensors = index.tensors(indexed)["pieces"]
    assert tensors.keys() == expected.keys()
    assert all(torch.equal(tensor, expected[key]) for key, tensor in tensors.items())
    num_pieces = expected["wordpiece_mask"].sum(1).tolist()
    assert [index.size_of(lists) for lists in indexed] == [
        SentenceSize(pieces, len(words)) for pieces, words in zip(num_pieces, SENTENCES, strict=True)
    ]
    assert index([]) == []
