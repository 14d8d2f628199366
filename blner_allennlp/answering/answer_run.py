"""A finished training -> the prediction files that analysis and comparison read."""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from allennlp.common.tqdm import Tqdm
from allennlp.data import DatasetReader
from allennlp.models.archival import Archive, load_archive
from more_itertools import chunked

import blner_allennlp.plugin  # noqa: F401 (an archive may name anything that is registered)
from blner_allennlp.answering.answer_log import AnswerLog
from blner_allennlp.answering.metrics_check import check_against_metrics
from blner_allennlp.answering.tagger import Tagger
from blner_allennlp.bundling import Decoder, trained_decoders
from blner_allennlp.checkpoints import best_of_head_path
from blner_allennlp.dataset_readers import NerCorpusReader
from blner_allennlp.entities import Entity, ScoredEntity, Sentence
from blner_allennlp.errors import RunError
from blner_allennlp.models import BundledNer
from blner_allennlp.predictors import NerPredictor
from blner_allennlp.runs.prediction_writer import write_predictions
from blner_allennlp.runs.run_description import CONFIG_NAME, DATA_PATH_KEYS, describe_config, read_config
from blner_allennlp.runs.run_directory import lexicon_path, prediction_path
from blner_allennlp.runs.run_record import RunRecord
from blner_allennlp.runs.training_duration import training_seconds
from blner_allennlp.runs.training_lexicon import TrainingLexicon
from blner_allennlp.scoring import NerCounts

logger = logging.getLogger(__name__)

_ARCHIVE_NAME = "model.tar.gz"
_WEIGHTS_NAME = "best.th"
_SENTENCES_AT_ONCE = 4096


def answer_run(
    run_directory: Path,
    splits: Sequence[str] = ("dev", "test"),
    cuda_device: int = -1,
    single_checkpoint: bool = False,
) -> None:
    """Let each head of a trained model answer, and write what it says beside the gold.

    Written are `predictions/{split}.{head}.jsonl`, `predictions/training_lexicon.json`, `predictions/answers.json` (the
    weights and the F1 of each) and, where the run has no record, `run.json`. The gold is that of the run's own dataset
    reader, so it is what the run was scored on: all of it, whether or not a candidate reaches it. The F1 of what is
    written is compared with what the training measured; a difference is said in the log.

    The head that answers has the run's best weights, as in its archive. The other one has `best_seq.th` or
    `best_span.th` if the callback `best_of_each_head` kept it, else the same ones.

    A tagger of another house, such as `crf_tagger`, that was trained on this package's instances answers, too, as
    `seq` and without scores.

    A RunError says that the directory is no finished run, that its configuration names no data for a split, or that its
    model can do neither; a CorpusError or ConfigurationError, as everywhere, that data or archive cannot be
    read.

    Args:
        run_directory: a directory that `allennlp train` has finished with.
        splits: which of `train`, `dev` and `test`.
        cuda_device: the GPU, as AllenNLP numbers them; -1 for the CPU.
        single_checkpoint: give both heads the run's best weights.
    """
    config = _check_run(run_directory, splits)
    archive = _load(run_directory, cuda_device)
    model = archive.model
    gold = {
        split: list(_read_sentences(archive.validation_dataset_reader, config[DATA_PATH_KEYS[split]]))
        for split in splits
        if split != "train"
    }
    training_sentences = list(_read_sentences(archive.dataset_reader, config[DATA_PATH_KEYS["train"]]))
    if "train" in splits:
        gold["train"] = training_sentences
    # Before the answers: where these are, a run counts as answered.
    TrainingLexicon.from_sentences(training_sentences).write(lexicon_path(run_directory))
    log = AnswerLog(run_directory)
    if isinstance(model, BundledNer):
        _answer_with_heads(run_directory, archive, gold, log, single_checkpoint)
    else:
        _answer_with_tags(run_directory, archive, gold, log)
    if RunRecord.read(run_directory) is None:
        _record(run_directory, config).write(run_directory)


def _answer_with_heads(
    run_directory: Path,
    archive: Archive,
    gold: Mapping[str, Sequence[Sentence]],
    log: AnswerLog,
    single_checkpoint: bool,
) -> None:
    model = archive.model
    predictor = NerPredictor(model, archive.dataset_reader)
    answering_head = model.decoder
    heads = sorted(trained_decoders(model.alpha), key=lambda head: head is not answering_head)
    for head in heads:
        weights = best_of_head_path(run_directory, head.value)
        has_own_weights = head is not answering_head and not single_checkpoint and weights.is_file()
        if has_own_weights:
            _take_weights(model, weights)
        model.decoder = head
        for split, sentences in gold.items():
            description = f"{run_directory.name}: {split}, {head.value} head"
            answers = _answer(predictor, sentences, description)
            write_predictions(prediction_path(run_directory, split, head.value), sentences, answers)
            f1 = _f1(sentences, answers)
            log.add(split, head.value, weights.name if has_own_weights else _WEIGHTS_NAME, f1)
            check_against_metrics(
                run_directory,
                split,
                head.value,
                f1,
                answers_run=head is answering_head,
                has_own_weights=has_own_weights,
            )


