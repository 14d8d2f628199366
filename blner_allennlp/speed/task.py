"""What is measured: one of AllenNLP's commands, without its start-up."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import ClassVar

import torch
from allennlp.common.checks import ConfigurationError
from allennlp.models.archival import Archive

from blner_allennlp.dataset_readers import NerCorpusReader
from blner_allennlp.models import BundledNer
from blner_allennlp.predictors.sentence_indexer import SentenceIndexer
from blner_allennlp.speed.bare_encoder import best_pass, read
from blner_allennlp.speed.batch_counts import BatchCounts, counted_batches
from blner_allennlp.speed.corpus_sample import CorpusSample
from blner_allennlp.speed.stages import StageClock


@dataclass(frozen=True, slots=True)
class EncoderAlone:
    """The encoder's own work for the sentences of a task.

    Args:
        run: does it once.
        max_pieces: how many pieces fit in its batches; None where they are the task's own.
        batches_at_once: how many batches it reads side by side.
    """

    run: Callable[[], None]
    max_pieces: int | None = None
    batches_at_once: int = 1


class Task(ABC):
    """A task: what it does with the first sentences of a corpus can be repeated as often as wanted.

    Args:
        archive: a freshly loaded archive; the task may do with its model what it likes.
        sample: the corpus.
        device: where the model is.

    Attributes:
        name: the command's name.
        limit: the encoder's work that the task is compared with, in words.
        preparation_seconds: what is done once in a run and not in each pass, stage by stage.

    Raises:
        ConfigurationError: the archive is none of this package.
    """

    name: ClassVar[str]
    limit: ClassVar[str] = "a forward pass over batches of its own choice, sorted by length"

    def __init__(self, archive: Archive, sample: CorpusSample, device: torch.device) -> None:
        model, reader = archive.model, archive.validation_dataset_reader
        if not isinstance(model, BundledNer):
            raise ConfigurationError(
                f"the archive's model is a {type(model).__name__}, but must be of type 'bundled_ner'; the stages of "
                "other models are not known"
            )
        if not isinstance(reader, NerCorpusReader):
            raise ConfigurationError(
                f"the archive's dataset reader is a {type(reader).__name__}, but must be of type 'ner_corpus'"
            )
        self.model = model
        self.sample = sample
        self.device = device
        self.indexer = SentenceIndexer(reader, model.vocab)
        self.preparation_seconds: dict[str, float] = {}
        self._num_sentences = 0

    @abstractmethod
    def prepare(self, num_sentences: int) -> None:
        """Choose the sentences of the passes to come, and do what is done once in a run.

        Args:
            num_sentences: how many; the first ones are taken.
        """

    @abstractmethod
    def run(self) -> None:
        """Make a pass over the sentences."""

    @abstractmethod
    def run_by_stage(self, clock: StageClock) -> None:
        """Make a pass over the sentences, one thing after the other, on a clock.

        Args:
            clock: where the time of each stage is counted.
        """

    def counted(self) -> AbstractContextManager[BatchCounts]:
        """Count the batches of the passes that are made in this context."""
        return counted_batches(self.model.encoder)

    def encoder_alone(
        self,
        counts: BatchCounts,  # noqa: ARG002 (not every task needs it)
    ) -> EncoderAlone:
        """Get what the encoder alone would have to do for these sentences.

        Args:
            counts: the batches of a pass.

        Returns:
            The encoder's pass over the same sentences.
        """
        self.model.eval()
        words = [sentence.words for sentence in self.sample.sentences[: self._num_sentences]]
        encoder_pass = best_pass(self.model.encoder, self.indexer, words, self.device, self.wait)
        return EncoderAlone(
            lambda: read(self.model.encoder, encoder_pass.batches, encoder_pass.threads),
            encoder_pass.max_pieces,
            encoder_pass.num_at_once,
        )

    def close(self) -> None:
        """Remove what the passes have written; without effect where they write nothing."""
        return

    def wait(self) -> None:
        """Wait until the device has done what it was given."""
        if self.device.type == "cuda":
            torch.cuda.current_stream(self.device).record_event().synchronize()
