"""The metric adds up over batches and processes, and agrees with seqeval."""

import pytest
import torch.distributed
import torch.multiprocessing
from seqeval.metrics import f1_score, precision_score, recall_score

from blner_allennlp.entities import Entity
from blner_allennlp.metrics import NerMetric
from blner_allennlp.tag_schemes import TagScheme, entities_to_tags

GOLD = [
    [Entity(0, 1, "person"), Entity(3, 5, "place")],
    [],
    [Entity(1, 4, "place")],
    [Entity(0, 2, "product"), Entity(2, 3, "person")],
]
PREDICTED = [
    [Entity(0, 1, "person"), Entity(3, 4, "place")],
    [Entity(2, 3, "person")],
    [Entity(1, 4, "place")],
    [Entity(0, 2, "person"), Entity(2, 3, "person")],
]


def add_all(metric: NerMetric, indices=range(4)) -> NerMetric:
    for index in indices:
        metric(GOLD[index], PREDICTED[index])
    return metric


def test_scores_are_those_counted_by_hand() -> None:
    # 3 of 6 predictions are right, 3 of 5 gold mentions are found.
    scores = add_all(NerMetric()).get_metric()
    assert scores == pytest.approx({"precision": 3 / 6, "recall": 3 / 5, "f1": 6 / 11})


def test_scores_agree_with_seqeval() -> None:
    gold = [entities_to_tags(entities, 6, TagScheme.BIO) for entities in GOLD]
    predicted = [entities_to_tags(entities, 6, TagScheme.BIO) for entities in PREDICTED]
    scores = add_all(NerMetric()).get_metric()
    assert scores["precision"] == pytest.approx(precision_score(gold, predicted))
    assert scores["recall"] == pytest.approx(recall_score(gold, predicted))
    assert scores["f1"] == pytest.approx(f1_score(gold, predicted))


def test_per_type_scores_name_every_type() -> None:
    scores = add_all(NerMetric(per_type=True)).get_metric()
    assert scores["f1/person"] == pytest.approx(2 * 2 / (4 + 2))
    assert scores["recall/product"] == 0.0
    # Boundaries alone: (0,1) and (1,4) and (0,2) and (2,3) are right.
    assert scores["boundary_f1"] == pytest.approx(2 * 4 / (6 + 5))
    assert scores["macro_f1"] == pytest.approx((4 / 6 + 2 / 4 + 0) / 3)


def test_reset_forgets() -> None:
    metric = add_all(NerMetric())
    metric.get_metric(reset=True)
    assert metric.get_metric() == {"precision": 0.0, "recall": 0.0, "f1": 0.0}


def _score_in_process(rank: int, store: str, results) -> None:
    torch.distributed.init_process_group("gloo", init_method=f"file://{store}", world_size=2, rank=rank)
    metric = add_all(NerMetric(per_type=True), indices=[[0], [1, 2, 3]][rank])
    results[rank] = metric.get_metric(reset=True)
    torch.distributed.destroy_process_group()


@pytest.mark.slow
def test_two_processes_score_like_one(tmp_path) -> None:
    with torch.multiprocessing.get_context("spawn").Manager() as manager:
        results = manager.dict()
        torch.multiprocessing.spawn(_score_in_process, args=(str(tmp_path / "store"), results), nprocs=2)
        alone = add_all(NerMetric(per_type=True)).get_metric(reset=True)
        assert dict(results) == {0: alone, 1: alone}
