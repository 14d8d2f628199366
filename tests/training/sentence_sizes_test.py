"""How long an instance is, in pieces and words."""

from __future__ import annotations

from pathlib import Path

import pytest
from allennlp.common.checks import ConfigurationError
from allennlp.data import Vocabulary

from blner_allennlp.dataset_readers import NerCorpusReader
from blner_allennlp.token_indexers import WordPieceIndexer
from blner_allennlp.training.sentence_sizes import sentence_size


@pytest.mark.parametrize(("min_length", "num_pieces"), [(0, 5), (9, 9)])
def test_it_counts_pieces_as_they_are_padded_and_words(
    tiny_encoder: Path, min_length: int, num_pieces: int
) -> None:
    reader = NerCorpusReader(
        {"pieces": WordPieceIndexer(str(tiny_encoder), token_min_padding_length=min_length)}
    )
    instance = reader.text_to_instance([".", ".", "."])
    reader.apply_token_indexers(instance)
    with pytest.raises(ConfigurationError, match="must be indexed before they go into batches"):
        sentence_size(instance, "tokens")
    instance.index_fields(Vocabulary())
    assert sentence_size(instance, "tokens") == (num_pieces, 3)
