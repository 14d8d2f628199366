"""The `token_budget` sampler: every sentence once a pass, never over the budget, always as many batches."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
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
from blner_allennlp.training import TokenBudgetBatchSampler, token_budget_batch_sampler

corpora = st.lists(st.integers(1, 30), min_size=1, max_size=30)


@pytest.fixture(scope="module")
def make_instances(tiny_encoder: Path) -> Callable[[list[int]], list[Instance]]:
    """Sentences of so many words, each of which is one piece; the encoder adds two special ones."""
    reader = NerCorpusReader({"pieces": WordPieceIndexer(str(tiny_encoder))})

    def make(lengths: list[int]) -> list[Instance]:
        instances = [reader.text_to_instance(["."] * length) for length in lengths]
        for instance in instances:
            reader.apply_token_indexers(instance)
            instance.index_fields(Vocabulary())
        return instances

    return make


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lengths=corpora, max_pieces=st.integers(5, 200), noise=st.floats(0, 1), seed=st.integers(0, 5))
def test_every_pass_has_every_sentence_once_in_the_same_number_of_batches(
    make_instances: Callable[[list[int]], list[Instance]],
    lengths: list[int],
    max_pieces: int,
    noise: float,
    seed: int,
) -> None:
    instances = make_instances(lengths)
    sampler = TokenBudgetBatchSampler(max_pieces, padding_noise=noise)
    random.seed(seed)
    for _ in range(3):
        batches = list(sampler.get_batch_indices(instances))
        assert sorted(index for batch in batches for index in batch) == list(range(len(lengths)))
        assert len(batches) == sampler.get_num_batches(instances)
        for batch in batches:
            assert len(batch) == 1 or len(batch) * (2 + max(lengths[index] for index in batch)) <= max_pieces


def test_passes_differ_and_follow_the_seed(make_instances: Callable[[list[int]], list[Instance]]) -> None:
    instances = make_instances([length for length in range(1, 21) for _ in range(10)])
    sampler = TokenBudgetBatchSampler(128)

    def passes() -> list[list[list[int]]]:
        random.seed(11)
        return [list(sampler.get_batch_indices(instances)) for _ in range(2)]

    first, second = passes()
    assert [first, second] == passes()
    together = [{tuple(sorted(batch)) for batch in batches} for batches in (first, second)]
    # Short and long sentences alike get other company.
    assert together[0].isdisjoint(together[1])


def test_unshuffled_the_longest_batch_comes_first_and_passes_are_equal(
    make_instances: Callable[[list[int]], list[Instance]],
) -> None:
    instances = make_instances([4, 9, 1, 4, 9])
    sampler = TokenBudgetBatchSampler(24, shuffle=False)
    assert list(sampler.get_batch_indices(instances)) == [[1, 4], [0, 3, 2]]
    assert sampler.get_batch_size() is None


def test_all_spans_count_where_they_are_scored(
    make_instances: Callable[[list[int]], list[Instance]],
) -> None:
    # Ten words at a width of 256 cost 10 pieces more, beside their 12 pieces.
    instances = make_instances([10, 10, 10, 10])
    settings = {"max_pieces": 49, "shuffle": False}
    without = list(TokenBudgetBatchSampler(**settings).get_batch_indices(instances))
    with_spans = list(TokenBudgetBatchSampler(**settings, max_width=256).get_batch_indices(instances))
    assert (without, with_spans) == ([[0, 1, 2, 3]], [[0, 1], [2, 3]])


def test_where_sentences_longer_by_noise_need_more_batches_the_pass_is_that_of_the_longest(
    make_instances: Callable[[list[int]], list[Instance]], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Pieces and words may order sentences differently; here the second packing is just said to be worse.
    instances = make_instances([3, 3])
    answers = [[[0, 1]], [[0], [1]]]
    monkeypatch.setattr(token_budget_batch_sampler, "pack", lambda *_: answers.pop(0))
    assert list(TokenBudgetBatchSampler(100).get_batch_indices(instances)) == [[0, 1]]


def test_it_trains_and_validates_an_experiment(
    tmp_path: Path, train_experiment: Callable[..., dict[str, Any]]
) -> None:
    metrics = train_experiment(
        "quickstart",
        tmp_path / "run",
        {
            "dataset_reader.max_instances": 20,
            "data_loader.batch_sampler": {"type": "token_budget", "max_pieces": 128},
            "validation_data_loader.batch_sampler": {
                "type": "token_budget",
                "max_pieces": 128,
                "max_width": 6,
                "shuffle": False,
            },
            "trainer.num_epochs": 2,
            "evaluate_on_test": False,
        },
    )
    assert metrics["epoch"] == 1
    assert 0 < metrics["training_loss"] < float("inf")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"padding_noise": 1.5}, r"padding_noise is 1.5, but must be in \[0, 1\]"),
        ({"max_pieces": 0}, "batch_sampler: max_pieces is 0, but must be at least 1"),
        ({"max_length": 2}, "batch_sampler: max_pieces_at_once is 2, but 2 of these are special"),
    ],
)
def test_what_cannot_be_is_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        BatchSampler.from_params(Params({"type": "token_budget", **settings}))


def test_an_unknown_field_is_refused(make_instances: Callable[[list[int]], list[Instance]]) -> None:
    with pytest.raises(
        ConfigurationError, match="field is 'text', but the instances have only tokens, metadata"
    ):
        TokenBudgetBatchSampler(field="text").get_num_batches(make_instances([3]))


def test_words_that_are_not_cut_into_pieces_are_refused() -> None:
    instance = Instance({"tokens": TextField([Token("a")], {"tokens": SingleIdTokenIndexer()})})
    instance.index_fields(Vocabulary())
    with pytest.raises(ConfigurationError, match="the field 'tokens' is not cut into pieces"):
        TokenBudgetBatchSampler().get_num_batches([instance])


def test_distributed_training_is_refused(
    make_instances: Callable[[list[int]], list[Instance]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.distributed, "is_initialized", lambda: True)
    with pytest.raises(ConfigurationError, match="another number of batches in every process"):
        TokenBudgetBatchSampler().get_batch_indices(make_instances([3]))
