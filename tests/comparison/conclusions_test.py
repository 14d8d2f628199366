"""The two conclusions on systems for which it is known whether they hold."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean

import numpy as np
import pytest

from blner_allennlp.comparison.compare import compare
from blner_allennlp.comparison.conclusion import conclude
from blner_allennlp.comparison.evidence import Evidence, pair_seeds, summarise
from blner_allennlp.comparison.figure_counts import count_parts, count_scores
from blner_allennlp.comparison.first_conclusion import check_first_conclusion
from blner_allennlp.comparison.published.table3 import TABLE_3
from blner_allennlp.comparison.quartets import find_quartets
from blner_allennlp.comparison.results import Conclusion, Finding
from blner_allennlp.comparison.second_conclusion import check_second_conclusion
from blner_allennlp.comparison.settings import ComparisonSettings
from blner_allennlp.comparison.systems import group_outputs
from blner_allennlp.comparison.wording import listed, per_cent, points
from blner_allennlp.entities import Entity, Sentence
from tests.comparison.invented_systems import Luck, answer, draw_gold, four_models

QUICK = ComparisonSettings(num_resamples=200, num_rounds=50)
GOLD = draw_gold(600)


def first(lucks: Mapping[str, float | Luck], **options: object) -> Conclusion:
    return compare(four_models(GOLD, lucks, **options), (), QUICK).conclusions[0]


def second(lucks: Mapping[str, float | Luck]) -> Conclusion:
    return compare((), four_models(GOLD, lucks), QUICK).conclusions[1]


def test_close_models_that_both_gain_bear_out_the_first_conclusion() -> None:
    conclusion = first({"SeqNER": 0.60, "BL-SeqNER": 0.75, "SpanNER": 0.60, "BL-SpanNER": 0.75})

    assert conclusion.verdict == "holds"
    assert conclusion.findings[0].figures["gap"] <= 0.02  # type: ignore[operator]
    assert conclusion.findings[0].figures["confidence"] > 0.5  # type: ignore[operator]
    assert "so both should gain" in conclusion.findings[0].sentence


def test_far_models_of_which_the_weaker_gains_and_the_stronger_loses_bear_it_out() -> None:
    conclusion = first({"SeqNER": 0.40, "BL-SeqNER": 0.55, "SpanNER": 0.80, "BL-SpanNER": 0.65})

    assert conclusion.verdict == "holds"
    assert conclusion.findings[0].figures["confidence"] == 1.0
    assert "so SeqNER, the weaker one, should gain and SpanNER lose" in conclusion.findings[0].sentence


def test_the_weaker_model_may_be_spanner() -> None:
    conclusion = first({"SeqNER": 0.80, "BL-SeqNER": 0.65, "SpanNER": 0.40, "BL-SpanNER": 0.55})

    assert conclusion.verdict == "holds"
    assert "SeqNER is" in conclusion.findings[0].sentence
    assert "so SpanNER, the weaker one, should gain and SeqNER lose" in conclusion.findings[0].sentence


@pytest.mark.parametrize(
    "lucks",
    [
        {"SeqNER": 0.60, "BL-SeqNER": 0.45, "SpanNER": 0.60, "BL-SpanNER": 0.75},
        {"SeqNER": 0.40, "BL-SeqNER": 0.55, "SpanNER": 0.80, "BL-SpanNER": 0.92},
    ],
)
def test_a_change_the_other_way_beyond_chance_refutes_it(lucks: dict[str, float]) -> None:
    conclusion = first(lucks)

    assert conclusion.verdict == "fails"
    assert "the other way than concluded, by more than chance explains" in conclusion.findings[0].sentence


def test_equal_models_leave_it_undecided() -> None:
    # The same answers to start from, so that no difference is more than chance.
    gold = draw_gold(80, seed=9)
    outputs = four_models(
        gold, dict.fromkeys(("SeqNER", "BL-SeqNER", "SpanNER", "BL-SpanNER"), 0.6), seeds=(1,)
    )

    conclusion = compare(outputs, (), QUICK).conclusions[0]

    figures = conclusion.findings[0].figures
    assert any(
        figures[f"{name}_delta_low"] <= 0 <= figures[f"{name}_delta_high"] for name in ("seqner", "spanner")
    )  # type: ignore[operator]
    assert conclusion.verdict == "undecided"


def test_the_border_between_close_and_far_is_the_users() -> None:
    outputs = four_models(GOLD, {"SeqNER": 0.5, "BL-SeqNER": 0.6, "SpanNER": 0.6, "BL-SpanNER": 0.7})
    ((_, systems),) = group_outputs(outputs).items()
    evidence = Evidence(systems, count_scores, QUICK)
    (quartet,) = find_quartets(systems)

    far, close = (check_first_conclusion(quartet, evidence, gap) for gap in (0.02, 0.3))

    assert far.figures["spanner_expected_sign"] == -1
    assert close.figures["spanner_expected_sign"] == 1
    assert (far.verdict, close.verdict) == ("fails", "holds")


def test_on_the_papers_own_numbers_the_default_border_gives_its_classes_and_signs() -> None:
    border = ComparisonSettings().close_gap
    for corpus, rows in TABLE_3.items():
        gap = abs(rows["SpanNER"].f1 - rows["SeqNER"].f1)
        gains = (rows["BL-SeqNER"].f1 > rows["SeqNER"].f1, rows["BL-SpanNER"].f1 > rows["SpanNER"].f1)
        assert gains == ((True, True) if gap <= border else (True, False)), corpus


def test_the_papers_differences_stand_beside_those_of_its_corpora() -> None:
    (finding,) = first(
        {"SeqNER": 0.5, "BL-SeqNER": 0.6, "SpanNER": 0.6, "BL-SpanNER": 0.7}, corpus="wnut17"
    ).findings

    assert finding.figures["published_gap"] == pytest.approx(0.0297)
    assert finding.figures["published_spanner_delta"] == pytest.approx(-0.0093)


def test_missing_models_are_named() -> None:
    conclusion = first({"SeqNER": 0.5, "BL-SpanNER": 0.6})

    assert conclusion.verdict == "not checked"
    assert conclusion.sentence == "Not checked: aviary lacks BL-SeqNER and SpanNER."
    assert not conclusion.findings


def test_variants_count_where_there_is_no_plain_model_and_the_papers_alpha_first() -> None:
    outputs = four_models(GOLD[:50], {"SeqNER": 0.5, "SpanNER": 0.5}, seeds=(1,))
    for alpha in (0.1, 0.5):
        for system in ("BL-SeqNER", "BL-SpanNER"):
            outputs.append(
                answer(GOLD[:50], 0.5, system, variant=f"weight {alpha}", settings={"alpha": alpha})
            )
    heavy = [one for one in outputs if one.info.settings.get("alpha") != 0.1]

    def labels(some: list) -> list[str]:
        (systems,) = group_outputs(some).values()
        return [quartet.label for quartet in find_quartets(systems)]

    assert labels(outputs) == ["aviary (weight 0.1)"]
    assert labels(heavy) == ["aviary (weight 0.5)"]
    plain = four_models(GOLD[:50], {"BL-SeqNER": 0.5, "BL-SpanNER": 0.5}, seeds=(1,))
    assert labels([*outputs, *plain]) == ["aviary"]


def good_at_short(sentence: Sentence, entity: Entity) -> float:
    return 0.9 if entity.num_words <= 2 else 0.3


def good_at_long(sentence: Sentence, entity: Entity) -> float:
    return 0.3 if entity.num_words <= 2 else 0.9


def test_models_that_take_over_their_partners_strengths_bear_out_the_second_conclusion() -> None:
    conclusion = second(
        {"SeqNER": good_at_short, "BL-SeqNER": 0.9, "SpanNER": good_at_long, "BL-SpanNER": 0.9}
    )

    (finding,) = conclusion.findings
    assert conclusion.verdict == "holds"
    assert finding.figures["advantages_passed_on"] == 1.0
    assert finding.figures["held_out_advantages_passed_on_low"] > 0.5  # type: ignore[operator]


def test_models_that_take_over_weaknesses_only_refute_it() -> None:
    conclusion = second(
        {"SeqNER": good_at_short, "BL-SeqNER": 0.1, "SpanNER": good_at_long, "BL-SpanNER": 0.1}
    )

    (finding,) = conclusion.findings
    assert conclusion.verdict == "fails"
    assert finding.figures["advantages_passed_on"] == 0.0
    assert finding.figures["disadvantages_delivered"] == 1.0


def test_a_gain_everywhere_is_said_to_be_one() -> None:
    (finding,) = second({"SeqNER": 0.5, "BL-SeqNER": 0.8, "SpanNER": 0.5, "BL-SpanNER": 0.8}).findings

    assert finding.verdict == "holds"
    assert "may be a gain everywhere rather than the partner's advantages" in finding.sentence


def test_too_few_gold_entities_leave_the_second_conclusion_unchecked() -> None:
    lucks = dict.fromkeys(("SeqNER", "BL-SeqNER", "SpanNER", "BL-SpanNER"), 0.6)

    conclusion = compare((), four_models(GOLD[:8], lucks), QUICK).conclusions[1]

    assert conclusion.verdict == "not checked"
    assert conclusion.sentence == "Not checked: aviary lacks buckets with enough gold entities."


def test_equally_good_models_flatter_the_plain_share_but_not_the_one_of_halves() -> None:
    plain, held_out, verdicts = [], [], []
    for trial in range(30):
        gold = draw_gold(250, seed=500 + trial)
        outputs = [
            answer(gold, 0.6, system, draw=(trial, system))
            for system in ("SeqNER", "BL-SeqNER", "SpanNER", "BL-SpanNER")
        ]
        (systems,) = group_outputs(outputs).values()
        evidence = Evidence(systems, count_parts, ComparisonSettings(num_resamples=20, num_rounds=20))
        (quartet,) = find_quartets(systems)
        finding = check_second_conclusion(quartet, evidence, 100, 1)
        assert finding is not None
        plain.append(finding.figures["advantages_passed_on"])
        held_out.append(finding.figures["held_out_advantages_passed_on"])
        verdicts.append(finding.verdict)

    # Buckets of a trial go together, so a trial is about one draw: the standard error of 30 is about 0.04.
    assert fmean(share for share in plain if share is not None) == pytest.approx(2 / 3, abs=0.1)
    assert fmean(share for share in held_out if share is not None) == pytest.approx(1 / 2, abs=0.1)
    assert verdicts.count("holds") <= 4


def test_verdicts_of_corpora_are_put_together() -> None:
    def found(*verdicts: str) -> Conclusion:
        findings = [Finding(f"corpus {place}", verdict, "", {}) for place, verdict in enumerate(verdicts)]
        return conclude(1, "claim", findings, {})

    assert found("holds", "holds").verdict == "holds"
    assert found("fails").verdict == "fails"
    assert found("undecided", "undecided").verdict == "undecided"
    mixed = found("fails", "holds", "undecided")
    assert mixed.verdict == "mixed"
    assert mixed.sentence == (
        "The conclusion holds on 1 of 3 (corpus 1), is undecided on 1 of 3 (corpus 2) and fails on 1 of 3 (corpus 0)."
    )
    assert conclude(1, "claim", [], {}).sentence == "Not checked: there are no runs to check it on."


def test_seeds_are_paired_by_number_and_then_in_order() -> None:
    assert pair_seeds((1, 2, 3), (1, 2, 3)) == ([0, 1, 2], [0, 1, 2])
    assert pair_seeds((1, 2), (2, 1)) == ([0, 1], [1, 0])
    assert pair_seeds((1, 2, 5), (7, 2)) == ([1, 0], [1, 0])
    assert pair_seeds((None, None), (1,)) == ([0], [0])


def test_summaries_have_the_standard_deviation_of_a_sample() -> None:
    summary = summarise(np.array([0.2, 0.4, np.nan, 0.9]))

    assert summary.mean == pytest.approx(0.5)
    # (0.09 + 0.01 + 0.16) / 2 = 0.13
    assert summary.standard_deviation == pytest.approx(0.13**0.5)
    assert summary.values == (0.2, 0.4, None, 0.9)
    assert summarise(np.array([0.3])).standard_deviation is None
    assert summarise(np.array([np.nan])).mean is None


def test_numbers_in_words() -> None:
    assert [points(share) for share in (0.0088, -0.0093, 0.000001, -0.00001)] == [
        "+0.88",
        "−0.93",
        "0.00",
        "0.00",
    ]
    assert per_cent(0.666) == "67 %"
    assert [listed(names) for names in (["a"], ["a", "b"], ["a", "b", "c"])] == ["a", "a and b", "a, b and c"]
