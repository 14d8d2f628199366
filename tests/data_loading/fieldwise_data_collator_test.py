"""The collator gives AllenNLP's own batches, of whatever instances."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from allennlp.common import Params
from allennlp.common.checks import ConfigurationError
from allennlp.data import Instance, Token, Vocabulary
from allennlp.data.data_loaders import data_collator
from allennlp.data.data_loaders.data_collator import DataCollator, allennlp_collate
from allennlp.data.fields import LabelField, MetadataField, TextField
from allennlp.data.token_indexers import SingleIdTokenIndexer
from hypothesis import given, settings
from hypothesis import strategies as st

from blner_allennlp.data_loading import FieldwiseDataCollator, fieldwise_data_collator
from blner_allennlp.data_loading.indexing import index_instances
from blner_allennlp.dataset_readers import NerCorpusReader
from blner_allennlp.dataset_readers.entity_fields import EntityTagField
from blner_allennlp.entities import Entity, Sentence
from blner_allennlp.tag_schemes import TagScheme
from blner_allennlp.token_indexers import WordPieceIndexer

WORDS = st.one_of(
    st.sampled_from(["Rain", "in", "London", "x.y-z", "\u200b", ""]), st.text(alphabet="abc.", max_size=5)
)


@st.composite
def gold_sentences(draw: st.DrawFn) -> Sentence:
    """Words and disjoint mentions; the vocabulary below does not know `OTHER`."""
    words = draw(st.lists(WORDS, min_size=1, max_size=12))
    borders = sorted(draw(st.sets(st.integers(0, len(words)), max_size=6)))
    spans = zip(borders[::2], borders[1::2], strict=False)
    labels = st.sampled_from(["PER", "LOC", "OTHER"])
    return Sentence(tuple(words), tuple(Entity(start, end, draw(labels)) for start, end in spans))


def vocabulary(scheme: TagScheme = TagScheme.BIO) -> Vocabulary:
    vocab = Vocabulary()
    for tag in ("O", *(f"{prefix}-{label}" for label in ("PER", "LOC") for prefix in "BI")):
        vocab.add_token_to_namespace(tag, "tags")
    for label in ("PER", "LOC"):
        vocab.add_token_to_namespace(label, "span_labels")
    return vocab


def assert_same(batch: Any, expected: Any) -> None:
    assert type(batch) is type(expected)
    if isinstance(expected, torch.Tensor):
        assert batch.dtype == expected.dtype
        assert batch.shape == expected.shape
        assert torch.equal(batch, expected)
        assert batch.is_contiguous()
    elif isinstance(expected, dict):
        assert list(batch) == list(expected)
        for key, value in expected.items():
            assert_same(batch[key], value)
    elif isinstance(expected, list):
        assert len(batch) == len(expected)
        for item, value in zip(batch, expected, strict=True):
            assert_same(item, value)
    else:
        assert batch is expected


def instances_of(reader: NerCorpusReader, sentences: Sequence[Sentence], has_gold: bool) -> list[Instance]:
    instances = [
        reader.sentence_to_instance(sentence) if has_gold else reader.text_to_instance(sentence.words)
        for sentence in sentences
    ]
    for instance in instances:
        reader.apply_token_indexers(instance)
    return instances


@settings(max_examples=60)
@given(
    sentences=st.lists(gold_sentences(), min_size=1, max_size=6),
    has_gold=st.booleans(),
    word_shapes=st.booleans(),
    min_length=st.sampled_from([0, 5, 30]),
    many_at_once=st.booleans(),
)
def test_a_batch_is_allennlp_s(
    tiny_encoder: Path,
    sentences: list[Sentence],
    has_gold: bool,
    word_shapes: bool,
    min_length: int,
    many_at_once: bool,
) -> None:
    indexer = WordPieceIndexer(
        str(tiny_encoder), word_shapes=word_shapes, token_min_padding_length=min_length
    )
    reader = NerCorpusReader({"pieces": indexer, "again": indexer})
    instances = instances_of(reader, sentences, has_gold)
    expected = [instance.duplicate() for instance in instances]
    for instance, same in zip(instances, expected, strict=True):
        same.fields["metadata"] = instance["metadata"]
        same.index_fields(vocabulary())
    if many_at_once:
        index_instances(instances, vocabulary())
    else:
        for instance in instances:
            instance.index_fields(vocabulary())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fieldwise_data_collator, "allennlp_collate", None)  # not called
        batch = FieldwiseDataCollator()(instances)
    assert_same(batch, allennlp_collate(expected))


@pytest.fixture
def reader(tiny_encoder: Path) -> NerCorpusReader:
    return NerCorpusReader({"pieces": WordPieceIndexer(str(tiny_encoder))})


@pytest.fixture
def instances(reader: NerCorpusReader) -> list[Instance]:
    sentences = [
        Sentence(("Rain", "in", "London"), (Entity(2, 3, "LOC"),)),
        Sentence(("Rain",)),
    ]
    made = instances_of(reader, sentences, has_gold=True)
    index_instances(made, vocabulary())
    return made


def test_an_unknown_field_takes_allennlp_s_way(instances: list[Instance]) -> None:
    for number, instance in enumerate(instances):
        instance.add_field("number", LabelField(number, skip_indexing=True))
    batch = FieldwiseDataCollator()(instances)
    assert batch["number"].tolist() == [0, 1]
    assert_same(batch, allennlp_collate(instances))


def test_another_indexer_takes_allennlp_s_way(instances: list[Instance]) -> None:
    for instance in instances:
        text = TextField([Token("a"), Token("b")], {"ids": SingleIdTokenIndexer()})
        instance.add_field("text", text)
        text.index(vocabulary())
    batch = FieldwiseDataCollator()(instances)
    assert batch["text"]["ids"]["tokens"].shape == (2, 2)
    assert_same(batch, allennlp_collate(instances))


def test_instances_of_two_readers_go_together(tiny_encoder: Path, instances: list[Instance]) -> None:
    other = NerCorpusReader({"pieces": WordPieceIndexer(str(tiny_encoder))})
    more = instances_of(other, [Sentence(("in", "London"))], has_gold=True)
    index_instances(more, vocabulary())
    assert_same(FieldwiseDataCollator()(instances + more), allennlp_collate(instances + more))


def test_instances_that_do_not_fit_together_are_refused_as_allennlp_does(
    reader: NerCorpusReader, instances: list[Instance]
) -> None:
    [without_gold] = instances_of(reader, [Sentence(("Rain",))], has_gold=False)
    index_instances([without_gold], vocabulary())
    with pytest.raises(ConfigurationError, match="'tags' present in some Instances but not others"):
        FieldwiseDataCollator()([*instances, without_gold])
    instances[0].fields["spans"] = MetadataField(None)
    with pytest.raises(ConfigurationError, match="'spans' has 2 different types"):
        FieldwiseDataCollator()(instances)


def test_instances_that_are_not_indexed_are_refused(reader: NerCorpusReader) -> None:
    made = instances_of(reader, [Sentence(("Rain",))], has_gold=True)
    with pytest.raises(ConfigurationError, match=r"You must call .index\(vocabulary\)"):
        FieldwiseDataCollator()(made)
    with pytest.raises(ConfigurationError, match="only after `index` with the model's vocabulary"):
        EntityTagField.as_batch([made[0]["tags"]])


def test_configurations_name_it() -> None:
    collator = DataCollator.from_params(Params({"type": "fieldwise"}))
    assert type(collator) is FieldwiseDataCollator
    assert data_collator.DefaultDataCollator is DataCollator.by_name("allennlp")
