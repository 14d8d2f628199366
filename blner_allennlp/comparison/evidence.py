"""The figures of all systems of one split of one corpus: observed, resampled, and tested against each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from blner_allennlp.analysis.resampling import Resampling
from blner_allennlp.analysis.results import Estimate
from blner_allennlp.analysis.settings import AnalysisSettings
from blner_allennlp.comparison.figure_counts import FigureCounts
from blner_allennlp.comparison.results import Difference, OverSeeds
from blner_allennlp.comparison.settings import ComparisonSettings
from blner_allennlp.comparison.significance import (
    Floats,
    bootstrap_p_values,
    mean_over_seeds,
    percentile_interval,
    randomisation_p_values,
    ratios,
    subtract,
)
from blner_allennlp.comparison.systems import System
from blner_allennlp.runs.system_output import SystemOutput

# Counts that are resampled at once; 256 MiB as floats.
_BLOCK_CELLS = 1 << 25

CountFigures = Callable[[SystemOutput, AnalysisSettings], FigureCounts]


class Evidence:
    """Counts of systems that answered the same sentences, and what they say. All figures see the same samples.

    Args:
        systems: systems on one split of one corpus, whose gold is the same (`check_same_gold`).
        count_figures: one output -> its figures' counts.
        settings: how often to sample and to swap.
    """

    def __init__(
        self, systems: Sequence[System], count_figures: CountFigures, settings: ComparisonSettings
    ) -> None:
        self._settings = settings
        counted = {
            system.title: [count_figures(output, settings.analysis) for output in system.outputs]
            for system in systems
        }
        everywhere = [counts for of_system in counted.values() for counts in of_system]
        # What only some systems have, because the training data of others are not known, cannot be compared.
        self.names = tuple(
            name for name in everywhere[0].names if all(name in counts.names for counts in everywhere)
        )
        self.buckets = tuple(bucket for bucket in everywhere[0].buckets if bucket.name in self.names)
        self._counts = {
            title: np.stack(
                [counts.pairs[:, [counts.names.index(name) for name in self.names]] for counts in of_system]
            )  # (N, S, F, 2)
            for title, of_system in counted.items()
        }
        self._seeds = {system.title: system.seeds for system in systems}
        self._resampled = self._resample()

    def totals(self, title: str) -> NDArray[np.int64]:
        """Numerators and denominators over all sentences.

        Args:
            title: a system's title.

        Returns:
            Sums, integer (N seeds, F figures, 2).
        """
        totals: NDArray[np.int64] = self._counts[title].sum(axis=1, dtype=np.int64)
        return totals

    def observed(self, title: str) -> Floats:
        """The figures themselves.

        Args:
            title: a system's title.

        Returns:
            Means over seeds, float (F,); NaN where there is nothing to compute a figure from.
        """
        return mean_over_seeds(ratios(self.totals(title)))

    def resampled(self, title: str) -> Floats:
        """The figures in the bootstrap samples, which are the same for all systems.

        Args:
            title: a system's title.

        Returns:
            Means over seeds, float (R, F).
        """
        return self._resampled[title]

    def counts(self, title: str) -> NDArray[np.int32]:
        """Numerators and denominators of each sentence.

        Args:
            title: a system's title.

        Returns:
            Counts, integer (N seeds, S sentences, F figures, 2).
        """
        return self._counts[title]

    def over_seeds(self, title: str, figure: str) -> OverSeeds:
        """Summarise a figure of a system.

        Args:
            title: the system's title.
            figure: one of `names`.

        Returns:
            Mean, sample standard deviation and the mean's bootstrap interval.
        """
        index = self.names.index(figure)
        values = ratios(self.totals(title)[:, index])
        low, high = percentile_interval(self._resampled[title][:, [index]])
        return summarise(values, _known(low[0]), _known(high[0]))

    def differences(self, title: str, base: str, figures: Sequence[str]) -> tuple[Difference, ...]:
        """Compare two systems, all figures at once.

        Seeds are paired: those that both have with each other, the rest in order. Where one system has more seeds than
        the other, the randomisation test leaves out those that are over, while the difference and its interval are of
        the means over all seeds.

        Args:
            title: the system's title.
            base: title of the system that it is compared with.
            figures: some of `names`.

        Returns:
            A difference for each figure; `p_adjusted` is left to whoever knows the whole table.
        """
        indices = [self.names.index(figure) for figure in figures]
        observed = subtract(self.observed(title), self.observed(base))[indices]
        deltas = subtract(self._resampled[title], self._resampled[base])[:, indices]
        low, high = percentile_interval(deltas)
        p_bootstrap = bootstrap_p_values(deltas)
        mine, theirs = pair_seeds(self._seeds[title], self._seeds[base])
        p_randomisation = randomisation_p_values(
            self._counts[title][mine][:, :, indices],
            self._counts[base][theirs][:, :, indices],
            self._settings.num_rounds,
            self._settings.seed,
        )
        bucket_names = {bucket.name for bucket in self.buckets}
        differences = []
        for index, name in enumerate(figures):
            value = _known(observed[index])
            delta = (
                Estimate(value, _known(low[index]), _known(high[index]))
                if value is not None
                else Estimate(None)
            )
            differences.append(
                Difference(
                    system=title,
                    base=base,
                    figure="f1" if name in bucket_names else name,
                    delta=delta,
                    p_randomisation=_known(p_randomisation[index]),
                    p_bootstrap=_known(p_bootstrap[index]) if value is not None else None,
                )
            )
        return tuple(differences)

    def _resample(self) -> dict[str, Floats]:
        resampled: dict[str, Floats] = {}
        for titles in self._blocks():
            counts = [self._counts[title] for title in titles]
            num_sentences = counts[0].shape[1]
            columns = [np.moveaxis(of_system, 1, 0).reshape(num_sentences, -1) for of_system in counts]
            resampling = Resampling(num_sentences, self._settings.num_resamples, self._settings.seed)
            sums = resampling.sums(np.concatenate(columns, axis=1))
            borders = np.cumsum([column.shape[1] for column in columns])[:-1]
            for title, part in zip(titles, np.split(sums, borders, axis=1), strict=True):
                by_seed = part.reshape(-1, len(self._seeds[title]), len(self.names), 2).swapaxes(0, 1)
                resampled[title] = mean_over_seeds(ratios(by_seed))  # (R, F)
        return resampled

    def _blocks(self) -> Iterator[list[str]]:
        """Systems whose samples are summed together: drawing samples takes time, and columns take memory."""
        block: list[str] = []
        size = 0
        for title, counts in self._counts.items():
            if block and size + counts.size > _BLOCK_CELLS:
                yield block
                block, size = [], 0
            block.append(title)
            size += counts.size
        yield block


def summarise(values: Floats, low: float | None = None, high: float | None = None) -> OverSeeds:
    """Mean and standard deviation over seeds.

    Args:
        values: by seed, float (N,); NaN where a seed lacks the figure.
        low: lower end of the mean's interval, if there is one.
        high: upper end.

    Returns:
        The summary; the standard deviation is that of a sample (n - 1), None for fewer than two values.
    """
    known = values[~np.isnan(values)]
    if not len(known):
        return OverSeeds(None, None, tuple(_known(value) for value in values))
    return OverSeeds(
        mean=float(known.mean()),
        standard_deviation=float(known.std(ddof=1)) if len(known) > 1 else None,
        values=tuple(_known(value) for value in values),
        low=low,
        high=high,
    )


def pair_seeds(first: Sequence[int | None], second: Sequence[int | None]) -> tuple[list[int], list[int]]:
    """Pair the runs of two systems.

    Args:
        first: seeds of one system.
        second: seeds of the other.

    Returns:
        Places in `first` and places in `second`, as many: equal seeds with each other, the rest in order; what is over
        on one side is left out.
    """
    pairs: list[tuple[int, int]] = []
    free = list(range(len(second)))
    unpaired = []
    for place, seed in enumerate(first):
        partner = next((other for other in free if seed is not None and second[other] == seed), None)
        if partner is None:
            unpaired.append(place)
        else:
            free.remove(partner)
            pairs.append((place, partner))
    pairs += zip(unpaired, free, strict=False)
    return [place for place, _ in pairs], [other for _, other in pairs]


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
