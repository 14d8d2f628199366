from __future__ import annotations

import matplotlib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blner_allennlp.reporting.figures.style import (
    SHARES,
    WORSE_BETTER,
    SeriesStyle,
    figure_style,
    text_colour,
    wrapped,
)
from blner_allennlp.runs.system_output import FOUR_MODELS

# Machado, Oliveira and Fernandes (2009), severity 1, for linear RGB.
COLOUR_BLINDNESS = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
}


def linear(rgb: np.ndarray) -> np.ndarray:
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(linear_rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of linear sRGB under D65."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    ratios = to_xyz @ np.clip(linear_rgb, 0, 1) / np.array([0.9505, 1.0, 1.089])
    x, y, z = np.where(ratios > 0.008856, np.cbrt(ratios), 7.787 * ratios + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("matrix", COLOUR_BLINDNESS.values(), ids=COLOUR_BLINDNESS)
def test_worse_and_better_differ_for_colour_blind_readers(matrix: list[list[float]]) -> None:
    for distance in (0.25, 0.35, 0.5):
        seen = [
            lab(np.array(matrix) @ linear(np.array(WORSE_BETTER(0.5 + side * distance)[:3])))
            for side in (-1, 1)
        ]
        # Two colours are plainly different from about 10 on.
        assert np.linalg.norm(seen[0] - seen[1]) > 20


@pytest.mark.parametrize("colours", [WORSE_BETTER, SHARES])
def test_numbers_on_any_colour_have_enough_contrast(colours) -> None:
    def luminance(colour) -> float:
        return float(np.array([0.2126, 0.7152, 0.0722]) @ linear(np.array(matplotlib.colors.to_rgb(colour))))

    for value in np.linspace(0, 1, 101):
        rgba = colours(float(value))
        light, dark = sorted((luminance(rgba[:3]), luminance(text_colour(rgba))), reverse=True)
        # No colour in the middle reaches much more with either ink or white; WCAG asks for 3 at this size in bold.
        assert (light + 0.05) / (dark + 0.05) >= 4.0


def test_the_papers_models_look_the_same_in_every_company() -> None:
    for index, name in enumerate(FOUR_MODELS):
        assert vars(SeriesStyle(name, index)) == vars(SeriesStyle(name, 7))


def test_twelve_systems_look_different() -> None:
    names = [*FOUR_MODELS, *(f"system {index}" for index in range(8))]
    looks = {(style.colour, style.marker) for style in map(SeriesStyle, names, range(12))}
    assert len(looks) == 12


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("SeqNER", ["SeqNER"]),
        ("WORK_OF_ART", ["WORK_OF_", "ART"]),
        ("a-much-too-long-name", ["a-much-", "…ng-name"]),
        ("abcdefghijk", ["abcdefgh", "ijk"]),
        ("two\nlines", ["two", "lines"]),
        ("a-b (c=1)", ["a-b", "(c=1)"]),
        ("", [""]),
    ],
)
def test_names_break_where_words_end(name: str, lines: list[str]) -> None:
    assert wrapped(name, 8, 2).split("\n") == lines


@given(st.text(), st.integers(2, 30), st.integers(1, 3))
def test_no_line_is_too_long_and_no_more_than_allowed(name: str, width: int, max_lines: int) -> None:
    lines = wrapped(name, width, max_lines).split("\n")
    assert len(lines) <= max_lines
    assert max(map(len, lines)) <= width


def test_settings_of_matplotlib_are_as_before() -> None:
    before = dict(matplotlib.rcParams)
    with figure_style():
        assert matplotlib.rcParams["svg.hashsalt"] == "blner_allennlp"
    assert dict(matplotlib.rcParams) == before
