"""The paper's learning-rate schedule."""

import torch
from allennlp.common.checks import ConfigurationError
from allennlp.training.learning_rate_schedulers import LearningRateScheduler, LinearWithWarmup


@LearningRateScheduler.register("linear_with_warmup_ratio")
class LinearWithWarmupRatio(LinearWithWarmup):
    """Rises linearly to the optimizer's rate over a share of all steps, then falls linearly to zero (Section 4.1.2).

    AllenNLP's own `linear_with_warmup` wants a number of steps, which changes with the corpus and the batch size.

    Args:
        optimizer: set by the trainer.
        num_epochs: set by the trainer.
        num_steps_per_epoch: set by the trainer; it knows gradient accumulation.
        warmup_ratio: share of all steps spent rising, in [0, 1].
        last_epoch: index of the last finished epoch.

    Raises:
        ConfigurationError: the ratio is outside [0, 1], or the length of the training is not known.
    """

    def __init__(
        self,
        optimizer: torch.optim.Optimizer,
        num_epochs: int,
        num_steps_per_epoch: int | None,
        warmup_ratio: float = 0.1,
        last_epoch: int = -1,
    ) -> None:
        if not 0.0 <= warmup_ratio <= 1.0:
            raise ConfigurationError(
                f"learning_rate_scheduler.warmup_ratio is {warmup_ratio}, but must lie between 0 and 1: "
                "it is a share of all training steps"
            )
        if num_steps_per_epoch is None:
            raise ConfigurationError(
                "linear_with_warmup_ratio has to know how many steps an epoch has, but the data loader cannot tell; "
                "set data_loader.batches_per_epoch, or leave data_loader.max_instances_in_memory out"
            )
        super().__init__(
            optimizer,
            num_epochs,
            num_steps_per_epoch,
            warmup_steps=round(warmup_ratio * num_epochs * num_steps_per_epoch),
            last_epoch=last_epoch,
        )
