from __future__ import annotations

import pytest

from blner_allennlp.analysis.results import Estimate
from blner_allennlp.comparison.results import Difference, MainRow, PublishedScores
from blner_allennlp.reporting.published_difference import published_difference

ROW = MainRow(
    "rain",
    "test",
    (),
    (),
    {
        "SeqNER": PublishedScores(0.5, 0.6, 0.5431),
        "SpanNER": PublishedScores(0.7, 0.4, 0.5534),
        "BL-SpanNER": PublishedScores(0.7, 0.4, 0.5534),
    },
)


@pytest.mark.parametrize(
    ("system", "base", "figure", "expected"),
    [
        ("SpanNER", "SeqNER", "f1", 0.0103),
        ("SeqNER", "SpanNER", "f1", -0.0103),
        ("BL-SpanNER", "SpanNER", "f1", 0.0),
        ("BL-SpanNER", "SeqNER", "precision", 0.2),
        ("BL-SpanNER", "SeqNER", "recall", -0.2),
        ("SpanNER", "SeqNER (BIO)", "f1", None),
        ("SpanNER (max)", "SeqNER", "f1", None),
        ("SpanNER", "Almanac", "f1", None),
    ],
)
def test_the_papers_difference_is_that_of_the_same_two_models(
    system: str, base: str, figure: str, expected: float | None
) -> None:
    assert published_difference(ROW, Difference(system, base, figure, Estimate(0.3), None, None)) == expected