def _answer_with_tags(
    run_directory: Path, archive: Archive, gold: Mapping[str, Sequence[Sentence]], log: AnswerLog
) -> None:
    tagger = Tagger(archive.model, archive.dataset_reader, run_directory)
    head = Decoder.SEQ.value
    for split, sentences in gold.items():
        answers = _answer(tagger, sentences, f"{run_directory.name}: {split}")
        write_predictions(prediction_path(run_directory, split, head), sentences, answers)
        log.add(split, head, _WEIGHTS_NAME, _f1(sentences, answers))


def _check_run(run_directory: Path, splits: Sequence[str]) -> Mapping[str, Any]:
    """The run's configuration, if the run is one that can answer."""
    if not run_directory.is_dir():
        raise RunError(
            "expected the directory of a training, but there is none; check the path", run_directory
        )
    config = read_config(run_directory)
    if not config or not (run_directory / _ARCHIVE_NAME).is_file():
        missing = _ARCHIVE_NAME if config else CONFIG_NAME
        raise RunError(
            f"expected the directory of a finished training, but there is no {missing}; finish the training with "
            "`allennlp train --recover`, or name another directory",
            run_directory,
        )
    for split in (*splits, "train"):
        if split not in DATA_PATH_KEYS:
            raise RunError(
                f"expected splits out of {', '.join(DATA_PATH_KEYS)}, got {split!r}", run_directory
            )
        if not isinstance(config.get(DATA_PATH_KEYS[split]), str):
            raise RunError(
                f"expected {DATA_PATH_KEYS[split]} with the data of the split {split!r}, found none; leave the split "
                "out (`--splits`), or train with it",
                run_directory / CONFIG_NAME,
            )
    return config


def _load(run_directory: Path, cuda_device: int) -> Archive:
    # The same as the archive, without unpacking it, which takes minutes for a large encoder.
    unpacked = (run_directory / _WEIGHTS_NAME).is_file()
    archive = load_archive(run_directory if unpacked else run_directory / _ARCHIVE_NAME, cuda_device)
    if not isinstance(archive.dataset_reader, NerCorpusReader):
        raise RunError(
            f"the model was trained with a {type(archive.dataset_reader).__name__}, but must have been with the reader "
            "'ner_corpus' to answer here; let its own predictor answer and give its predictions as a file, JSON lines "
            "or columns with gold and predicted tags",
            run_directory,
        )
    return archive


def _read_sentences(reader: DatasetReader, path: str) -> Iterator[Sentence]:
    for instance in reader.read(path):
        yield instance["metadata"].metadata["sentence"]


def _take_weights(model: BundledNer, path: Path) -> None:
    device = next(model.parameters()).device
    try:
        model.load_state_dict(torch.load(path, map_location=device, weights_only=True))
    except (RuntimeError, OSError, EOFError, UnpicklingError) as error:
        raise RunError(
            f"expected weights of the run's model, got something else ({error}); remove the file to have both heads "
            "answer with the same weights",
            path,
        ) from error


def _answer(
    predictor: NerPredictor | Tagger, sentences: Sequence[Sentence], description: str
) -> list[list[ScoredEntity]] | list[list[Entity]]:
    answers: list[Any] = []
    with Tqdm.tqdm(desc=description, total=len(sentences), unit=" sentences") as progress:
        for chunk in chunked(sentences, _SENTENCES_AT_ONCE):
            answers += predictor.predict_sentences(chunk)
            progress.update(len(chunk))
    return answers


def _f1(sentences: Sequence[Sentence], answers: Sequence[Sequence[ScoredEntity | Entity]]) -> float:
    counts = NerCounts()
    for sentence, answer in zip(sentences, answers, strict=True):
        plain = [found.entity if isinstance(found, ScoredEntity) else found for found in answer]
        counts.add(sentence.entities, plain)
    return counts.micro().f1


def _record(run_directory: Path, config: Mapping[str, Any]) -> RunRecord:
    """What can be told of a run that nobody kept a record of."""
    description = describe_config(config)
    seconds = training_seconds(run_directory)
    return RunRecord(
        name=run_directory.resolve().name,
        corpus=description.corpus,
        model=description.model,
        seed=description.seed,
        settings=description.settings,
        status="done",
        seconds={} if seconds is None else {"train": seconds},
        versions=_versions(run_directory),
    )


def _versions(run_directory: Path) -> dict[str, str]:
    try:
        version = json.loads((run_directory / "meta.json").read_text(encoding="utf-8"))["version"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {"allennlp": str(version)}
