"""Figure 5: F1 of both heads against the loss weight α."""

from __future__ import annotations

from collections.abc import Sequence

from blner_allennlp.comparison.evidence import Evidence
from blner_allennlp.comparison.likeness import Likeness, distinguish, is_like, series_over
from blner_allennlp.comparison.results import Curve
from blner_allennlp.comparison.systems import System
from blner_allennlp.runs.system_output import BL_SEQNER, BL_SPANNER, SEQNER, SPANNER

_ENDS = ((0.0, SPANNER), (1.0, SEQNER))


def make_curves(systems: Sequence[System], evidence: Evidence) -> list[Curve]:
    """Find bundled systems that differ in α only, and what they are at its ends (paper, 4.5.1).

    Args:
        systems: the systems of one split of one corpus.
        evidence: their scores.

    Returns:
        A curve for each head, and for each set of other settings where there are several; none where fewer than two
        values of α have been run. Where SpanNER (α = 0) or SeqNER (α = 1) with the same settings are there, they are
        the ends.
    """
    curves = []
    for name in (BL_SEQNER, BL_SPANNER):
        series = series_over("alpha", (system for system in systems if system.name == name))
        long_enough = {shared: by_alpha for shared, by_alpha in series.items() if len(by_alpha) > 1}
        suffixes = distinguish(list(long_enough))
        for (shared, by_alpha), suffix in zip(long_enough.items(), suffixes, strict=True):
            points = {
                float(alpha): system for alpha, system in by_alpha.items() if isinstance(alpha, (int, float))
            }
            points |= _ends(systems, shared)
            alphas = tuple(sorted(points))
            curves.append(
                Curve(
                    corpus=systems[0].corpus,
                    split=systems[0].split,
                    system=f"{name} ({suffix})" if suffix else name,
                    alphas=alphas,
                    f1=tuple(evidence.over_seeds(points[alpha].title, "f1") for alpha in alphas),
                )
            )
    return curves


def _ends(systems: Sequence[System], shared: Likeness) -> dict[float, System]:
    ends = {}
    for alpha, name in _ENDS:
        end = next((system for system in systems if system.name == name and is_like(system, shared)), None)
        if end is not None:
            ends[alpha] = end
    return ends
