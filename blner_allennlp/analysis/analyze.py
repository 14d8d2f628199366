"""One system's output -> all its figures."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from blner_allennlp.analysis.calibration import calibrate, calibration_counts
from blner_allennlp.analysis.confusion import confuse
from blner_allennlp.analysis.errors import error_figures
from blner_allennlp.analysis.examples import ErrorExamples
from blner_allennlp.analysis.mention_table import MentionTable
from blner_allennlp.analysis.resampled_counts import ResampledCounts, resample_counts
from blner_allennlp.analysis.resampling import Resampling, estimate
from blner_allennlp.analysis.results import (
    SMALL_BUCKET,
    Analysis,
    AttributeFigures,
    BucketFigures,
    Reach,
)
from blner_allennlp.analysis.scores import macro_figures, score_figures
from blner_allennlp.analysis.sentence_counts import SentenceCounts, count_by_sentence
from blner_allennlp.analysis.settings import AnalysisSettings
from blner_allennlp.attributes import Attribute
from blner_allennlp.runs.run_description import SEQ_HEAD
from blner_allennlp.runs.system_output import SystemOutput

_Key = tuple[str, str, int]
_MICRO = ("micro", "", 0)
_BOUNDARIES = ("boundaries", "", 0)
_ERRORS = ("errors", "", 0)
_REACH = ("reach", "", 0)
_CALIBRATION = ("calibration", "", 0)


def analyze(output: SystemOutput, settings: AnalysisSettings | None = None) -> Analysis:
    """Compute everything that there is to say of one system's output (paper, sections 4.1.3 and 4.3).

    Scores overall and by type are 0 where their denominators are, those of empty buckets None. All intervals come from
    the same bootstrap samples of sentences.

    Args:
        output: gold and predictions. Neither the order of a sentence's predictions nor duplicates among them matter.
        settings: choices; None for the defaults.

    Returns:
        The figures.
    """
    chosen = AnalysisSettings() if settings is None else settings
    counts = count_by_sentence(output, chosen)
    table = counts.table
    max_width = _max_width(output)
    resampling = Resampling(counts.num_sentences, chosen.num_resamples, chosen.seed)
    resampled = resample_counts(_collect(counts, chosen, max_width, output.has_scores), resampling)
    by_type = {label: resampled["type", label, 0] for label in table.labels}
    macro_precision, macro_recall, macro_f1 = macro_figures(list(by_type.values()))
    examples = ErrorExamples(table, output.has_scores)
    num_examples = chosen.num_examples if chosen.with_text else 0
    return Analysis(
        info=output.info,
        num_sentences=table.num_sentences,
        num_words=int(table.num_words.sum()),
        micro=score_figures(resampled[_MICRO], none_if_undefined=False),
        macro_precision=macro_precision,
        macro_recall=macro_recall,
        macro_f1=macro_f1,
        boundaries=score_figures(resampled[_BOUNDARIES], none_if_undefined=False),
        per_type={
            label: score_figures(of_type, none_if_undefined=False) for label, of_type in by_type.items()
        },
        attributes=tuple(_attribute_figures(attribute, chosen, resampled) for attribute in counts.attributes),
        errors=error_figures(resampled[_ERRORS]),
        confusion=confuse(table),
        reach=_reach(max_width, resampled[_REACH]),
        calibration=calibrate(resampled[_CALIBRATION]) if output.has_scores else None,
        frequent_errors=examples.most_frequent(num_examples),
        confident_errors=examples.most_confident(num_examples),
        oov_density=_oov_density(table),
        num_resamples=chosen.num_resamples,
        resampling_seed=chosen.seed,
    )


def _collect(
    counts: SentenceCounts, settings: AnalysisSettings, max_width: int | None, has_scores: bool
) -> dict[_Key, NDArray[np.int64] | NDArray[np.float64]]:
    by_figure: dict[_Key, NDArray[np.int64] | NDArray[np.float64]] = {
        _MICRO: counts.micro(),
        _BOUNDARIES: counts.boundaries(),
        _ERRORS: counts.errors(),
    }
    for label in counts.table.labels:
        by_figure["type", label, 0] = counts.of_type(label)
    for attribute in counts.attributes:
        for bucket in range(len(settings.buckets[attribute].intervals)):
            by_figure["bucket", attribute, bucket] = counts.of_bucket(attribute, bucket)
    gold, size = counts.table.gold, counts.num_sentences
    is_beyond = gold.num_words > (np.inf if max_width is None else max_width)
    by_figure[_REACH] = np.stack([gold.per_sentence(size), gold.per_sentence(size, is_beyond)], axis=1)
    if has_scores:
        by_figure[_CALIBRATION] = calibration_counts(counts.table)
    return by_figure


def _attribute_figures(
    attribute: Attribute, settings: AnalysisSettings, resampled: Mapping[_Key, ResampledCounts]
) -> AttributeFigures:
    buckets = settings.buckets[attribute]
    figures = []
    for index, (name, interval, label) in enumerate(
        zip(buckets.names, buckets.intervals, buckets.labels, strict=True)
    ):
        scores = score_figures(resampled["bucket", attribute, index], none_if_undefined=True)
        figures.append(BucketFigures(name, interval, label, scores, is_small=scores.num_gold < SMALL_BUCKET))
    return AttributeFigures(attribute.value, attribute.description, tuple(figures))


def _max_width(output: SystemOutput) -> int | None:
    if output.info.head == SEQ_HEAD:
        return None  # tags spell mentions of any width; what is known of ε is of the model's other head
    width = output.info.settings.get("max_width")
    return width if isinstance(width, int) and not isinstance(width, bool) else None


def _reach(max_width: int | None, counts: ResampledCounts) -> Reach:
    num_gold, num_beyond = counts.total.astype(int).tolist()
    num_resampled, beyond = counts.resampled.T
    shares = np.divide(beyond, num_resampled, out=np.full(len(beyond), np.nan), where=num_resampled > 0)
    share = num_beyond / num_gold if num_gold and max_width is not None else None
    return Reach(max_width, num_gold, num_beyond, estimate(share, shares))


def _oov_density(table: MentionTable) -> float | None:
    num_words = int(table.num_words.sum())
    if table.num_oov is None or not num_words:
        return None
    return int(table.num_oov.sum()) / num_words
