"""Runs and prediction files -> outputs to compare."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from allennlp.common.checks import ConfigurationError

from blner_allennlp.commands.compare.found_runs import ARCHIVE_NAME, FoundInputs
from blner_allennlp.runs.prediction_files import read_predictions
from blner_allennlp.runs.run_directory import has_predictions, read_run
from blner_allennlp.runs.system_output import BL_SEQNER, BL_SPANNER, SEQNER, SPANNER, SystemOutput
from blner_allennlp.runs.training_lexicon import TrainingLexicon

_OF_HEAD = {"seq": (SEQNER, BL_SEQNER), "span": (SPANNER, BL_SPANNER)}


@dataclass(frozen=True, slots=True)
class LoadedOutputs:
    """What there is to compare.

    Args:
        main: answers to the split of the main table.
        why: answers to the split of buckets, errors and variants.
        notes: what the user should know of it.
    """

    main: tuple[SystemOutput, ...]
    why: tuple[SystemOutput, ...]
    notes: tuple[str, ...]


def load_outputs(
    inputs: FoundInputs,
    split: str,
    why_split: str,
    *,
    heads: str = "both",
    corpus: str | None = None,
    training_data: Path | None = None,
    cuda_device: int = -1,
    say: Callable[[str], None],
) -> LoadedOutputs:
    """Read all answers; let finished runs answer that have not yet.

    Prediction files count as answers to the main split. Where there are files only, buckets and errors are of the same
    answers; beside runs they are of another split, to which the files do not answer.

    Args:
        inputs: runs and files.
        split: the split of the main table.
        why_split: the split of buckets and errors.
        heads: `seq`, `span` or `both`: whose answers count, of the paper's models.
        corpus: what files answer to; None for the corpus of the runs, if it is one.
        training_data: what the systems of the files were trained on; None if it is not known.
        cuda_device: where runs answer, as AllenNLP numbers devices.
        say: told what is done next.

    Returns:
        The outputs.

    Raises:
        ConfigurationError: it is not known which corpus the files answer to, or no answer is left. RunError and
            CorpusError if something cannot be read.
    """
    notes = [f"left out {path}: {reason}" for path, reason in inputs.left_out]
    wanted = list(dict.fromkeys((split, why_split)))
    by_split: dict[str, list[SystemOutput]] = {name: [] for name in wanted}
    for number, found in enumerate(inputs.runs, start=1):
        run = found.path
        say(f"reading {run} ({number} of {len(inputs.runs)})")
        lacking = [name for name in wanted if not has_predictions(run, name)]
        if lacking and (run / ARCHIVE_NAME).is_file():
            say(f"{run} answers {' and '.join(lacking)} ({number} of {len(inputs.runs)})")
            _answer(run, lacking, cuda_device)
        for name in wanted:
            outputs = _of_heads(read_run(run, name), heads)
            by_split[name] += [_with_variant(output, found.variant) for output in outputs]
    main, why = by_split[split], by_split[why_split]
    files = _read_files(inputs, main, split, corpus, training_data, say)
    if files and not inputs.runs and why_split != split:
        why = files
        notes.append(f"prediction files only: buckets, errors and variants are of the same answers ({split})")
    elif files and why_split != split:
        notes.append(
            f"prediction files answer to {split}; buckets, errors and variants, which are of {why_split}, leave them "
            f"out (--why-split {split} takes them in)"
        )
    elif files:
        why = [*why, *files]
    main = [*main, *files]
    if not main:
        raise ConfigurationError(f"--heads {heads}: no run has answers of such a head; leave the option out")
    return LoadedOutputs(tuple(main), tuple(why), tuple(notes))


def _answer(run: Path, splits: Sequence[str], cuda_device: int) -> None:
    from blner_allennlp.answering import answer_run  # loads torch
    from blner_allennlp.speed.quiet import quiet_loading

    with quiet_loading():
        answer_run(run, splits, cuda_device)


def _of_heads(outputs: Iterable[SystemOutput], heads: str) -> list[SystemOutput]:
    if heads == "both":
        return list(outputs)
    (other,) = (head for head in _OF_HEAD if head != heads)
    return [
        output
        for output in outputs
        if output.info.system not in _OF_HEAD[other] and not output.info.system.endswith(f" ({other})")
    ]


def _with_variant(output: SystemOutput, name: str | None) -> SystemOutput:
    if name is None:
        return output
    variant = f"{name}, {output.info.variant}" if output.info.variant else name
    return replace(output, info=replace(output.info, variant=variant))


def _read_files(
    inputs: FoundInputs,
    of_runs: Sequence[SystemOutput],
    split: str,
    corpus: str | None,
    training_data: Path | None,
    say: Callable[[str], None],
) -> list[SystemOutput]:
    if not inputs.files:
        if training_data is not None:
            raise ConfigurationError("--train is for prediction files, but there are none; runs know theirs")
        return []
    if corpus is None:
        corpora = sorted({output.info.corpus for output in of_runs})
        if len(corpora) > 1:
            raise ConfigurationError(
                f"the runs are of several corpora ({', '.join(corpora)}); say with --corpus to which of them the "
                "prediction files answer"
            )
        corpus = corpora[0] if corpora else None if len(inputs.files) == 1 else "corpus"
    lexicon = None
    if training_data is not None:
        from blner_allennlp.corpora import read_corpus

        say(f"counting {training_data}")
        lexicon = TrainingLexicon.from_sentences(read_corpus(training_data))
    outputs = []
    for file in inputs.files:
        say(f"reading {file.path}")
        outputs.append(
            read_predictions(file.path, system=file.name, corpus=corpus, split=split, lexicon=lexicon)
        )
    return outputs
