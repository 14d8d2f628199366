"""Tables of single runs: what stands in them is what the analysis says."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from blner_allennlp.analysis.results import Interval
from blner_allennlp.reporting.tables import write_analysis_tables
from blner_allennlp.reporting.tables.bucket_tables import buckets_table, intervals_table
from blner_allennlp.reporting.tables.calibration_table import calibration_table
from blner_allennlp.reporting.tables.error_tables import (
    confident_errors_table,
    confusion_table,
    errors_table,
    frequent_errors_table,
)
from blner_allennlp.reporting.tables.score_tables import scores_table, types_table
from tests.reporting.example_results import (
    MANY_TYPES,
    ODD_TYPES,
    make_analyses,
    make_analysis,
    make_bare_analysis,
)


def texts(table, part=0):
    return [[cell.text for cell in row] for row in table.parts[part].rows]


def test_scores_hold_every_run_in_full_precision() -> None:
    analyses = make_analyses(seeds=(1, 2))
    data = scores_table(analyses).data
    assert data["f1"].tolist() == [analysis.micro.f1.value for analysis in analyses]
    assert data["f1_low"].tolist() == [analysis.micro.f1.low for analysis in analyses]
    assert data["boundaries_true_positives"].tolist() == [a.boundaries.true_positives for a in analyses]
    assert data["seed"].tolist() == [1, 2] * 8
    assert data["system"].tolist()[:3] == ["SeqNER", "SeqNER", "BL-SeqNER"]


def test_scores_for_the_eye_are_per_cent() -> None:
    analysis = make_analysis()
    micro = analysis.micro
    (row,) = texts(scores_table([analysis]))
    assert row[:4] == ["wnut17", "test", "BL-SpanNER", "1"]
    assert row[4] == f"{100 * micro.precision.value:.2f}"
    assert row[6] == f"{100 * micro.f1.value:.2f} [{100 * micro.f1.low:.2f}, {100 * micro.f1.high:.2f}]"
    assert row[-1] == "31.00"


def test_a_system_without_figures_has_dashes() -> None:
    (row,) = texts(scores_table([make_bare_analysis()]))
    assert row == ["empty.conll", "test", "other system", *["–"] * 9]
    assert scores_table([make_bare_analysis()]).notes[0].startswith("P, R, F1")


def test_types_hold_each_type_of_each_run() -> None:
    analyses = make_analyses(types=MANY_TYPES)
    table = types_table(analyses)
    assert len(table.data) == len(MANY_TYPES) * 8
    assert len(table.parts) == 8
    assert table.parts[0].caption == "wnut17 test, SeqNER, seed 1"
    assert table.data.groupby(["corpus", "system"])["num_gold"].sum().tolist() == [500] * 8


def test_buckets_say_which_are_small() -> None:
    analysis = make_analysis()
    table = buckets_table([analysis])
    small = table.data[table.data["is_small"]]
    assert 0 < len(small) < len(table.data)
    assert small["num_gold"].max() < 30
    marks = [row[-1].mark for row in table.parts[0].rows]
    assert [mark == "†" for mark in marks] == table.data["is_small"].tolist()
    assert table.notes[0].startswith("† Fewer than 30 gold")


def test_equal_intervals_are_one_table_as_in_the_paper() -> None:
    table = intervals_table(make_analyses())
    (part,) = table.parts
    assert list(part.header) == ["Bucket", "eLen", "tLen", "eCon", "eDen"]
    assert texts(table)[0] == ["XS", "[1]", "[1, 7]", "[0, 0.1]", "[0, 0.01]"]
    assert texts(table)[3] == ["XL", "≥ 5", "≥ 32", "(0.9, 1]", "(0.05, 1]"]
    assert len(table.data) == 16
    last = table.data.iloc[3]
    assert (last["low"], last["low_closed"], last["high_closed"]) == (5.0, True, False)
    assert pd.isna(last["high"])


def test_intervals_that_differ_between_corpora_stand_beside_each_other() -> None:
    one, other = make_analysis(corpus="wnut17"), make_analysis(corpus="conll04")
    length = other.attributes[0]
    wider = replace(length.buckets[0], label="[1, 2]", interval=Interval(1, 2, True, True))
    other = replace(other, attributes=(replace(length, buckets=(wider, *length.buckets[1:])),))
    table = intervals_table([one, other])
    assert list(table.parts[0].header) == [
        "Bucket",
        "eLen (wnut17)",
        "eLen (conll04)",
        "tLen",
        "eCon",
        "eDen",
    ]


def test_attributes_with_other_numbers_of_buckets_are_parts_of_their_own() -> None:
    analysis = make_analysis()
    short = replace(analysis.attributes[0], buckets=analysis.attributes[0].buckets[:2])
    table = intervals_table([replace(analysis, attributes=(short, *analysis.attributes[1:]))])
    assert [part.caption for part in table.parts] == ["2 buckets", "4 buckets"]


def test_errors_hold_the_counts_and_rates() -> None:
    analysis = make_analysis()
    row = errors_table([analysis]).data.iloc[0]
    assert row["num_errors"] == row["false_positives"] + row["false_negatives"] == analysis.errors.num_errors
    assert row["boundary_error_rate"] == analysis.errors.boundary_error_rate.value


def test_a_confusion_keeps_every_count_and_names_what_is_no_mention() -> None:
    analysis = make_analysis(types=ODD_TYPES)
    table = confusion_table([analysis])
    assert table.data["count"].sum() == sum(map(sum, analysis.confusion.counts))
    missed = table.data[table.data["predicted_type"].isna()]
    assert missed["count"].sum() == sum(row[-1] for row in analysis.confusion.counts)
    shown = texts(table)
    assert [row[1:] for row in shown] == [[str(n) for n in row] for row in analysis.confusion.counts]
    assert shown[-1][0] == "(no mention)"


def test_runs_without_scores_have_no_calibration() -> None:
    table = calibration_table([make_analysis(has_scores=False), make_analysis()])
    assert len(table.data) == 10
    assert len(table.parts) == 1


def test_examples_are_whole_in_the_data_and_short_for_the_eye() -> None:
    analysis = make_analysis()
    long = replace(analysis.frequent_errors[0], text="word " * 40)
    table = frequent_errors_table([replace(analysis, frequent_errors=(long,))])
    assert table.data["text"][0] == "word " * 40
    assert len(texts(table)[0][1]) <= 60
    assert texts(table)[0][-1] == "4, 18, 41"
    assert texts(confident_errors_table([analysis]))[0][-2] == "99.80"


@pytest.mark.parametrize(
    "analyses", [make_analyses(), [make_analysis(types=ODD_TYPES)], [make_bare_analysis()]]
)
def test_files_are_read_back_by_pandas_and_have_balanced_braces(analyses, tmp_path: Path) -> None:
    written = write_analysis_tables(analyses, tmp_path / "new" / "tables")
    assert len(written) == len(set(written)) > 0
    for path in written:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".csv":
            assert len(pd.read_csv(path)) > 0
        elif path.suffix == ".tex":
            unescaped = re.sub(r"\\.", "", text)
            assert unescaped.count("{") == unescaped.count("}")
            assert len(re.findall(r"\\begin", text)) == len(re.findall(r"\\end\{", text))
        else:
            widths = [
                len(re.findall(r"(?<!\\)\|", line)) for line in text.splitlines() if line.startswith("|")
            ]
            tables = re.findall(r"(?:^\|.*\n)+", text, flags=re.MULTILINE)
            assert sum(len(table.splitlines()) for table in tables) == len(widths)
            for table in tables:
                assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}) == 1


def test_tables_without_a_line_are_not_written(tmp_path: Path) -> None:
    names = {path.name for path in write_analysis_tables([make_bare_analysis()], tmp_path)}
    assert {"scores.csv", "scores.tex", "scores.md", "errors.csv"} <= names
    assert not {name for name in names if name.startswith(("types", "confusion", "calibration", "frequent"))}


def test_the_same_results_are_the_same_bytes(tmp_path: Path) -> None:
    first = write_analysis_tables([make_analysis()], tmp_path / "first")
    second = write_analysis_tables([make_analysis()], tmp_path / "second")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_lone_surrogates_of_broken_corpora_do_not_stop_the_writing(tmp_path: Path) -> None:
    analysis = make_analysis()
    broken = replace(analysis.frequent_errors[0], text="bro\ud800ken")
    written = write_analysis_tables([replace(analysis, frequent_errors=(broken,))], tmp_path)
    (path,) = [path for path in written if path.name == "frequent_errors.csv"]
    assert "bro?ken" in path.read_text(encoding="utf-8")


def test_sentences_count_from_one() -> None:
    analysis = make_analysis()
    example = replace(analysis.frequent_errors[0], sentence_indices=(0, 4, 9, 11))
    table = frequent_errors_table([replace(analysis, frequent_errors=(example,))])
    assert texts(table)[0][-1] == "1, 5, 10, …"
    assert table.data.iloc[0]["sentence_numbers"] == "1;5;10;12"
    assert "Sentences are counted from 1." in table.notes[0]
