"""Figures as files, and what is drawn in them."""

from __future__ import annotations

import itertools
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from blner_allennlp.analysis.results import Estimate
from blner_allennlp.comparison.results import Curve, Difference, HeatMap, HeatMapCell, OverSeeds
from blner_allennlp.reporting.figures import write_analysis_figures, write_comparison_figures
from blner_allennlp.reporting.figures.bars import bars_figure
from blner_allennlp.reporting.figures.buckets import buckets_figure
from blner_allennlp.reporting.figures.confusion import confusion_figure
from blner_allennlp.reporting.figures.curves import curves_figure
from blner_allennlp.reporting.figures.grouping import group_runs
from blner_allennlp.reporting.figures.heat_maps import bucket_map_figure, error_map_figure
from blner_allennlp.reporting.figures.reliability import reliability_figure
from blner_allennlp.reporting.figures.scores import scores_figure, types_figure
from blner_allennlp.reporting.figures.style import WORSE_BETTER, figure_style
from blner_allennlp.runs.system_output import FOUR_MODELS
from tests.reporting.example_results import (
    MANY_TYPES,
    ODD_TYPES,
    make_analyses,
    make_analysis,
    make_bare_analysis,
    make_bare_comparison,
    make_comparison,
)

TWELVE = (*FOUR_MODELS, *(f"another system of that kind, number {index}" for index in range(8)))


@pytest.fixture(autouse=True)
def style() -> Iterator[None]:
    with figure_style():
        yield


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if text.get_text() and text.get_visible()]


def assert_nothing_overlaps(figure: Figure) -> None:
    """No two texts share more than a hair's breadth, and none leaves the figure."""
    FigureCanvasAgg(figure)
    figure.draw_without_rendering()
    # Labels of ticks that lie beyond their axis exist, but are not drawn.
    hidden = {
        id(label)
        for axes in figure.axes
        for axis in (axes.xaxis, axes.yaxis)
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks())
        for label in (tick.label1, tick.label2)
        if not axes.axison
        or not min(axis.get_view_interval()) <= tick.get_loc() <= max(axis.get_view_interval())
    }
    boxes = [
        (text.get_text(), text.get_window_extent())
        for text in figure.findobj(Text)
        if text.get_text().strip()
        and text.get_visible()
        and text.get_rotation() in (0, 90)
        and id(text) not in hidden
    ]
    width, height = figure.canvas.get_width_height()
    for text, box in boxes:
        assert box.x0 > -2, text
        assert box.y0 > -2, text
        assert box.x1 < width + 2, text
        assert box.y1 < height + 2, text
    for (text, box), (other_text, other) in itertools.combinations(boxes, 2):
        across = min(box.x1, other.x1) - max(box.x0, other.x0)
        along = min(box.y1, other.y1) - max(box.y0, other.y0)
        assert across < 2 or along < 2, (text, other_text)


def heat_map(kind: str = "buckets") -> HeatMap:
    better = Difference("SeqNER", "SpanNER", "f1", Estimate(0.05, 0.01, 0.09), 0.01, 0.01)
    worse = replace(better, delta=Estimate(-0.05), p_randomisation=0.5)
    unknown = replace(better, delta=Estimate(None), p_randomisation=None, p_bootstrap=None)
    columns = ("eLen XS", "eLen S", "eLen L", "eLen XL") if kind == "buckets" else ("BE", "TE", "C", "D")
    seqner = (
        HeatMapCell(columns[0], "[1]", 0.7, better, 300, False),
        HeatMapCell(columns[1], "[2]", 0.6, worse, 200, False),
        HeatMapCell(columns[2], "[3, 4]", 0.7, better, 7, True),
        HeatMapCell(columns[3], "≥ 5", None, unknown, 0, True),
    )
    spanner = tuple(replace(cell, value=cell.value and 0.65, difference=None) for cell in seqner)
    return HeatMap("mine", "dev", "SpanNER", kind, kind == "buckets", {"SeqNER": seqner, "SpanNER": spanner})


def cells_of(figure: Figure) -> list[Rectangle]:
    """The first row's cells, from left to right."""
    patches = [
        patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle) and patch.get_y() < 1
    ]
    return sorted(patches, key=lambda patch: patch.get_x())


