"""Whole comparisons of systems whose truth is known."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from random import Random
from statistics import fmean, stdev

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from scipy.stats import kstest
from seqeval.metrics import f1_score

from blner_allennlp.analysis.settings import AnalysisSettings
from blner_allennlp.attributes import Consistency
from blner_allennlp.comparison.compare import compare
from blner_allennlp.comparison.errors import ComparisonError
from blner_allennlp.comparison.evidence import Evidence
from blner_allennlp.comparison.figure_counts import count_scores
from blner_allennlp.comparison.results import Difference
from blner_allennlp.comparison.settings import ComparisonSettings
from blner_allennlp.comparison.systems import group_outputs
from blner_allennlp.entities import Entity
from blner_allennlp.runs.system_output import SystemOutput
from blner_allennlp.runs.training_lexicon import TrainingLexicon
from tests.comparison.invented_systems import answer, draw_gold, four_models

QUICK = ComparisonSettings(num_resamples=200, num_rounds=400)
GOLD = draw_gold(300)
DEV = draw_gold(300, seed=1)
LEXICON = TrainingLexicon.from_sentences(draw_gold(300, seed=2))
CLOSE = {"SeqNER": 0.60, "BL-SeqNER": 0.75, "SpanNER": 0.61, "BL-SpanNER": 0.76}


def of_figure(differences: tuple[Difference, ...], figure: str = "f1") -> dict[tuple[str, str], Difference]:
    return {(one.system, one.base): one for one in differences if one.figure == figure}


def seqeval_f1(output: SystemOutput) -> float:
    def tags(num_words: int, entities: list[Entity]) -> list[str]:
        found = ["O"] * num_words
        for entity in entities:
            found[entity.word_start : entity.word_end] = [f"I-{entity.label}"] * entity.num_words
            found[entity.word_start] = f"B-{entity.label}"
        return found

    gold = [tags(len(sentence.words), list(sentence.entities)) for sentence in output.sentences]
    predicted = [
        tags(len(sentence.words), [scored.entity for scored in answered])
        for sentence, answered in zip(output.sentences, output.predicted, strict=True)
    ]
    return float(f1_score(gold, predicted))


def test_a_better_system_is_found_better_and_scores_are_those_of_seqeval() -> None:
    outputs = four_models(GOLD, CLOSE, training_seconds=60.0)

    (row,) = compare(outputs, (), QUICK).main

    assert [system.title for system in row.systems] == ["SeqNER", "BL-SeqNER", "SpanNER", "BL-SpanNER"]
    for system in row.systems:
        expected = [seqeval_f1(one) for one in outputs if one.info.system == system.title]
        assert system.f1.values == pytest.approx(expected)
        assert system.f1.mean == pytest.approx(fmean(expected))
        assert system.f1.standard_deviation == pytest.approx(stdev(expected))
        assert system.f1.low is not None
        assert system.f1.high is not None
        assert system.f1.low < fmean(expected) < system.f1.high
        assert system.seeds == (1, 2, 3)
        assert system.training_seconds is not None
        assert system.training_seconds.mean == 60.0
    differences = of_figure(row.differences)
    assert list(differences) == [("BL-SeqNER", "SeqNER"), ("BL-SpanNER", "SpanNER"), ("SpanNER", "SeqNER")]
    for pair in (("BL-SeqNER", "SeqNER"), ("BL-SpanNER", "SpanNER")):
        gain = differences[pair]
        means = {system.title: system.f1.mean or 0 for system in row.systems}
        assert gain.delta.value == pytest.approx(means[pair[0]] - means[pair[1]])
        assert gain.arrow == "↑"
        assert gain.delta.low is not None
        assert gain.delta.low > 0
        # As small as so many rounds and samples can make them.
        assert gain.p_randomisation == pytest.approx(1 / 401)
        assert gain.p_bootstrap == pytest.approx(2 / 201)
    equal = differences["SpanNER", "SeqNER"]
    assert equal.p_randomisation is not None
    assert equal.p_randomisation > 0.05


def test_p_is_adjusted_after_benjamini_and_hochberg_over_the_whole_table() -> None:
    other = {"SeqNER": 0.6, "SpanNER": 0.62, "BL-SeqNER": 0.61}
    outputs = [*four_models(GOLD, CLOSE), *four_models(GOLD, other, corpus="brook")]

    comparison = compare(outputs, (), QUICK)

    differences = [one for row in comparison.main for one in row.differences if one.figure == "f1"]
    ordered = sorted(differences, key=lambda one: one.p_randomisation or 0)
    assert len(ordered) == 5
    expected = 1.0
    for rank in range(5, 0, -1):
        expected = min(expected, 5 / rank * (ordered[rank - 1].p_randomisation or 0))
        assert ordered[rank - 1].p_adjusted == pytest.approx(expected)


def test_the_papers_numbers_stand_beside_its_corpora_and_only_on_test() -> None:
    comparison = compare(
        [
            *four_models(GOLD, CLOSE, corpus="wnut17"),
            *four_models(DEV, CLOSE, corpus="wnut17", split="dev"),
            *four_models(GOLD, CLOSE),
        ],
        (),
        QUICK,
    )

    published = {(row.corpus, row.split): row.published for row in comparison.main}
    assert published["wnut17", "test"]["SpanNER"].f1 == 0.5479
    assert not published["wnut17", "dev"]
    assert not published["aviary", "test"]


def test_heat_maps_are_against_spanner_and_leave_out_nothing() -> None:
    outputs = four_models(DEV, CLOSE, split="dev", lexicon=LEXICON)

    comparison = compare((), outputs, QUICK)

    (buckets,), (errors,) = comparison.bucket_maps, comparison.error_maps
    assert buckets.standard == errors.standard == "SpanNER"
    assert (buckets.higher_is_better, errors.higher_is_better) == (True, False)
    num_gold = sum(len(sentence.entities) for sentence in DEV)
    for cells in buckets.rows.values():
        assert [cell.column.split()[0] for cell in cells] == [
            name for name in ("eLen", "tLen", "eCon", "eDen") for _ in range(4)
        ]
        for attribute in range(4):
            assert sum(cell.num_gold for cell in cells[4 * attribute : 4 * attribute + 4]) == num_gold
    assert all(cell.difference is None for cell in buckets.rows["SpanNER"])
    for title, cells in buckets.rows.items():
        for cell, standard in zip(cells, buckets.rows["SpanNER"], strict=True):
            assert cell.is_small == (cell.num_gold < 30)
            if title != "SpanNER" and cell.value is not None and standard.value is not None:
                assert cell.difference is not None
                assert cell.difference.delta.value == pytest.approx(cell.value - standard.value)
                assert (cell.difference.system, cell.difference.base) == (title, "SpanNER")
    assert [cell.column for cell in errors.rows["SeqNER"]] == ["BE", "TE"]
    compared = [
        cell.difference for row in errors.rows.values() for cell in row if cell.difference is not None
    ]
    assert len(compared) == 6
    assert all(difference.p_adjusted is not None for difference in compared)
    empty = [cell for cell in buckets.rows["SeqNER"] if cell.num_gold == 0]
    assert empty
    assert all(
        cell.value is None and cell.difference and cell.difference.delta.value is None for cell in empty
    )


def test_error_rates_are_those_counted_by_hand() -> None:
    gold = draw_gold(40, seed=5)
    one = answer(gold, 0.5, "SpanNER")
    rates = []
    for output in (one, answer(gold, 0.6, "SeqNER")):
        kinds: Counter[str] = Counter()
        for sentence, answered in zip(output.sentences, output.predicted, strict=True):
            true, found = set(sentence.entities), {scored.entity for scored in answered}
            kinds["errors"] += len(true ^ found)
            for entity in found - true:
                same = [g for g in true if (g.word_start, g.word_end) == (entity.word_start, entity.word_end)]
                kinds[
                    "type" if same else "boundary" if any(g.overlaps(entity) for g in true) else "spurious"
                ] += 1
        rates.append((kinds["boundary"] / kinds["errors"], kinds["type"] / kinds["errors"]))
    outputs = [one, answer(gold, 0.6, "SeqNER")]

    (errors,) = compare((), outputs, QUICK).error_maps

    assert [cell.value for cell in errors.rows["SpanNER"]] == pytest.approx(rates[0])
    deltas = [cell.difference.delta.value for cell in errors.rows["SeqNER"] if cell.difference is not None]
    assert deltas == pytest.approx([rates[1][0] - rates[0][0], rates[1][1] - rates[0][1]])


def test_curves_have_the_bundled_runs_by_alpha_and_the_plain_models_as_ends() -> None:
    outputs = [
        answer(
            DEV,
            0.7 - 0.2 * alpha,
            system,
            seed=seed,
            variant=f"weight {alpha}",
            settings={"alpha": alpha, "tagging": "softmax", "representation": "hybrid"},
        )
        for system in ("BL-SeqNER", "BL-SpanNER")
        for alpha in (0.5, 0.1, 0.9)
        for seed in (1, 2)
    ]
    outputs += [
        answer(DEV, 0.6, "SpanNER", settings={"alpha": 0.0, "representation": "hybrid"}),
        answer(DEV, 0.5, "SeqNER", settings={"alpha": 1.0, "tagging": "softmax"}),
        answer(DEV, 0.5, "SeqNER", variant="crf", settings={"alpha": 1.0, "tagging": "crf"}),
    ]

    curves = compare((), outputs, QUICK).curves

    assert [(curve.system, curve.alphas) for curve in curves] == [
        ("BL-SeqNER", (0.0, 0.1, 0.5, 0.9, 1.0)),
        ("BL-SpanNER", (0.0, 0.1, 0.5, 0.9, 1.0)),
    ]
    for curve in curves:
        assert curve.f1[0].values == pytest.approx([seqeval_f1(outputs[-3])])
        assert curve.f1[-1].values == pytest.approx([seqeval_f1(outputs[-2])])
        expected = [
            seqeval_f1(one)
            for one in outputs
            if (one.info.system, one.info.settings["alpha"]) == (curve.system, 0.5)
        ]
        assert curve.f1[2].values == pytest.approx(expected)


def test_bars_compare_values_of_one_setting_where_nothing_else_differs() -> None:
    def run(system: str, tagging: str | None, representation: str | None, seconds: float) -> SystemOutput:
        known = {"tagging": tagging, "representation": representation, "encoder": "mini"}
        return answer(
            DEV,
            0.6,
            system,
            variant=f"{tagging}/{representation}",
            settings={name: value for name, value in known.items() if value},
            training_seconds=seconds,
        )

    outputs = [
        run("SeqNER", "softmax", None, 10),
        run("SeqNER", "crf", None, 30),
        run("BL-SpanNER", "softmax", "hybrid", 20),
        run("BL-SpanNER", "crf", "hybrid", 40),
        run("BL-SpanNER", "softmax", "boundary", 20),
        run("SpanNER", None, "hybrid", 10),  # no second value: no bars of its own
    ]

    comparison = compare((), outputs, QUICK)

    (tagging,), (representation,) = comparison.taggings, comparison.representations
    assert tagging.values == ("softmax", "crf")
    assert list(tagging.f1) == ["SeqNER", "BL-SpanNER"]
    assert [one.mean if one else None for one in tagging.training_seconds["SeqNER"]] == [10, 30]
    assert [one.values if one else None for one in tagging.f1["BL-SpanNER"]] == [
        pytest.approx([seqeval_f1(outputs[2])]),
        pytest.approx([seqeval_f1(outputs[3])]),
    ]
    assert [(one.system, one.base) for one in tagging.differences] == [
        ("SeqNER (crf)", "SeqNER (softmax)"),
        ("BL-SpanNER (crf)", "BL-SpanNER (softmax)"),
    ]
    assert tagging.differences[0].delta.value == pytest.approx(
        seqeval_f1(outputs[1]) - seqeval_f1(outputs[0])
    )
    assert representation.values == ("boundary", "hybrid")
    assert list(representation.f1) == ["BL-SpanNER"]


def test_several_series_of_one_system_are_told_apart() -> None:
    outputs = [
        answer(
            DEV, 0.6, "BL-SeqNER", variant=f"{alpha} {tagging}", settings={"alpha": alpha, "tagging": tagging}
        )
        for alpha in (0.1, 0.5)
        for tagging in ("crf", "softmax")
    ]

    comparison = compare((), outputs, QUICK)

    assert [curve.system for curve in comparison.curves] == [
        "BL-SeqNER (tagging=crf)",
        "BL-SeqNER (tagging=softmax)",
    ]
    assert list(comparison.taggings[0].f1) == ["BL-SeqNER (alpha=0.1)", "BL-SeqNER (alpha=0.5)"]
    assert comparison.taggings[0].differences[0].system == "BL-SeqNER (alpha=0.1, crf)"


def test_one_system_alone_works() -> None:
    alone = answer(GOLD, 0.6, "mine", seed=None, corpus="my.conll")

    comparison = compare([alone], [alone], QUICK)

    (row,) = comparison.main
    assert not row.differences
    assert row.systems[0].f1.standard_deviation is None
    assert row.systems[0].f1.mean == pytest.approx(seqeval_f1(alone))
    assert comparison.bucket_maps[0].standard == "mine"
    assert [conclusion.verdict for conclusion in comparison.conclusions] == ["not checked", "not checked"]
    assert "my.conll lacks SeqNER, BL-SeqNER, SpanNER and BL-SpanNER" in comparison.conclusions[0].sentence
    json.dumps(comparison.to_json(), allow_nan=False)


def test_equal_answers_of_seeds_in_another_order_are_no_difference() -> None:
    orders = {"SeqNER": "abcde", "BL-SeqNER": "cabed", "SpanNER": "bdeca", "BL-SpanNER": "edcba"}
    outputs = [
        answer(GOLD, 0.6, system, seed=seed, draw=draw, lexicon=LEXICON)
        for system, draws in orders.items()
        for seed, draw in enumerate(draws)
    ]

    comparison = compare(outputs, outputs, QUICK)

    cells = [
        cell for row in comparison.bucket_maps[0].rows.values() for cell in row if cell.value is not None
    ]
    differences = [*comparison.main[0].differences, *(cell.difference for cell in cells if cell.difference)]
    assert {difference.arrow for difference in differences} == {"="}
    assert {(one.delta.value, one.delta.low, one.delta.high) for one in differences} == {(0, 0, 0)}
    assert {one.p_bootstrap for one in differences} == {1}
    first, second = (conclusion.findings[0].figures for conclusion in comparison.conclusions)
    assert first["seqner_delta"] == first["spanner_delta"] == first["confidence"] == 0
    assert second["num_advantages"] == second["num_disadvantages"] == 0


@pytest.mark.parametrize("consistency", list(Consistency))
def test_any_reading_of_label_consistency_can_be_compared(consistency: Consistency) -> None:
    outputs = [answer(GOLD, luck, f"system {luck}", lexicon=LEXICON) for luck in (0.5, 0.7)]
    settings = replace(QUICK, analysis=AnalysisSettings(consistency=consistency))

    comparison = compare(outputs, outputs, settings)

    (cells, _) = comparison.bucket_maps[0].rows.values()
    num_gold = sum(len(sentence.entities) for sentence in GOLD)
    assert sum(cell.num_gold for cell in cells if cell.column.startswith("eCon")) == num_gold


def test_ten_other_systems_are_each_held_against_the_first() -> None:
    outputs = [answer(GOLD, 0.5 + 0.03 * place, f"system {9 - place}", seed=None) for place in range(10)]

    (row,) = compare(outputs, (), QUICK).main

    assert [system.title for system in row.systems] == [f"system {9 - place}" for place in range(10)]
    pairs = list(of_figure(row.differences))
    assert pairs == [(f"system {9 - place}", "system 9") for place in range(1, 10)]


def test_systems_without_a_counterpart_are_held_against_the_first() -> None:
    outputs = [
        answer(GOLD, 0.5, "BL-SpanNER"),
        answer(GOLD, 0.5, "BL-SeqNER"),
        answer(GOLD, 0.6, "rules", seed=None),
    ]

    (row,) = compare(outputs, (), QUICK).main

    assert list(of_figure(row.differences)) == [("BL-SpanNER", "BL-SeqNER"), ("rules", "BL-SeqNER")]


def test_variants_are_held_against_their_like_else_against_the_plain_model() -> None:
    outputs = [
        answer(GOLD, 0.5, "SeqNER"),
        answer(GOLD, 0.5, "SeqNER", variant="crf"),
        answer(GOLD, 0.5, "BL-SeqNER", variant="crf"),
        answer(GOLD, 0.5, "BL-SeqNER", variant="heavy"),
    ]

    (row,) = compare(outputs, (), QUICK).main

    assert list(of_figure(row.differences)) == [
        ("BL-SeqNER (crf)", "SeqNER (crf)"),
        ("BL-SeqNER (heavy)", "SeqNER"),
    ]


def test_runs_of_other_settings_are_no_seeds_of_one_system() -> None:
    outputs = [
        answer(GOLD, 0.5, "SeqNER", seed=seed, settings={"learning_rate": rate, "encoder": "mini"})
        for rate in (1e-5, 5e-5)
        for seed in (1, 2)
    ]

    (row,) = compare(outputs, (), QUICK).main

    assert [(system.title, system.seeds) for system in row.systems] == [
        ("SeqNER (learning_rate=1e-05)", (1, 2)),
        ("SeqNER (learning_rate=5e-05)", (1, 2)),
    ]
    assert row.systems[0].settings == {"learning_rate": 1e-05, "encoder": "mini"}


# Nothing to shrink: the number only starts a shuffle.
@settings(max_examples=3, phases=[Phase.generate])
@given(st.integers(0, 2**32))
def test_the_order_of_runs_and_predictions_does_not_matter(number: int) -> None:
    random = Random(number)
    outputs = four_models(GOLD, CLOSE, seeds=(1, 2), settings={"alpha": 0.1})
    outputs += four_models(GOLD, {"SeqNER": 0.5}, seeds=(1,), corpus="brook")
    outputs += [
        answer(GOLD, 0.7, "BL-SeqNER", variant="heavy", settings={"alpha": 0.5}),
        answer(GOLD, 0.7, "SeqNER", seed=3),
    ]
    few = ComparisonSettings(num_resamples=40, num_rounds=40)
    expected = compare(outputs, outputs, few).to_json()
    shuffled = [
        replace(
            one, predicted=tuple(tuple(random.sample(answered, len(answered))) for answered in one.predicted)
        )
        for one in outputs
    ]
    random.shuffle(shuffled)

    assert compare(shuffled, shuffled[::-1], few).to_json() == expected


def test_other_words_other_gold_and_other_numbers_of_sentences_are_refused() -> None:
    first = answer(GOLD, 0.5, "SeqNER", source="runs/one")
    place = next(index for index, sentence in enumerate(GOLD) if sentence.entities)
    words = [replace(sentence, entities=()) for sentence in GOLD]
    words[3] = replace(words[3], words=(*words[3].words[:-1], "else"))
    gold = list(GOLD)
    gold[place] = replace(gold[place], entities=gold[place].entities[1:])

    def against(sentences: list, message: str) -> None:
        other = answer(sentences, 0.5, "SpanNER", source="runs/other")
        with pytest.raises(ComparisonError, match=message):
            compare([first, other], (), QUICK)
        with pytest.raises(ComparisonError, match=message):
            compare((), [first, other], QUICK)

    against(
        list(GOLD[:-1]),
        r"aviary, test: SeqNER \(runs/one\) and SpanNER \(runs/other\) .* 300 sentences, the other 299",
    )
    against(
        [replace(gold_one, words=words[3].words) if i == 3 else gold_one for i, gold_one in enumerate(GOLD)][
            :300
        ],
        "the words of sentence 4 are ",
    )
    against(
        gold,
        rf"the gold of sentence {place + 1} differs: only the one has {GOLD[place].entities[0].label} "
        r"\[.*only the other nothing",
    )


def test_nothing_to_compare_is_refused() -> None:
    with pytest.raises(ComparisonError, match="nothing to compare; give the outputs of at least one system"):
        compare((), ())


def test_seeds_that_differ_and_seeds_that_come_twice_are_remarked_on() -> None:
    outputs = four_models(GOLD, {"SeqNER": 0.5, "SpanNER": 0.5}, seeds=(1, 2))
    outputs += [answer(GOLD, 0.5, "BL-SeqNER", seed=seed) for seed in (1, 3)]
    outputs += [answer(GOLD, 0.5, "BL-SpanNER", seed=1, source=source, draw=source) for source in ("a", "b")]

    remarks = compare(outputs, (), QUICK).remarks

    assert any("BL-SeqNER was run with seeds 1, 3, SeqNER with seeds 1, 2" in remark for remark in remarks)
    assert any("BL-SpanNER has more than one run with seed 1" in remark for remark in remarks)
    quiet = four_models(GOLD, CLOSE, lexicon=LEXICON)
    assert compare(quiet, (), QUICK).remarks == ()


def test_what_one_system_knows_of_the_training_data_serves_all_of_the_corpus() -> None:
    outputs = [answer(DEV, 0.5, "SeqNER", lexicon=LEXICON), answer(DEV, 0.5, "rules", seed=None)]

    (buckets,) = compare((), outputs, QUICK).bucket_maps
    (without,) = compare((), [replace(one, lexicon=None) for one in outputs], QUICK).bucket_maps

    assert "eCon XL" in [cell.column for cell in buckets.rows["rules"]]
    assert {cell.column.split()[0] for cell in without.rows["rules"]} == {"eLen", "tLen", "eDen"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"num_resamples": 0}, "num_resamples: expected a whole number of at least 1, got 0"),
        ({"num_rounds": -1}, "num_rounds: expected a whole number of at least 1, got -1"),
        ({"seed": -1}, "seed: expected a whole number of at least 0, got -1"),
        (
            {"close_gap": 2.0},
            r"close_gap: expected a share of F1 between 0 and 1 \(0.02 for two points\), got 2.0",
        ),
    ],
)
def test_settings_out_of_range_are_refused(options: dict, message: str) -> None:
    with pytest.raises(ComparisonError, match=message):
        ComparisonSettings(**options)


@pytest.mark.slow
def test_p_of_equal_systems_is_uniform() -> None:
    few = ComparisonSettings(num_resamples=100, num_rounds=199)
    p_values, covered = [], 0
    for trial in range(300):
        gold = draw_gold(150, seed=1000 + trial)
        outputs = [
            answer(gold, 0.6, system, seed=seed, draw=(trial, system, seed))
            for system in ("one", "other")
            for seed in (1, 2)
        ]
        (systems,) = group_outputs(outputs).values()
        (difference,) = Evidence(systems, count_scores, few).differences("one", "other", ["f1"])
        assert difference.p_randomisation is not None
        assert difference.delta.low is not None
        assert difference.delta.high is not None
        p_values.append(difference.p_randomisation)
        covered += difference.delta.low <= 0 <= difference.delta.high
    assert kstest(p_values, "uniform").pvalue > 0.001
    # 95 %, but for chance in 300 trials and 100 samples.
    assert 0.89 < covered / 300 < 0.985
