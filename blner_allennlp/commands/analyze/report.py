"""Analyses -> tables for the eye, the systems of a corpus side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table

from blner_allennlp.analysis.results import (
    Analysis,
    BucketFigures,
    ErrorExample,
    Estimate,
    ScoreFigures,
)
from blner_allennlp.analysis.sentence_records import distinct_titles
from blner_allennlp.reporting.number_format import DASH, estimate, per_cent

_MAX_SYSTEMS_WITH_INTERVALS = 2
_MAX_COLUMNS = 5
_MAX_EXAMPLES = 5
_SMALL_MARK = "*"

Row = tuple[str, ...]
Cell = Callable[[Analysis], str]


def print_report(console: Console, analyses: Sequence[Analysis], notes: Sequence[str] = ()) -> None:
    """Print the figures, one corpus after the other.

    Args:
        console: where to; without markup, since types and words may hold brackets.
        analyses: the figures.
        notes: what else the user should know.
    """
    groups: dict[tuple[str, str], list[Analysis]] = {}
    for analysis in analyses:
        groups.setdefault((analysis.info.corpus, analysis.info.split), []).append(analysis)
    for number, members in enumerate(groups.values()):
        if number:
            console.print()
        _Report(console, members).print_all()
    for note in notes:
        console.print(note, soft_wrap=True)


class _Report:
    """The tables of one split of one corpus."""

    def __init__(self, console: Console, analyses: Sequence[Analysis]) -> None:
        self._console = console
        self._analyses = analyses
        self._titles = distinct_titles([analysis.info for analysis in analyses])
        self._has_room = len(analyses) <= _MAX_SYSTEMS_WITH_INTERVALS

    def print_all(self) -> None:
        first = self._analyses[0]
        oov = next((each.oov_density for each in self._analyses if each.oov_density is not None), None)
        unseen = "" if oov is None else f", {per_cent(oov, 1)} % of them not in the training data"
        self._console.print(
            f"{first.info.corpus}, {first.info.split}: {first.num_sentences:,} sentences, {first.num_words:,} words"
            f"{unseen}, {first.micro.num_gold:,} mentions",
            style="bold",
            soft_wrap=True,
        )
        self._print_overall()
        self._print_types()
        self._print_buckets()
        self._print_errors()
        self._print_examples()
        self._print_notes()

    def _print_overall(self) -> None:
        figures: list[tuple[str, Callable[[Analysis], Estimate | None]]] = [
            ("precision", lambda analysis: analysis.micro.precision),
            ("recall", lambda analysis: analysis.micro.recall),
            ("F1", lambda analysis: analysis.micro.f1),
            ("macro F1", lambda analysis: analysis.macro_f1),
            ("F1 of words alone", lambda analysis: analysis.boundaries.f1),
            (
                "calibration error",
                lambda analysis: (
                    analysis.calibration.expected_calibration_error if analysis.calibration else None
                ),
            ),
        ]
        self._print_figures("Scores", [(name, self._share(figure)) for name, figure in figures])

    def _print_types(self) -> None:
        labels = sorted({label for analysis in self._analyses for label in analysis.per_type})
        if not labels:
            return
        nums = {
            label: max(_num_gold(analysis.per_type.get(label)) for analysis in self._analyses)
            for label in labels
        }
        rows = [
            (
                label,
                f"{nums[label]:,}",
                *self._cells(lambda analysis, label=label: analysis.per_type.get(label)),
            )
            for label in sorted(labels, key=lambda label: (-nums[label], label))
        ]
        self._print("F1 by type", ("", "gold", *self._titles), rows)

    def _print_buckets(self) -> None:
        buckets: dict[tuple[str, str, str], list[BucketFigures | None]] = {}
        for place, analysis in enumerate(self._analyses):
            for attribute in analysis.attributes:
                for bucket in attribute.buckets:
                    key = (attribute.attribute, bucket.name, bucket.label)
                    buckets.setdefault(key, [None] * len(self._analyses))[place] = bucket
        rows = []
        seen = ""
        for (attribute_name, _, label), members in buckets.items():
            known = [bucket for bucket in members if bucket is not None]
            mark = f" {_SMALL_MARK}" if any(bucket.is_small for bucket in known) else ""
            cells = [DASH if bucket is None else self._figure(bucket.scores.f1) for bucket in members]
            num_gold = max(bucket.scores.num_gold for bucket in known)
            rows.append(
                ("" if attribute_name == seen else attribute_name, label, f"{num_gold:,}{mark}", *cells)
            )
            seen = attribute_name
        if rows:
            self._print("F1 by attribute", ("", "interval", "gold", *self._titles), rows, num_names=2)

    def _print_errors(self) -> None:
        self._print_figures(
            "Errors",
            [
                ("false positives", lambda analysis: f"{analysis.errors.false_positives:,}"),
                ("false negatives", lambda analysis: f"{analysis.errors.false_negatives:,}"),
                ("boundary errors", lambda analysis: f"{analysis.errors.boundary_errors:,}"),
                ("  their rate", self._share(lambda analysis: analysis.errors.boundary_error_rate)),
                ("type errors", lambda analysis: f"{analysis.errors.type_errors:,}"),
                ("  their rate", self._share(lambda analysis: analysis.errors.type_error_rate)),
                ("spurious", lambda analysis: f"{analysis.errors.spurious:,}"),
                ("missing", lambda analysis: f"{analysis.errors.missing:,}"),
            ],
        )

    def _print_examples(self) -> None:
        for title, analysis in zip(self._titles, self._analyses, strict=True):
            for name, examples in (
                ("Most frequent errors", analysis.frequent_errors),
                ("Most confident errors", analysis.confident_errors),
            ):
                if not examples:
                    continue
                self._console.print()
                of_title = f" of {title}" if len(self._analyses) > 1 else ""
                self._console.print(f"{name}{of_title}", style="bold", soft_wrap=True)
                for example in examples[:_MAX_EXAMPLES]:
                    self._console.print(f"  {_describe(example)}", soft_wrap=True)

    def _print_notes(self) -> None:
        notes = []
        for title, analysis in zip(self._titles, self._analyses, strict=True):
            reach = analysis.reach
            if reach.num_beyond and reach.max_width is not None:
                notes.append(
                    f"{title}: {reach.num_beyond:,} of {reach.num_gold:,} gold mentions "
                    f"({per_cent(reach.share_beyond.value)} %) are wider than ε = {reach.max_width}, so the span head "
                    "cannot find them"
                )
            if len(analysis.attributes) < max(len(each.attributes) for each in self._analyses) or not any(
                each.attribute == "eCon" for each in analysis.attributes
            ):
                notes.append(
                    f"{title}: the training data are not known, so label consistency, frequencies and unseen words are "
                    "left out; name them with --train"
                )
        first = self._analyses[0]
        if any(
            bucket.is_small
            for analysis in self._analyses
            for attribute in analysis.attributes
            for bucket in attribute.buckets
        ):
            notes.append(f"{_SMALL_MARK} few gold mentions, so the scores mean little")
        if first.num_resamples:
            notes.append(
                f"in brackets: 95 % bootstrap intervals over sentences, {first.num_resamples:,} resamples, "
                f"seed {first.resampling_seed}"
            )
        self._console.print()
        for note in notes:
            self._console.print(f"{note}.", soft_wrap=True)

    def _print_figures(self, title: str, rows: Sequence[tuple[str, Cell]]) -> None:
        """One column a system; where that is too wide, one line a system."""
        if len(self._analyses) <= _MAX_COLUMNS:
            cells = [(name, *(cell(analysis) for analysis in self._analyses)) for name, cell in rows]
            self._print(title, ("", *self._titles), cells)
            return
        cells = [
            (system, *(cell(analysis) for _, cell in rows))
            for system, analysis in zip(self._titles, self._analyses, strict=True)
        ]
        self._print(title, ("", *(name.strip() for name, _ in rows)), cells)

    def _cells(self, figures: Callable[[Analysis], ScoreFigures | None]) -> Iterable[str]:
        for analysis in self._analyses:
            scores = figures(analysis)
            yield DASH if scores is None else self._figure(scores.f1)

    def _share(self, figure: Callable[[Analysis], Estimate | None]) -> Cell:
        def cell(analysis: Analysis) -> str:
            value = figure(analysis)
            return DASH if value is None else self._figure(value)

        return cell

    def _figure(self, figure: Estimate) -> str:
        return estimate(figure) if self._has_room else per_cent(figure.value)

    def _print(self, title: str, heads: Row, rows: Iterable[Row], num_names: int = 1) -> None:
        # The table's own title would be folded to the table's width.
        self._console.print()
        self._console.print(title, style="bold")
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True)
        for place, head in enumerate(heads):
            is_name = place < num_names
            table.add_column(head, justify="left" if is_name else "right", overflow="fold")
        for row in rows:
            table.add_row(*row)
        self._console.print(table)


def _num_gold(scores: ScoreFigures | None) -> int:
    return 0 if scores is None else scores.num_gold


def _describe(example: ErrorExample) -> str:
    times = f"{example.count}x" if example.count > 1 else ""
    score = "" if example.score is None else f"score {example.score:.3f}"
    where = f"sentence {example.sentence_indices[0] + 1}" if example.sentence_indices else ""
    facts = ", ".join(fact for fact in (times, score, where) if fact)
    if example.kind == "missing":
        what = f"{example.gold_text!r} ({example.gold_type}) is missing"
    elif example.kind == "spurious":
        what = f"{example.text!r} ({example.predicted_type}) is made up"
    elif example.kind == "type":
        what = f"{example.text!r} is {example.gold_type}, not {example.predicted_type}"
    else:
        what = f"{example.text!r} ({example.predicted_type}) should be {example.gold_text!r} ({example.gold_type})"
    return f"{what}: {facts}"
