"""Memory that an epoch has freed, given back to the system."""

import ctypes
import sys
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from allennlp.training.callbacks.callback import TrainerCallback

if TYPE_CHECKING:
    from allennlp.training.gradient_descent_trainer import GradientDescentTrainer


@TrainerCallback.register("return_freed_memory")
class ReturnFreedMemory(TrainerCallback):
    """Gives back, after each epoch, what the C library keeps of freed memory.

    Trained on the CPU, batches of all lengths leave holes behind that longer tensors do not fit in, so that each epoch
    needs more than the one before. Given back, the holes are whole again (docs/performance.md has figures). Only glibc
    can be asked for it; elsewhere nothing happens.
    """

    def on_epoch(
        self,
        trainer: "GradientDescentTrainer",
        metrics: dict[str, Any],
        epoch: int,
        is_primary: bool = True,
        **kwargs: Any,
    ) -> None:
        """Give memory back.

        Args:
            trainer: the trainer.
            metrics: of the epoch.
            epoch: its number.
            is_primary: whether this process is the one that writes files.
            **kwargs: what else trainers may say.
        """
        super().on_epoch(trainer, metrics, epoch, is_primary, **kwargs)
        return_freed_memory()


def return_freed_memory() -> None:
    """Ask the C library to give freed memory back to the system."""
    trim = _glibc_trim()
    if trim is not None:
        trim(0)


@cache
def _glibc_trim() -> Callable[[int], int] | None:
    if sys.platform != "linux":
        return None
    return getattr(ctypes.CDLL(None), "malloc_trim", None)
