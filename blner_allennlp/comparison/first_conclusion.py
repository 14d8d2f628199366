"""Conclusion #1: when bundling helps (paper, 4.2)."""

from __future__ import annotations

import numpy as np

from blner_allennlp.comparison.conclusion import FAILS, HOLDS, UNDECIDED
from blner_allennlp.comparison.evidence import Evidence
from blner_allennlp.comparison.published.table3 import TABLE_3
from blner_allennlp.comparison.quartets import Quartet
from blner_allennlp.comparison.results import Finding
from blner_allennlp.comparison.significance import Floats, percentile_interval, subtract
from blner_allennlp.comparison.wording import listed, per_cent, points
from blner_allennlp.runs.system_output import BL_SEQNER, BL_SPANNER, SEQNER, SPANNER

FIRST_CLAIM = (
    "Where SeqNER and SpanNER perform closely, bundling improves both; where they are far apart, it improves the "
    "weaker one and worsens the stronger one."
)


def check_first_conclusion(quartet: Quartet, evidence: Evidence, close_gap: float) -> Finding:
    """Check on one corpus whether both models gain where they are close, and the weaker one alone where they are not.

    The gap is the difference of F1 between SpanNER and SeqNER, means over seeds; up to `close_gap` it counts as close.
    The conclusion then expects a sign of each bundled model's difference to its plain one. It

    - `holds` if both signs are as expected and both 95 % intervals leave out 0,
    - `fails` if a difference has the other sign and its interval leaves out 0,
    - is `undecided` otherwise.

    `confidence` is the share of bootstrap samples in which the conclusion holds, gap, weaker model and signs being
    judged in each sample anew; so it also says how sure it is that the models are close.

    Args:
        quartet: the four models.
        evidence: their scores.
        close_gap: up to which gap the models are close, a share.

    Returns:
        The finding. Its figures are the gap, both differences with their intervals, the confidence, and what the paper
        prints for the corpus.
    """
    observed = _F1(*(np.array([_f1(evidence.observed(title), evidence)]) for title in quartet.titles))
    samples = _F1(*(_f1(evidence.resampled(title), evidence) for title in quartet.titles))
    gap = abs(float(observed.gap[0]))
    deltas = {SEQNER: float(observed.seq_delta[0]), SPANNER: float(observed.span_delta[0])}
    low, high = percentile_interval(
        np.stack([np.abs(samples.gap), samples.seq_delta, samples.span_delta], axis=1)
    )
    intervals = dict(
        zip(("gap", SEQNER, SPANNER), zip(low.tolist(), high.tolist(), strict=True), strict=True)
    )
    is_close = gap <= close_gap
    weaker = SEQNER if observed.gap[0] >= 0 else SPANNER
    expected = {model: 1 if is_close or model == weaker else -1 for model in deltas}
    verdict = _verdict(deltas, intervals, expected)
    confidence = float(samples.agrees(close_gap).mean())
    figures: dict[str, float | None] = {"gap": gap, "gap_low": low[0], "gap_high": high[0]}
    for name, model in (("seqner", SEQNER), ("spanner", SPANNER)):
        figures |= {
            f"{name}_delta": deltas[model],
            f"{name}_delta_low": intervals[model][0],
            f"{name}_delta_high": intervals[model][1],
            f"{name}_expected_sign": expected[model],
        }
    figures |= {"close_gap": close_gap, "confidence": confidence, **_published(quartet.label)}
    above, below = (SPANNER, SEQNER) if weaker == SEQNER else (SEQNER, SPANNER)
    sentence = (
        f"{above} is {100 * gap:.2f} points of F1 above {below} (size of the gap, 95 %: {100 * low[0]:.2f} to "
        f"{100 * high[0]:.2f}); up to {100 * close_gap:g} is close, {_expectation(is_close, weaker)} "
        f"Bundling changes SeqNER by {_with_interval(deltas[SEQNER], intervals[SEQNER])} and SpanNER by "
        f"{_with_interval(deltas[SPANNER], intervals[SPANNER])}. {_outcome(verdict, deltas, intervals, expected)} "
        f"The conclusion holds in {per_cent(confidence)} of the bootstrap samples, each judged by its own gap."
    )
    return Finding(quartet.label, verdict, sentence, {name: _plain(value) for name, value in figures.items()})


