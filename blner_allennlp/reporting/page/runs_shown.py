"""Which runs a page shows, what it calls them, and which colour each system has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from blner_allennlp.analysis.results import Analysis
from blner_allennlp.runs.system_output import FOUR_MODELS, SystemInfo


@dataclass(frozen=True, slots=True)
class ShownRun:
    """One analysis and its names on the page.

    Args:
        analysis: the figures.
        data_set: `wnut17 dev`: the corpus and the split.
        label: the system's title; with its seed or source where other runs of the data set have the same title.
        style: number of the system's colour, marker and dashes.
    """

    analysis: Analysis
    data_set: str
    label: str
    style: int

    @property
    def seed(self) -> str:
        """The seed for the eye and for filters; empty where it is not known."""
        return "" if self.analysis.info.seed is None else str(self.analysis.info.seed)


def data_set_name(corpus: str, split: str) -> str:
    """What the page calls a split of a corpus.

    Args:
        corpus: the corpus's name.
        split: the split's name.

    Returns:
        Both, with a blank between them.
    """
    return f"{corpus} {split}".strip()


def shown_runs(analyses: Sequence[Analysis], styles: dict[str, int]) -> tuple[ShownRun, ...]:
    """Name the runs so that each has a name of its own within its data set.

    Args:
        analyses: the runs, in the order in which the page shows them.
        styles: number of the style by system title, of `system_styles`.

    Returns:
        The runs in the same order.
    """
    labels = [_title(analysis.info) for analysis in analyses]
    data_sets = [data_set_name(analysis.info.corpus, analysis.info.split) for analysis in analyses]
    for longer in (_title_and_seed, _title_seed_and_source):
        counts = Counter(zip(data_sets, labels, strict=True))
        labels = [
            longer(analysis.info) if counts[data_set, label] > 1 else label
            for analysis, data_set, label in zip(analyses, data_sets, labels, strict=True)
        ]
    return tuple(
        ShownRun(analysis, data_set, label, styles[analysis.info.title])
        for analysis, data_set, label in zip(analyses, data_sets, labels, strict=True)
    )


def name_in_browser(run: ShownRun, runs: Sequence[ShownRun], systems: Collection[str]) -> str:
    """What the browser of sentences calls a run.

    Args:
        run: the run.
        runs: all runs of the page.
        systems: the keys of `JudgedSentence.answers`.

    Returns:
        One of `systems`; empty if they do not have the run's answers.
    """
    title = run.analysis.info.title
    if run.label != title and run.label in systems:
        return run.label
    alike = [other for other in runs if other.data_set == run.data_set and other.analysis.info.title == title]
    if any(other.label != title and other.label in systems for other in alike):
        named = run.label == title
    else:
        named = run is min(alike, key=_seed_key)
    return title if named and title in systems else ""


def system_styles(titles: Iterable[str]) -> dict[str, int]:
    """Give every system one style for the whole page.

    Args:
        titles: titles of all systems on the page, repeated as they may be.

    Returns:
        Number of the style by title: 0 to 3 for the paper's four models, others from 4 in their order.
    """
    styles = {title: index for index, title in enumerate(FOUR_MODELS)}
    for title in titles:
        styles.setdefault(title, len(styles))
    return styles


def _seed_key(run: ShownRun) -> tuple[bool, int, str]:
    info = run.analysis.info
    return info.seed is None, info.seed or 0, info.source


def _title(info: SystemInfo) -> str:
    return info.title


def _title_and_seed(info: SystemInfo) -> str:
    return info.title if info.seed is None else f"{info.title} (seed {info.seed})"


def _title_seed_and_source(info: SystemInfo) -> str:
    return f"{_title_and_seed(info)} {info.source}".strip()
