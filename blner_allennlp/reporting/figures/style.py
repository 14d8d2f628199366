"""What all figures look like: sizes, fonts, and colours that can be told apart without seeing red and green."""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from matplotlib import font_manager, rc_context
from matplotlib.colors import LinearSegmentedColormap

from blner_allennlp.reporting.plain_text import one_line
from blner_allennlp.runs.system_output import BL_SEQNER, BL_SPANNER, SEQNER, SPANNER

WIDTH = 9.0
"""Of every figure, in inches. On a page 900 pixels wide, type of 10 points is then 14 pixels high."""
DPI = 150

WORSE_BETTER = LinearSegmentedColormap.from_list(
    "worse_better", ["#a63603", "#e6753a", "#fdd0a8", "#f7f7f5", "#a9dcd3", "#2f9c8f", "#00574d"]
)
"""Orange is worse, blue-green is better; they differ in blue, which nearly everybody sees."""
SHARES = LinearSegmentedColormap.from_list("shares", ["#ffffff", "#c6dbef", "#5a9bd0", "#08386b"])

GREY = "#5c6670"
LIGHT_GREY = "#d5dadf"
INK = "#1c2329"

# Okabe and Ito's colours, a dark orange for their yellow, which is faint on white.
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#b8860b", "#000000")
_MARKERS = ("o", "s", "^", "D", "v", "P", "X")
_LINES = ("-", "--", "-.", ":")
_OF_MODEL = {SEQNER: 1, BL_SEQNER: 4, SPANNER: 2, BL_SPANNER: 0}
HATCHES = ("", "//", "..", "xx", "\\\\", "++")

# Scripts that DejaVu Sans has no letters of, in fonts that systems often have.
_FALLBACK_FONTS = (
    "Noto Sans CJK JP",
    "Noto Sans CJK SC",
    "Noto Sans Devanagari",
    "Noto Sans Thai",
    "Arial Unicode MS",
)


class SeriesStyle:
    """How one series is drawn: colour, marker and line differ, so that none has to be seen alone.

    Args:
        name: a system's name; the paper's four always look the same.
        index: its place among the series, which decides for all others.
    """

    def __init__(self, name: str, index: int) -> None:
        place = _OF_MODEL.get(name, index + 3 if name not in _OF_MODEL else index)
        self.colour = _COLOURS[place % len(_COLOURS)]
        self.marker = _MARKERS[(place + place // len(_COLOURS)) % len(_MARKERS)]
        self.line = _LINES[(place + place // len(_COLOURS)) % len(_LINES)]


@contextmanager
def figure_style() -> Iterator[None]:
    """Set matplotlib's settings while figures are made and written, and put back what they were.

    Yields:
        Nothing.
    """
    installed = set(font_manager.get_font_names())
    settings: Any = {
        "font.family": ["DejaVu Sans", *(name for name in _FALLBACK_FONTS if name in installed)],
        "font.size": 10,
        "axes.titlesize": 10.5,
        "axes.titleweight": "bold",
        "axes.labelsize": 10,
        "axes.labelcolor": INK,
        "axes.edgecolor": GREY,
        "axes.linewidth": 0.8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "axes.grid": False,
        "grid.color": "#e4e8eb",
        "grid.linewidth": 0.8,
        "text.color": INK,
        # Dollar signs of types and words are no formulas.
        "text.parse_math": False,
        "xtick.color": INK,
        "ytick.color": INK,
        "xtick.labelsize": 9,
        "ytick.labelsize": 9,
        "legend.fontsize": 9,
        "legend.frameon": False,
        "hatch.linewidth": 0.6,
        "figure.facecolor": "white",
        "savefig.facecolor": "white",
        "svg.hashsalt": "blner_allennlp",
        "svg.fonttype": "path",
        "pdf.fonttype": 42,
    }
    with rc_context(settings), warnings.catch_warnings():
        # A type in a script without a font shows boxes; that is no reason to fail.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font", category=UserWarning)
        yield


def wrapped(text: str, width: int = 16, max_lines: int = 2) -> str:
    """Break a name into lines that fit beside or below an axis.

    Args:
        text: the name.
        width: characters a line.
        max_lines: lines; what does not fit gives way to `…`.

    Returns:
        The name in lines; it breaks at blanks, hyphens and underscores, else anywhere. Where it does not fit, its end
        stays, which often is what tells names apart.
    """
    text = one_line(text)
    # Blanks first: `BL-SeqNER` stays whole where it can.
    lines = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]
    if max(map(len, lines)) > width:
        lines = _broken_anywhere(text, width)
    if len(lines) > max_lines:
        tail = "…" + text[-(width - 1) :].lstrip() if width > 1 else "…"
        lines = [*lines[: max_lines - 1], tail]
    return "\n".join(lines)


def _broken_anywhere(text: str, width: int) -> list[str]:
    """Lines that end after underscores, slashes and hyphens, too, or in the middle of what is longer than a line."""
    # A sign that no text has marks where a line may end.
    pieces = text.replace("_", "_\x00").replace("/", "/\x00").replace("-", "-\x00").split("\x00")
    lines, current = [], ""
    for piece in pieces:
        for chunk in textwrap.wrap(piece, width, drop_whitespace=False) or [""]:
            if current and len(current) + len(chunk) > width:
                lines.append(current.strip())
                current = ""
            current += chunk
    lines.append(current.strip())
    return [line for line in lines if line]


def text_colour(rgba: Sequence[float]) -> str:
    """Choose what is readable on a colour.

    Args:
        rgba: red, green and blue in [0, 1], perhaps more after them.

    Returns:
        Dark ink or white, whichever has the higher contrast (WCAG 2's relative luminance).
    """
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in rgba[:3]]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return INK if (luminance + 0.05) ** 2 > 1.05 * (0.017 + 0.05) else "white"
