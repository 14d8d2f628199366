"""Command line -> outputs of systems, training data, and settings of the analysis."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from allennlp.common.checks import ConfigurationError

from blner_allennlp.analysis.bucket_settings import parse_buckets
from blner_allennlp.analysis.settings import AnalysisSettings
from blner_allennlp.attributes import Consistency, Density
from blner_allennlp.commands.compare.found_runs import ARCHIVE_NAME, FoundRun, find_inputs
from blner_allennlp.corpora import read_corpus
from blner_allennlp.runs.prediction_files import read_predictions
from blner_allennlp.runs.run_directory import has_predictions, read_run
from blner_allennlp.runs.system_output import BL_SEQNER, BL_SPANNER, SEQNER, SPANNER, SystemOutput
from blner_allennlp.runs.training_lexicon import TrainingLexicon

_HEAD_OF_SYSTEM = {SEQNER: "seq", BL_SEQNER: "seq", SPANNER: "span", BL_SPANNER: "span"}


def read_training(arguments: argparse.Namespace) -> TrainingLexicon | None:
    """Count the training data that the user names.

    Args:
        arguments: what the user typed.

    Returns:
        The counts; None where none are named.
    """
    if arguments.train is None:
        return None
    return TrainingLexicon.from_sentences(
        read_corpus(arguments.train, arguments.train_format, **arguments.train_options)
    )


def make_settings(arguments: argparse.Namespace) -> AnalysisSettings:
    """Turn the arguments into settings.

    Args:
        arguments: what the user typed.

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
        num_resamples=arguments.resamples,
        seed=arguments.seed,
        with_text=not arguments.no_text,
        count_gold_side=arguments.gold_side_errors,
    )


def read_outputs(
    arguments: argparse.Namespace, training: TrainingLexicon | None, say: Callable[[str], None]
) -> tuple[list[SystemOutput], list[str]]:
    """Read everything that the user names; runs that have not answered yet answer first.

    Args:
        arguments: what the user typed.
        training: counts over the training data, if they are named; they stand in for those of the runs.
        say: told what is being done.

    Returns:
        The outputs, runs before files; of a bundled model both heads, unless one is chosen. And what the user should
        know: which runs could not take part.

    Raises:
        ConfigurationError: one name is given for several systems, or no run has the head that is chosen; RunError and
            CorpusError if something is missing or cannot be read.
    """
    found = find_inputs(arguments.inputs)
    outputs: list[SystemOutput] = []
    for run in found.runs:
        say(f"reading {run.path}")
        outputs += _read_run(run, arguments, say)
    for file in found.files:
        say(f"reading {file.path}")
        outputs.append(
            read_predictions(file.path, system=file.name, corpus=arguments.corpus, split=arguments.split)
        )
    if not outputs:
        raise ConfigurationError(
            f"--head {arguments.head}: no run's model has such a head; leave the option out, or name other runs"
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
        outputs = [replace(output, lexicon=training) for output in outputs]
    return outputs, [f"left out {path}: {reason}" for path, reason in found.left_out]


def _read_run(run: FoundRun, arguments: argparse.Namespace, say: Callable[[str], None]) -> list[SystemOutput]:
    if not has_predictions(run.path, arguments.split) and (run.path / ARCHIVE_NAME).is_file():
        say(f"{run.path} answers {arguments.split}")
        _answer(run.path, arguments)
    outputs = [
        output
        for output in read_run(run.path, arguments.split)
        if arguments.head in ("both", _head(output.info.system) or arguments.head)
    ]
    if run.variant is None:
        return outputs
    return [_with_variant(output, run.variant) for output in outputs]


def _answer(run: Path, arguments: argparse.Namespace) -> None:
    # It loads torch, which files need not.
    from allennlp.common.util import import_module_and_submodules

    from blner_allennlp.answering import answer_run
    from blner_allennlp.speed.quiet import quiet_loading

    for package in arguments.include_package:
        import_module_and_submodules(package)
    with quiet_loading():
        answer_run(run, (arguments.split,), arguments.cuda_device)


def _with_variant(output: SystemOutput, name: str) -> SystemOutput:
    variant = f"{name}, {output.info.variant}" if output.info.variant else name
    return replace(output, info=replace(output.info, variant=variant))


def _head(system: str) -> str | None:
    for head in ("seq", "span"):
        if system.endswith(f" ({head})"):
            return head
    return _HEAD_OF_SYSTEM.get(system)
