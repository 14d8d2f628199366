"""The fused optimizer is AllenNLP's AdamW, only faster."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import torch
from allennlp.common import Params
from allennlp.training.optimizers import Optimizer

from blner_allennlp.training import FusedAdamW

SETTINGS: dict[str, Any] = {
    "lr": 0.1,
    "betas": [0.8, 0.9],
    "eps": 1e-3,
    "weight_decay": 0.3,
    "parameter_groups": [[["bias$"], {"weight_decay": 0}]],
}


def make(kind: str, device: str) -> tuple[Optimizer, list[torch.nn.Parameter]]:
    torch.manual_seed(0)
    parameters = [torch.nn.Parameter(torch.randn(3, 2, device=device)) for _ in range(2)]
    named = list(zip(("weight", "bias"), parameters, strict=True))
    return Optimizer.from_params(Params({"type": kind, **SETTINGS}), model_parameters=named), parameters


@pytest.mark.parametrize(
    "device",
    [
        "cpu",
        pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")),
    ],
)
def test_it_steps_as_adamw_does(device: str) -> None:
    (ours, our_parameters), (theirs, their_parameters) = make("fused_adamw", device), make("adamw", device)
    assert isinstance(ours, FusedAdamW)
    assert all(group["fused"] for group in ours.param_groups)
    for step in range(5):
        for optimizer, parameters in ((ours, our_parameters), (theirs, their_parameters)):
            torch.manual_seed(step)
            for parameter in parameters:
                parameter.grad = torch.randn_like(parameter)
            optimizer.step()
    for our, their in zip(our_parameters, their_parameters, strict=True):
        torch.testing.assert_close(our, their)
    start = make("adamw", device)[1]
    assert not torch.equal(start[0], our_parameters[0])


def test_its_state_is_adamws_so_that_a_run_can_change_to_it() -> None:
    theirs, their_parameters = make("adamw", "cpu")
    ours, our_parameters = make("fused_adamw", "cpu")
    for parameter in their_parameters:
        parameter.grad = torch.ones_like(parameter)
    theirs.step()
    with torch.no_grad():
        for our, their in zip(our_parameters, their_parameters, strict=True):
            our.copy_(their)
    ours.load_state_dict(copy.deepcopy(theirs.state_dict()))
    for optimizer, parameters in ((ours, our_parameters), (theirs, their_parameters)):
        for parameter in parameters:
            parameter.grad = torch.full_like(parameter, 0.5)
        optimizer.step()
    for our, their in zip(our_parameters, their_parameters, strict=True):
        torch.testing.assert_close(our, their)
