"""The weights at which the head that does not answer was best."""

import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from allennlp.training.callbacks.callback import TrainerCallback

from blner_allennlp.atomic_file import replacing
from blner_allennlp.bundling import Decoder
from blner_allennlp.checkpoints import best_of_head_path
from blner_allennlp.models import BundledNer

if TYPE_CHECKING:
    from allennlp.training.gradient_descent_trainer import GradientDescentTrainer

logger = logging.getLogger(__name__)


@TrainerCallback.register("best_of_each_head")
class BestOfEachHead(TrainerCallback):
    """Keeps, beside `best.th`, the weights of the epoch at which the other head of a bundled model was best.

    AllenNLP keeps the weights that suit the head that answers. With this callback a single training gives both
    BL-SeqNER and BL-SpanNER, each at the epoch of its best F1 on the validation data (paper, Section 4.1.2 and 4.2):
    `best_seq.th` or `best_span.th`, whichever head does not answer, and the F1 and the epoch in a JSON file of the same
    name. Models with one head need nothing of this and get nothing. A run that is continued with `--recover` goes on
    from what it kept before.

    Args:
        serialization_dir: set by AllenNLP.
    """

    def __init__(self, serialization_dir: str) -> None:
        super().__init__(serialization_dir)
        self._head: Decoder | None = None
        self._best_f1: float | None = None

    def on_start(self, trainer: "GradientDescentTrainer", is_primary: bool = True, **kwargs: Any) -> None:
        """See whether there is another head, and what was kept before.

        Args:
            trainer: the trainer.
            is_primary: whether this process is the one that writes files.
            **kwargs: what else trainers may say.
        """
        super().on_start(trainer, is_primary, **kwargs)
        model = trainer.model
        if not is_primary or self.serialization_dir is None or not isinstance(model, BundledNer):
            return
        if model.sequence_head is None or model.span_head is None:
            return
        if trainer._ddp_wrapped_model is not None and trainer._ddp_wrapped_model.is_sharded:
            logger.warning(
                "best_of_each_head: each process has a part of the weights only, so those of the head that does not "
                "answer are not kept; train without sharding to have them"
            )
            return
        self._head = Decoder.SEQ if model.decoder is Decoder.SPAN else Decoder.SPAN
        self._best_f1 = None
        for left_over in self._weights_path.parent.glob(f".{self._weights_path.name}.*"):
            left_over.unlink()  # of a process that was killed while it wrote
        if trainer._start_after_epochs_completed > 0:
            self._best_f1 = self._read_best_f1(self._head)
        else:
            # What another attempt left says nothing about this one.
            self._weights_path.unlink(missing_ok=True)
            self._score_path.unlink(missing_ok=True)

    def on_epoch(
        self,
        trainer: "GradientDescentTrainer",
        metrics: dict[str, Any],
        epoch: int,
        is_primary: bool = True,
        **kwargs: Any,
    ) -> None:
        """Keep the weights if the head has never been better.

        Args:
            trainer: the trainer.
            metrics: the metrics of the epoch.
            epoch: its number, counted from 0.
            is_primary: whether this process is the one that writes files.
            **kwargs: what else trainers may say.
        """
        super().on_epoch(trainer, metrics, epoch, is_primary, **kwargs)
        if self._head is None or not is_primary:
            return
        f1 = metrics.get(f"validation_{self._head.value}_f1")
        if f1 is None or (self._best_f1 is not None and f1 <= self._best_f1):
            return
        # The weights first: if the process ends before the score is there, the epoch is gone through again.
        with replacing(self._weights_path) as unfinished:
            _save_weights(trainer, unfinished)
        with replacing(self._score_path) as unfinished:
            unfinished.write_text(json.dumps({"epoch": epoch, "f1": f1}) + "\n", encoding="utf-8")
        self._best_f1 = f1

    @property
    def _weights_path(self) -> Path:
        return best_of_head_path(self.serialization_dir, self._head.value)

    @property
    def _score_path(self) -> Path:
        return self._weights_path.with_suffix(".json")

    def _read_best_f1(self, head: Decoder) -> float | None:
        if not self._weights_path.is_file():
            return None
        try:
            return float(json.loads(self._score_path.read_text(encoding="utf-8"))["f1"])
        except (OSError, ValueError, KeyError, TypeError):
            logger.warning(
                "%s cannot be read, so the best weights of the %s head are looked for anew from here on",
                self._score_path,
                head.value,
            )
            return None


def _save_weights(trainer: "GradientDescentTrainer", path: Path) -> None:
    average = trainer._moving_average
    if average is None:
        torch.save(trainer.model.state_dict(), path)
        return
    # As AllenNLP does with its own best weights, which were scored with the averages, too.
    average.assign_average_value()
    try:
        torch.save(trainer.model.state_dict(), path)
    finally:
        average.restore()
