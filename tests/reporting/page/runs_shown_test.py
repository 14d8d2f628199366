from __future__ import annotations

from dataclasses import replace

from blner_allennlp.reporting.page.runs_shown import name_in_browser, shown_runs, system_styles
from tests.reporting.example_results import make_analysis

STYLES = system_styles(["SeqNER", "mine"])


def test_a_title_that_is_alone_in_its_data_set_is_the_name() -> None:
    runs = shown_runs(
        [make_analysis("SeqNER"), make_analysis("SeqNER", split="dev"), make_analysis("mine")], STYLES
    )
    assert [(run.data_set, run.label) for run in runs] == [
        ("wnut17 test", "SeqNER"),
        ("wnut17 dev", "SeqNER"),
        ("wnut17 test", "mine"),
    ]


def test_seeds_and_then_sources_tell_runs_of_one_system_apart() -> None:
    first = make_analysis("SeqNER", seed=1)
    again = replace(first, info=replace(first.info, source="elsewhere"))
    runs = shown_runs(
        [first, again, make_analysis("SeqNER", seed=2), make_analysis("mine", seed=None)], STYLES
    )
    assert [run.label for run in runs] == [
        "SeqNER (seed 1) runs/wnut17/seqner-1",
        "SeqNER (seed 1) elsewhere",
        "SeqNER (seed 2)",
        "mine",
    ]
    assert [run.seed for run in runs] == ["1", "1", "2", ""]


def test_the_four_models_have_the_first_styles_whatever_else_is_shown() -> None:
    styles = system_styles(["mine", "BL-SpanNER", "SeqNER", "mine", "yours"])
    assert {title: styles[title] for title in ("SeqNER", "BL-SeqNER", "SpanNER", "BL-SpanNER")} == {
        "SeqNER": 0,
        "BL-SeqNER": 1,
        "SpanNER": 2,
        "BL-SpanNER": 3,
    }
    assert (styles["mine"], styles["yours"]) == (4, 5)


def test_the_browsers_plain_title_is_the_run_of_the_lowest_seed() -> None:
    runs = shown_runs([make_analysis("SeqNER", seed=seed) for seed in (10, 9, None)], STYLES)
    assert [name_in_browser(run, runs, {"SeqNER"}) for run in runs] == ["", "SeqNER", ""]
    assert [name_in_browser(run, runs, {"SeqNER (seed 10)"}) for run in runs] == ["SeqNER (seed 10)", "", ""]
    assert [name_in_browser(run, runs, {"SeqNER", "SeqNER (seed 9)"}) for run in runs] == [
        "",
        "SeqNER (seed 9)",
        "SeqNER",
    ]
    assert [name_in_browser(run, runs, set()) for run in runs] == ["", "", ""]
