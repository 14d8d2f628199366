"""Batches on their way to the device; the device that has no memory stands for a GPU."""

from __future__ import annotations

from collections import namedtuple

import pytest
import torch

from blner_allennlp.data_loading.devices import on_device, pinned

ELSEWHERE = torch.device("meta")


def test_tensors_go_wherever_they_are_and_the_rest_stays_as_it_is() -> None:
    words, metadata = ("a", "b"), {"sentence": object(), "scored": True}
    batch = {
        "tokens": {"pieces": {"token_ids": torch.ones(2, 3)}},
        "metadata": [{**metadata, "words": words, "more": [torch.ones(1)]}],
        "pairs": (torch.ones(1), 2),
        "empty": [],
    }
    moved = on_device(batch, ELSEWHERE)
    assert moved["tokens"]["pieces"]["token_ids"].device == ELSEWHERE
    assert moved["metadata"][0]["more"][0].device == ELSEWHERE
    assert moved["pairs"][0].device == ELSEWHERE
    assert moved["pairs"][1] == 2
    assert moved["empty"] == []
    assert moved["metadata"][0]["words"] is words
    assert {name: moved["metadata"][0][name] for name in metadata} == metadata
    # The batch itself is as before.
    assert batch["tokens"]["pieces"]["token_ids"].device.type == "cpu"
    assert batch["metadata"][0]["more"][0].device.type == "cpu"


def test_named_tuples_keep_their_kind() -> None:
    pair = namedtuple("pair", "left right")(torch.ones(1), "x")
    moved = on_device(pair, ELSEWHERE)
    assert type(moved) is type(pair)
    assert moved.left.device == ELSEWHERE


def test_what_is_there_already_is_not_copied() -> None:
    tensor = torch.ones(2)
    assert on_device(tensor, tensor.device) is tensor


def test_only_tensors_are_pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.Tensor, "pin_memory", lambda tensor: tensor + 1)  # a GPU's matter
    metadata = [{"scored": True}]
    batch = pinned({"tags": torch.zeros(2), "tokens": {"mask": torch.zeros(1)}, "metadata": metadata})
    assert batch["tags"].tolist() == [1, 1]
    assert batch["tokens"]["mask"].tolist() == [1]
    assert batch["metadata"] is metadata


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_gets_what_the_cpu_had() -> None:
    tensor = torch.arange(1000)
    memory = pinned({"numbers": tensor})
    assert memory["numbers"].is_pinned()
    moved = on_device(memory, torch.device("cuda:0"))
    assert torch.equal(moved["numbers"].cpu(), tensor)
