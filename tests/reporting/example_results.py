"""Made-up results for the tests of tables, figures and pages: consistent, reproducible, as odd as real ones.

Mentions are drawn at random and counted, so that an analysis's figures agree with each other: the buckets of each
attribute add up to the whole, the confusion to the gold. Intervals and p are rough (normal approximations).
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

from blner_allennlp.analysis.results import (
    SMALL_BUCKET,
    Analysis,
    AttributeFigures,
    BucketFigures,
    Calibration,
    Confusion,
    ErrorExample,
    ErrorFigures,
    Estimate,
    Interval,
    Reach,
    ReliabilityBin,
    ScoreFigures,
)
from blner_allennlp.comparison.results import (
    Bars,
    Comparison,
    Conclusion,
    Curve,
    Difference,
    Finding,
    HeatMap,
    HeatMapCell,
    MainRow,
    OverSeeds,
    PublishedScores,
    SystemSummary,
)
from blner_allennlp.runs.system_output import FOUR_MODELS, SystemInfo

FEW_TYPES = ("LOC", "ORG", "PER", "creative-work", "group", "product")
MANY_TYPES = (
    "CARDINAL",
    "DATE",
    "EVENT",
    "FAC",
    "GPE",
    "LANGUAGE",
    "LAW",
    "LOC",
    "MONEY",
    "NORP",
    "ORDINAL",
    "ORG",
    "PERCENT",
    "PERSON",
    "PRODUCT",
    "QUANTITY",
    "TIME",
    "WORK_OF_ART",
)
"""As many as OntoNotes has."""
ODD_TYPES = (
    "<script>alert('type')</script>",
    "A&B_100%",
    "Chemical$ | #1 {x}~^\\",
    "a_type_whose_name_is_far_longer_than_anybody_would_want_to_read_in_a_table",
    "Ügyfél",
)
"""Names that have to be escaped or wrapped."""

STRENGTHS = {"SeqNER": 0.78, "BL-SeqNER": 0.82, "SpanNER": 0.81, "BL-SpanNER": 0.85}
"""How likely each model finds a mention."""
CORPORA = ("wnut17", "conll04")

_ATTRIBUTES: tuple[tuple[str, str, tuple[tuple[str, Interval], ...]], ...] = (
    (
        "eLen",
        "entity length in words",
        (
            ("[1]", Interval(1, 1, True, True)),
            ("[2]", Interval(2, 2, True, True)),
            ("[3, 4]", Interval(3, 4, True, True)),
            ("≥ 5", Interval(5, None, True, False)),
        ),
    ),
    (
        "tLen",
        "text length in words",
        (
            ("[1, 7]", Interval(1, 7, True, True)),
            ("[8, 16]", Interval(8, 16, True, True)),
            ("[17, 31]", Interval(17, 31, True, True)),
            ("≥ 32", Interval(32, None, True, False)),
        ),
    ),
    (
        "eCon",
        "label consistency of the entity in the training data",
        (
            ("[0, 0.1]", Interval(0, 0.1, True, True)),
            ("(0.1, 0.5]", Interval(0.1, 0.5, False, True)),
            ("(0.5, 0.9]", Interval(0.5, 0.9, False, True)),
            ("(0.9, 1]", Interval(0.9, 1, False, True)),
        ),
    ),
    (
        "eDen",
        "entities per word of the text",
        (
            ("[0, 0.01]", Interval(0, 0.01, True, True)),
            ("(0.01, 0.025]", Interval(0.01, 0.025, False, True)),
            ("(0.025, 0.05]", Interval(0.025, 0.05, False, True)),
            ("(0.05, 1]", Interval(0.05, 1, False, True)),
        ),
    ),
)
_BUCKET_NAMES = ("XS", "S", "L", "XL")
# The first bucket of eDen stays empty, and one or two others small, as in most corpora.
_BUCKET_WEIGHTS = {
    "eLen": (60, 28, 10, 2),
    "tLen": (4, 30, 50, 16),
    "eCon": (50, 5, 10, 35),
    "eDen": (0, 8, 30, 62),
}


@dataclass(frozen=True)
class _Mention:
    """A mention of the gold, of the predictions, or of both."""

    gold_type: str | None
    predicted_type: str | None
    same_words: bool
    overlaps: bool
    buckets: tuple[int, ...]
    score: float

    @property
    def is_right(self) -> bool:
        return self.same_words and self.gold_type == self.predicted_type


def make_analysis(
    system: str = "BL-SpanNER",
    corpus: str = "wnut17",
    *,
    split: str = "test",
    seed: int | None = 1,
    variant: str = "",
    types: Sequence[str] = FEW_TYPES,
    num_gold: int = 500,
    strength: float | None = None,
    has_scores: bool = True,
    has_intervals: bool = True,
) -> Analysis:
    """One system's figures.

    Args:
        system: its name; one of the paper's models has a strength of its own.
        corpus: the corpus's name.
        split: the split's name.
        seed: the run's seed, which also draws the mentions.
        variant: what else tells it from its like.
        types: entity types, sorted here.
        num_gold: gold mentions; 0 gives an analysis in which next to nothing can be computed.
        strength: how likely a mention is found; None for that of the model, 0.75 for others.
        has_scores: whether there is a calibration.
        has_intervals: whether figures have bootstrap intervals.

    Returns:
        The figures.
    """
    types = sorted(types)
    if strength is None:
        # Large differences on one corpus, small ones on the other.
        strength = STRENGTHS.get(system, 0.75) - (0.12 if (system, corpus) == ("SeqNER", "wnut17") else 0)
    # The number comes from the text itself, as Python's own hash differs from process to process.
    random = Random(f"{system} {corpus} {split} {seed} {variant}")
    # All systems face the same gold.
    mentions = _draw(Random(f"{corpus} {split}"), random, types, num_gold, strength)

    def estimate(numerator: int, denominator: int) -> Estimate:
        return _share(numerator, denominator, has_intervals)

    def scores(keep: Callable[[_Mention], bool] = lambda mention: True, typed: bool = True) -> ScoreFigures:
        kept = [mention for mention in mentions if keep(mention)]
        right = sum(mention.is_right if typed else mention.same_words for mention in kept)
        predicted = sum(mention.predicted_type is not None for mention in kept)
        gold = sum(mention.gold_type is not None for mention in kept)
        return _score_figures(right, predicted, gold, has_intervals)

    per_type = {}
    for label in types:
        right = sum(mention.is_right and mention.gold_type == label for mention in mentions)
        predicted = sum(mention.predicted_type == label for mention in mentions)
        gold = sum(mention.gold_type == label for mention in mentions)
        per_type[label] = _score_figures(right, predicted, gold, has_intervals)

    attributes = []
    for position, (attribute, title, intervals) in enumerate(_ATTRIBUTES):
        buckets = []
        for index, (label, interval) in enumerate(intervals):
            figures = scores(lambda mention, p=position, i=index: mention.buckets[p] == i)
            buckets.append(
                BucketFigures(_BUCKET_NAMES[index], interval, label, figures, figures.num_gold < SMALL_BUCKET)
            )
        attributes.append(AttributeFigures(attribute, title, tuple(buckets)))

    false_positives = sum(m.predicted_type is not None and not m.is_right for m in mentions)
    false_negatives = sum(m.gold_type is not None and not m.is_right for m in mentions)
    type_errors = sum(m.same_words and not m.is_right for m in mentions)
    boundary_errors = sum(m.predicted_type is not None and m.overlaps and not m.same_words for m in mentions)
    num_errors = false_positives + false_negatives
    beyond = num_gold // 40
    macro = [
        _mean([getattr(figures, name).value for figures in per_type.values()])
        for name in ("precision", "recall", "f1")
    ]
    return Analysis(
        info=SystemInfo(
            system=system,
            corpus=corpus,
            split=split,
            seed=seed,
            variant=variant,
            settings={"alpha": 0.1, "tagging": "softmax", "representation": "hybrid", "max_width": 6},
            source=f"runs/{corpus}/{system.lower()}-{seed}",
        ),
        num_sentences=max(1, num_gold),
        num_words=max(5, 18 * num_gold),
        micro=scores(),
        macro_precision=Estimate(macro[0]),
        macro_recall=Estimate(macro[1]),
        macro_f1=Estimate(
            macro[2],
            *(
                (max(0.0, macro[2] - 0.03), min(1.0, macro[2] + 0.03))
                if has_intervals and macro[2] is not None
                else ()
            ),
        ),
        boundaries=scores(typed=False),
        per_type=per_type,
        attributes=tuple(attributes),
        errors=ErrorFigures(
            num_errors=num_errors,
            false_positives=false_positives,
            false_negatives=false_negatives,
            type_errors=type_errors,
            boundary_errors=boundary_errors,
            spurious=sum(m.gold_type is None and not m.overlaps for m in mentions),
            missing=sum(m.predicted_type is None and not m.overlaps for m in mentions),
            boundary_error_rate=estimate(boundary_errors, num_errors),
            type_error_rate=estimate(type_errors, num_errors),
        ),
        confusion=_confusion(types, mentions),
        reach=Reach(6, num_gold, beyond, estimate(beyond, num_gold)),
        calibration=_calibration(mentions, has_intervals) if has_scores else None,
        frequent_errors=_frequent_errors(types, has_scores) if num_gold else (),
        confident_errors=_confident_errors(types) if num_gold and has_scores else (),
        oov_density=0.31 if corpus == "wnut17" else 0.12 if num_gold else None,
        num_resamples=1000 if has_intervals else 0,
        resampling_seed=13,
    )


def make_analyses(
    systems: Sequence[str] = FOUR_MODELS,
    corpora: Sequence[str] = CORPORA,
    *,
    split: str = "test",
    seeds: Sequence[int | None] = (1,),
    types: Sequence[str] = FEW_TYPES,
    num_gold: int = 500,
) -> list[Analysis]:
    """The figures of several systems.

    Args:
        systems: their names.
        corpora: the corpora's names.
        split: the split's name.
        seeds: a run for each.
        types: entity types.
        num_gold: gold mentions of each corpus.

    Returns:
        Corpus by corpus, system by system, seed by seed.
    """
    return [
        make_analysis(system, corpus, split=split, seed=seed, types=types, num_gold=num_gold)
        for corpus in corpora
        for system in systems
        for seed in seeds
    ]


def make_bare_analysis() -> Analysis:
    """A system from elsewhere on an empty corpus: hardly a figure, no scores, no training data, no intervals."""
    analysis = make_analysis(
        "other system", "empty.conll", seed=None, types=(), num_gold=0, has_scores=False, has_intervals=False
    )
    return replace(
        analysis,
        info=SystemInfo("other system", "empty.conll", "test", source="empty.conll"),
        attributes=analysis.attributes[:2],
        reach=Reach(None, 0, 0, Estimate(None)),
        oov_density=None,
    )


def make_comparison(
    systems: Sequence[str] = FOUR_MODELS,
    corpora: Sequence[str] = CORPORA,
    *,
    seeds: Sequence[int | None] = (1, 2, 3),
    types: Sequence[str] = FEW_TYPES,
    num_gold: int = 500,
) -> Comparison:
    """Everything that a comparison can hold.

    Args:
        systems: their names; SpanNER, or else the first one, is the standard of the heat maps.
        corpora: the corpora's names.
        seeds: a run for each; with one seed there are no standard deviations.
        types: entity types.
        num_gold: gold mentions of each corpus.

    Returns:
        The comparison.
    """
    by_system = {
        (system, corpus): make_analyses([system], [corpus], seeds=seeds, types=types, num_gold=num_gold)
        for system in systems
        for corpus in corpora
    }
    main, bucket_maps, error_maps = [], [], []
    for corpus in corpora:
        runs = {system: by_system[system, corpus] for system in systems}
        main.append(_main_row(corpus, runs))
        bucket_maps.append(_bucket_map(corpus, runs))
        error_maps.append(_error_map(corpus, runs))
    random = Random("comparison")
    return Comparison(
        main=tuple(main),
        bucket_maps=tuple(bucket_maps),
        error_maps=tuple(error_maps),
        curves=tuple(
            _curve(random, corpus, system, len(seeds)) for corpus in corpora for system in _BUNDLED_HEADS
        ),
        taggings=tuple(
            _bars(random, corpus, "tagging", ("softmax", "crf"), ("SeqNER", *_BUNDLED_HEADS), len(seeds))
            for corpus in corpora
        ),
        representations=tuple(
            _bars(
                random,
                corpus,
                "representation",
                ("boundary", "pooling", "hybrid"),
                ("SpanNER", *_BUNDLED_HEADS),
                len(seeds),
            )
            for corpus in corpora
        ),
        conclusions=_conclusions(corpora),
        num_resamples=1000,
        resampling_seed=13,
        remarks=(
            "wnut17: BL-SeqNER has the seeds 1, 2, 3, but SeqNER the seeds 1, 2; means are over different seeds.",
        ),
    )


def make_bare_comparison() -> Comparison:
    """One system from elsewhere, alone on one corpus: no difference, no curve, no bar, nothing to conclude."""
    comparison = make_comparison(["other system"], ["mine.conll"], seeds=(None,))
    return replace(
        comparison,
        bucket_maps=(),
        error_maps=(),
        curves=(),
        taggings=(),
        representations=(),
        conclusions=tuple(
            replace(conclusion, verdict="not checked", sentence="No runs of the four models.", findings=())
            for conclusion in comparison.conclusions
        ),
        remarks=(),
    )


_BUNDLED_HEADS = ("BL-SeqNER", "BL-SpanNER")


def _draw(
    gold_random: Random, random: Random, types: Sequence[str], num_gold: int, strength: float
) -> list[_Mention]:
    """Gold mentions, what became of them, and predictions that nothing in the gold accounts for."""
    type_weights = [1 / (rank + 1) for rank in range(len(types))]
    mentions = []
    for _ in range(num_gold):
        gold_type = gold_random.choices(types, type_weights)[0]
        buckets = tuple(
            gold_random.choices(range(4), _BUCKET_WEIGHTS[attribute])[0] for attribute, _, _ in _ATTRIBUTES
        )
        fate = random.random()
        sure = random.betavariate(8, 1.5)
        unsure = random.betavariate(4, 2.5)
        if fate < strength:
            mentions.append(_Mention(gold_type, gold_type, True, True, buckets, sure))
        elif fate < strength + 0.4 * (1 - strength) and len(types) > 1:
            other = random.choice([label for label in types if label != gold_type])
            mentions.append(_Mention(gold_type, other, True, True, buckets, unsure))
        elif fate < strength + 0.7 * (1 - strength):
            mentions.append(_Mention(gold_type, None, False, True, buckets, 0.0))
            mentions.append(_Mention(None, gold_type, False, True, buckets, unsure))
        else:
            mentions.append(_Mention(gold_type, None, False, False, buckets, 0.0))
    for _ in range(round(num_gold * (1 - strength) / 4)):
        buckets = tuple(
            random.choices(range(4), _BUCKET_WEIGHTS[attribute])[0] for attribute, _, _ in _ATTRIBUTES
        )
        mentions.append(_Mention(None, random.choice(types), False, False, buckets, random.betavariate(3, 3)))
    return mentions


def _share(numerator: float, denominator: float, has_interval: bool) -> Estimate:
    if not denominator:
        return Estimate(None)
    value = numerator / denominator
    if not has_interval:
        return Estimate(value)
    margin = 1.96 * math.sqrt(max(value * (1 - value), 1e-4) / denominator)
    return Estimate(value, max(0.0, value - margin), min(1.0, value + margin))


def _score_figures(right: int, predicted: int, gold: int, has_intervals: bool) -> ScoreFigures:
    if not predicted and not gold:
        return ScoreFigures(0, 0, 0, Estimate(None), Estimate(None), Estimate(None))
    precision = _share(right, predicted, has_intervals) if predicted else Estimate(0.0)
    recall = _share(right, gold, has_intervals) if gold else Estimate(0.0)
    return ScoreFigures(
        right, predicted, gold, precision, recall, _share(2 * right, predicted + gold, has_intervals)
    )


def _confusion(types: Sequence[str], mentions: Sequence[_Mention]) -> Confusion:
    index = {label: position for position, label in enumerate(types)}
    counts = [[0] * (len(types) + 1) for _ in range(len(types) + 1)]
    for mention in mentions:
        row = index.get(mention.gold_type, len(types)) if mention.gold_type else len(types)
        column = index.get(mention.predicted_type, len(types)) if mention.predicted_type else len(types)
        counts[row][column] += 1
    return Confusion(tuple(types), tuple(tuple(row) for row in counts))


def _calibration(mentions: Sequence[_Mention], has_intervals: bool) -> Calibration:
    predictions = [mention for mention in mentions if mention.predicted_type is not None]
    bins, distance = [], 0.0
    for index in range(10):
        kept = [m for m in predictions if min(9, int(10 * m.score)) == index]
        right = sum(m.is_right for m in kept)
        mean = sum(m.score for m in kept) / len(kept) if kept else None
        bins.append(
            ReliabilityBin(
                index / 10, (index + 1) / 10, len(kept), mean, _share(right, len(kept), has_intervals)
            )
        )
        if mean is not None:
            distance += abs(mean * len(kept) - right)
    error = distance / len(predictions) if predictions else None
    if error is None or not has_intervals:
        return Calibration(tuple(bins), Estimate(error))
    return Calibration(tuple(bins), Estimate(error, max(0.0, error - 0.01), error + 0.01))


def _frequent_errors(types: Sequence[str], has_scores: bool) -> tuple[ErrorExample, ...]:
    first, last = types[0], types[-1]
    return (
        ErrorExample(
            "type", "Mill & Co_", last, "Mill & Co_", first, 7, 0.83 if has_scores else None, (3, 17, 40)
        ),
        ErrorExample("missing", "the |old| harbour", None, "the |old| harbour", first, 4, None, (1, 2)),
        ErrorExample(
            "boundary", "Mira", first, "Mira 50% Stone", first, 2, 0.71 if has_scores else None, (8, 9)
        ),
        ErrorExample("spurious", "#rain", last, None, None, 1, 0.52 if has_scores else None, (22,)),
    )


def _confident_errors(types: Sequence[str]) -> tuple[ErrorExample, ...]:
    first, last = types[0], types[-1]
    return (
        ErrorExample("spurious", "Tuesday morning <b>", last, None, None, 1, 0.998, (5,)),
        ErrorExample("type", "Northgate", first, "Northgate", last, 1, 0.981, (30,)),
        ErrorExample("boundary", "River", last, "River Lane", last, 1, 0.973, (11,)),
    )


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _over_seeds(values: Sequence[float | None], margin: float = 0.015) -> OverSeeds:
    known = [value for value in values if value is not None]
    if not known:
        return OverSeeds(None, None, tuple(values))
    mean = statistics.fmean(known)
    deviation = statistics.stdev(known) if len(known) > 1 else None
    return OverSeeds(mean, deviation, tuple(values), mean - margin, mean + margin)


def _difference(
    system: str, base: str, figure: str, value: float | None, base_value: float | None, margin: float
) -> Difference:
    if value is None or base_value is None:
        return Difference(system, base, figure, Estimate(None), None, None)
    delta = value - base_value
    p = math.erfc(abs(delta) / (margin / 1.96) / math.sqrt(2))
    return Difference(
        system, base, figure, Estimate(delta, delta - margin, delta + margin), p, p * 0.9, min(1.0, 1.5 * p)
    )


def _main_row(corpus: str, runs: dict[str, list[Analysis]]) -> MainRow:
    summaries = {}
    for system, analyses in runs.items():
        info = analyses[0].info
        summaries[system] = SystemSummary(
            system=system,
            corpus=corpus,
            split=info.split,
            variant="",
            settings=info.settings,
            seeds=tuple(analysis.info.seed for analysis in analyses),
            sources=tuple(analysis.info.source for analysis in analyses),
            precision=_over_seeds([analysis.micro.precision.value for analysis in analyses]),
            recall=_over_seeds([analysis.micro.recall.value for analysis in analyses]),
            f1=_over_seeds([analysis.micro.f1.value for analysis in analyses]),
            training_seconds=_over_seeds([100.0 + 7 * k for k in range(len(analyses))], 5.0),
        )
    pairs = [("BL-SeqNER", "SeqNER"), ("BL-SpanNER", "SpanNER"), ("SpanNER", "SeqNER")]
    first = next(iter(runs))
    pairs += [(system, first) for system in runs if system not in FOUR_MODELS and system != first]
    differences = [
        _difference(
            system,
            base,
            figure,
            getattr(summaries[system], figure).mean,
            getattr(summaries[base], figure).mean,
            0.02,
        )
        for system, base in pairs
        if system in runs and base in runs
        for figure in ("f1", "precision", "recall")
    ]
    published = {}
    if corpus in ("wnut17", "conll04"):
        published = {
            system: PublishedScores(
                0.61 + 0.01 * rank,
                0.52,
                0.56 + 0.01 * rank,
                "F1 does not follow from P and R: 91.32"
                if corpus == "conll04" and system == "SeqNER"
                else "",
            )
            for rank, system in enumerate(FOUR_MODELS)
        }
    return MainRow(corpus, "test", tuple(summaries.values()), tuple(differences), published)


def _bucket_map(corpus: str, runs: dict[str, list[Analysis]]) -> HeatMap:
    standard = "SpanNER" if "SpanNER" in runs else next(iter(runs))
    rows: dict[str, tuple[HeatMapCell, ...]] = {}
    for system, analyses in runs.items():
        cells = []
        for position, attribute in enumerate(analyses[0].attributes):
            for index, bucket in enumerate(attribute.buckets):
                value, base_value = (
                    _mean([run.attributes[position].buckets[index].scores.f1.value for run in compared])
                    for compared in (analyses, runs[standard])
                )
                difference = _difference(system, standard, "f1", value, base_value, 0.04)
                cells.append(
                    HeatMapCell(
                        f"{attribute.attribute} {bucket.name}",
                        bucket.label,
                        value,
                        None if system == standard else difference,
                        bucket.scores.num_gold,
                        bucket.is_small,
                    )
                )
        rows[system] = tuple(cells)
    return HeatMap(corpus, "dev", standard, "buckets", True, rows)


def _error_map(corpus: str, runs: dict[str, list[Analysis]]) -> HeatMap:
    standard = "SpanNER" if "SpanNER" in runs else next(iter(runs))
    rows: dict[str, tuple[HeatMapCell, ...]] = {}
    for system, analyses in runs.items():
        cells = []
        for column, figure in (("BE", "boundary_error_rate"), ("TE", "type_error_rate")):
            value, base_value = (
                _mean([getattr(run.errors, figure).value for run in compared])
                for compared in (analyses, runs[standard])
            )
            difference = _difference(system, standard, figure, value, base_value, 0.03)
            cells.append(
                HeatMapCell(
                    column,
                    "",
                    value,
                    None if system == standard else difference,
                    analyses[0].errors.num_errors,
                    analyses[0].errors.num_errors < SMALL_BUCKET,
                )
            )
        rows[system] = tuple(cells)
    return HeatMap(corpus, "dev", standard, "errors", False, rows)


def _curve(random: Random, corpus: str, system: str, num_seeds: int) -> Curve:
    alphas = tuple(index / 10 for index in range(11))
    height = 0.85 if system == "BL-SpanNER" else 0.83
    f1 = [
        _over_seeds([height - 0.05 * alpha + random.gauss(0, 0.004) for _ in range(num_seeds)])
        for alpha in alphas
    ]
    # At the ends both heads' curves meet plain models.
    f1[0] = _over_seeds([0.828 + 0.002 * index for index in range(num_seeds)])
    f1[-1] = _over_seeds([0.762 + 0.004 * index for index in range(num_seeds)])
    return Curve(corpus, "dev", system, alphas, tuple(f1))


def _bars(
    random: Random,
    corpus: str,
    setting: str,
    values: tuple[str, ...],
    systems: tuple[str, ...],
    num_seeds: int,
) -> Bars:
    f1: dict[str, tuple[OverSeeds | None, ...]] = {
        system: tuple(
            _over_seeds([0.8 + 0.01 * rank + random.gauss(0, 0.005) for _ in range(num_seeds)])
            for rank, _ in enumerate(values)
        )
        for system in systems
    }
    seconds: dict[str, tuple[OverSeeds | None, ...]] = {
        system: tuple(
            _over_seeds([120.0 + 80 * rank + random.gauss(0, 5) for _ in range(num_seeds)], 4.0)
            for rank, _ in enumerate(values)
        )
        for system in systems
    }
    # One combination was never run.
    f1[systems[-1]] = (*f1[systems[-1]][:-1], None)
    seconds[systems[-1]] = (*seconds[systems[-1]][:-1], None)
    differences = tuple(
        _difference(
            f"{system} ({value})", f"{system} ({values[0]})", "f1", cell.mean, f1[system][0].mean, 0.012
        )
        for system in systems
        for value, cell in zip(values[1:], f1[system][1:], strict=True)
        if cell is not None and f1[system][0] is not None
    )
    return Bars(corpus, "dev", setting, values, f1, seconds, differences)


def _conclusions(corpora: Sequence[str]) -> tuple[Conclusion, ...]:
    verdicts = ("holds", "undecided", "fails")
    findings = tuple(
        Finding(
            corpus,
            verdicts[index % 3],
            f"BL-SeqNER is {1.5 - index:+.2f} points of F1 above SeqNER (p = 0.0{index + 1}).",
            {"gap": 0.03, "gain_seq": 0.015 - 0.01 * index, "gain_span": None},
        )
        for index, corpus in enumerate(corpora)
    )
    return (
        Conclusion(
            1,
            "Where the two models are close, bundling helps both; where they are far apart, the weaker one only.",
            "mixed",
            "Holds on one corpus of two.",
            findings,
        ),
        Conclusion(
            2,
            "Bundling hands on advantages of one model to the other, in all four attributes, and disadvantages, too.",
            "undecided",
            "The signs agree, but chance may explain them.",
            findings,
        ),
    )
