"""What was measured -> tables for the eye, the tasks side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from blner_allennlp.speed.benchmark import BenchmarkResult
from blner_allennlp.speed.confidence import Interval
from blner_allennlp.speed.measurement import Measurement
from blner_allennlp.speed.stages import STAGE_MEANINGS, Stage

_NOTHING = "–"

# Of the time; a process that is left alone has a core for nearly all of it.
_BUSY_SHARE = 0.9
# Of what the encoder reads; sorted by length, most corpora have less.
_MUCH_PADDING = 0.2
_LOADERS = {"evaluate": "validation_data_loader", "train": "data_loader"}

Cell = Callable[[Measurement], str]


def print_report(console: Console, result: BenchmarkResult) -> None:
    """Print all that was measured.

    Args:
        console: where to; without markup, since names may hold brackets.
        result: what was measured.
    """
    for line in (_model(result), _corpus(result), _machine(result.machine)):
        console.print(line, soft_wrap=True)
    report = _Report(console, result)
    report.print_speed()
    report.print_stages()
    report.print_batches()
    report.print_notes()


class _Report:
    """The tables whose columns are the tasks."""

    def __init__(self, console: Console, result: BenchmarkResult) -> None:
        self._console = console
        self._measurements = result.measurements
        self._num_sentences = len(result.sample.sentences)
        self._is_cpu = result.machine["device_name"] is None

    def print_speed(self) -> None:
        rounds = sorted({len(measured.seconds) for measured in self._measurements.values()})
        num_rounds = " to ".join(dict.fromkeys((str(rounds[0]), str(rounds[-1]))))
        rows: list[tuple[str, Cell]] = []
        figures: list[tuple[str, Callable[[Measurement], Interval], str]] = [
            ("words per second", lambda measured: measured.words_per_second, ",.0f"),
            ("sentences per second", lambda measured: measured.sentences_per_second, ",.1f"),
            ("encoder alone, words per second", lambda measured: measured.encoder_words_per_second, ",.0f"),
            ("share of the encoder's speed", lambda measured: measured.ratio_to_encoder, ".3f"),
        ]
        for name, figure, form in figures:
            rows += [(name, _mean(figure, form)), ("  95 % sure", _ends(figure, form))]
        self._print(f"Speed, mean of {num_rounds} rounds", rows)

    def print_stages(self) -> None:
        def cell(stage: Stage) -> Cell:
            return lambda measured: _share(measured.stage_shares.get(stage))

        entered = [
            stage
            for stage in Stage
            if any(stage in measured.stage_seconds for measured in self._measurements.values())
        ]
        rows = [(_words(stage), cell(stage)) for stage in entered]
        rows.append(("the whole", lambda measured: f"{sum(measured.stage_seconds.values()):.2f} s"))
        meanings = [STAGE_MEANINGS[stage] for stage in entered]
        self._print("Where the time goes, in a pass of its own, one thing after the other", rows, meanings)

    def print_batches(self) -> None:
        self._print(
            "Batches and memory",
            [
                ("sentences", lambda measured: f"{measured.num_sentences:,}"),
                ("words", lambda measured: f"{measured.num_words:,}"),
                ("batches", lambda measured: f"{measured.batches.num_batches:,}"),
                (
                    "padding, of what the encoder reads",
                    lambda measured: _share(measured.batches.padding_share),
                ),
                ("peak memory of the process", lambda measured: _mebibytes(measured.memory.process_peak)),
                ("  before the pass", lambda measured: _mebibytes(measured.memory.process_before)),
                *self._device_rows(),
            ],
        )

    def print_notes(self) -> None:
        tasks_by_note: dict[str, list[str]] = {}
        for task, measured in self._measurements.items():
            for note in _notes(measured, self._num_sentences):
                tasks_by_note.setdefault(note, []).append(task)
        self._console.print()
        for note, tasks in tasks_by_note.items():
            self._console.print(f"{', '.join(tasks)}: {note}.")
        cpu_seconds = sum(sum(measured.cpu_seconds) for measured in self._measurements.values())
        used = cpu_seconds / sum(sum(measured.seconds) for measured in self._measurements.values())
        if self._is_cpu and used < _BUSY_SHARE:
            self._console.print(
                f"Other work keeps this machine busy: the rounds had a core for {100 * used:.0f} % of their time only. "
                "Trust the shares rather than the speeds, or measure again when it is idle."
            )

    def _device_rows(self) -> list[tuple[str, Cell]]:
        if all(measured.memory.device_peak is None for measured in self._measurements.values()):
            return []
        return [
            ("peak memory of the GPU's tensors", lambda measured: _mebibytes(measured.memory.device_peak))
        ]

    def _print(self, title: str, rows: Iterable[tuple[str, Cell]], remarks: list[str] | None = None) -> None:
        # The table's own title would be folded to the table's width.
        self._console.print()
        self._console.print(title, style="bold")
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True)
        table.add_column("", no_wrap=True)
        for task in self._measurements:
            table.add_column(task, justify="right", no_wrap=True)
        if remarks:
            table.add_column("", style="dim", ratio=1)
        for number, (name, cell) in enumerate(rows):
            remark = [remarks[number] if number < len(remarks) else ""] if remarks else []
            table.add_row(name, *(cell(measured) for measured in self._measurements.values()), *remark)
        self._console.print(table)


def _model(result: BenchmarkResult) -> str:
    model = result.model
    heads = [model["sequence_head"], model["max_width"] and f"span head with ε = {model['max_width']}"]
    return (
        f"model    {result.settings.archive}: {model['encoder']}, {model['num_parameters']:,} weights; "
        f"{' and '.join(head for head in heads if head)}; '{model['decoder']}' answers"
    )


def _corpus(result: BenchmarkResult) -> str:
    sample = result.sample
    num_words = sample.num_words(len(sample.sentences))
    return (
        f"corpus   {sample.path} ({sample.corpus_format}): {len(sample.sentences):,} sentences, {num_words:,} words, "
        f"{result.pieces.num_pieces / num_words:.2f} pieces a word; the longest sentence has "
        f"{sample.longest_sentence:,} words, {result.pieces.longest_sentence:,} pieces"
    )


def _machine(machine: dict[str, Any]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items() if version)
    device = machine["device_name"] or f"{machine['num_threads']} of {machine['num_cpus']} cores"
    commit = f" ({machine['commit'][:10]})" if machine["commit"] else ""
    return f"machine  {machine['cpu']}, {device}; {versions}{commit}"


def _notes(measured: Measurement, num_sentences: int) -> Iterator[str]:
    if measured.num_sentences < num_sentences:
        yield (
            f"measured on the first {measured.num_sentences:,} of {num_sentences:,} sentences, as many as --seconds "
            "allows; with all of them there may be less padding"
        )
    if measured.preparation_seconds:
        steps = ", ".join(f"{name} {taken:.2f} s" for name, taken in measured.preparation_seconds.items())
        yield f"a round is one epoch of steps; before the first, once in a run: {steps}"
    budget, at_once = measured.encoder_budget, measured.encoder_batches_at_once
    size = "" if budget is None else f", up to {budget:,} pieces each"
    number = "" if at_once == 1 else f", {at_once} of them at a time"
    yield f"the encoder alone: {measured.limit}{size}{number}"
    loader = _LOADERS.get(measured.task)
    if loader is not None and measured.batches.padding_share > _MUCH_PADDING:
        yield (
            f"{_share(measured.batches.padding_share)} of what the encoder reads is padding; batches of similar length "
            f'and cost have less: -o \'{{"{loader}.batch_sampler": {{"type": "token_budget"}}}}\''
        )
    if measured.memory.is_of_process:
        yield "this system tells the peak memory of the whole process so far only"


def _words(stage: Stage) -> str:
    return stage.value.replace("_", " ")


def _mean(figure: Callable[[Measurement], Interval], form: str) -> Cell:
    return lambda measured: format(figure(measured).mean, form)


def _ends(figure: Callable[[Measurement], Interval], form: str) -> Cell:
    def cell(measured: Measurement) -> str:
        interval = figure(measured)
        return _NOTHING if interval.low is None else f"{interval.low:{form}} to {interval.high:{form}}"

    return cell


def _share(share: float | None) -> str:
    return _NOTHING if share is None else f"{100 * share:.1f} %"


def _mebibytes(memory: float | None) -> str:
    return _NOTHING if memory is None else f"{memory:,.0f} MiB"
