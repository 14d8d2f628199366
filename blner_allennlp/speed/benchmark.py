"""An archive and a corpus -> how fast the archive is on this machine."""

from __future__ import annotations

import tarfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from allennlp.common.checks import ConfigurationError
from allennlp.models.archival import Archive, extracted_archive, load_archive

from blner_allennlp.corpora.reading import find_format
from blner_allennlp.corpora.sources import describe_missing_corpus
from blner_allennlp.errors import CorpusError
from blner_allennlp.models import BundledNer
from blner_allennlp.speed.corpus_sample import CorpusSample, PieceCounts, count_pieces
from blner_allennlp.speed.evaluate_task import EvaluateTask
from blner_allennlp.speed.machine import describe_machine
from blner_allennlp.speed.measurement import Measurement, measure
from blner_allennlp.speed.memory import release_memory
from blner_allennlp.speed.predict_task import PredictTask
from blner_allennlp.speed.task import Task
from blner_allennlp.speed.train_task import TrainTask

TASKS = ("predict", "evaluate", "train")


@dataclass(frozen=True, slots=True)
class BenchmarkSettings:
    """What is to be measured.

    Args:
        archive: `model.tar.gz`, or a run's directory.
        corpus: a file or directory that `read_corpus` reads.
        corpus_format: its format; None to detect it.
        options: options of the format's reader; None for the archive's, where that reads this format.
        tasks: some of `TASKS`.
        num_rounds: how often each is timed.
        max_seconds: about how long each task may take.
        max_sentences: how many sentences at most; None for as many as the time allows.
        cuda_device: the GPU's number; -1 for the CPU.
        overrides: of the archive's configuration, as JSON.
        predictor_args: more arguments of the predictor.
    """

    archive: Path
    corpus: Path
    corpus_format: str | None = None
    options: Mapping[str, Any] | None = None
    tasks: Sequence[str] = TASKS
    num_rounds: int = 5
    max_seconds: float = 60.0
    max_sentences: int | None = None
    cuda_device: int = -1
    overrides: str = ""
    predictor_args: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BenchmarkResult:
    """What was measured, and on what.

    Args:
        settings: what was to be measured.
        model: the archive's model in a few facts.
        sample: the sentences.
        pieces: how the model's tokenizer cuts them.
        machine: processor, device and versions.
        measurements: by task.
    """

    settings: BenchmarkSettings
    model: dict[str, Any]
    sample: CorpusSample
    pieces: PieceCounts
    machine: dict[str, Any]
    measurements: dict[str, Measurement]

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values (docs/ner_benchmark.md has the schema)."""
        num_sentences = len(self.sample.sentences)
        num_words = self.sample.num_words(num_sentences)
        return {
            "archive": str(self.settings.archive),
            "model": self.model,
            "corpus": {
                "path": str(self.sample.path),
                "format": self.sample.corpus_format,
                "num_sentences": num_sentences,
                "num_words": num_words,
                "num_pieces": self.pieces.num_pieces,
                "pieces_per_word": self.pieces.num_pieces / num_words,
                "longest_sentence_words": self.sample.longest_sentence,
                "longest_sentence_pieces": self.pieces.longest_sentence,
            },
            "machine": self.machine,
            "tasks": {name: measurement.to_json() for name, measurement in self.measurements.items()},
        }


def run_benchmark(settings: BenchmarkSettings, say: Callable[[str], None]) -> BenchmarkResult:
    """Measure each task with a freshly loaded model; the archive is only read.

    A `ConfigurationError` says what is wrong with the archive, its overrides, or the device.

    Args:
        settings: what is to be measured.
        say: told what is done next.

    Returns:
        What was measured.

    Raises:
        CorpusError: there is no such corpus; or, as everywhere, it cannot be read.
    """
    device = _device(settings.cuda_device)
    if not settings.corpus.exists():
        raise CorpusError(describe_missing_corpus(settings.corpus), settings.corpus)
    with _unpacked(settings.archive) as directory:
        say("loading the archive")
        archive = _load(directory, settings)
        say("reading the corpus")
        sample = _read_sample(settings, archive)
        measurements: dict[str, Measurement] = {}
        model: dict[str, Any] = {}
        pieces = PieceCounts(0, 0)
        for name in settings.tasks:
            # A model of its own for each: training changes it, and a predictor may set another precision.
            task = _make_task(name, archive or _load(directory, settings), sample, device, settings)
            archive = None
            try:
                if not model:
                    model = _describe_model(task.model)
                    pieces = count_pieces(sample, task.indexer, task.model.encoder.num_special_pieces)
                measurements[name] = measure(
                    task,
                    settings.num_rounds,
                    settings.max_seconds,
                    lambda step, name=name: say(f"{name}: {step}"),
                )
            finally:
                task.close()
            del task
            release_memory()
    return BenchmarkResult(settings, model, sample, pieces, describe_machine(device), measurements)


def _make_task(
    name: str, archive: Archive, sample: CorpusSample, device: torch.device, settings: BenchmarkSettings
) -> Task:
    if name == "predict":
        return PredictTask(archive, sample, device, settings.predictor_args)
    return EvaluateTask(archive, sample, device) if name == "evaluate" else TrainTask(archive, sample, device)


def _device(number: int) -> torch.device:
    if number < 0:
        return torch.device("cpu")
    num_gpus = torch.cuda.device_count()
    if number >= num_gpus:
        known = f"one of 0 to {num_gpus - 1}" if num_gpus else "-1, as torch finds no GPU"
        raise ConfigurationError(f"cuda device {number}: expected {known}; -1 is the CPU")
    return torch.device("cuda", number)


@contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    if not path.exists():
        raise ConfigurationError(
            f"{path}: expected an archive of `allennlp train`, got no such file; name a model.tar.gz or a run's "
            "directory on this machine"
        )
    if path.is_dir():
        yield path
        return
    with ExitStack() as unpacked:
        try:
            directory = unpacked.enter_context(extracted_archive(path))
        except (tarfile.TarError, zlib.error, EOFError, OSError) as error:
            raise ConfigurationError(
                f"{path}: expected an archive of `allennlp train`, got a file that cannot be unpacked: {error}"
            ) from error
        yield Path(directory)


def _load(directory: Path, settings: BenchmarkSettings) -> Archive:
    if not (directory / "config.json").is_file():
        raise ConfigurationError(
            f"{settings.archive}: expected an archive of `allennlp train`, got one without config.json"
        )
    return load_archive(directory, cuda_device=settings.cuda_device, overrides=settings.overrides)


def _read_sample(settings: BenchmarkSettings, archive: Archive) -> CorpusSample:
    corpus_format = find_format(settings.corpus, settings.corpus_format).name
    options = settings.options
    if options is None:
        reader = archive.config.get("validation_dataset_reader") or archive.config["dataset_reader"]
        reads_this = reader.get("corpus_format") == corpus_format
        options = reader.get("corpus_options", {}) if reads_this else {}
        options = options.as_dict(quiet=True) if hasattr(options, "as_dict") else options
    return CorpusSample.read(settings.corpus, corpus_format, options or {}, settings.max_sentences)


def _describe_model(model: BundledNer) -> dict[str, Any]:
    sequence_head, span_head = model.sequence_head, model.span_head
    return {
        "alpha": model.alpha,
        "decoder": model.decoder.value,
        "sequence_head": None if sequence_head is None else type(sequence_head).__name__,
        "max_width": None if span_head is None else span_head.max_width,
        "encoder": str(model.encoder._model_name),
        "num_parameters": sum(weights.numel() for weights in model.parameters()),
    }
