"""The test set after a distributed training: all of it, scored by one process.

With `evaluate_on_test`, AllenNLP evaluates in the first process only, which holds only its own share of the sentences,
while the others have left. The scores would be those of a part of the test set, and a metric that adds up over the
processes would wait for the others forever. AllenNLP offers no place to put this right, so `TrainModel.finish` is
wrapped.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

import torch.distributed
from allennlp.commands.train import TrainModel
from allennlp.common.util import is_distributed
from allennlp.data import DataLoader

_finish = TrainModel.finish


@wraps(_finish)
def finish_alone(train_model: TrainModel, metrics: dict[str, Any]) -> None:
    """Leave the group of processes and read the whole test set, then evaluate as AllenNLP does.

    Args:
        train_model: the finished training; in a distributed run, that of the first process.
        metrics: the metrics of the training, to which those of the test set are added.
    """
    if is_distributed():
        # Nothing is exchanged between the processes after the training.
        torch.distributed.destroy_process_group()
        if train_model.evaluation_data_loader is not None:
            _forget_share(train_model.evaluation_data_loader)
    _finish(train_model, metrics)


def _forget_share(data_loader: DataLoader) -> None:
    """Make a loader read its file again, and all of it."""
    data_loader.reader._set_distributed_info(None)
    data_loader._instances = None


TrainModel.finish = finish_alone
