"""`allennlp predict`, from JSON lines to JSON lines."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from allennlp.models.archival import Archive
from allennlp.predictors import Predictor

from blner_allennlp.commands.predict import NerPredictManager
from blner_allennlp.speed.corpus_sample import CorpusSample
from blner_allennlp.speed.model_stages import model_stages
from blner_allennlp.speed.stages import Stage, StageClock
from blner_allennlp.speed.task import Task
from blner_allennlp.speed.timed_methods import TimedMethod, timed_methods


class PredictTask(Task):
    """Reads lines with `tokens`, finds entities, writes lines: what `allennlp predict` does once it has started.

    Args:
        archive: as in `Task`.
        sample: as in `Task`.
        device: as in `Task`.
        predictor_args: more arguments of the predictor, as `--predictor-args` of `allennlp predict`.
    """

    name = "predict"

    def __init__(
        self,
        archive: Archive,
        sample: CorpusSample,
        device: torch.device,
        predictor_args: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(archive, sample, device)
        self._predictor = Predictor.from_archive(archive, "ner", extra_args=dict(predictor_args or {}))
        self._directory = tempfile.TemporaryDirectory(prefix="ner_benchmark_")

    @property
    def output_path(self) -> Path:
        """Where the answers of the last pass are."""
        return Path(self._directory.name) / "output.jsonl"

    def prepare(self, num_sentences: int) -> None:
        """Write the input file.

        Args:
            num_sentences: as in `Task`.
        """
        self._num_sentences = num_sentences
        with self._input_path.open("w", encoding="utf-8") as lines:
            for sentence in self.sample.sentences[:num_sentences]:
                lines.write(json.dumps({"tokens": list(sentence.words)}) + "\n")

    def run(self) -> None:
        """As in `Task`."""
        self._manager(NerPredictManager).run()

    def run_by_stage(self, clock: StageClock) -> None:
        """As in `Task`.

        Args:
            clock: as in `Task`.
        """
        manager = self._manager(_ManagerInOneThread)
        answerer = self._predictor._answerer
        methods = [
            TimedMethod(manager, "_prepared_chunks", Stage.READ),
            TimedMethod(manager, "_write", Stage.WRITE),
            TimedMethod(manager, "_flush", Stage.WRITE),
            TimedMethod(self._predictor, "_index", Stage.TOKENISE),
            TimedMethod(self._predictor, "answer", Stage.WRITE),
            TimedMethod(answerer, "start", Stage.BATCH),
            TimedMethod(answerer, "finish", Stage.BATCH),
            *model_stages(self.model),
        ]
        reads_side_by_side, answerer.reads_side_by_side = answerer.reads_side_by_side, False
        try:
            with timed_methods(clock, methods), clock.whole():
                manager.run()
        finally:
            answerer.reads_side_by_side = reads_side_by_side

    def close(self) -> None:
        """Remove both files."""
        self._directory.cleanup()

    @property
    def _input_path(self) -> Path:
        return Path(self._directory.name) / "input.jsonl"

    def _manager(self, manager_class: type[NerPredictManager]) -> NerPredictManager:
        source, target = str(self._input_path), str(self.output_path)
        return manager_class(
            self._predictor, source, target, batch_size=1, print_to_console=False, has_dataset_reader=False
        )


class _ManagerInOneThread(NerPredictManager):
    """Reads nothing ahead, since what happens at the same time cannot be told apart."""

    def _reads_ahead(self) -> bool:
        return False
