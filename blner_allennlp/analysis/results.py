"""The figures of one system on one split: values that tables, plots, pages and JSON are made from.

Shares are in [0, 1]; a figure that nothing can be computed from is None and shown as a dash, never as 0.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from blner_allennlp.runs.system_output import SystemInfo


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and how far chance in the choice of sentences may move it.

    Args:
        value: the figure itself; None where there is nothing to compute it from.
        low: lower end of its 95 % bootstrap interval; None where there is none.
        high: upper end.
    """

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class ScoreFigures:
    """Precision, recall and F1 with the counts that they are made of (paper, Eq. 22).

    Args:
        true_positives: mentions that are both predicted and gold.
        num_predicted: predicted mentions.
        num_gold: gold mentions.
        precision: true positives over predicted.
        recall: true positives over gold.
        f1: their harmonic mean.
    """

    true_positives: int
    num_predicted: int
    num_gold: int
    precision: Estimate
    recall: Estimate
    f1: Estimate


@dataclass(frozen=True, slots=True)
class Interval:
    """A range of values of an attribute.

    Args:
        low: lower end.
        high: upper end; None for no end.
        low_closed: whether `low` itself belongs to it.
        high_closed: whether `high` itself belongs to it.
    """

    low: float
    high: float | None
    low_closed: bool
    high_closed: bool

    def __contains__(self, value: float) -> bool:
        above = value >= self.low if self.low_closed else value > self.low
        if self.high is None:
            return above
        return above and (value <= self.high if self.high_closed else value < self.high)


@dataclass(frozen=True, slots=True)
class BucketFigures:
    """Scores of the entities whose attribute is in one interval.

    Args:
        name: `XS`, `S`, `L`, `XL` where there are four, else `1`, `2`, …
        interval: the values of the attribute.
        label: the interval for the eye: `[1, 7]`, `(0.1, 0.5]`, `≥ 32`.
        scores: recall over gold in it, precision over predictions in it; all None where it is empty.
        is_small: too few gold entities for the scores to mean much (fewer than `SMALL_BUCKET`).
    """

    name: str
    interval: Interval
    label: str
    scores: ScoreFigures
    is_small: bool


SMALL_BUCKET = 30


@dataclass(frozen=True, slots=True)
class AttributeFigures:
    """One attribute's buckets; their counts add up to those of the corpus.

    Args:
        attribute: `eLen`, `tLen`, `eCon`, `eDen`, `eFre`, `tFre` or `oDen`.
        title: what it is, in words.
        buckets: in order of their intervals.
    """

    attribute: str
    title: str
    buckets: tuple[BucketFigures, ...]


@dataclass(frozen=True, slots=True)
class ErrorFigures:
    """What kinds of errors there are (paper, Eq. 24).

    Args:
        num_errors: false positives and false negatives, the rates' denominator.
        false_positives: predicted mentions that are no gold.
        false_negatives: gold mentions that were not predicted.
        type_errors: predictions with a gold mention's words but another type.
        boundary_errors: predictions that share words with gold, but have no gold mention's boundaries.
        spurious: predictions that share no word with gold.
        missing: gold mentions that no prediction shares a word with.
        boundary_error_rate: boundary errors over `num_errors`.
        type_error_rate: type errors over `num_errors`.
    """

    num_errors: int
    false_positives: int
    false_negatives: int
    type_errors: int
    boundary_errors: int
    spurious: int
    missing: int
    boundary_error_rate: Estimate
    type_error_rate: Estimate


@dataclass(frozen=True, slots=True)
class Confusion:
    """Which type was taken for which, over mentions whose words are right, and which were missed or made up.

    Args:
        labels: the types in alphabetical order; the last row and column stand for "no mention of these words".
        counts: `counts[gold][predicted]`, one row and column more than `labels`; its last cell is 0.
    """

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Predictions whose scores lie together.

    Args:
        low: lowest score of the bin.
        high: highest score of the bin.
        num_predicted: predictions in it.
        mean_score: their mean score; None where there are none.
        share_right: the share of them that are right.
    """

    low: float
    high: float
    num_predicted: int
    mean_score: float | None
    share_right: Estimate


@dataclass(frozen=True, slots=True)
class Calibration:
    """Whether scores are what they claim to be: shares of right answers.

    Args:
        bins: ten of equal width over [0, 1].
        expected_calibration_error: mean distance of score and share of right answers, weighted by predictions.
    """

    bins: tuple[ReliabilityBin, ...]
    expected_calibration_error: Estimate


@dataclass(frozen=True, slots=True)
class ErrorExample:
    """One error, or one that is made again and again.

    Args:
        kind: `type`, `boundary`, `spurious` or `missing`.
        text: the words of the prediction, or those of the gold mention that is missing.
        predicted_type: None where nothing was predicted.
        gold_text: the words of the gold mention that it should have been; None for spurious ones.
        gold_type: its type.
        count: how often exactly this happened.
        score: the highest score among them; None without scores and for missing mentions.
        sentence_indices: where, at most ten of them.
    """

    kind: str
    text: str
    predicted_type: str | None
    gold_text: str | None
    gold_type: str | None
    count: int
    score: float | None
    sentence_indices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """Gold that the span head cannot find, whatever it learns.

    Args:
        max_width: ε in words; None where there is no limit, as for sequence heads, or it is not known.
        num_gold: all gold mentions.
        num_beyond: those wider than `max_width`.
        share_beyond: their share.
    """

    max_width: int | None
    num_gold: int
    num_beyond: int
    share_beyond: Estimate


@dataclass(frozen=True, slots=True)
class Analysis:
    """All figures of one system on one split.

    Args:
        info: who answered, and to what.
        num_sentences: sentences, also those without any mention.
        num_words: their words.
        micro: over all mentions, the paper's scores.
        macro_precision: unweighted mean over types.
        macro_recall: unweighted mean over types.
        macro_f1: unweighted mean of the types' F1.
        boundaries: words right, whatever the type.
        per_type: by type, in alphabetical order.
        attributes: buckets by attribute; those that need the training data are left out where it is not known.
        errors: kinds of errors.
        confusion: types taken for each other.
        reach: gold wider than ε.
        calibration: None without scores.
        frequent_errors: those made most often, first.
        confident_errors: wrong predictions with the highest scores, first; empty without scores.
        oov_density: share of the split's words that the training data do not hold (Eq. 21); None where unknown.
        num_resamples: bootstrap samples behind each interval; 0 for none.
        resampling_seed: their random seed.
    """

    info: SystemInfo
    num_sentences: int
    num_words: int
    micro: ScoreFigures
    macro_precision: Estimate
    macro_recall: Estimate
    macro_f1: Estimate
    boundaries: ScoreFigures
    per_type: dict[str, ScoreFigures]
    attributes: tuple[AttributeFigures, ...]
    errors: ErrorFigures
    confusion: Confusion
    reach: Reach
    calibration: Calibration | None
    frequent_errors: tuple[ErrorExample, ...]
    confident_errors: tuple[ErrorExample, ...]
    oov_density: float | None
    num_resamples: int
    resampling_seed: int

    def to_json(self) -> dict[str, Any]:
        """All figures as plain JSON values."""
        return asdict(self)
