"""Charts as values: which there are, and that they say what the results say."""

from __future__ import annotations

import pytest

from blner_allennlp.reporting.page.analysis_charts import analysis_charts
from blner_allennlp.reporting.page.chart import Point
from blner_allennlp.reporting.page.comparison_charts import comparison_charts, headline_chart
from blner_allennlp.reporting.page.runs_shown import shown_runs, system_styles
from tests.reporting.example_results import (
    make_analyses,
    make_analysis,
    make_bare_analysis,
    make_bare_comparison,
    make_comparison,
)

STYLES = system_styles(["other system"])


def test_points_leave_out_what_they_do_not_have() -> None:
    assert Point(1, 0.123456789).to_json() == [1, 0.12346]
    assert Point(0, None).to_json() == [0]
    assert Point(0, 0.0, None, None, "few").to_json() == [0, 0.0, None, None, "few"]
    assert Point(0, 0.5, is_hollow=True).to_json() == [0, 0.5, None, None, "", 1]


def test_each_data_set_and_seed_has_its_charts() -> None:
    runs = shown_runs(make_analyses(["SeqNER", "SpanNER"], seeds=(1, 2), num_gold=80), STYLES)
    charts = analysis_charts(runs)
    places = [
        (placed.section, placed.data_set, placed.seed) for placed in charts if placed.section != "attributes"
    ]
    assert sorted(places) == sorted(
        (section, data_set, seed)
        for section in ("types", "errors", "calibration")
        for data_set in ("wnut17 test", "conll04 test")
        for seed in ("1", "2")
    )
    # The seed is chosen beside the chart, and need not be in its legend.
    assert {
        series.name for placed in charts if placed.section == "types" for series in placed.chart.series
    } == {
        "SeqNER",
        "SpanNER",
    }


def test_kinds_of_errors_are_those_of_the_analysis() -> None:
    analysis = make_analysis(num_gold=80)
    [chart] = [p.chart for p in analysis_charts(shown_runs([analysis], STYLES)) if p.section == "errors"]
    errors = analysis.errors
    assert {series.name: series.points[0].y for series in chart.series} == {
        "boundary": errors.boundary_errors,
        "type": errors.type_errors,
        "spurious": errors.spurious,
        "missing": errors.missing,
    }


def test_bins_without_predictions_are_not_in_the_reliability_curve() -> None:
    analysis = make_analysis(num_gold=20)
    assert analysis.calibration is not None
    [chart] = [p.chart for p in analysis_charts(shown_runs([analysis], STYLES)) if p.section == "calibration"]
    known = [found for found in analysis.calibration.bins if found.num_predicted]
    assert 0 < len(known) < 10
    assert [(point.x, point.y) for point in chart.series[0].points] == [
        (found.mean_score, found.share_right.value) for found in known
    ]


def test_points_of_small_buckets_are_hollow_and_the_chart_says_so() -> None:
    analysis = make_analysis(num_gold=150)
    buckets = {figures.title: figures.buckets for figures in analysis.attributes}
    charts = [p.chart for p in analysis_charts(shown_runs([analysis], STYLES)) if p.section == "attributes"]
    for chart in charts:
        found = buckets[chart.title.split(": ")[1]]
        assert [point.is_hollow for point in chart.series[0].points] == [each.is_small for each in found]
        hollow = "Hollow: fewer than 30 gold entities."
        assert chart.note == (hollow if any(each.is_small for each in found) else "")
        assert chart.to_json()["note"] == chart.note
    assert any(chart.note for chart in charts)
    large = analysis_charts(shown_runs([make_analysis(num_gold=20_000)], STYLES))
    assert not any(placed.chart.note for placed in large)


def test_of_an_empty_corpus_nothing_is_drawn() -> None:
    assert analysis_charts(shown_runs([make_bare_analysis()], STYLES)) == ()


def test_the_headline_is_the_mean_over_seeds_where_systems_were_compared() -> None:
    comparison = make_comparison(num_gold=80)
    placed = headline_chart((), comparison, STYLES)
    assert placed is not None
    by_name = {series.name: series for series in placed.chart.series}
    for place, row in enumerate(comparison.main):
        for summary in row.systems:
            assert by_name[summary.title].points[place].y == summary.f1.mean
    assert placed.chart.categories == ("wnut17 test", "conll04 test")


def test_without_a_comparison_the_headline_is_each_run() -> None:
    analysis = make_analysis(num_gold=80)
    placed = headline_chart(shown_runs([analysis], STYLES), None, STYLES)
    assert placed is not None
    assert [point.y for point in placed.chart.series[0].points] == [analysis.micro.f1.value]


def test_without_any_result_there_is_no_headline() -> None:
    assert headline_chart((), None, STYLES) is None


def test_curves_and_bars_leave_out_what_was_never_run() -> None:
    comparison = make_comparison(corpora=["wnut17"], num_gold=80)
    charts = comparison_charts(comparison, STYLES)
    [curves] = [placed.chart for placed in charts if placed.section == "curves"]
    assert [series.name for series in curves.series] == ["BL-SeqNER", "BL-SpanNER"]
    assert [point.x for point in curves.series[0].points] == pytest.approx(
        [index / 10 for index in range(11)]
    )
    bars = [placed.chart for placed in charts if placed.section == "bars"]
    assert [chart.unit for chart in bars] == ["%", "s", "%", "s"]
    crf = next(series for series in bars[0].series if series.name == "crf")
    assert [bars[0].categories[int(point.x)] for point in crf.points] == ["SeqNER", "BL-SeqNER"]
    assert comparison.taggings[0].f1["SeqNER"][1] is not None
    assert crf.points[0].y == comparison.taggings[0].f1["SeqNER"][1].mean


def test_a_comparison_of_one_system_has_neither() -> None:
    assert comparison_charts(make_bare_comparison(), STYLES) == ()
