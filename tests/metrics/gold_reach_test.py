"""The share of gold beyond ε adds up over batches and processes, and the log has it once."""

import logging

import pytest
import torch.distributed
import torch.multiprocessing

from blner_allennlp.entities import Entity
from blner_allennlp.metrics import GoldReach

# Widths 1, 3, 3 and 7.
GOLD = [[Entity(0, 1, "person"), Entity(2, 5, "place")], [], [Entity(1, 4, "place")], [Entity(0, 7, "title")]]


def add_all(metric: GoldReach, sentences=GOLD) -> GoldReach:
    for entities in sentences:
        metric(entities)
    return metric


@pytest.mark.parametrize(("max_width", "share"), [(1, 3 / 4), (2, 3 / 4), (3, 1 / 4), (6, 1 / 4), (7, 0.0)])
def test_the_share_is_the_one_counted_by_hand(max_width: int, share: float) -> None:
    assert add_all(GoldReach(max_width, "evaluation")).get_metric() == share


def test_without_gold_the_share_is_zero() -> None:
    assert add_all(GoldReach(1, "evaluation"), [[], []]).get_metric(reset=True) == 0.0


def test_reset_forgets() -> None:
    metric = add_all(GoldReach(1, "evaluation"))
    metric.get_metric(reset=True)
    assert metric.get_metric() == 0.0


def test_the_log_says_count_share_and_remedy_when_all_have_been_seen(caplog) -> None:
    metric = add_all(GoldReach(3, "training"))
    metric.get_metric()
    assert not caplog.records
    metric.get_metric(reset=True)
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert "1 of 4 gold entities (25.00 %) of the training data are wider" in record.getMessage()
    assert "model.span_head.max_width = 3 words" in record.getMessage()
    assert "a max_width of 7 would reach over 99 %" in record.getMessage()


@pytest.mark.parametrize(("num_others", "level"), [(98, logging.WARNING), (99, logging.INFO)])
def test_only_a_share_above_one_percent_is_a_warning(caplog, num_others: int, level: int) -> None:
    metric = add_all(GoldReach(2, "evaluation"), [[Entity(0, 3, "a")], *[[Entity(0, 1, "a")]] * num_others])
    with caplog.at_level(logging.INFO):
        metric.get_metric(reset=True)
    assert [record.levelno for record in caplog.records] == [level]


def test_each_data_set_is_reported_once(caplog) -> None:
    metric = GoldReach(1, "evaluation")
    for sentences in (GOLD, GOLD, GOLD[:1], GOLD, GOLD[:1]):
        add_all(metric, sentences).get_metric(reset=True)
    assert [record.getMessage().split(" gold")[0] for record in caplog.records] == ["3 of 4", "1 of 2"]


def test_portions_of_training_data_are_reported_once_in_all(caplog) -> None:
    metric = GoldReach(1, "training", once=True)
    for sentences in (GOLD[1:2], GOLD, GOLD[:1]):
        add_all(metric, sentences).get_metric(reset=True)
    assert [record.getMessage().split(" gold")[0] for record in caplog.records] == ["3 of 4"]


def test_nothing_is_said_where_all_gold_is_within_reach(caplog) -> None:
    with caplog.at_level(logging.INFO):
        add_all(GoldReach(7, "evaluation")).get_metric(reset=True)
    assert not caplog.records


def _share_in_process(rank: int, store: str, results) -> None:
    torch.distributed.init_process_group("gloo", init_method=f"file://{store}", world_size=2, rank=rank)
    metric = add_all(GoldReach(3, "evaluation"), [GOLD[:1], GOLD[1:]][rank])
    results[rank] = metric.get_metric(reset=True)
    torch.distributed.destroy_process_group()


@pytest.mark.slow
def test_two_processes_count_like_one(tmp_path) -> None:
    with torch.multiprocessing.get_context("spawn").Manager() as manager:
        results = manager.dict()
        torch.multiprocessing.spawn(_share_in_process, args=(str(tmp_path / "store"), results), nprocs=2)
        assert dict(results) == {0: 1 / 4, 1: 1 / 4}
