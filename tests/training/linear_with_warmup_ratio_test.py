"""The schedule rises over a share of the steps and falls to zero."""

import pytest
import torch
from allennlp.common import Params
from allennlp.common.checks import ConfigurationError
from allennlp.training.learning_rate_schedulers import LearningRateScheduler

from blner_allennlp.training import LinearWithWarmupRatio


def optimizer() -> torch.optim.Optimizer:
    return torch.optim.AdamW([torch.nn.Parameter(torch.zeros(1))], lr=1.0)


def test_rates_equal_those_of_transformers() -> None:
    from transformers import get_linear_schedule_with_warmup

    ours, theirs = optimizer(), optimizer()
    schedule = LearningRateScheduler.from_params(
        Params({"type": "linear_with_warmup_ratio", "warmup_ratio": 0.2}),
        optimizer=ours, num_epochs=5, num_steps_per_epoch=8,
    )  # fmt: skip
    assert isinstance(schedule, LinearWithWarmupRatio)
    reference = get_linear_schedule_with_warmup(theirs, num_warmup_steps=8, num_training_steps=40)
    for step in range(1, 41):
        schedule.step_batch(step)
        theirs.step()
        reference.step()
        assert ours.param_groups[0]["lr"] == pytest.approx(theirs.param_groups[0]["lr"])
    assert ours.param_groups[0]["lr"] == 0.0


@pytest.mark.parametrize("ratio", [-0.1, 1.1])
def test_a_ratio_outside_0_to_1_is_refused(ratio: float) -> None:
    with pytest.raises(ConfigurationError, match="must lie between 0 and 1"):
        LinearWithWarmupRatio(optimizer(), num_epochs=1, num_steps_per_epoch=10, warmup_ratio=ratio)


def test_an_unknown_number_of_steps_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="batches_per_epoch"):
        LinearWithWarmupRatio(optimizer(), num_epochs=1, num_steps_per_epoch=None)