def test_a_heat_map_says_better_and_worse_by_sign_and_by_colour() -> None:
    figure = bucket_map_figure(heat_map())
    assert {"+5.0*", "−5.0", "–", "0\n(65.0)"} <= set(texts(figure))
    better, worse, small, empty = cells_of(figure)
    assert to_rgb(better.get_facecolor()) == pytest.approx(to_rgb(WORSE_BETTER(1.0)))
    assert to_rgb(worse.get_facecolor()) == pytest.approx(to_rgb(WORSE_BETTER(0.0)))
    assert small.get_hatch() == "///"
    assert (empty.get_linestyle(), empty.get_hatch()) == ("--", None)
    assert to_rgb(empty.get_facecolor()) == (1, 1, 1)


def test_a_higher_error_rate_has_the_colour_of_worse_and_the_scale_says_so() -> None:
    figure = error_map_figure([heat_map("errors")])
    higher, lower, *_ = cells_of(figure)
    assert to_rgb(higher.get_facecolor()) == pytest.approx(to_rgb(WORSE_BETTER(0.0)))
    assert to_rgb(lower.get_facecolor()) == pytest.approx(to_rgb(WORSE_BETTER(1.0)))
    scale = figure.axes[-1]
    assert [label.get_text() for label in scale.get_xticklabels()] == ["+5.0", "+2.5", "0.0", "−2.5", "−5.0"]
    assert "A higher rate is worse" in scale.get_xlabel().replace("\n", " ")


def test_curves_leave_the_ends_to_lines_of_reference() -> None:
    f1 = tuple(OverSeeds(value, 0.01, (value,)) for value in (0.8, 0.7, 0.6, 0.5))
    curve = Curve("mine", "dev", "BL-SeqNER", (0.0, 0.1, 0.5, 1.0), f1)
    figure = curves_figure([curve, replace(curve, system="BL-SpanNER")])
    lines = {line.get_label(): line for line in figure.axes[0].lines if isinstance(line, Line2D)}
    assert set(lines) == {"BL-SeqNER", "BL-SpanNER", "SpanNER (α = 0)", "SeqNER (α = 1)"}
    assert list(lines["BL-SeqNER"].get_xdata()) == [0.1, 0.5]
    assert list(lines["BL-SeqNER"].get_ydata()) == pytest.approx([70, 60])
    assert set(lines["SpanNER (α = 0)"].get_ydata()) == {80.0}
    assert set(lines["SeqNER (α = 1)"].get_ydata()) == {50.0}
    assert len(figure.axes[0].collections) == 2


def test_curves_of_other_settings_have_ends_of_their_own() -> None:
    def curve(system: str, end: float) -> Curve:
        points = tuple(OverSeeds(value, None, (value,)) for value in (end, 0.7, 0.71))
        return Curve("mine", "dev", system, (0.0, 0.1, 0.2), points)

    figure = curves_figure([curve("BL-SeqNER (crf)", 0.8), curve("BL-SeqNER (softmax)", 0.75)])
    labels = {line.get_label() for line in figure.axes[0].lines}
    assert {"SpanNER (crf) (α = 0)", "SpanNER (softmax) (α = 0)"} <= labels
    assert "one seed each" in texts(figure)


def test_bars_are_as_high_as_their_means_and_missing_ones_are_dashes() -> None:
    (bars,) = make_comparison(corpora=["wnut17"]).taggings
    figure = bars_figure([bars])
    heights = {round(patch.get_height(), 9) for patch in figure.axes[0].patches}
    means = {round(100 * f1.mean, 9) for values in bars.f1.values() for f1 in values if f1 is not None}
    assert heights == means | {0.0}
    assert "–" in texts(figure)
    assert figure.axes[0].get_ylabel().startswith("F1 in %, axis from ")
    assert figure.axes[0].get_ylim()[0] < min(means)
    assert figure.axes[1].get_ylim()[0] == 0


def test_without_times_there_is_no_panel_for_them() -> None:
    (bars,) = make_comparison(corpora=["wnut17"]).taggings
    figure = bars_figure([replace(bars, training_seconds={})])
    assert len(figure.axes) == 1
    assert "F1 by tagging" in texts(figure)


def test_no_interval_is_cut_off_by_an_axis() -> None:
    places = group_runs(make_analyses())
    figure = scores_figure(places)
    lows = [
        estimate.low
        for place in places
        for system in place.systems
        for run in system.runs
        for estimate in (run.micro.precision, run.micro.recall, run.micro.f1)
    ]
    assert figure.axes[0].get_xlim()[0] < 100 * min(lows)


