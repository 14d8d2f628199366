"""Text that says in LaTeX and Markdown what it says plainly, whatever types and words a corpus has."""

from __future__ import annotations

import re

from blner_allennlp.reporting.plain_text import one_line

_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "'": r"\textquotesingle{}",
    "`": r"\textasciigrave{}",
    # A bracket after a row's end or at its start would be taken for that command's argument.
    "[": "{[}",
    "]": "{]}",
    "*": "{*}",
    "−": "$-$",
    "–": "--",
    "±": r"$\pm$",
    "×": r"$\times$",
    "≥": r"$\geq$",
    "≤": r"$\leq$",
    "∞": r"$\infty$",
    "↑": r"$\uparrow$",
    "↓": r"$\downarrow$",
    "→": r"$\rightarrow$",
    "†": r"\textdagger{}",
    "‡": r"\textdaggerdbl{}",
    "α": r"$\alpha$",
    "ε": r"$\varepsilon$",
    "Δ": r"$\Delta$",
    "…": r"\ldots{}",
}
# Two hyphens would become a dash, two commas a quotation mark.
_LATEX_SPECIAL = re.compile("|".join([*map(re.escape, _LATEX), "-(?=-)", ",(?=,)"]))

# What CommonMark, its tables included, or an HTML-aware reader may take for markup.
_MARKDOWN_SPECIAL = re.compile(r"[\\`*_{}\[\]<>|~$]")
# A number, bullet or heading sign only matters at the start of a line, but costs nothing elsewhere.
_MARKDOWN_LINE_START = re.compile(r"^(?=[#+-](?:\s|$)|#)")
_MARKDOWN_NUMBER_START = re.compile(r"^(\d+)([.)])(?=\s|$)")
# An ampersand that could begin a character reference.
_MARKDOWN_REFERENCE = re.compile(r"&(?=#?\w+;)")


def escape_latex(text: str) -> str:
    """Escape text for LaTeX.

    Letters and signs beyond those of the table above stay as they are: LaTeX reads UTF-8, and which of them it can set
    is a question of fonts.

    Args:
        text: any text; line breaks and control characters become blanks.

    Returns:
        LaTeX code whose braces are balanced.
    """
    return _LATEX_SPECIAL.sub(lambda found: _LATEX.get(found.group(), found.group() + "{}"), one_line(text))


def escape_markdown(text: str) -> str:
    """Escape text for a field or a paragraph of Markdown (CommonMark with GitHub's tables).

    Args:
        text: any text; line breaks and control characters become blanks.

    Returns:
        Markdown that shows exactly this text.
    """
    escaped = _MARKDOWN_SPECIAL.sub(r"\\\g<0>", one_line(text))
    escaped = _MARKDOWN_REFERENCE.sub("&amp;", escaped)
    escaped = _MARKDOWN_NUMBER_START.sub(r"\1\\\2", escaped)
    return _MARKDOWN_LINE_START.sub(r"\\", escaped)


def shortened(text: str, max_chars: int = 60) -> str:
    """Cut what would make a table's column too wide.

    Args:
        text: any text.
        max_chars: how many characters may stay.

    Returns:
        The text, or its beginning with `…` as its last character.

    Raises:
        ValueError: no character may stay.
    """
    if max_chars < 1:
        raise ValueError(f"max_chars is {max_chars}, but must be at least 1")
    return text if len(text) <= max_chars else text[: max_chars - 1].rstrip() + "…"
