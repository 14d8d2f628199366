"""Counts of a corpus -> tables for the eye, the splits side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table

from blner_allennlp.commands.corpus.inputs import CorpusInput
from blner_allennlp.corpus_tools.counting.corpus_statistics import TRAIN, CorpusStatistics
from blner_allennlp.corpus_tools.counting.distribution import PERCENTS, Distribution
from blner_allennlp.corpus_tools.counting.oov import Unseen
from blner_allennlp.corpus_tools.counting.statistics import MentionStatistics, SplitStatistics
from blner_allennlp.corpus_tools.published.comparison import Comparison
from blner_allennlp.entities import RemarkKind

_NOTHING = "–"
_OVERALL = "all"
_MAX_LISTED_WORDS = 5
_MIN_TITLE_WIDTH = 10  # in characters, however narrow the terminal is

Cell = Callable[[SplitStatistics], str]


def print_report(
    console: Console, corpus: CorpusInput, statistics: CorpusStatistics, comparison: Comparison | None
) -> None:
    """Print all that was counted.

    Args:
        console: where to; without markup, since labels may hold brackets.
        corpus: what was counted.
        statistics: the counts.
        comparison: the paper's row beside them; None for corpora that the paper does not know.
    """
    for corpus_file in corpus.files:
        console.print(f"{corpus_file.split}: {corpus_file.path}", soft_wrap=True)
    report = _Report(console, corpus, statistics)
    report.print_counts()
    report.print_types()
    report.print_lengths()
    report.print_widths()
    report.print_unseen()
    report.print_pieces()
    if comparison is not None:
        _print_comparison(console, comparison)


class _Report:
    """The tables whose columns are the splits."""

    def __init__(self, console: Console, corpus: CorpusInput, statistics: CorpusStatistics) -> None:
        self._console = console
        self._corpus = corpus
        self._statistics = statistics
        self._columns = dict(statistics.splits)
        if len(self._columns) > 1:
            self._columns[_OVERALL] = statistics.overall

    def print_counts(self) -> None:
        overall = self._statistics.overall
        rows: list[tuple[str, Cell]] = [
            ("documents", lambda counts: _number(counts.num_documents) if counts.num_documents else _NOTHING),
            ("sentences", lambda counts: _number(counts.num_sentences)),
            ("words", lambda counts: _number(counts.num_words)),
        ]
        if any(kind.is_loss for kind in overall.remarks_of_reader):
            rows.append(("entities in the file", lambda counts: _number(counts.num_in_file)))
            rows += [
                (f"  left out: {_words(kind)}", _remarks_of_reader(kind))
                for kind in sorted(overall.remarks_of_reader)
                if kind.is_loss
            ]
        rows.append(("entities", lambda counts: _number(counts.annotated.num_mentions)))
        if overall.remarks_of_policy:
            rows += [
                (f"  left out: {_words(kind)}", _remarks_of_policy(kind))
                for kind in sorted(overall.remarks_of_policy)
            ]
            rows.append(
                (
                    f"entities after {self._corpus.overlaps}",
                    lambda counts: _number(counts.flat.num_mentions),
                )
            )
        rows += [
            (f"kept, but {_words(kind)}", _remarks_of_reader(kind))
            for kind in sorted(overall.remarks_of_reader)
            if not kind.is_loss
        ]
        self._print("Counts", rows)

    def print_types(self) -> None:
        overall = self._statistics.overall
        if not overall.annotated.num_mentions:
            return
        differs = bool(overall.remarks_of_policy)
        title = "Entities by type"
        self._print(f"{title}, overlapping ones included" if differs else title, self._type_rows(_annotated))
        if differs:
            self._print(f"{title}, after {self._corpus.overlaps}", self._type_rows(_flat))

    def _type_rows(self, mentions: Callable[[SplitStatistics], MentionStatistics]) -> list[tuple[str, Cell]]:
        def cell(label: str) -> Cell:
            return lambda counts: _number(mentions(counts).num_by_label[label])

        labels = [label for label, _ in mentions(self._statistics.overall).num_by_label.most_common()]
        return [(label, cell(label)) for label in labels]

    def print_lengths(self) -> None:
        rows = [
            *_distribution_rows("words a sentence", lambda counts: counts.text_lengths),
            *_distribution_rows("words an entity", lambda counts: counts.flat.widths),
        ]
        self._print("Lengths", rows)

    def print_widths(self) -> None:
        overall = self._statistics.overall.flat
        if not overall.num_mentions:
            return

        def cell(max_width: int) -> Cell:
            return lambda counts: _share(counts.flat.widths.num_above(max_width), counts.flat.num_mentions)

        rows = [(f"ε = {max_width}", cell(max_width)) for max_width in overall.listed_widths()]
        rows.append(("smallest ε for over 99%", _sufficient_width))
        self._print("Entities wider than ε", rows)
        chosen = self._corpus.max_width
        if chosen is not None:
            out_of_reach = overall.widths.num_above(chosen)
            self._console.print(
                f"With ε = {chosen}, as chosen, no candidate span reaches "
                f"{_with_share(out_of_reach, overall.num_mentions)} of the entities."
            )

    def print_unseen(self) -> None:
        words, surfaces = self._statistics.unseen_words, self._statistics.unseen_surfaces
        if not words:
            return
        table = _table(words)
        table.add_row("words (OOV density, Eq. 21)", *(_unseen(unseen) for unseen in words.values()))
        table.add_row("entities, by their words", *(_unseen(unseen) for unseen in surfaces.values()))
        _show(self._console, f"Not in {TRAIN}", table)

    def print_pieces(self) -> None:
        overall = self._statistics.overall.pieces
        if overall is None:
            return
        limit = overall.limits.max_pieces

        def cell(value: Callable[..., str]) -> Cell:
            return lambda counts: _NOTHING if counts.pieces is None else value(counts.pieces)

        rows: list[tuple[str, Cell]] = [
            ("pieces", cell(lambda pieces: _number(pieces.num_pieces))),
            ("pieces a word", cell(lambda pieces: _decimal(pieces.pieces_per_word))),
            ("pieces a sentence, at most", cell(lambda pieces: _number(pieces.lengths.max))),
            ("words without pieces", cell(lambda pieces: _number(pieces.unreadable_words.total()))),
        ]
        if limit is not None:
            beyond = cell(lambda pieces: _number(pieces.num_beyond_limit))
            rows.append((f"sentences beyond {limit} pieces", beyond))
        self._print(f"Pieces of {overall.limits.name}", rows)
        if overall.unreadable_words:
            most_common = overall.unreadable_words.most_common(_MAX_LISTED_WORDS)
            # Such words are mostly invisible.
            listed = ", ".join(f"{word!a} ({num:,})" for word, num in most_common)
            self._console.print(f"Words without pieces are read as unknown: {listed}")
        if overall.num_beyond_limit:
            self._console.print("Sentences beyond the encoder's limit are read in windows.")

    def _print(self, title: str, rows: Iterable[tuple[str, Cell]]) -> None:
        table = _table(self._columns)
        for name, cell in rows:
            table.add_row(name, *(cell(counts) for counts in self._columns.values()))
        _show(self._console, title, table)


def _print_comparison(console: Console, comparison: Comparison) -> None:
    table = _table(("paper", "here"))
    table.add_column("", ratio=1)
    names = {"types": "entity types", "max_width": "ε for over 99%"}
    for number in comparison.numbers:
        table.add_row(
            names.get(number.quantity, f"entities, {number.quantity}"),
            f"{number.published:,}",
            f"{number.counted:,}",
            number.verdict,
        )
    _show(console, f"The paper's {comparison.row.title} (Tables 1 and 2)", table)


def _show(console: Console, title: str, table: Table) -> None:
    # The table's own title would be folded to the table's width.
    console.print()
    console.print(title, style="bold")
    console.print(table)


def _table(columns: Iterable[str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True)
    table.add_column("", min_width=_MIN_TITLE_WIDTH)
    for column in columns:
        table.add_column(column, justify="right", overflow="fold")
    return table


def _distribution_rows(
    title: str, distribution: Callable[[SplitStatistics], Distribution]
) -> Sequence[tuple[str, Cell]]:
    def percentile(percent: int) -> Cell:
        return lambda counts: _number(distribution(counts).percentile(percent))

    return [
        (f"{title}: mean", lambda counts: _decimal(distribution(counts).mean)),
        *((f"  {percent}% have at most", percentile(percent)) for percent in PERCENTS),
        ("  longest", lambda counts: _number(distribution(counts).max)),
    ]


def _annotated(counts: SplitStatistics) -> MentionStatistics:
    return counts.annotated


def _flat(counts: SplitStatistics) -> MentionStatistics:
    return counts.flat


def _sufficient_width(counts: SplitStatistics) -> str:
    return _number(counts.flat.smallest_sufficient_width())


def _remarks_of_reader(kind: RemarkKind) -> Cell:
    return lambda counts: _number(counts.remarks_of_reader[kind])


def _remarks_of_policy(kind: RemarkKind) -> Cell:
    return lambda counts: _number(counts.remarks_of_policy[kind])


def _words(kind: RemarkKind) -> str:
    return kind.value.replace("_", " ")


def _number(number: int | None) -> str:
    return _NOTHING if number is None else f"{number:,}"


def _decimal(number: float | None) -> str:
    return _NOTHING if number is None else f"{number:.2f}"


def _share(num: int, num_all: int) -> str:
    return f"{100 * num / num_all:.2f}%" if num_all else _NOTHING


def _with_share(num: int, num_all: int) -> str:
    return f"{num:,} ({_share(num, num_all)})" if num_all else _NOTHING


def _unseen(unseen: Unseen) -> str:
    return _with_share(unseen.num_unseen, unseen.num_all)
