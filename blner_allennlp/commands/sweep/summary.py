"""What came of a sweep: scores over seeds, and what failed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import mean, stdev

from rich.console import Console
from rich.table import Table

from blner_allennlp.errors import CorpusError, RunError
from blner_allennlp.runs.run_directory import has_predictions, read_run
from blner_allennlp.runs.system_output import SystemOutput
from blner_allennlp.scoring import NerCounts
from blner_allennlp.sweeps.run_state import RunState, Status

_SPLITS = ("dev", "test")
_NUM_LOG_LINES = 8


def print_scores(console: Console, states: Sequence[RunState]) -> None:
    """Show F1 over seeds of what is done.

    Args:
        console: where to show it.
        states: all runs.
    """
    scores: dict[tuple[str, str], dict[str, list[float]]] = {}
    for state in states:
        if state.status is not Status.DONE:
            continue
        for split in _SPLITS:
            for output in _outputs(state, split):
                row = scores.setdefault((output.info.corpus, output.info.title), {})
                row.setdefault(split, []).append(micro_f1(output))
    if not scores:
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("corpus")
    table.add_column("system")
    for heading in ("seeds", "dev F1", "test F1"):
        table.add_column(heading, justify="right")
    for (corpus, title), row in sorted(scores.items()):
        num_seeds = max(map(len, row.values()))
        table.add_row(
            corpus, title, str(num_seeds), *(mean_and_deviation(row.get(split, ())) for split in _SPLITS)
        )
    console.print()
    console.print(table)


def print_failures(console: Console, states: Iterable[RunState]) -> None:
    """Show what failed, with the end of its log.

    Args:
        console: where to show it.
        states: all runs.
    """
    for state in states:
        if state.status is Status.FAILED:
            console.print(f"\n{state.run.name} failed: {state.error}", style="bold", soft_wrap=True)
            for line in state.log_lines[-_NUM_LOG_LINES:]:
                console.print(f"    {line}", soft_wrap=True)
            console.print(f"  log: {state.run.directory / 'sweep.log'}", soft_wrap=True)


def micro_f1(output: SystemOutput) -> float:
    """Score an output.

    Args:
        output: answers beside the gold.

    Returns:
        Micro F1 over exact spans and types, in [0, 1].
    """
    counts = NerCounts()
    for sentence, predicted in zip(output.sentences, output.predicted, strict=True):
        counts.add(sentence.entities, [found.entity for found in predicted])
    return counts.micro().f1


def mean_and_deviation(scores: Sequence[float]) -> str:
    """Write the scores of several seeds.

    Args:
        scores: in [0, 1].

    Returns:
        Mean and standard deviation of the sample, in per cent; the mean alone for one seed, a dash for none.
    """
    if not scores:
        return "–"
    if len(scores) == 1:
        return f"{100 * scores[0]:.2f}"
    return f"{100 * mean(scores):.2f} ± {100 * stdev(scores):.2f}"


def _outputs(state: RunState, split: str) -> list[SystemOutput]:
    try:
        if not has_predictions(state.run.directory, split):
            return []
        return read_run(state.run.directory, split)
    except (CorpusError, RunError):
        return []
