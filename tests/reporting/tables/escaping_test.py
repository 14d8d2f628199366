from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blner_allennlp.reporting.plain_text import one_line
from blner_allennlp.reporting.tables.escaping import escape_latex, escape_markdown, shortened


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("A&B_100%", r"A\&B\_100\%"),
        ("{x}$#", r"\{x\}\$\#"),
        ("\\~^", r"\textbackslash{}\textasciitilde{}\textasciicircum{}"),
        ("a--b,,c", "a-{}-b,{},c"),
        ("84.51 ± 0.62 ↑", r"84.51 $\pm$ 0.62 $\uparrow$"),
        ("−0.25 [≥ 5]", r"$-$0.25 {[}$\geq$ 5{]}"),
        ("Ügyfél", "Ügyfél"),
        ("two\nlines\tand\x00more", "two lines and more"),
    ],
)
def test_latex_shows_the_text_itself(text: str, latex: str) -> None:
    assert escape_latex(text) == latex


@given(st.text())
def test_latex_has_balanced_braces_and_no_bare_special_character(text: str) -> None:
    escaped = escape_latex(text)
    depth = 0
    for token in re.findall(r"\\.|[{}]", escaped):
        depth += {"{": 1, "}": -1}.get(token, 0)
        assert depth >= 0
    assert depth == 0
    without_commands = re.sub(
        r"\$(?:-|\\[a-z]+)\$|\\[&%$#_{}]|\\[a-z]+\{\}|\{[\[\]*]\}|\{\}", "", escaped, flags=re.I
    )
    assert not re.search(r"[\\{}$&#%_~^<>|\n]", without_commands)


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("a|b", r"a\|b"),
        ("*bold* _it_ `code`", r"\*bold\* \_it\_ \`code\`"),
        ("<b>[x](y)", r"\<b\>\[x\](y)"),
        ("&lt; & c", "&amp;lt; & c"),
        ("# heading", r"\# heading"),
        ("- item", r"\- item"),
        ("1. item", r"1\. item"),
        ("12", "12"),
        ("+1.30", "+1.30"),
        ("$x$", r"\$x\$"),
    ],
)
def test_markdown_shows_the_text_itself(text: str, markdown: str) -> None:
    assert escape_markdown(text) == markdown


@given(st.text())
def test_markdown_gives_the_text_back_when_its_escapes_are_undone(text: str) -> None:
    escaped = escape_markdown(text)
    # What CommonMark does: a backslash before punctuation is dropped, a reference is replaced.
    undone = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", escaped).replace("&amp;", "&")
    assert undone.replace("&amp;", "&") == one_line(text).replace("&amp;", "&")
    assert not re.search(r"(?<!\\)(?:\\\\)*[|<>*_`]", escaped)


def test_long_texts_are_cut_visibly() -> None:
    assert shortened("abcdef", 6) == "abcdef"
    assert shortened("abcdefg", 6) == "abcde…"
    assert shortened("abcd efg", 6) == "abcd…"
    with pytest.raises(ValueError, match="max_chars is 0, but must be at least 1"):
        shortened("a", 0)
