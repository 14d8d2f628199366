"""`allennlp evaluate`."""

from __future__ import annotations

from typing import Any

import torch
from allennlp.common import Params
from allennlp.data import DataLoader
from allennlp.evaluation import Evaluator
from allennlp.models.archival import Archive

from blner_allennlp.speed.corpus_sample import CorpusSample
from blner_allennlp.speed.model_stages import model_stages
from blner_allennlp.speed.stages import Stage, StageClock
from blner_allennlp.speed.task import Task
from blner_allennlp.speed.timed_data_loader import TimedDataLoader
from blner_allennlp.speed.timed_methods import timed_methods


class EvaluateTask(Task):
    """Reads the corpus, computes loss, entities and scores: what `allennlp evaluate` does once it has started.

    Args:
        archive: as in `Task`.
        sample: as in `Task`.
        device: as in `Task`.

    Attributes:
        metrics: what the last pass found.
    """

    name = "evaluate"

    def __init__(self, archive: Archive, sample: CorpusSample, device: torch.device) -> None:
        super().__init__(archive, sample, device)
        self.metrics: dict[str, Any] = {}
        self._reader = archive.validation_dataset_reader
        config = archive.config.duplicate()
        self._loader_params = whole_passes(config.get("validation_data_loader") or config["data_loader"])
        self._evaluator = Evaluator.from_params(
            config.pop("evaluation", {}), cuda_device=-1 if device.type == "cpu" else device.index
        )

    def prepare(self, num_sentences: int) -> None:
        """As in `Task`.

        Args:
            num_sentences: as in `Task`.
        """
        self._num_sentences = num_sentences

    def run(self) -> None:
        """As in `Task`."""
        loader = self._load()
        loader.index_with(self.model.vocab)
        self.metrics = self._evaluator(self.model, loader)

    def run_by_stage(self, clock: StageClock) -> None:
        """As in `Task`.

        Args:
            clock: as in `Task`.
        """
        with timed_methods(clock, model_stages(self.model)), clock.whole():
            with clock.stage(Stage.READ):
                loader = self._load()
            with clock.stage(Stage.TOKENISE):
                loader.index_with(self.model.vocab)
            self.metrics = self._evaluator(self.model, TimedDataLoader(loader, clock))

    def _load(self) -> DataLoader:
        return DataLoader.from_params(
            self._loader_params.duplicate(),
            reader=self.sample.adapted(self._reader, self._num_sentences),
            data_path=str(self.sample.path),
        )


def whole_passes(loader_params: Params) -> Params:
    """Have a data loader give every sentence once in each pass.

    Args:
        loader_params: a data loader's configuration; an experiment may cut its epochs short.

    Returns:
        The same without that.
    """
    params = loader_params.duplicate()
    params.pop("batches_per_epoch", None)
    return params
