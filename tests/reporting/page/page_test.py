"""The page as text; what it does in a browser is in `page_in_browser_test.py`."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

from blner_allennlp.reporting.page import write_page
from blner_allennlp.reporting.page.page import render_page
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
from tests.reporting.page.example_sentences import make_sentences

ASSETS = Path("blner_allennlp/reporting/page/assets")
VOID = {"meta", "link", "input", "br"}


class Outline(HTMLParser):
    """The elements of a page, and whether each is closed where it should be."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"{tag} closes something else at {self.getpos()}"

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("script", "style"):
            self.text += data

    def values(self, attribute: str) -> list[str]:
        return [value for _, attributes in self.elements if (value := attributes.get(attribute)) is not None]


@cache
def full() -> str:
    return render_page(
        make_analyses(seeds=(1, 2)), make_comparison(seeds=(1, 2)), make_sentences(5), "All of it"
    )


@cache
def alone() -> str:
    return render_page([make_analysis()], None, [], "One system")


@cache
def bare() -> str:
    return render_page([make_bare_analysis()], make_bare_comparison(), [], "Hardly anything")


@cache
def ten_systems() -> str:
    systems = [*FOUR_MODELS, *(f"system {number}" for number in range(6))]
    return render_page(
        make_analyses(systems, ["wnut17"], types=MANY_TYPES),
        make_comparison(systems, ["wnut17"], types=MANY_TYPES),
        make_sentences(4, systems, types=MANY_TYPES),
        "Ten systems",
    )


@cache
def odd() -> str:
    return render_page(
        make_analyses(types=ODD_TYPES), None, make_sentences(4, types=ODD_TYPES), "<b>Odd</b> & co"
    )


PAGES = [full, alone, bare, ten_systems, odd]


@pytest.mark.parametrize("make_page", PAGES)
def test_the_page_is_well_formed_and_refers_to_nothing_that_is_not_there(
    make_page: Callable[[], str],
) -> None:
    outline = Outline(make_page())
    ids = outline.values("id")
    assert [name for name, number in Counter(ids).items() if number > 1] == []
    fragments = {link[1:] for link in outline.values("href") if link.startswith("#")}
    assert fragments | set(outline.values("aria-labelledby")) <= set(ids)
    assert [tag for tag, attributes in outline.elements if tag == "th" and "scope" not in attributes] == []


@pytest.mark.parametrize("make_page", PAGES)
def test_nothing_is_loaded_from_anywhere(make_page: Callable[[], str]) -> None:
    page = make_page()
    outline = Outline(page)
    assert outline.values("src") == []
    assert [
        link for link in outline.values("href") if not link.startswith(("#", "data:image/svg+xml,"))
    ] == []
    assert set(re.findall(r"https?://[^\s\"'<]+", page)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"@import|url\(|\bfetch\(|XMLHttpRequest|\bimport\(", page)


def test_only_the_pages_own_scripts_may_run() -> None:
    page = full()
    scripts = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    [policy] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    assert len(hashes) == 2
    allowed = policy.replace("&#39;", "'").split("script-src", 1)[1].split(";")[0].split()
    assert allowed == [f"'sha256-{digest}'" for digest in hashes]
    assert policy.startswith("default-src 'none'")


def test_no_script_or_style_can_end_its_own_element() -> None:
    for path in (*ASSETS.glob("script/*.js"), *ASSETS.glob("style/*.css")):
        assert "</" not in path.read_text(encoding="utf-8"), path
        assert "<!--" not in path.read_text(encoding="utf-8"), path


def test_every_script_and_style_is_in_the_page() -> None:
    page = alone()
    paths = [*ASSETS.glob("script/*.js"), *ASSETS.glob("style/*.css")]
    assert len(paths) > 10
    for path in paths:
        assert path.read_text(encoding="utf-8") in page, path


def test_names_from_the_data_stay_text() -> None:
    page = odd()
    assert "<b>Odd</b>" not in page
    assert "<script>alert" not in page
    assert "<b>Odd</b> & co" in Outline(page).text


def test_the_numbers_of_the_analysis_are_in_the_page() -> None:
    analysis = make_analysis()
    text = Outline(render_page([analysis], None, [], "One")).text
    assert analysis.micro.f1.value is not None
    assert f"{100 * analysis.micro.f1.value:.2f}" in text
    assert "95 % of 1,000 bootstrap samples" in text


def test_runs_come_data_set_by_data_set_and_the_papers_models_first() -> None:
    order = [("mine", "b"), ("SpanNER", "a"), ("BL-SeqNER", "b"), ("SeqNER", "a"), ("SeqNER", "b")]
    analyses = [make_analysis(system, corpus, num_gold=20) for system, corpus in order]
    rows = re.findall(
        r'<tr data-corpus="(.*?)" data-system="(.*?)"', render_page(analyses, None, [], "Order")
    )
    assert rows == [("b", "SeqNER"), ("b", "BL-SeqNER"), ("b", "mine"), ("a", "SeqNER"), ("a", "SpanNER")]


def test_verdicts_and_remarks_are_in_words() -> None:
    text = " ".join(Outline(full()).text.split())
    assert "± mixed" in text
    assert "? undecided" in text
    assert "means are over different seeds" in text


def test_how_many_sentences_of_how_many_is_said() -> None:
    text = " ".join(Outline(full()).text.split())
    assert "On this page: 5 of 500 sentences of wnut17 test, 5 of 500 sentences of conll04 test." in text


def test_without_sentences_there_is_no_browser_and_no_word_of_the_corpus() -> None:
    page = alone()
    assert 'id="sentences"' not in page
    assert "harbour" not in page
    assert "Northgate" not in page


def test_without_a_comparison_there_is_none() -> None:
    page = alone()
    assert 'id="main-results"' not in page
    assert 'class="heat' not in page
    assert 'id="runs"' in page


def test_the_same_results_make_the_same_page() -> None:
    assert odd.__wrapped__() == odd()


def test_the_page_is_written_where_it_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "new" / "page.html"
    assert write_page(path, [make_analysis()], None, [], "One") == [path]
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_page_of_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a page needs at least one analysis or a comparison, got neither"):
        write_page(tmp_path / "page.html", [], None, [], "Nothing")
