"""The figures of several systems side by side: values that tables, plots, pages and JSON are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from blner_allennlp.analysis.results import Estimate


@dataclass(frozen=True, slots=True)
class OverSeeds:
    """A figure over the seeds of one system.

    Args:
        mean: its mean; None where no seed has it.
        standard_deviation: of the sample (n - 1); None for a single seed.
        values: by seed, in order of the seeds.
        low: lower end of the mean's 95 % bootstrap interval over sentences; None where there is none.
        high: upper end.
    """

    mean: float | None
    standard_deviation: float | None
    values: tuple[float | None, ...]
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class SystemSummary:
    """One system on one split of one corpus, over its seeds.

    Args:
        system: the system's name, one of the paper's four or another.
        corpus: the corpus's name.
        split: which split was answered.
        variant: what else tells it from its like; empty for none.
        settings: what is known of the model, where all seeds agree.
        seeds: the seeds, in order.
        sources: the runs or files, in that order.
        precision: micro precision.
        recall: micro recall.
        f1: micro F1.
        training_seconds: how long training took; None where it is not known.
    """

    system: str
    corpus: str
    split: str
    variant: str
    settings: Mapping[str, str | int | float | None]
    seeds: tuple[int | None, ...]
    sources: tuple[str, ...]
    precision: OverSeeds
    recall: OverSeeds
    f1: OverSeeds
    training_seconds: OverSeeds | None

    @property
    def title(self) -> str:
        """The system's name with its variant."""
        return f"{self.system} ({self.variant})" if self.variant else self.system


@dataclass(frozen=True, slots=True)
class Difference:
    """How much one system's figure is above another's, and whether that may be chance.

    Args:
        system: title of the system.
        base: title of the system that it is compared with.
        figure: what is compared: `f1`, `precision`, `recall`, `boundary_error_rate`, `type_error_rate`.
        delta: the system's mean over seeds minus the base's, with its paired bootstrap interval over sentences.
        p_randomisation: two-sided p of approximate randomisation over sentences; None where it was not made.
        p_bootstrap: two-sided p of the paired bootstrap.
        p_adjusted: `p_randomisation` after Benjamini and Hochberg, among all differences of the same table.
    """

    system: str
    base: str
    figure: str
    delta: Estimate
    p_randomisation: float | None
    p_bootstrap: float | None
    p_adjusted: float | None = None

    @property
    def arrow(self) -> str:
        """↑ above, ↓ below, = equal; empty where there is no figure."""
        if self.delta.value is None:
            return ""
        return "=" if self.delta.value == 0 else "↑" if self.delta.value > 0 else "↓"


@dataclass(frozen=True, slots=True)
class PublishedScores:
    """What the paper prints for one model on one corpus (Table 3), in shares.

    Args:
        precision: as printed.
        recall: as printed.
        f1: as printed.
        erratum: what is known to be wrong with it; empty for nothing.
    """

    precision: float
    recall: float
    f1: float
    erratum: str = ""


@dataclass(frozen=True, slots=True)
class MainRow:
    """One corpus of Table 3: systems, differences, and the paper's own numbers where it has any.

    Args:
        corpus: the corpus's name.
        split: which split was answered.
        systems: in the paper's order, then others.
        differences: BL-SeqNER to SeqNER, BL-SpanNER to SpanNER, SpanNER to SeqNER; and every other system to the first.
        published: by model name; empty for corpora that the paper does not have.
    """

    corpus: str
    split: str
    systems: tuple[SystemSummary, ...]
    differences: tuple[Difference, ...]
    published: Mapping[str, PublishedScores]


@dataclass(frozen=True, slots=True)
class HeatMapCell:
    """One bucket of one system, or one error rate.

    Args:
        column: `eLen XS`, …; `BE`, `TE` in Table 7.
        interval: the bucket's interval for the eye; empty for error rates.
        value: mean over seeds of F1 or of the rate.
        difference: to the standard, SpanNER; None for the standard itself.
        num_gold: gold entities of the bucket; the number of errors in Table 7.
        is_small: too few gold entities for the value to mean much.
    """

    column: str
    interval: str
    value: float | None
    difference: Difference | None
    num_gold: int
    is_small: bool


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Buckets (Table 6) or error rates (Table 7) of one corpus, against one system as the standard.

    Args:
        corpus: the corpus's name.
        split: which split was answered.
        standard: title of the system whose differences are 0, SpanNER in the paper.
        kind: `buckets` or `errors`.
        higher_is_better: True for F1, False for error rates.
        rows: by system title; each has the same columns.
    """

    corpus: str
    split: str
    standard: str
    kind: str
    higher_is_better: bool
    rows: Mapping[str, tuple[HeatMapCell, ...]]


@dataclass(frozen=True, slots=True)
class Curve:
    """F1 against the loss weight α, for one head on one corpus (Figure 5).

    Args:
        corpus: the corpus's name.
        split: which split was answered.
        system: BL-SeqNER or BL-SpanNER; the ends 0 and 1 are SpanNER and SeqNER.
        alphas: in rising order.
        f1: at each of them.
    """

    corpus: str
    split: str
    system: str
    alphas: tuple[float, ...]
    f1: tuple[OverSeeds, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """F1 of systems that differ in one setting (Figures 6 and 7).

    Args:
        corpus: the corpus's name.
        split: which split was answered.
        setting: `tagging` (Figure 6) or `representation` (Figure 7).
        values: the setting's values, as columns.
        f1: by system, in the order of `values`; None where there is no such run.
        training_seconds: likewise.
        differences: each value to the first one of the same system.
    """

    corpus: str
    split: str
    setting: str
    values: tuple[str, ...]
    f1: Mapping[str, tuple[OverSeeds | None, ...]]
    training_seconds: Mapping[str, tuple[OverSeeds | None, ...]]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one corpus says of a conclusion.

    Args:
        corpus: the corpus's name.
        verdict: `holds`, `undecided` (the signs agree, but chance may explain them) or `fails`.
        sentence: by how much and with which confidence, in words.
        figures: the numbers behind it, by name.
    """

    corpus: str
    verdict: str
    sentence: str
    figures: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Conclusion:
    """One of the paper's conclusions, checked on these runs.

    Args:
        number: 1 or 2.
        claim: what the paper concludes, in our words.
        verdict: over all corpora: `holds`, `undecided`, `fails`, `mixed`, or `not checked`, if runs are missing.
        sentence: the outcome in words; what is missing, if it was not checked.
        findings: corpus by corpus.
    """

    number: int
    claim: str
    verdict: str
    sentence: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that `allennlp ner-compare` says.

    Args:
        main: Table 3.
        bucket_maps: Table 6.
        error_maps: Table 7.
        curves: Figure 5.
        taggings: Figure 6.
        representations: Figure 7.
        conclusions: the paper's two.
        num_resamples: bootstrap samples behind each interval; 0 for none.
        resampling_seed: their random seed, and that of the randomisations.
        remarks: what the reader should know, such as seeds that differ between systems.
        num_rounds: rounds of approximate randomisation behind each p; 0 for none.
    """

    main: tuple[MainRow, ...]
    bucket_maps: tuple[HeatMap, ...]
    error_maps: tuple[HeatMap, ...]
    curves: tuple[Curve, ...]
    taggings: tuple[Bars, ...]
    representations: tuple[Bars, ...]
    conclusions: tuple[Conclusion, ...]
    num_resamples: int
    resampling_seed: int
    remarks: tuple[str, ...]
    num_rounds: int = 0

    def to_json(self) -> dict[str, Any]:
        """All figures as plain JSON values."""
        return asdict(self)
