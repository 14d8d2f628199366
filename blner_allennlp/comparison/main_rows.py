"""Table 3: the systems of each corpus, their differences, and the paper's numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from blner_allennlp.comparison.adjustment import adjusted_by_table
from blner_allennlp.comparison.evidence import Evidence, summarise
from blner_allennlp.comparison.figure_counts import SCORE_FIGURES
from blner_allennlp.comparison.published.table3 import TABLE_3
from blner_allennlp.comparison.results import Difference, MainRow, OverSeeds, SystemSummary
from blner_allennlp.comparison.systems import System, choose_base
from blner_allennlp.runs.system_output import BL_SEQNER, BL_SPANNER, FOUR_MODELS, SEQNER, SPANNER

PAIRS = ((BL_SEQNER, SEQNER), (BL_SPANNER, SPANNER), (SPANNER, SEQNER))
"""The paper's comparisons (4.2): a model, and the one that it is held against."""


def make_main_row(systems: Sequence[System], evidence: Evidence) -> MainRow:
    """Compare the systems of one split of one corpus as Table 3 does.

    Args:
        systems: the systems, in order.
        evidence: their scores.

    Returns:
        The row; `p_adjusted` is left to `adjust_main_rows`.
    """
    differences: list[Difference] = []
    for system, base in _pairs(systems):
        differences += evidence.differences(system.title, base.title, SCORE_FIGURES)
    first = systems[0]
    return MainRow(
        corpus=first.corpus,
        split=first.split,
        systems=tuple(_summarise(system, evidence) for system in systems),
        differences=tuple(differences),
        published=dict(TABLE_3.get(first.corpus, {})) if first.split == "test" else {},
    )


def adjust_main_rows(rows: Iterable[MainRow]) -> tuple[MainRow, ...]:
    """Correct p for the number of comparisons in the whole table, corpus beside corpus.

    Args:
        rows: all rows.

    Returns:
        The rows with `p_adjusted`.
    """
    rows = list(rows)
    adjusted = adjusted_by_table(difference for row in rows for difference in row.differences)
    return tuple(
        replace(row, differences=tuple(adjusted[id(difference)] for difference in row.differences))
        for row in rows
    )


def training_seconds(system: System) -> OverSeeds | None:
    """How long the training of a system's runs took.

    Args:
        system: the system.

    Returns:
        Mean and standard deviation over seeds; None where it is known of none.
    """
    seconds = [output.info.training_seconds for output in system.outputs]
    if all(number is None for number in seconds):
        return None
    return summarise(np.array([np.nan if number is None else number for number in seconds]))


def _pairs(systems: Sequence[System]) -> list[tuple[System, System]]:
    pairs = []
    for name, base_name in PAIRS:
        for system in systems:
            base = choose_base(systems, base_name, system.variant) if system.name == name else None
            if base is not None:
                pairs.append((system, base))
    # Whatever the paper has no comparison for is held against the first system.
    first, *others = systems
    paired = {system.title for pair in pairs for system in pair}
    pairs += [
        (system, first) for system in others if system.name not in FOUR_MODELS or system.title not in paired
    ]
    return pairs


def _summarise(system: System, evidence: Evidence) -> SystemSummary:
    figures = {name: evidence.over_seeds(system.title, name) for name in SCORE_FIGURES}
    return SystemSummary(
        system=system.name,
        corpus=system.corpus,
        split=system.split,
        variant=system.variant,
        settings=system.settings,
        seeds=system.seeds,
        sources=tuple(output.info.source for output in system.outputs),
        precision=figures["precision"],
        recall=figures["recall"],
        f1=figures["f1"],
        training_seconds=training_seconds(system),
    )
