"""Command line -> outputs of systems, training data, and settings of the analysis."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from allennlp.common.checks import ConfigurationError

from blner_allennlp.analysis.bucket_settings import parse_buckets
from blner_allennlp.analysis.settings import AnalysisSettings
from blner_allennlp.attributes import Consistency, Density
from blner_allennlp.corpora import read_corpus
from blner_allennlp.errors import RunError
from blner_allennlp.runs.prediction_files import read_predictions
from blner_allennlp.runs.run_directory import has_predictions, is_run_directory, read_run
from blner_allennlp.runs.string_counts import count_strings
from blner_allennlp.runs.system_output import BL_SEQNER, BL_SPANNER, SEQNER, SPANNER, SystemOutput
from blner_allennlp.runs.training_lexicon import TrainingLexicon

_HEAD_OF_SYSTEM = {SEQNER: "seq", BL_SEQNER: "seq", SPANNER: "span", BL_SPANNER: "span"}


@dataclass(frozen=True, slots=True)
class TrainingData:
    """What `--train` names.

    Args:
        lexicon: counts over it.
        string_counts: at how many places the words of its mentions occur; None where nobody asks for it.
    """

    lexicon: TrainingLexicon
    string_counts: dict[str, int] | None


def read_training(arguments: argparse.Namespace) -> TrainingData | None:
    """Count the training data that the user names.

    Args:
        arguments: what the user typed.

    Returns:
        The counts; None where none are named.

    Raises:
        ConfigurationError: the training data are needed, but not named.
    """
    needs_text = arguments.consistency == Consistency.TOKENS
    if arguments.train is None:
        if needs_text:
            raise ConfigurationError(
                "--consistency tokens: expected the training data, since a run keeps counts of them only; name them "
                "with --train FILE"
            )
        return None
    sentences = list(read_corpus(arguments.train, arguments.train_format, **arguments.train_options))
    lexicon = TrainingLexicon.from_sentences(sentences)
    if not needs_text:
        return TrainingData(lexicon, None)
    words = (sentence.words for sentence in sentences)
    return TrainingData(lexicon, count_strings(lexicon.labels_by_surface, words))


def make_settings(arguments: argparse.Namespace, training: TrainingData | None) -> AnalysisSettings:
    """Turn the arguments into settings.

    Args:
        arguments: what the user typed.
        training: counts over the training data, if they are named.

    Returns:
        The settings.

    Raises:
        ConfigurationError: the buckets cannot be understood.
    """
    try:
        buckets = parse_buckets(arguments.buckets)
    except ValueError as error:
        raise ConfigurationError(
            f"--{error}" if str(error).startswith("buckets") else f"--buckets: {error}"
        ) from error
    return AnalysisSettings(
        consistency=Consistency(arguments.consistency),
        density=Density(arguments.density),
        buckets=buckets,
        string_counts=None if training is None else training.string_counts,
        num_resamples=arguments.resamples,
        seed=arguments.seed,
        with_text=not arguments.no_text,
        count_gold_side=arguments.gold_side_errors,
    )


def read_outputs(
    arguments: argparse.Namespace, training: TrainingData | None, say: Callable[[str], None]
) -> list[SystemOutput]:
    """Read everything that the user names; runs that have not answered yet answer first.

    Args:
        arguments: what the user typed.
        training: counts over the training data, if they are named; they stand in for those of the runs.
        say: told what is being done.

    Returns:
        The outputs, in the order of the inputs; of a bundled model both heads, unless one is chosen.

    Raises:
        ConfigurationError: one name is given for several systems.
    """
    outputs: list[SystemOutput] = []
    for text in dict.fromkeys(arguments.inputs):
        name, path = _parse_input(text)
        say(f"reading {path}")
        if path.is_dir():
            outputs += _read_run(path, name, arguments, say)
        else:
            outputs.append(
                read_predictions(path, system=name, corpus=arguments.corpus, split=arguments.split)
            )
    if arguments.system is not None:
        if len(outputs) > 1:
            names = ", ".join(output.info.title for output in outputs)
            raise ConfigurationError(
                f"--system {arguments.system}: expected one system, got {len(outputs)}: {names}; name files as "
                "NAME=FILE, or choose one --head"
            )
        outputs = [replace(output, info=replace(output.info, system=arguments.system)) for output in outputs]
    if arguments.corpus is not None:
        outputs = [replace(output, info=replace(output.info, corpus=arguments.corpus)) for output in outputs]
    if training is not None:
        outputs = [replace(output, lexicon=training.lexicon) for output in outputs]
    return outputs


def _parse_input(text: str) -> tuple[str | None, Path]:
    name, separator, rest = text.partition("=")
    if separator and name and rest and not Path(text).exists():
        return name, Path(rest)
    return None, Path(text)


def _read_run(
    path: Path, name: str | None, arguments: argparse.Namespace, say: Callable[[str], None]
) -> list[SystemOutput]:
    if not is_run_directory(path):
        raise RunError(
            "expected a run's directory, with config.json or predictions/, got another one; name one of its runs, or "
            "compare all of them with `allennlp ner-compare`",
            path,
        )
    if not has_predictions(path, arguments.split):
        from blner_allennlp.answering import answer_run

        say(f"letting {path} answer {arguments.split}")
        answer_run(path, (arguments.split,), cuda_device=arguments.cuda_device)
    outputs = [
        output
        for output in read_run(path, arguments.split)
        if arguments.head in ("both", _head(output.info.system) or arguments.head)
    ]
    if not outputs:
        raise RunError(
            f"--head {arguments.head}: the run's model has no such head; leave --head out, or name another run",
            path,
        )
    if name is not None:
        outputs = [replace(output, info=replace(output.info, variant=name)) for output in outputs]
    return outputs


def _head(system: str) -> str | None:
    for head in ("seq", "span"):
        if system.endswith(f" ({head})"):
            return head
    return _HEAD_OF_SYSTEM.get(system)
