from __future__ import annotations

from blner_allennlp.analysis.results import Estimate
from blner_allennlp.comparison.results import Difference, HeatMap, HeatMapCell
from blner_allennlp.reporting.page.heat_map_view import heat_map_view


def cell(column: str, value: float | None, delta: float | None, num_gold: int = 100) -> HeatMapCell:
    difference = None if delta is None else Difference("BL", "Span", "f1", Estimate(delta), 0.5, 0.5)
    return HeatMapCell(column, "[1]", value, difference, num_gold, num_gold < 30)


def heat_map(*, higher_is_better: bool = True) -> HeatMap:
    rows = {
        "Span": (cell("eLen XS", 0.8, None), cell("eLen S", 0.7, None, 5), cell("tLen XS", 0.6, None)),
        "BL": (cell("eLen XS", 0.9, 0.1), cell("eLen S", 0.2, -0.5, 5), cell("tLen XS", 0.58, -0.02)),
        "Other": (cell("eLen XS", 0.8, 0.0), cell("eLen S", None, None, 5), cell("tLen XS", 0.61, 0.001)),
    }
    return HeatMap("notes", "dev", "Span", "buckets", higher_is_better, rows)


def test_columns_are_grouped_by_attribute_and_small_where_all_systems_are() -> None:
    view = heat_map_view(heat_map())
    assert view.groups == (("eLen", 2), ("tLen", 1))
    assert [(column.group, column.name, column.is_small) for column in view.columns] == [
        ("eLen", "XS", False),
        ("eLen", "S", True),
        ("tLen", "XS", False),
    ]
    assert view.data_set == "notes dev"


def test_the_largest_difference_of_large_buckets_has_the_strongest_shade() -> None:
    view = heat_map_view(heat_map())
    shades = {title: [(shaded.direction, shaded.shade) for shaded in row] for title, row in view.rows.items()}
    # 0.1 is the largest; 0.02 is a fifth of it; 0.001 is still something; the small bucket has no more than the most.
    assert shades["BL"] == [("better", 5), ("worse", 5), ("worse", 1)]
    assert shades["Other"] == [("equal", 0), ("", 0), ("better", 1)]
    assert shades["Span"] == [("", 0)] * 3


def test_a_higher_error_rate_is_worse() -> None:
    view = heat_map_view(heat_map(higher_is_better=False))
    assert [shaded.direction for shaded in view.rows["BL"]] == ["worse", "better", "better"]


def test_error_rates_are_called_by_their_names() -> None:
    view = heat_map_view(HeatMap("notes", "dev", "Span", "errors", False, {"Span": (cell("BE", 0.1, None),)}))
    assert [view.group_title(column.group) for column in view.columns] == ["Boundary errors"]
