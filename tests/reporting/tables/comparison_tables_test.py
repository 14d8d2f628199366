"""Tables of a comparison: what stands in them is what the comparison says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from blner_allennlp.analysis.results import Estimate
from blner_allennlp.comparison.results import (
    Bars,
    Comparison,
    Curve,
    Difference,
    HeatMap,
    HeatMapCell,
    MainRow,
    OverSeeds,
    PublishedScores,
    SystemSummary,
)
from blner_allennlp.reporting.tables import write_comparison_tables
from blner_allennlp.reporting.tables.conclusions_table import conclusions_table
from blner_allennlp.reporting.tables.heat_map_tables import buckets_comparison_table, errors_comparison_table
from blner_allennlp.reporting.tables.main_table import differences_table, main_table
from blner_allennlp.reporting.tables.variant_tables import curves_table, taggings_table
from tests.reporting.example_results import make_bare_comparison, make_comparison

NOTHING = Comparison((), (), (), (), (), (), (), 0, 0, ())


def summary(system: str, f1: float, variant: str = "") -> SystemSummary:
    score = OverSeeds(f1, 0.01, (f1 - 0.01, f1, f1 + 0.01), f1 - 0.02, f1 + 0.02)
    return SystemSummary(
        system, "mine", "test", variant, {}, (1, 2, 3), ("a", "b", "c"), score, score, score, None
    )


def gain(system: str, base: str, delta: float, p: float) -> Difference:
    return Difference(system, base, "f1", Estimate(delta, delta - 0.01, delta + 0.01), p, p, p)


def by_hand() -> Comparison:
    row = MainRow(
        "mine",
        "test",
        (summary("SeqNER", 0.5), summary("BL-SeqNER", 0.6), summary("BL-SeqNER", 0.55, "alpha=0.3")),
        (gain("BL-SeqNER", "SeqNER", 0.1, 0.001), gain("BL-SeqNER (alpha=0.3)", "SeqNER", -0.05, 0.2)),
        {
            "SeqNER": PublishedScores(0.9145, 0.912, 0.9062, "F1 should be 91.32."),
            "BL-SeqNER": PublishedScores(0.9, 0.9, 0.9),
        },
    )
    return replace(NOTHING, main=(row,), num_resamples=100, num_rounds=200, remarks=("a remark",))


def test_table_3_has_arrows_marks_deviations_and_the_papers_numbers() -> None:
    table = main_table(by_hand())
    first, second, third = [[(cell.text, cell.mark) for cell in row] for row in table.parts[0].rows]
    assert first == [
        ("mine", ""),
        ("SeqNER", ""),
        ("3", ""),
        ("50.00 ± 1.00", ""),
        ("50.00 ± 1.00", ""),
        ("50.00 ± 1.00", ""),
        ("–", ""),
        ("", ""),
        ("–", ""),
        ("91.45", ""),
        ("91.20", ""),
        ("90.62", "‡"),
    ]
    assert second[5:] == [
        ("60.00 ± 1.00 ↑", "*"),
        ("+10.00 [+9.00, +11.00]", ""),
        ("SeqNER", ""),
        ("0.001", ""),
        ("90.00", ""),
        ("90.00", ""),
        ("90.00", ""),
    ]
    # The paper has no such variant.
    assert third[1] == ("BL-SeqNER (alpha=0.3)", "")
    assert third[5] == ("55.00 ± 1.00 ↓", "")
    assert third[9:] == [("–", "")] * 3


def test_the_best_f1_of_a_corpus_is_bold() -> None:
    assert [row[5].bold for row in main_table(by_hand()).parts[0].rows] == [False, True, False]


def test_notes_name_erratum_resampling_and_remarks() -> None:
    notes = main_table(by_hand()).notes
    assert "‡ mine, SeqNER: F1 should be 91.32." in notes
    assert (
        "95 % intervals from 100 paired bootstrap samples of sentences, p from 200 rounds of approximate "
        "randomisation (random seed 0)." in notes
    )
    assert notes[-1] == "a remark"


def test_table_3_as_data_keeps_shares_seeds_and_the_erratum() -> None:
    data = main_table(by_hand()).data
    assert data["f1_mean"].tolist() == [0.5, 0.6, 0.55]
    assert data["f1_delta"].tolist()[1:] == [0.1, -0.05]
    assert data["f1_base"].tolist()[1:] == ["SeqNER", "SeqNER"]
    assert data["f1_by_seed"][0] == "0.49;0.5;0.51"
    assert data["seeds"][0] == "1;2;3"
    assert data["paper_f1"][0] == 0.9062
    assert data["paper_erratum"][0] == "F1 should be 91.32."
    assert pd.isna(data["training_seconds_mean"][0])


def test_without_the_papers_numbers_there_are_no_columns_for_them() -> None:
    header = main_table(make_bare_comparison()).parts[0].header
    assert header[-1] == "p"


def test_differences_are_all_there_with_every_p() -> None:
    comparison = make_comparison()
    table = differences_table(comparison)
    expected = [difference for row in comparison.main for difference in row.differences]
    assert table.data["delta"].tolist() == [difference.delta.value for difference in expected]
    assert table.data["p_adjusted"].tolist() == [difference.p_adjusted for difference in expected]
    assert len(table.parts[0].rows) == len(expected)


def heat_map(kind: str) -> HeatMap:
    worse = Difference("SeqNER", "SpanNER", "f1", Estimate(-0.025, -0.04, -0.01), 0.01, 0.01)
    unknown = Difference("SeqNER", "SpanNER", "f1", Estimate(None), None, None)
    return HeatMap(
        "mine",
        "dev",
        "SpanNER",
        kind,
        kind == "buckets",
        {
            "SeqNER": (
                HeatMapCell("eLen XS", "[1]", 0.6, worse, 12, True),
                HeatMapCell("eLen S", "[2]", None, unknown, 0, True),
            ),
            "SpanNER": (
                HeatMapCell("eLen XS", "[1]", 0.625, None, 12, True),
                HeatMapCell("eLen S", "[2]", None, None, 0, True),
            ),
        },
    )


def test_heat_maps_have_a_line_a_bucket_and_mark_what_is_small() -> None:
    table = buckets_comparison_table(replace(NOTHING, bucket_maps=(heat_map("buckets"),)))
    (part,) = table.parts
    assert part.caption == "mine dev, against SpanNER"
    assert list(part.header) == ["Bucket", "Interval", "Gold", "SeqNER", "SpanNER"]
    assert [[(cell.text, cell.mark) for cell in row] for row in part.rows] == [
        [("eLen XS", ""), ("[1]", ""), ("12", ""), ("−2.50", "*†"), ("62.50", "†")],
        [("eLen S", ""), ("[2]", ""), ("0", ""), ("–", ""), ("–", "")],
    ]
    assert table.data["delta"].tolist()[0] == -0.025
    assert table.data["num_gold"].tolist() == [12, 0, 12, 0]


def test_error_rates_say_that_more_is_worse() -> None:
    table = errors_comparison_table(replace(NOTHING, error_maps=(heat_map("errors"),)))
    assert "a higher rate than the standard's, which is worse" in table.notes[0]
    assert "num_errors" in table.data


def test_curves_have_a_line_an_alpha_and_gaps_where_a_head_has_none() -> None:
    point = OverSeeds(0.5, None, (0.5,))
    best = OverSeeds(0.75, None, (0.75,))
    curves = (
        Curve("mine", "dev", "BL-SeqNER", (0.1, 0.5), (best, point)),
        Curve("mine", "dev", "BL-SpanNER", (0.1,), (point,)),
    )
    table = curves_table(replace(NOTHING, curves=curves))
    assert [[(cell.text, cell.bold) for cell in row] for row in table.parts[0].rows] == [
        [("0.1", False), ("75.00", True), ("50.00", True)],
        [("0.5", False), ("50.00", False), ("–", False)],
    ]
    assert table.data["alpha"].tolist() == [0.1, 0.5, 0.1]


def test_bars_have_a_line_a_value_with_its_difference_and_time() -> None:
    f1, seconds = OverSeeds(0.5, 0.01, (0.5,)), OverSeeds(200.0, 1.0, (200.0,))
    bars = Bars(
        "mine",
        "dev",
        "tagging",
        ("softmax", "crf"),
        {"SeqNER": (f1, f1), "BL-SeqNER": (f1, None)},
        {"SeqNER": (seconds, None)},
        (gain("SeqNER (crf)", "SeqNER (softmax)", 0.02, 0.01),),
    )
    table = taggings_table(replace(NOTHING, taggings=(bars,)))
    assert [[cell.text for cell in row] for row in table.parts[0].rows] == [
        ["SeqNER", "softmax", "50.00 ± 1.00", "–", "–", "3 min 20 s"],
        ["SeqNER", "crf", "50.00 ± 1.00", "+2.00 [+1.00, +3.00]", "0.010", "–"],
        ["BL-SeqNER", "softmax", "50.00 ± 1.00", "–", "–", "–"],
        ["BL-SeqNER", "crf", "–", "–", "–", "–"],
    ]
    assert table.data["tagging"].tolist() == ["softmax", "crf"] * 2
    assert table.data["delta"].tolist()[1] == 0.02


def test_conclusions_that_were_not_checked_have_a_line_too() -> None:
    table = conclusions_table(make_bare_comparison())
    assert table.data["verdict"].tolist() == ["not checked", "not checked"]
    assert table.parts[0].rows[0][2].text == "No runs of the four models."
    assert "gain_span=" in conclusions_table(make_comparison()).data["figures"][0]


def test_all_tables_of_the_paper_are_written(tmp_path: Path) -> None:
    names = {path.name for path in write_comparison_tables(make_comparison(), tmp_path)}
    stems = ("table3", "differences", "table6", "table7", "figure5", "figure6", "figure7", "conclusions")
    assert names == {f"{stem}.{ending}" for stem in stems for ending in ("csv", "tex", "md")}


def test_one_system_alone_has_what_can_be_said_of_it(tmp_path: Path) -> None:
    names = {path.name for path in write_comparison_tables(make_bare_comparison(), tmp_path)}
    assert names == {
        f"{stem}.{ending}" for stem in ("table3", "conclusions") for ending in ("csv", "tex", "md")
    }
