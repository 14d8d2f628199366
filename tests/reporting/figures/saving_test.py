from __future__ import annotations

import pytest

from blner_allennlp.reporting.figures.saving import FileNames, check_formats, file_name_part


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("BL-SpanNER (alpha=0.3)", "bl-spanner-alpha-0.3"),
        ("../Ügyfél/test", "ugyfel-test"),
        ("学校", "unnamed"),
        ("wnut17", "wnut17"),
    ],
)
def test_names_become_file_names(name: str, part: str) -> None:
    assert file_name_part(name) == part


def test_no_two_figures_have_one_name() -> None:
    names = FileNames()
    assert [names.unique(name) for name in ("a", "b", "a", "a")] == ["a", "b", "a-2", "a-3"]


def test_unknown_formats_are_refused() -> None:
    check_formats(["png", "svg", "pdf"])
    with pytest.raises(ValueError, match="formats must be among png, svg, pdf, but got jpg"):
        check_formats(["png", "jpg"])
