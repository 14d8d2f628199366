"""Outputs of several systems -> the paper's tables, figures and conclusions about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from blner_allennlp.comparison.bars import REPRESENTATION, TAGGING, adjust_bars, make_bars
from blner_allennlp.comparison.conclusion import conclude
from blner_allennlp.comparison.curves import make_curves
from blner_allennlp.comparison.errors import ComparisonError
from blner_allennlp.comparison.evidence import Evidence
from blner_allennlp.comparison.figure_counts import count_parts, count_scores
from blner_allennlp.comparison.first_conclusion import FIRST_CLAIM, check_first_conclusion
from blner_allennlp.comparison.heat_maps import adjust_maps, make_bucket_map, make_error_map
from blner_allennlp.comparison.main_rows import adjust_main_rows, make_main_row
from blner_allennlp.comparison.quartets import find_quartets, missing_models
from blner_allennlp.comparison.remarks import remark_on
from blner_allennlp.comparison.results import (
    Bars,
    Comparison,
    Conclusion,
    Curve,
    Finding,
    HeatMap,
    MainRow,
)
from blner_allennlp.comparison.same_gold import check_same_gold
from blner_allennlp.comparison.second_conclusion import SECOND_CLAIM, check_second_conclusion
from blner_allennlp.comparison.settings import ComparisonSettings
from blner_allennlp.comparison.shared_lexicon import share_lexicons
from blner_allennlp.comparison.systems import System, group_outputs
from blner_allennlp.comparison.variants import name_variants
from blner_allennlp.runs.system_output import SystemOutput


def compare(
    outputs: Sequence[SystemOutput],
    why_outputs: Sequence[SystemOutput],
    settings: ComparisonSettings | None = None,
    say: Callable[[str], None] | None = None,
) -> Comparison:
    """Make everything that the paper says of its systems, of these.

    Outputs are grouped by corpus, split, system and variant, and those of a group are its seeds. The order in which
    they are given matters only for systems that are none of the paper's four.

    Args:
        outputs: answers for Table 3 and conclusion #1, in the paper those to the test sets.
        why_outputs: answers for Tables 6 and 7, Figures 5 to 7 and conclusion #2, in the paper those to the dev sets.
        settings: how to compare; None for the defaults.
        say: told what is done next, for progress.

    Returns:
        The comparison.

    Raises:
        ComparisonError: there is nothing to compare, or outputs for the same split of a corpus have other sentences or
            other gold.
    """
    if not outputs and not why_outputs:
        raise ComparisonError("nothing to compare; give the outputs of at least one system")
    chosen = ComparisonSettings() if settings is None else settings
    tell = _say_nothing if say is None else say
    named = share_lexicons(name_variants([*outputs, *why_outputs]))
    main = group_outputs(named[: len(outputs)])
    why = group_outputs(named[len(outputs) :])
    for systems in (*main.values(), *why.values()):
        check_same_gold(systems)
    parts = _Parts()
    for systems in main.values():
        tell(f"scores of {_place(systems)}")
        _add_main(parts, systems, chosen)
    for systems in why.values():
        tell(f"buckets and errors of {_place(systems)}")
        _add_why(parts, systems, chosen)
    return Comparison(
        main=adjust_main_rows(parts.main),
        bucket_maps=adjust_maps(parts.bucket_maps),
        error_maps=adjust_maps(parts.error_maps),
        curves=tuple(parts.curves),
        taggings=adjust_bars(parts.taggings),
        representations=adjust_bars(parts.representations),
        conclusions=(
            _conclude(1, FIRST_CLAIM, parts.first_findings, main),
            _conclude(2, SECOND_CLAIM, parts.second_findings, why),
        ),
        num_resamples=chosen.num_resamples,
        resampling_seed=chosen.seed,
        remarks=tuple(
            dict.fromkeys(
                remark for systems in (*main.values(), *why.values()) for remark in remark_on(systems)
            )
        ),
        num_rounds=chosen.num_rounds,
    )


@dataclass(slots=True)
class _Parts:
    """What is made corpus by corpus, before p values are corrected."""

    main: list[MainRow] = field(default_factory=list)
    bucket_maps: list[HeatMap] = field(default_factory=list)
    error_maps: list[HeatMap] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)
    taggings: list[Bars] = field(default_factory=list)
    representations: list[Bars] = field(default_factory=list)
    first_findings: list[Finding] = field(default_factory=list)
    second_findings: list[Finding] = field(default_factory=list)


def _add_main(parts: _Parts, systems: tuple[System, ...], settings: ComparisonSettings) -> None:
    evidence = Evidence(systems, count_scores, settings)
    parts.main.append(make_main_row(systems, evidence))
    parts.first_findings += [
        check_first_conclusion(quartet, evidence, settings.close_gap) for quartet in find_quartets(systems)
    ]


def _add_why(parts: _Parts, systems: tuple[System, ...], settings: ComparisonSettings) -> None:
    scores = Evidence(systems, count_scores, settings)
    parts.curves += make_curves(systems, scores)
    for bars, setting in ((parts.taggings, TAGGING), (parts.representations, REPRESENTATION)):
        made = make_bars(setting, systems, scores)
        bars += [made] if made is not None else []
    evidence = Evidence(systems, count_parts, settings)
    bucket_map = make_bucket_map(systems, evidence, settings.standard)
    parts.bucket_maps += [bucket_map] if bucket_map is not None else []
    parts.error_maps.append(make_error_map(systems, evidence, settings.standard))
    findings = (
        check_second_conclusion(quartet, evidence, settings.num_resamples, settings.seed)
        for quartet in find_quartets(systems)
    )
    parts.second_findings += [finding for finding in findings if finding is not None]


def _conclude(
    number: int,
    claim: str,
    findings: Sequence[Finding],
    by_place: Mapping[tuple[str, str], tuple[System, ...]],
) -> Conclusion:
    checked = {finding.corpus for finding in findings}
    not_checked: dict[str, Sequence[str]] = {}
    for systems in by_place.values():
        if not any(quartet.label in checked for quartet in find_quartets(systems)):
            not_checked[systems[0].corpus] = missing_models(systems) or ("buckets with enough gold entities",)
    return conclude(number, claim, findings, not_checked)


def _say_nothing(_description: str) -> None:
    pass


def _place(systems: Iterable[System]) -> str:
    first = next(iter(systems))
    return f"{first.corpus} {first.split}"
