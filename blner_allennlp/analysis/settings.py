"""What to compute, and how the paper's open questions are answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from blner_allennlp.analysis.buckets import DEFAULT_BUCKETS, Buckets
from blner_allennlp.attributes import Attribute, Consistency, Density


@dataclass(frozen=True, slots=True)
class AnalysisSettings:
    """Choices of an analysis.

    Args:
        consistency: what label consistency is a share of.
        density: what entity density counts.
        buckets: the intervals of each attribute; an attribute that is missing is not analysed.
        num_resamples: bootstrap samples behind each interval; 0 for no intervals.
        seed: their random seed.
        num_examples: how many frequent and how many confident errors are listed.
        with_text: whether words of the corpus may be in the results; without, no errors are listed.
        count_gold_side: whether boundary and type errors are counted by gold mentions instead of by predictions, so
            that a prediction across two gold mentions is two boundary errors.

    Raises:
        ValueError: a number is negative.
    """

    consistency: Consistency = Consistency.SURFACE
    density: Density = Density.ENTITIES
    buckets: Mapping[Attribute, Buckets] = field(default_factory=lambda: DEFAULT_BUCKETS)
    num_resamples: int = 1000
    seed: int = 0
    num_examples: int = 25
    with_text: bool = True
    count_gold_side: bool = False

    def __post_init__(self) -> None:
        for name in ("num_resamples", "seed", "num_examples"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name)}, but must be 0 or more")
