"""Conclusion #2: bundling hands on advantages of one model to the other, and disadvantages, too (paper, 4.3.1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from blner_allennlp.analysis.results import SMALL_BUCKET
from blner_allennlp.comparison.conclusion import FAILS, HOLDS, UNDECIDED
from blner_allennlp.comparison.evidence import Evidence
from blner_allennlp.comparison.halves import split_in_halves
from blner_allennlp.comparison.quartets import Quartet
from blner_allennlp.comparison.results import Finding
from blner_allennlp.comparison.significance import (
    Floats,
    mean_over_seeds,
    percentile_interval,
    ratios,
    subtract,
)
from blner_allennlp.comparison.wording import per_cent

SECOND_CLAIM = (
    "Bundling lets SeqNER and SpanNER use each other's relative advantages in entity length, text length, label "
    "consistency and entity density; it can also hand on disadvantages."
)


def check_second_conclusion(
    quartet: Quartet, evidence: Evidence, num_rounds: int, seed: int
) -> Finding | None:
    """Check on one corpus in how many buckets an advantage of the partner arrives in the bundled model.

    Each bucket of the four attributes counts once for each direction: SeqNER is SpanNER's partner, and SpanNER is
    SeqNER's. A bucket in which the partner's F1 is above the model's is an advantage; it is passed on if the bundled
    model's F1 is above the plain model's there. A bucket in which the partner's is below is a disadvantage; it is
    delivered if the bundled model's is below the plain model's. Means over seeds are compared. Buckets with fewer than
    `SMALL_BUCKET` gold entities are left out. `weighted` shares count a bucket by its gold entities.

    These shares flatter the conclusion: where the plain model had bad luck in a bucket, both its partner and the
    bundled model look better than it. Of three equally good models the share of advantages passed on would be 2/3. So
    the verdict rests on other shares, `held_out`: sentences are split into two halves at random, one decides where the
    partner is better, the other whether bundling helps there, and equally good models get 1/2. The conclusion

    - `holds` if the middle 95 % of these shares over many splits are above 1/2,
    - `fails` if they are below 1/2,
    - is `undecided` otherwise.

    A model that gains everywhere passes on all advantages, too. So `held_out_gains_elsewhere` says in what share of
    buckets bundling helps although the partner is worse there, and `held_out_contrast` how much larger the share of
    advantages passed on is; it does not enter the verdict, but the sentence says if it may be 0.

    That disadvantages can be delivered, too, says only that it happens; the shares show how often.

    Args:
        quartet: the four models.
        evidence: counts of their buckets.
        num_rounds: how often the sentences are split.
        seed: random seed of the splits.

    Returns:
        The finding; None where no bucket has enough gold entities.
    """
    kept = [bucket for bucket in evidence.buckets if bucket.num_gold >= SMALL_BUCKET]
    if not kept:
        return None
    indices = [evidence.names.index(bucket.name) for bucket in kept]
    weights = np.array([bucket.num_gold for bucket in kept], dtype=np.float64)
    ones = np.ones(len(kept))
    observed = _Gains.of([evidence.observed(title)[indices] for title in quartet.titles])
    samples = _Gains.of([evidence.resampled(title)[:, indices] for title in quartet.titles])
    deciding, measuring = _halves(quartet, evidence, indices, num_rounds, seed)
    figures: dict[str, float | None] = {"num_buckets": float(len(kept))}
    for prefix, bucket_weights in (("", ones), ("weighted_", weights)):
        for kind, sign in (("advantages_passed_on", 1), ("disadvantages_delivered", -1)):
            figures |= _with_interval(
                f"{prefix}{kind}",
                float(observed.share(observed, sign, bucket_weights)),
                samples.share(samples, sign, bucket_weights),
            )
            for direction, name in enumerate(("to_seqner", "to_spanner")):
                share = observed.share(observed, sign, bucket_weights, direction)
                figures[f"{prefix}{kind}_{name}"] = _known(float(share))
    passed_on = deciding.share(measuring, 1, weights)
    gains_elsewhere = deciding.share(measuring, -1, weights, outcome=1)
    for name, shares in (
        ("held_out_advantages_passed_on", passed_on),
        ("held_out_disadvantages_delivered", deciding.share(measuring, -1, weights)),
        ("held_out_gains_elsewhere", gains_elsewhere),
        ("held_out_contrast", passed_on - gains_elsewhere),
    ):
        known = shares[~np.isnan(shares)]
        figures |= _with_interval(name, float(known.mean()) if len(known) else np.nan, shares)
    low, high = figures["held_out_advantages_passed_on_low"], figures["held_out_advantages_passed_on_high"]
    verdict = UNDECIDED
    if low is not None and high is not None:
        verdict = HOLDS if low > 0.5 else FAILS if high < 0.5 else UNDECIDED
    for name, number in observed.numbers().items():
        figures[name] = float(number)
    return Finding(quartet.label, verdict, _sentence(figures, verdict), figures)


@dataclass(frozen=True, slots=True)
class _Gains:
    """F1 differences by direction (to SeqNER, to SpanNER) and bucket, of the data or of R samples.

    Args:
        partner: the partner's F1 minus the model's, float (..., 2, K).
        bundled: the bundled model's F1 minus the model's, float (..., 2, K).
    """

    partner: Floats
    bundled: Floats

    @classmethod
    def of(cls, f1: list[Floats]) -> _Gains:
        """From F1 of the four models, each (..., K)."""
        seqner, bl_seqner, spanner, bl_spanner = f1
        return cls(
            partner=np.stack([subtract(spanner, seqner), subtract(seqner, spanner)], axis=-2),
            bundled=np.stack([subtract(bl_seqner, seqner), subtract(bl_spanner, spanner)], axis=-2),
        )

    def share(
        self,
        measured: _Gains,
        sign: int,
        weights: Floats,
        direction: int | None = None,
        outcome: int | None = None,
    ) -> Floats:
        """Of the buckets in which the partner differs with a sign, the weight of those where bundling has the outcome.

        The outcome is a sign, too, that of the partner unless another is asked for.
        """
        chosen = slice(None) if direction is None else slice(direction, direction + 1)
        differs = (sign * self.partner > 0)[..., chosen, :] & ~np.isnan(measured.bundled)[..., chosen, :]
        wanted = sign if outcome is None else outcome
        arrives = differs & (wanted * measured.bundled > 0)[..., chosen, :]
        total = (differs * weights).sum(axis=(-2, -1))
        result = np.full(np.shape(total), np.nan)
        np.divide((arrives * weights).sum(axis=(-2, -1)), total, out=result, where=total != 0)
        return result

    def numbers(self) -> dict[str, int]:
        better, worse = self.partner > 0, self.partner < 0
        return {
            "num_advantages": int(better.sum()),
            "num_advantages_passed_on": int((better & (self.bundled > 0)).sum()),
            "num_disadvantages": int(worse.sum()),
            "num_disadvantages_delivered": int((worse & (self.bundled < 0)).sum()),
        }


def _halves(
    quartet: Quartet, evidence: Evidence, indices: list[int], num_rounds: int, seed: int
) -> tuple[_Gains, _Gains]:
    """Gains in the one and in the other half of each split, (R, 2, K) each."""
    counts = [evidence.counts(title)[:, :, indices] for title in quartet.titles]
    shapes = [of_model.shape for of_model in counts]
    columns = np.concatenate(
        [np.moveaxis(of_model, 1, 0).reshape(of_model.shape[1], -1) for of_model in counts], axis=1
    )
    borders = np.cumsum([shape[0] * shape[2] * 2 for shape in shapes])[:-1]
    halves = []
    for sums in split_in_halves(columns, num_rounds, seed):
        parts: list[NDArray[np.float64]] = np.split(sums, borders, axis=1)
        f1 = [
            mean_over_seeds(ratios(part.reshape(-1, shape[0], shape[2], 2).swapaxes(0, 1)))
            for part, shape in zip(parts, shapes, strict=True)
        ]
        halves.append(_Gains.of(f1))
    first, second = halves
    return first, second


def _with_interval(name: str, value: float, samples: Floats) -> dict[str, float | None]:
    low, high = percentile_interval(samples.reshape(-1, 1))
    return {
        name: _known(value),
        f"{name}_low": _known(float(low[0])),
        f"{name}_high": _known(float(high[0])),
    }


def _sentence(figures: dict[str, float | None], verdict: str) -> str:
    passed = (
        f"Where the partner is better in a bucket, the bundled model is better than the plain one in "
        f"{_counted(figures, 'advantages', 'passed_on')}"
    )
    counted = _counted(figures, "disadvantages", "delivered")
    delivered = f"where the partner is worse, the bundled model is worse in {counted}"
    held_out = figures["held_out_advantages_passed_on"]
    if held_out is None:
        return f"{passed}; {delivered}. No bucket differs in both halves of the sentences."
    low, high = (figures[f"held_out_advantages_passed_on_{end}"] for end in ("low", "high"))
    outcome = {
        HOLDS: "more often than chance explains",
        FAILS: "less often than chance explains",
        UNDECIDED: "which chance may explain",
    }[verdict]
    text = (
        f"{passed}; {delivered}. Where one half of the sentences decides in which buckets the partner is better, and "
        f"the other half whether bundling helps there, {per_cent(held_out)} of the advantages arrive (95 %: "
        f"{per_cent(low or 0)} to {per_cent(high or 0)}; equally good models would have 50 %), {outcome}."
    )
    elsewhere, contrast_low = figures["held_out_gains_elsewhere"], figures["held_out_contrast_low"]
    if verdict == HOLDS and elsewhere is not None and contrast_low is not None:
        text += f" Where the partner is worse, bundling helps in {per_cent(elsewhere)} of the cases, " + (
            "so it is the partner's advantages that arrive."
            if contrast_low > 0
            else "so what arrives may be a gain everywhere rather than the partner's advantages."
        )
    return text


def _counted(figures: dict[str, float | None], kind: str, fate: str) -> str:
    cases = f"{figures[f'num_{kind}_{fate}']:.0f} of {figures[f'num_{kind}']:.0f} cases"
    share, low, high = (figures[f"weighted_{kind}_{fate}{end}"] for end in ("", "_low", "_high"))
    if share is None or low is None or high is None:
        return cases
    return f"{cases} ({per_cent(share)} by gold entities, 95 %: {per_cent(low)} to {per_cent(high)})"


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
