"""Training steps whose batch does not fit in memory, taken again in parts."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

import torch
from allennlp.common.checks import ConfigurationError
from allennlp.training.callbacks.callback import TrainerCallback

from blner_allennlp.models import BundledNer
from blner_allennlp.nn.device_memory import is_out_of_memory, release_cached_memory

if TYPE_CHECKING:
    from allennlp.training.gradient_descent_trainer import GradientDescentTrainer

TensorDict = dict[str, Any]


@TrainerCallback.register("fit_batches_in_memory")
class FitBatchesInMemory(TrainerCallback):
    """Takes a training step again where memory runs out, with an encoder that reads half as much of a batch at a time.

    The encoder does so by itself where its own forward pass does not fit; this callback is for what comes after it: the
    heads, and above all the backward pass. The step is the same, but for what dropout and negative sampling draw: one
    loss over the whole batch, one update (`token_embedders.rows_in_parts`). With gradient accumulation or several
    processes a backward pass cannot be taken again, since gradients of other batches are in the same place, or other
    processes wait; there nothing is done. Nor is it where another callback makes the backward pass.

    Args:
        serialization_dir: set by AllenNLP.
    """

    def __init__(self, serialization_dir: str) -> None:
        super().__init__(serialization_dir)
        self._forward: Callable[..., TensorDict] | None = None
        self._model: BundledNer | None = None
        self._batch: TensorDict = {}
        self._loss: torch.Tensor | None = None

    def on_start(self, trainer: "GradientDescentTrainer", is_primary: bool = True, **kwargs: Any) -> None:
        """Stand between the trainer and the forward pass of its batches.

        Args:
            trainer: the trainer.
            is_primary: whether this process is the one that writes files.
            **kwargs: what else trainers may say.
        """
        super().on_start(trainer, is_primary, **kwargs)
        is_alone = not trainer._distributed and trainer._num_gradient_accumulation_steps == 1
        others_make_it = any(
            type(callback).on_backward not in (FitBatchesInMemory.on_backward, TrainerCallback.on_backward)
            for callback in trainer._callbacks
        )
        if is_alone and not others_make_it and isinstance(trainer.model, BundledNer):
            self._forward, self._model = trainer.batch_outputs, trainer.model
            trainer.batch_outputs = self._batch_outputs

    def on_backward(
        self,
        trainer: "GradientDescentTrainer",
        batch_outputs: TensorDict,
        backward_called: bool,
        **kwargs: Any,
    ) -> bool:
        """Make the backward pass; where it does not fit in memory, again from the start.

        Args:
            trainer: the trainer.
            batch_outputs: of the forward pass.
            backward_called: whether another callback has made the backward pass.
            **kwargs: what else trainers may say.

        Returns:
            Whether the backward pass was made here.
        """
        super().on_backward(trainer, batch_outputs, backward_called, **kwargs)
        if self._loss is None:
            return False
        while (reason := self._backward_pass(trainer)) is not None:
            trainer.optimizer.zero_grad()
            self._read_less(reason)
            # The batch's gold has been counted.
            with _precision_of(trainer), self._model.counting_no_gold():
                self._loss = self._forward_pass()["loss"]
        return True

    def on_end(
        self,
        trainer: "GradientDescentTrainer",
        metrics: TensorDict | None = None,
        epoch: int | None = None,
        is_primary: bool = True,
        **kwargs: Any,
    ) -> None:
        """Leave the trainer as it was.

        Args:
            trainer: the trainer.
            metrics: of the whole training.
            epoch: the last one.
            is_primary: whether this process is the one that writes files.
            **kwargs: what else trainers may say.
        """
        super().on_end(trainer, metrics, epoch, is_primary, **kwargs)
        if self._forward is not None:
            trainer.batch_outputs = self._forward
            self._forward, self._model, self._batch, self._loss = None, None, {}, None

    def _batch_outputs(self, batch: TensorDict, for_training: bool) -> TensorDict:
        """What stands in for the trainer's `batch_outputs`."""
        if not for_training:
            return self._forward(batch, for_training)
        self._batch = batch
        outputs = self._forward_pass()
        # The trainer holds on to what it is given, and so to all tensors that a gradient needs; nobody may do that
        # while the step is taken again.
        self._loss = outputs["loss"]
        return {**outputs, "loss": self._loss.detach()}

    def _forward_pass(self) -> TensorDict:
        while True:
            try:
                return self._forward(self._batch, for_training=True)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                reason = str(error)  # the error itself holds on to all tensors of its step
            self._read_less(reason)

    def _backward_pass(self, trainer: "GradientDescentTrainer") -> str | None:
        """Make it; where it does not fit in memory, return what torch says of that."""
        loss, self._loss = self._loss, None
        try:
            (loss if trainer._scaler is None else trainer._scaler.scale(loss)).backward()
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            return str(error)
        return None

    def _read_less(self, reason: str) -> None:
        release_cached_memory()
        sentences = [fields["sentence"] for fields in self._batch["metadata"]]
        if not self._model.encoder.train_on_less():
            longest = max(len(sentence.words) for sentence in sentences)
            raise ConfigurationError(
                "a training step does not fit in memory, and the encoder cannot read less of it at a time: the batch "
                f"has {len(sentences)} sentences of up to {longest} words. Make batches smaller "
                "(data_loader.batch_sampler), set model.encoder.gradient_checkpointing or a smaller "
                f"model.encoder.max_length, or split long sentences. What torch says: {reason}"
            )


def _precision_of(trainer: "GradientDescentTrainer") -> AbstractContextManager[Any]:
    return torch.autocast("cuda") if trainer._use_amp else nullcontext()
