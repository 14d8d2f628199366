"""A chart and where on the page it stands."""

from __future__ import annotations

from dataclasses import dataclass

from blner_allennlp.reporting.page.chart import Chart


@dataclass(frozen=True, slots=True)
class PlacedChart:
    """A chart with what the page's filters know it by.

    Args:
        section: where it stands: `overview`, `curves`, `bars`, `types`, `attributes`, `calibration` or `errors`.
        chart: the chart.
        corpus: the corpus's name, for sections that are filtered by corpus.
        data_set: corpus and split, for sections that show one data set at a time.
        seed: the runs' seed, for sections that show one seed at a time.
    """

    section: str
    chart: Chart
    corpus: str = ""
    data_set: str = ""
    seed: str = ""
