"""The `bucket_by_pieces` sampler: every sentence once a pass, in batches of one size, of similar numbers of pieces."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allennlp.common import Params
from allennlp.common.checks import ConfigurationError
from allennlp.data import Instance, Token, Vocabulary
from allennlp.data.fields import TextField
from allennlp.data.samplers import BatchSampler
from allennlp.data.token_indexers import SingleIdTokenIndexer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blner_allennlp.dataset_readers import NerCorpusReader
from blner_allennlp.token_indexers import WordPieceIndexer
from blner_allennlp.training import PieceBucketBatchSampler


@pytest.fixture(scope="module")
def make_instances(tiny_encoder: Path) -> Callable[[list[list[str]]], list[Instance]]:
    """Indexed sentences of the given words."""
    reader = NerCorpusReader({"pieces": WordPieceIndexer(str(tiny_encoder))})

    def make(sentences: list[list[str]]) -> list[Instance]:
        instances = [reader.text_to_instance(words) for words in sentences]
        for instance in instances:
            reader.apply_token_indexers(instance)
            instance.index_fields(Vocabulary())
        return instances

    return make


Make = Callable[[list[list[str]]], list[Instance]]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lengths=st.lists(st.integers(1, 30), min_size=1, max_size=30),
    batch_size=st.integers(1, 8),
    noise=st.floats(0, 1),
    seed=st.integers(0, 5),
    shuffle=st.booleans(),
)
def test_every_pass_has_every_sentence_once_in_batches_of_one_size(
    make_instances: Make, lengths: list[int], batch_size: int, noise: float, seed: int, shuffle: bool
) -> None:
    instances = make_instances([["."] * length for length in lengths])
    sampler = PieceBucketBatchSampler(batch_size, noise, shuffle)
    random.seed(seed)
    batches = list(sampler.get_batch_indices(instances))
    assert sorted(index for batch in batches for index in batch) == list(range(len(lengths)))
    assert len(batches) == sampler.get_num_batches(instances)
    full, rest = divmod(len(lengths), batch_size)
    assert sorted(map(len, batches)) == sorted([batch_size] * full + [rest] * (rest > 0))
    assert sampler.get_batch_size() == batch_size


def test_it_counts_pieces_and_not_words(make_instances: Make) -> None:
    # One word of the tiny encoder's alphabet may be many pieces.
    long_word = "x.y-z" * 6
    instances = make_instances([[".", ".", "."], [long_word], [".", "."], [long_word, "."]])
    num_pieces = [instance["tokens"].get_padding_lengths()["pieces___token_ids"] for instance in instances]
    assert num_pieces[0] < num_pieces[1]
    sampler = PieceBucketBatchSampler(2, shuffle=False)
    assert sampler.get_batch_indices(instances) == [[3, 1], [0, 2]]


def test_without_noise_shuffled_batches_are_of_neighbours_in_length(make_instances: Make) -> None:
    lengths = [9, 1, 5, 3, 7, 2, 8, 4, 6, 10]
    instances = make_instances([["."] * length for length in lengths])
    random.seed(3)
    batches = PieceBucketBatchSampler(2, padding_noise=0).get_batch_indices(instances)
    together = {tuple(sorted(lengths[index] for index in batch)) for batch in batches}
    assert together == {(1, 2), (3, 4), (5, 6), (7, 8), (9, 10)}


def test_no_sentence_goes_with_one_that_noise_cannot_bring_near(make_instances: Make) -> None:
    # With the two special pieces: 10 and 100, so that a tenth more or less keeps them apart.
    instances = make_instances([["."] * length for length in [8, 98] * 6])
    random.seed(1)
    for batch in PieceBucketBatchSampler(3).get_batch_indices(instances):
        assert len({index % 2 for index in batch}) == 1


def test_the_longest_sentence_comes_first_in_every_pass(make_instances: Make) -> None:
    instances = make_instances([["."] * length for length in (5, 90, 3, 91, 7, 6, 4, 8)])
    sampler = PieceBucketBatchSampler(2)
    for seed in range(10):
        random.seed(seed)
        assert 3 in next(iter(sampler.get_batch_indices(instances)))


def test_without_sentences_there_are_no_batches() -> None:
    assert list(PieceBucketBatchSampler(2).get_batch_indices([])) == []


def test_passes_differ_and_follow_the_seed(make_instances: Make) -> None:
    instances = make_instances([["."] * length for length in range(1, 21) for _ in range(15)])
    sampler = PieceBucketBatchSampler(10)

    def passes() -> list[list[list[int]]]:
        random.seed(11)
        return [list(sampler.get_batch_indices(instances)) for _ in range(2)]

    first, second = passes()
    assert [first, second] == passes()
    assert {tuple(sorted(batch)) for batch in first}.isdisjoint(tuple(sorted(batch)) for batch in second)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"batch_size": 0}, "batch_sampler.batch_size is 0, but must be at least 1"),
        ({"batch_size": 2, "padding_noise": -0.5}, r"padding_noise is -0.5, but must be in \[0, 1\]"),
    ],
)
def test_what_cannot_be_is_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        BatchSampler.from_params(Params({"type": "bucket_by_pieces", **settings}))


def test_an_unknown_field_is_refused(make_instances: Make) -> None:
    with pytest.raises(
        ConfigurationError, match="field is 'text', but the instances have only tokens, metadata"
    ):
        PieceBucketBatchSampler(2, field="text").get_batch_indices(make_instances([["."]]))


def test_words_that_are_not_cut_into_pieces_are_refused() -> None:
    instance = Instance({"tokens": TextField([Token("a")], {"tokens": SingleIdTokenIndexer()})})
    instance.index_fields(Vocabulary())
    with pytest.raises(ConfigurationError, match="the field 'tokens' is not cut into pieces"):
        PieceBucketBatchSampler(2).get_batch_indices([instance])
