"""Runs that one figure shows together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from blner_allennlp.analysis.results import Analysis, Estimate


@dataclass(frozen=True, slots=True)
class SystemRuns:
    """The seeds of one system on one split.

    Args:
        title: the system's name with its variant.
        runs: its analyses.
    """

    title: str
    runs: tuple[Analysis, ...]


@dataclass(frozen=True, slots=True)
class PlaceRuns:
    """All systems on one split of one corpus.

    Args:
        corpus: the corpus's name.
        split: the split's name.
        systems: in the order in which they were given.
    """

    corpus: str
    split: str
    systems: tuple[SystemRuns, ...]

    @property
    def title(self) -> str:
        """Corpus and split for the eye."""
        return f"{self.corpus} ({self.split})"


def group_runs(analyses: Iterable[Analysis]) -> list[PlaceRuns]:
    """Put together what figures show together.

    Args:
        analyses: any runs.

    Returns:
        By corpus and split, by system; seeds of a system together.
    """
    places: dict[tuple[str, str], dict[str, list[Analysis]]] = {}
    for analysis in analyses:
        info = analysis.info
        places.setdefault((info.corpus, info.split), {}).setdefault(info.title, []).append(analysis)
    return [
        PlaceRuns(corpus, split, tuple(SystemRuns(title, tuple(runs)) for title, runs in systems.items()))
        for (corpus, split), systems in places.items()
    ]


def over_runs(figures: Sequence[Estimate]) -> Estimate:
    """One point with a range, of one run or of several seeds.

    Args:
        figures: the same figure of each run.

    Returns:
        A single run's figure as it is, with its bootstrap interval; else the mean with the lowest and highest value.
    """
    if len(figures) == 1:
        return figures[0]
    known = [figure.value for figure in figures if figure.value is not None]
    if not known:
        return Estimate(None)
    return Estimate(sum(known) / len(known), min(known), max(known))


def range_note(places: Iterable[PlaceRuns]) -> str:
    """Say what error bars mean.

    Args:
        places: all runs of a figure.

    Returns:
        In words; empty where there are no error bars.
    """
    systems = [system for place in places for system in place.systems]
    said = []
    if any(len(system.runs) == 1 and system.runs[0].num_resamples for system in systems):
        said.append("bars: 95 % bootstrap interval")
    if any(len(system.runs) > 1 for system in systems):
        said.append("several seeds: mean, lowest and highest")
    return "; ".join(said)
