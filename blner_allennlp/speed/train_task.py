"""The steps of `allennlp train`."""

from __future__ import annotations

import tempfile
from contextlib import AbstractContextManager
from typing import Any

import torch
from allennlp.common import Params
from allennlp.common.checks import ConfigurationError
from allennlp.data import DataLoader
from allennlp.models.archival import Archive
from allennlp.training import GradientDescentTrainer, TrainerCallback
from allennlp.training.optimizers import Optimizer

from blner_allennlp.speed import bare_encoder
from blner_allennlp.speed.batch_counts import BatchCounts, counted_batches
from blner_allennlp.speed.corpus_sample import CorpusSample
from blner_allennlp.speed.evaluate_task import whole_passes
from blner_allennlp.speed.model_stages import model_stages
from blner_allennlp.speed.stages import Stage, StageClock
from blner_allennlp.speed.task import EncoderAlone, Task
from blner_allennlp.speed.timed_data_loader import TimedDataLoader
from blner_allennlp.speed.timed_methods import TimedMethod, timed_methods

_TRAINER_TYPES = (None, "gradient_descent")
# What of a trainer's configuration makes its steps; the rest says how many there are, and what is done between epochs.
_STEP_SETTINGS = ("grad_norm", "grad_clipping", "num_gradient_accumulation_steps", "use_amp", "grad_scaling")


class TrainTask(Task):
    """Trains an epoch a pass with the archive's own settings; the model's weights change, and are written nowhere.

    Batches, optimizer, clipping, accumulation and mixed precision are the archive's. What a run does between epochs
    is left out: checkpoints, validation, callbacks; so is the schedule of the learning rate, which costs nothing.

    Args:
        archive: as in `Task`.
        sample: as in `Task`.
        device: as in `Task`.

    Raises:
        ConfigurationError: the archive's trainer is not AllenNLP's own; or as in `Task`.
    """

    name = "train"
    limit = "training steps on the same batches"

    def __init__(self, archive: Archive, sample: CorpusSample, device: torch.device) -> None:
        super().__init__(archive, sample, device)
        config = archive.config.duplicate()
        trainer = config.get("trainer", Params({})).as_dict(quiet=True)
        if trainer.get("type") not in _TRAINER_TYPES:
            raise ConfigurationError(
                f"the archive's trainer is of type {trainer['type']!r}, whose steps are not known; measure the other "
                "tasks: --tasks predict evaluate"
            )
        self._reader = archive.dataset_reader
        self._loader_params = whole_passes(config["data_loader"])
        self._optimizer_params: dict[str, Any] = trainer.get("optimizer", {"type": "adam"})
        self._step_settings = {name: trainer[name] for name in _STEP_SETTINGS if name in trainer}
        for parameter in self.model.parameters():
            parameter.grad = None
        self._optimizer = self._make_optimizer(self.model)
        self._loader: DataLoader | None = None
        # A trainer wants one, and makes one for good where it is given none.
        self._directory = tempfile.TemporaryDirectory(prefix="ner_benchmark_")

    def prepare(self, num_sentences: int) -> None:
        """Read and tokenise, which a run does once.

        Args:
            num_sentences: as in `Task`.
        """
        self._num_sentences = num_sentences
        clock = StageClock()
        with clock.whole():
            with clock.stage(Stage.READ):
                self._loader = DataLoader.from_params(
                    self._loader_params.duplicate(),
                    reader=self.sample.adapted(self._reader, num_sentences),
                    data_path=str(self.sample.path),
                )
            with clock.stage(Stage.TOKENISE):
                self._loader.index_with(self.model.vocab)
        self.preparation_seconds = {
            stage.value: clock.seconds[stage] for stage in (Stage.READ, Stage.TOKENISE)
        }

    def run(self) -> None:
        """As in `Task`."""
        self._train_epoch(self._trainer(self._loader))

    def run_by_stage(self, clock: StageClock) -> None:
        """As in `Task`.

        Args:
            clock: as in `Task`.
        """
        trainer = self._trainer(TimedDataLoader(self._loader, clock), [_TimedBackward(clock)])
        methods = [
            TimedMethod(self._optimizer, "zero_grad", Stage.OPTIMIZER),
            TimedMethod(self._optimizer, "step", Stage.OPTIMIZER),
            TimedMethod(trainer, "rescale_gradients", Stage.OPTIMIZER),
            TimedMethod(trainer, "clip_gradient", Stage.OPTIMIZER),
            *model_stages(self.model),
        ]
        with timed_methods(clock, methods), clock.whole():
            self._train_epoch(trainer)

    def counted(self) -> AbstractContextManager[BatchCounts]:
        """Count the batches, and keep them for the encoder alone."""
        return counted_batches(self.model.encoder, keep_inputs=True)

    def encoder_alone(self, counts: BatchCounts) -> EncoderAlone:
        """As in `Task`; the batches are the task's own.

        Args:
            counts: as in `Task`.

        Returns:
            As in `Task`.
        """
        embedder = self.model.encoder
        if not any(weights.requires_grad for weights in embedder.parameters()):
            # It is read, and that is all.
            return EncoderAlone(lambda: bare_encoder.read(embedder, counts.inputs))
        optimizer = self._make_optimizer(embedder)
        grad_norm = self._step_settings.get("grad_norm", False)
        max_norm = None if isinstance(grad_norm, bool) else grad_norm
        mixed_precision = self.device if self._step_settings.get("use_amp") else None

        def train_encoder() -> None:
            embedder.train()
            bare_encoder.train(embedder, counts.inputs, optimizer, max_norm, mixed_precision)

        return EncoderAlone(train_encoder)

    def close(self) -> None:
        """Remove the trainer's directory."""
        self._directory.cleanup()

    def _make_optimizer(self, module: torch.nn.Module) -> Optimizer:
        parameters = [[name, weights] for name, weights in module.named_parameters() if weights.requires_grad]
        return Optimizer.from_params(Params(self._optimizer_params).duplicate(), model_parameters=parameters)

    def _trainer(
        self, loader: DataLoader | None, callbacks: list[TrainerCallback] | None = None
    ) -> GradientDescentTrainer:
        return GradientDescentTrainer(
            self.model,
            self._optimizer,
            loader,
            serialization_dir=self._directory.name,
            cuda_device=self.device,
            callbacks=callbacks,
            enable_default_callbacks=False,
            run_confidence_checks=False,
            **self._step_settings,
        )

    def _train_epoch(self, trainer: GradientDescentTrainer) -> None:
        trainer._train_epoch(0)


class _TimedBackward(TrainerCallback):
    """Computes the gradients as the trainer would, on a clock."""

    def __init__(self, clock: StageClock) -> None:
        super().__init__("")
        self._clock = clock

    def on_backward(
        self,
        trainer: GradientDescentTrainer,
        batch_outputs: dict[str, torch.Tensor],
        backward_called: bool,  # noqa: ARG002 (AllenNLP's)
        **_: Any,
    ) -> bool:
        with self._clock.stage(Stage.BACKWARD):
            loss = batch_outputs["loss"]
            (loss if trainer._scaler is None else trainer._scaler.scale(loss)).backward()
        return True
