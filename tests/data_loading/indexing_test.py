"""Indexing many instances at once does to each what indexing it alone does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from allennlp.data import Instance, Token, Vocabulary
from allennlp.data.fields import LabelField, TextField
from allennlp.data.token_indexers import SingleIdTokenIndexer

from blner_allennlp.data_loading.indexing import index_instances
from blner_allennlp.token_indexers import WordPieceIndexer

SENTENCES = [["Rain", "in", "London"], [], ["in", "\u200b"], ["x.y-z"] * 4, ["Rain"]]


def instances_of(indexers: dict[str, Any]) -> list[Instance]:
    return [
        Instance(
            {
                "title": TextField([Token("title")], {"pieces": indexers["pieces"]}),
                "tokens": TextField([Token(word) for word in words], indexers),
                "label": LabelField("long" if len(words) > 2 else "short"),
            }
        )
        for words in SENTENCES
    ]


def contents(instance: Instance) -> dict[str, Any]:
    return {
        "label": instance["label"]._label_id,
        **{
            f"{field}.{indexer}.{key}": np.ravel(values).tolist()
            for field in ("title", "tokens")
            for indexer, lists in instance[field]._indexed_tokens.items()
            for key, values in lists.items()
        },
    }


@pytest.mark.parametrize("words_at_once", [1, 4, 1000])
def test_it_does_what_instances_do_themselves(tiny_encoder: Path, words_at_once: int) -> None:
    indexers = {"pieces": WordPieceIndexer(str(tiny_encoder)), "ids": SingleIdTokenIndexer()}
    together, alone = instances_of(indexers), instances_of(indexers)
    vocab = Vocabulary.from_instances(together)
    index_instances(iter(together), vocab, words_at_once)
    for instance in alone:
        instance.index_fields(vocab)
    assert all(instance.indexed for instance in together)
    assert [contents(instance) for instance in together] == [contents(instance) for instance in alone]


def test_so_many_words_are_cut_at_a_time(tiny_encoder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    indexer = WordPieceIndexer(str(tiny_encoder))
    sizes: list[list[int]] = []
    cut = WordPieceIndexer.sentences_to_indices
    monkeypatch.setattr(
        WordPieceIndexer,
        "sentences_to_indices",
        lambda self, sentences: sizes.append([len(words) for words in sentences]) or cut(self, sentences),
    )
    instances = [
        Instance({"tokens": TextField([Token(word) for word in words], {"pieces": indexer})})
        for words in SENTENCES
    ]
    index_instances(instances, Vocabulary(), words_at_once=4)
    assert sizes == [[3, 0, 2], [4], [1]]


def test_what_is_indexed_already_stays_as_it_is(tiny_encoder: Path) -> None:
    instances = instances_of({"pieces": WordPieceIndexer(str(tiny_encoder))})
    vocab = Vocabulary.from_instances(instances)
    index_instances(instances[:2], vocab)
    before = [instance["tokens"]._indexed_tokens for instance in instances[:2]]
    index_instances(instances, vocab)
    assert all(
        instance["tokens"]._indexed_tokens is lists
        for instance, lists in zip(instances[:2], before, strict=True)
    )
    assert all(instance.indexed for instance in instances)