def test_a_confusion_adds_up_seeds() -> None:
    analyses = make_analyses(["SeqNER"], ["wnut17"], seeds=(1, 2))
    (place,) = group_runs(analyses)
    figure = confusion_figure(place, place.systems[0])
    right = sum(analysis.confusion.counts[0][0] for analysis in analyses)
    assert str(right) in texts(figure)
    assert "(2 seeds added up)" in " ".join(texts(figure)).replace("\n", " ")


def test_reliability_has_a_panel_for_each_system_with_scores() -> None:
    (place,) = group_runs([make_analysis("SeqNER"), make_analysis("other", has_scores=False)])
    figure = reliability_figure(place)
    assert len([axes for axes in figure.axes if axes.axison]) == 1


@pytest.mark.parametrize(
    ("systems", "corpora"),
    [(FOUR_MODELS, ["b"]), (TWELVE, ["a_corpus_with_quite_a_long_name", "b", "c", "d"])],
)
def test_nothing_overlaps_in_comparisons(systems: tuple[str, ...], corpora: list[str]) -> None:
    comparison = make_comparison(systems, corpora, seeds=(1, 2), num_gold=60)
    assert_nothing_overlaps(bucket_map_figure(comparison.bucket_maps[0]))
    assert_nothing_overlaps(error_map_figure(comparison.error_maps))
    assert_nothing_overlaps(curves_figure(comparison.curves))
    assert_nothing_overlaps(bars_figure(comparison.representations))


@pytest.mark.parametrize(("systems", "types"), [(("SeqNER",), ODD_TYPES), (TWELVE, MANY_TYPES)])
def test_nothing_overlaps_in_single_runs(systems: tuple[str, ...], types: tuple[str, ...]) -> None:
    (place,) = group_runs(make_analyses(systems, ["wnut17"], types=types))
    assert_nothing_overlaps(scores_figure([place]))
    assert_nothing_overlaps(types_figure(place, place.systems[0]))
    assert_nothing_overlaps(buckets_figure(place))
    assert_nothing_overlaps(reliability_figure(place))
    assert_nothing_overlaps(confusion_figure(place, place.systems[0]))


def test_each_format_is_written_and_the_same_every_time(tmp_path: Path) -> None:
    comparison = replace(
        make_comparison(["SeqNER", "SpanNER"], ["wnut17"], num_gold=50),
        bucket_maps=(),
        curves=(),
        taggings=(),
        representations=(),
    )
    first, second = (write_comparison_figures(comparison, tmp_path / name) for name in ("first", "second"))
    assert [path.name for path in first] == ["table7.png", "table7.svg", "table7.pdf"]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    assert first[0].read_bytes().startswith(b"\x89PNG")
    assert ElementTree.parse(first[1]).getroot().tag.endswith("svg")  # noqa: S314 - written a moment ago
    assert first[2].read_bytes().startswith(b"%PDF")
    assert b"/CreationDate" not in first[2].read_bytes()


def test_figures_of_runs_have_plain_names(tmp_path: Path) -> None:
    written = write_analysis_figures([make_analysis(types=ODD_TYPES, num_gold=60)], tmp_path, ["svg"])
    assert [path.name for path in written] == [
        "scores.svg",
        "buckets_wnut17-test.svg",
        "reliability_wnut17-test.svg",
        "types_wnut17-test_bl-spanner.svg",
        "confusion_wnut17-test_bl-spanner.svg",
    ]


def test_what_cannot_be_drawn_is_left_out(tmp_path: Path) -> None:
    written = write_analysis_figures([make_bare_analysis()], tmp_path / "runs", ["png"])
    assert [path.name for path in written] == ["scores.png", "buckets_empty.conll-test.png"]
    assert write_analysis_figures([], tmp_path / "none") == []
    assert write_comparison_figures(make_bare_comparison(), tmp_path / "comparison", ["png"]) == []


def test_types_in_any_script_are_drawn(tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    analysis = make_analysis(types=("学校", "😀", "\ud800", "a\nb"), num_gold=30)
    assert write_analysis_figures([analysis], tmp_path, ["png"])
    assert not recwarn.list
