"""A run's directory -> what each head of the run answered."""

from __future__ import annotations

from pathlib import Path

from blner_allennlp.errors import CorpusError, RunError
from blner_allennlp.runs.prediction_files import read_predictions
from blner_allennlp.runs.run_description import (
    CONFIG_NAME,
    HEADS,
    RunDescription,
    describe_config,
    heads_of,
    model_of,
    read_config,
    system_of,
)
from blner_allennlp.runs.run_record import RECORD_NAME, RunRecord
from blner_allennlp.runs.system_output import BL_SEQNER, BL_SPANNER, FOUR_MODELS, SystemInfo, SystemOutput
from blner_allennlp.runs.training_duration import training_seconds
from blner_allennlp.runs.training_lexicon import TrainingLexicon

PREDICTIONS_NAME = "predictions"
_LEXICON_NAME = "training_lexicon.json"
_ANSWER = "`python -m blner_allennlp.answering`"


def prediction_path(run_directory: Path, split: str, head: str) -> Path:
    """Name the file of one head's answers.

    Args:
        run_directory: the run's directory.
        split: `train`, `dev` or `test`.
        head: `seq` or `span`.

    Returns:
        The file, whether it is there or not.
    """
    return run_directory / PREDICTIONS_NAME / f"{split}.{head}.jsonl"


def lexicon_path(run_directory: Path) -> Path:
    """Name the file of the counts over the training data.

    Args:
        run_directory: the run's directory.

    Returns:
        The file, whether it is there or not.
    """
    return run_directory / PREDICTIONS_NAME / _LEXICON_NAME


def is_run_directory(path: Path) -> bool:
    """Tell a run's directory from other directories and from files.

    Args:
        path: anything.

    Returns:
        Whether it is a directory with a run's record, configuration or predictions.
    """
    return any((path / name).exists() for name in (RECORD_NAME, CONFIG_NAME, PREDICTIONS_NAME))


def has_predictions(run_directory: Path, split: str) -> bool:
    """Tell whether a run has answered a split, with every head that it trains.

    Args:
        run_directory: the run's directory.
        split: `train`, `dev` or `test`.

    Returns:
        Whether the files are there. A RunError if the run's description cannot be read.
    """
    heads = heads_of(_describe(run_directory, RunRecord.read(run_directory) or RunRecord()).model)
    found = _heads_with_predictions(run_directory, split)
    return bool(found) and set(heads) <= set(found)


def read_run(run_directory: Path, split: str) -> list[SystemOutput]:
    """Read what a run answered to a split.

    Args:
        run_directory: the directory of a sweep's run, or of `allennlp train` after its model has answered.
        split: `train`, `dev` or `test`.

    Returns:
        One output for each head with predictions, the sequence head first. The run's own record says what it is; what
        that leaves open is taken from `config.json`.

    Raises:
        RunError: there is no such directory, or it holds no predictions for the split, or cannot be read; CorpusError
            if the prediction files themselves cannot.
    """
    if not run_directory.is_dir():
        raise RunError("expected a run's directory, but there is none; check the path", run_directory)
    record = RunRecord.read(run_directory) or RunRecord()
    heads = _heads_with_predictions(run_directory, split)
    if not heads:
        raise RunError(
            f"expected predictions for the split {split!r} in {PREDICTIONS_NAME}/, found "
            f"{_splits_found(run_directory)}; let the model answer with {_ANSWER} {run_directory} --splits {split}",
            run_directory,
        )
    description = _describe(run_directory, record)
    lexicon_file = lexicon_path(run_directory)
    lexicon = TrainingLexicon.read(lexicon_file) if lexicon_file.is_file() else None
    outputs = []
    for head in heads:
        info = _info(run_directory, record, description, head, len(heads), split)
        outputs.append(
            read_predictions(
                prediction_path(run_directory, split, head),
                system=info.system,
                corpus=info.corpus,
                split=split,
                seed=info.seed,
                variant=info.variant,
                settings=info.settings,
                source=info.source,
                training_seconds=info.training_seconds,
                lexicon=lexicon,
                head=info.head,
            )
        )
    _check_same_gold(outputs, run_directory, split)
    return outputs


def describe_run(run_directory: Path) -> RunDescription:
    """Tell what a run is, by its record and, where that leaves something open, by its configuration.

    Args:
        run_directory: the run's directory.

    Returns:
        What is known. A RunError if either file is there, but cannot be read.
    """
    return _describe(run_directory, RunRecord.read(run_directory) or RunRecord())


def _describe(run_directory: Path, record: RunRecord) -> RunDescription:
    description = describe_config(read_config(run_directory))
    settings = {**description.settings, **record.settings}
    model = record.model or description.model
    if model in (*FOUR_MODELS, "BL-NER"):
        # A sweep over the loss weight may well reach its ends.
        model = model_of(settings.get("alpha")) or ("BL-NER" if model in (BL_SEQNER, BL_SPANNER) else model)
    return RunDescription(
        model=model,
        corpus=record.corpus or description.corpus,
        seed=description.seed if record.seed is None else record.seed,
        settings=settings,
    )


def _info(
    run_directory: Path,
    record: RunRecord,
    description: RunDescription,
    head: str,
    num_heads: int,
    split: str,
) -> SystemInfo:
    seconds = record.seconds.get("train")
    return SystemInfo(
        system=system_of(description.model or run_directory.resolve().name, head, num_heads),
        corpus=description.corpus or run_directory.resolve().name,
        split=split,
        seed=description.seed,
        variant=record.variant,
        settings=description.settings,
        source=str(run_directory),
        training_seconds=training_seconds(run_directory) if seconds is None else seconds,
        head=head,
    )


def _heads_with_predictions(run_directory: Path, split: str) -> list[str]:
    return [head for head in HEADS if prediction_path(run_directory, split, head).is_file()]


def _splits_found(run_directory: Path) -> str:
    names = {path.name.split(".")[0] for path in (run_directory / PREDICTIONS_NAME).glob("*.*.jsonl")}
    return f"only such for {', '.join(sorted(names))}" if names else "none"


def _check_same_gold(outputs: list[SystemOutput], run_directory: Path, split: str) -> None:
    """Both heads answered the same sentences; otherwise one of the files is of another time."""
    for output in outputs[1:]:
        same = len(output.sentences) == len(outputs[0].sentences) and all(
            one.words == other.words and one.entities == other.entities
            for one, other in zip(outputs[0].sentences, output.sentences, strict=True)
        )
        if not same:
            raise CorpusError(
                "expected the same sentences and gold as in the other head's file, got others; let the model answer "
                f"anew with {_ANSWER} {run_directory} --splits {split}",
                prediction_path(run_directory, split, HEADS[-1]),
            )
