"""The paper's main results (Table 3): four models on eleven corpora."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from blner_allennlp.comparison.results import PublishedScores
from blner_allennlp.runs.system_output import BL_SEQNER, BL_SPANNER, SEQNER, SPANNER

PUBLISHED_ALPHA = 0.1
"""The loss weight of all bundled models of the tables (4.1.2)."""

NUM_PUBLISHED_SEEDS = 5
"""How many runs each printed number is the mean of (4.1.2); so F1 need not follow from P and R to the last digit."""

_Row = tuple[float, float, float]


def _corpus(
    seqner: _Row, bl_seqner: _Row, spanner: _Row, bl_spanner: _Row, errata: Mapping[str, str] | None = None
) -> Mapping[str, PublishedScores]:
    rows = {SEQNER: seqner, BL_SEQNER: bl_seqner, SPANNER: spanner, BL_SPANNER: bl_spanner}
    # Printed in per cent with two decimals; so many decimals a share has at most.
    scores = {}
    for model, row in rows.items():
        precision, recall, f1 = (round(number / 100, 4) for number in row)
        scores[model] = PublishedScores(precision, recall, f1, (errata or {}).get(model, ""))
    return MappingProxyType(scores)


TABLE_3: Mapping[str, Mapping[str, PublishedScores]] = MappingProxyType(
    {
        "ontonotes": _corpus(
            (89.56, 88.44, 89.00), (89.31, 90.14, 89.72), (89.67, 89.30, 89.49), (88.95, 90.64, 89.78)
        ),
        "conll2003": _corpus(
            (92.06, 91.36, 91.71), (92.12, 92.64, 92.38), (92.70, 91.13, 91.91), (92.52, 92.50, 92.51)
        ),
        "conllpp": _corpus(
            (93.41, 89.92, 91.63), (93.60, 92.81, 93.20), (93.89, 91.33, 92.59), (93.80, 92.79, 93.29)
        ),
        "conll2004": _corpus(
            (91.45, 91.20, 90.62),
            (91.69, 91.01, 91.35),
            (91.88, 89.92, 90.89),
            (92.42, 90.87, 91.64),
            {
                SEQNER: "F1 of the printed P and R is 91.32; with it BL-SeqNER would gain 0.03 only, and SpanNER would "
                "not be above SeqNER"
            },
        ),
        "ace2004": _corpus(
            (88.03, 85.64, 86.82), (88.45, 87.38, 87.91), (87.12, 88.15, 87.63), (89.23, 87.96, 88.59)
        ),
        "ace2005": _corpus(
            (84.45, 87.94, 86.16), (86.98, 87.06, 87.02), (88.96, 86.94, 87.94), (88.78, 89.26, 89.02)
        ),
        "bc5cdr": _corpus(
            (90.47, 89.12, 89.79), (89.78, 90.91, 90.34), (89.37, 90.46, 89.91), (90.05, 90.74, 90.40)
        ),
        "ncbi": _corpus(
            (88.91, 89.49, 89.20),
            (88.57, 91.73, 90.12),
            (90.30, 89.72, 90.01),
            (89.96, 90.99, 90.49),
            {BL_SPANNER: "F1 of the printed P and R is 90.47"},
        ),
        "scierc": _corpus(
            (67.26, 72.05, 69.57), (68.98, 71.51, 70.22), (70.02, 70.91, 70.46), (70.32, 71.99, 71.14)
        ),
        "wnut16": _corpus(
            (60.23, 55.06, 57.53),
            (59.57, 57.78, 58.66),
            (63.26, 58.23, 60.64),
            (61.43, 57.37, 59.86),
            {BL_SPANNER: "F1 of the printed P and R is 59.33"},
        ),
        "wnut17": _corpus(
            (44.39, 62.24, 51.82), (47.26, 59.35, 52.62), (60.32, 50.19, 54.79), (56.63, 51.35, 53.86)
        ),
    }
)
"""Printed scores by corpus, as `corpora.CORPUS_SOURCES` names them, and model; shares in [0, 1]."""