class _F1:
    """F1 of the four models, observed or sample by sample; float (R,)."""

    def __init__(self, seqner: Floats, bl_seqner: Floats, spanner: Floats, bl_spanner: Floats) -> None:
        self.gap = subtract(spanner, seqner)
        self.seq_delta = subtract(bl_seqner, seqner)
        self.span_delta = subtract(bl_spanner, spanner)

    def agrees(self, close_gap: float) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """In which samples both signs are those that the sample's own gap asks for."""
        is_close = np.abs(self.gap) <= close_gap
        seq_gains, span_gains = self.seq_delta > 0, self.span_delta > 0
        apart = np.where(self.gap >= 0, seq_gains & (self.span_delta < 0), span_gains & (self.seq_delta < 0))
        agrees: np.ndarray[tuple[int], np.dtype[np.bool_]] = np.where(is_close, seq_gains & span_gains, apart)
        return agrees


def _f1(figures: Floats, evidence: Evidence) -> Floats:
    values: Floats = figures[..., evidence.names.index("f1")]
    # A sample without any gold or predicted mention; scoring.py has 0 for it.
    return np.nan_to_num(values)


def _verdict(
    deltas: dict[str, float], intervals: dict[str, tuple[float, float]], expected: dict[str, int]
) -> str:
    signs = {
        model: 1 if intervals[model][0] > 0 else -1 if intervals[model][1] < 0 else 0 for model in deltas
    }
    if any(signs[model] == -expected[model] for model in deltas):
        return FAILS
    return HOLDS if all(signs[model] == expected[model] for model in deltas) else UNDECIDED


def _expectation(is_close: bool, weaker: str) -> str:
    if is_close:
        return "so both should gain."
    stronger = SPANNER if weaker == SEQNER else SEQNER
    return f"and this is more, so {weaker}, the weaker one, should gain and {stronger} lose."


def _outcome(
    verdict: str,
    deltas: dict[str, float],
    intervals: dict[str, tuple[float, float]],
    expected: dict[str, int],
) -> str:
    if verdict == HOLDS:
        return "Both are as concluded, and chance in the choice of sentences does not explain them."
    if verdict == FAILS:
        wrong = [
            model
            for model in deltas
            if (intervals[model][1] < 0 if expected[model] > 0 else intervals[model][0] > 0)
        ]
        verb = "change" if len(wrong) > 1 else "changes"
        return f"{listed(wrong)} {verb} the other way than concluded, by more than chance explains."
    right = [model for model in deltas if deltas[model] * expected[model] > 0]
    if len(right) == len(deltas):
        return "Both signs are as concluded, but chance may explain at least one of them."
    if right:
        return f"Only the sign of {right[0]} is as concluded, and chance may explain the other one."
    return "Neither sign is as concluded, but chance may explain that."


def _with_interval(delta: float, interval: tuple[float, float]) -> str:
    return f"{points(delta)} (95 %: {points(interval[0])} to {points(interval[1])})"


def _published(label: str) -> dict[str, float]:
    rows = TABLE_3.get(label)
    if rows is None:
        return {}
    return {
        "published_gap": round(rows[SPANNER].f1 - rows[SEQNER].f1, 4),
        "published_seqner_delta": round(rows[BL_SEQNER].f1 - rows[SEQNER].f1, 4),
        "published_spanner_delta": round(rows[BL_SPANNER].f1 - rows[SPANNER].f1, 4),
    }


def _plain(value: float | None) -> float | None:
    return None if value is None or np.isnan(value) else float(value)
