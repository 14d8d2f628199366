"""The page in a real browser: nothing is loaded, nothing fails, and what can be clicked does what it says."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from blner_allennlp.analysis.results import Analysis, Estimate
from blner_allennlp.comparison.results import Comparison
from blner_allennlp.reporting.page import JudgedSentence, write_page
from blner_allennlp.runs.system_output import FOUR_MODELS
from tests.reporting.example_results import (
    make_analyses,
    make_analysis,
    make_bare_analysis,
    make_bare_comparison,
    make_comparison,
)
from tests.reporting.page.example_sentences import make_sentences

pytestmark = pytest.mark.browser

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HOSTILE = (
    "<img src=x onerror=window.hacked=1>",
    "</script><script>window.hacked=2</script>",
    "<!--",
    "a\u2028b",
    "'\"&",
)


class OpenPage:
    """A page in the browser, and whatever it complained of or asked for."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))

    def visible_texts(self, selector: str) -> list[str]:
        texts: list[str] = self.page.locator(selector).filter(visible=True).all_inner_texts()
        return texts

    def settle(self) -> None:
        """Wait until the page has done what was asked of it."""
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        width: int = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        return width


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        executable = shutil.which("chromium") or shutil.which("google-chrome")
        if executable is None and not Path(playwright.chromium.executable_path).exists():
            pytest.skip("there is no Chromium; `playwright install chromium` brings one")
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def window(browser: Any) -> Any:
    """What pages without wishes of their own are opened in."""
    return browser.new_context(viewport={"width": 1200, "height": 800})


class Pages:
    """Opens pages and checks, when they are closed, that they were silent."""

    def __init__(self, browser: Any, window: Any, directory: Path) -> None:
        self.browser = browser
        self.window = window
        self.directory = directory
        self.opened: list[OpenPage] = []

    def open(self, name: str, fragment: str = "", **context: Any) -> OpenPage:
        opened = OpenPage((self.browser.new_context(**context) if context else self.window).new_page())
        opened.page.set_default_timeout(30_000)
        self.opened.append(opened)
        opened.page.goto(f"{(self.directory / name).as_uri()}{fragment}")
        return opened

    def close(self) -> None:
        for opened in self.opened:
            opened.page.close()
            assert opened.complaints == []
            assert [url for url in opened.requests if not url.startswith(("file:", "data:"))] == []
            assert sum(url.startswith("file:") for url in opened.requests) == opened.requests.count(
                opened.requests[0]
            )


def hostile_analysis(system: str) -> Analysis:
    analysis = make_analysis(system, types=HOSTILE)
    return replace(analysis, info=replace(analysis.info, source=HOSTILE[0], settings={"encoder": HOSTILE[1]}))


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("pages")
    ten = [*FOUR_MODELS, *(f"system {number}" for number in range(6))]
    both = [*make_analyses(seeds=(1, 2), num_gold=150), *make_analyses(split="dev", num_gold=150)]
    made: dict[str, tuple[Sequence[Analysis], Comparison | None, Sequence[JudgedSentence]]] = {
        "full.html": (both, make_comparison(seeds=(1, 2), num_gold=150), make_sentences(60)),
        "one.html": ([make_analysis(num_gold=100)], None, []),
        "bare.html": ([make_bare_analysis()], make_bare_comparison(), []),
        "ten.html": (
            make_analyses(ten, ["wnut17"], num_gold=100),
            make_comparison(ten, ["wnut17"], seeds=(1,), num_gold=100),
            make_sentences(10, ten, ["wnut17"]),
        ),
        "many.html": (make_analyses(["SeqNER"], num_gold=50), None, make_sentences(2500, repeat=2)),
        "hostile.html": (
            [hostile_analysis(HOSTILE[0]), hostile_analysis("plain")],
            make_comparison([HOSTILE[0], "plain"], ["wnut17"], seeds=(1,), types=HOSTILE, num_gold=100),
            [
                replace(each, words=(*HOSTILE, *each.words))
                for each in make_sentences(6, [HOSTILE[0], "plain"], types=HOSTILE)
            ],
        ),
    }
    for name, (analyses, comparison, sentences) in made.items():
        write_page(directory / name, analyses, comparison, sentences, f"Page {HOSTILE[0]}")
    return directory


@pytest.fixture
def pages(browser: Any, window: Any, directory: Path) -> Iterator[Pages]:
    pages = Pages(browser, window, directory)
    yield pages
    pages.close()


@pytest.mark.parametrize("name", ["full.html", "one.html", "bare.html", "ten.html", "hostile.html"])
def test_pages_of_all_kinds_are_silent_and_fit_phones(pages: Pages, name: str) -> None:
    opened = pages.open(name, viewport={"width": 360, "height": 740})
    assert opened.overflow() <= 0
    charts = opened.page.locator("figure.chart").filter(visible=True)
    for number in range(charts.count()):
        assert charts.nth(number).locator("svg[role=img]").bounding_box()["width"] <= 360


def test_names_from_the_data_stay_text(pages: Pages) -> None:
    opened = pages.open("hostile.html")
    assert opened.page.evaluate("window.hacked") is None
    assert opened.page.locator("img").count() == 0
    assert opened.page.locator("body script").count() == 2
    assert opened.page.locator("h1").inner_text() == f"Page {HOSTILE[0]}"
    first = opened.page.locator("#sentence-list article").first
    for word in HOSTILE:
        assert " ".join(word.split()) in " ".join(first.inner_text().split())
    opened.page.locator("#confusion a").first.click()
    assert opened.page.locator("#sentence-filters select[name=system]").input_value() == HOSTILE[0]
    assert opened.page.evaluate("window.hacked") is None


def column(opened: OpenPage, table: str, number: int) -> list[str]:
    return opened.visible_texts(f"{table} tbody tr > :nth-child({number})")


def test_a_header_sorts_its_table_by_mouse_and_by_keyboard(pages: Pages) -> None:
    opened = pages.open("full.html")
    table = "#main-results table"
    header = opened.page.locator(f"{table} th", has_text="F1").filter(has_not_text="Difference").first
    before = column(opened, table, 2)

    def f1() -> list[float]:
        return [float(text.split()[0]) for text in column(opened, table, 5)]

    header.get_by_role("button").click()
    assert header.get_attribute("aria-sort") == "descending"
    assert f1() == sorted(f1(), reverse=True)
    opened.page.keyboard.press("Enter")
    assert header.get_attribute("aria-sort") == "ascending"
    assert f1() == sorted(f1())
    opened.page.keyboard.press("Space")
    assert header.get_attribute("aria-sort") == "none"
    assert column(opened, table, 2) == before
    opened.page.locator(f"{table} th[data-column='1'] button").click()
    names = [text.split()[0] for text in column(opened, table, 2)]
    assert names == sorted(names)
    assert header.get_attribute("aria-sort") == "none"


def test_a_row_without_a_figure_stays_last_in_either_order(pages: Pages) -> None:
    opened = pages.open("full.html")
    differences = opened.page.locator("#main-results th[data-column='5'] button")
    for _ in range(2):
        differences.click()
        assert [text.split()[0] for text in column(opened, "#main-results table", 2)][-2:] == [
            "SeqNER",
            "SeqNER",
        ]


def test_heat_maps_are_filtered_by_corpus_attribute_system_and_size(pages: Pages) -> None:
    opened = pages.open("full.html")
    tools = opened.page.locator("#buckets .toolbar").first
    assert len(opened.visible_texts("table.heat caption")) == 4
    tools.locator("select[data-filter=corpus]").select_option("conll04")
    assert opened.visible_texts("#buckets table.heat caption") == [
        "conll04 dev: F1 by bucket; standard: SpanNER"
    ]
    # The heat maps of errors have filters of their own.
    assert len(opened.visible_texts("#errors table.heat caption")) == 2
    tools.locator("select[data-filter=attribute]").select_option("tLen")
    assert opened.visible_texts("#buckets table.heat th.group") == ["tLen"]
    assert len(opened.visible_texts("#buckets table.heat tbody td")) == 4 * 4
    tools.locator("select[data-filter=system]").select_option("BL-SpanNER")
    assert opened.visible_texts("#buckets table.heat tbody th") == ["BL-SpanNER"]
    sizes = [
        int(size) for size in re.findall(r"n = (\d+)", " ".join(opened.visible_texts("#buckets th.bucket")))
    ]
    num_large = sum(size >= 30 for size in sizes)
    assert num_large < len(sizes) == 4
    tools.locator("[data-hide-small]").check()
    assert len(opened.visible_texts("#buckets table.heat tbody td")) == num_large
    assert opened.page.locator("#buckets th.group").filter(visible=True).get_attribute("colspan") == str(
        num_large
    )


def test_heat_maps_are_sorted_by_what_they_show(pages: Pages) -> None:
    opened = pages.open("full.html")
    opened.page.locator("#buckets .toolbar select[data-filter=corpus]").first.select_option("wnut17")
    opened.page.locator("#buckets th.bucket button").first.click()

    def cells(part: str) -> list[float]:
        texts = opened.visible_texts(f"#buckets table.heat tbody td:nth-child(2) .{part}")
        return [float(text.replace("−", "-").rstrip("*")) for text in texts]

    assert cells("delta") == sorted(cells("delta"), reverse=True)
    opened.page.locator("#buckets select[data-show]").select_option("score")
    assert cells("score") == sorted(cells("score"), reverse=True)


def test_every_cell_has_its_sign_so_that_colour_is_not_needed(pages: Pages) -> None:
    opened = pages.open("full.html")
    for tone, sign in (("better", "+"), ("worse", "−")):
        texts = opened.page.locator(f"#buckets td.{tone} .delta").all_inner_texts()
        assert texts
        assert {text[0] for text in texts} <= {sign, "0"}


def test_data_set_and_seed_are_chosen_for_all_sections_at_once(pages: Pages) -> None:
    opened = pages.open("full.html")
    opened.page.locator("#types select[data-filter=seed]").select_option("2")
    assert opened.page.locator("#buckets select[data-filter=seed]").input_value() == "2"
    # The dev sets have no second seed.
    opened.page.locator("#types select[data-filter=dataset]").select_option("wnut17 dev")
    assert opened.page.locator("#errors select[data-filter=seed]").input_value() == "1"
    assert opened.page.locator("#types figure").filter(visible=True).count() == 1
    assert opened.page.locator("#attributes figure, #buckets figure").filter(visible=True).count() == 4


def test_a_chart_can_be_shown_as_a_table_and_its_series_hidden(pages: Pages) -> None:
    opened = pages.open("full.html")
    figure = opened.page.locator("#overview figure")
    marks = figure.locator("svg[role=img] .marker")
    assert marks.count() == 8
    figure.locator(".legend button").first.click()
    assert marks.count() == 6
    figure.get_by_role("button", name="Show as table").click()
    assert figure.locator("tbody tr").count() == 8
    assert not figure.locator("svg[role=img]").is_visible()
    figure.get_by_role("button", name="Show as chart").click()
    assert figure.locator("svg[role=img]").is_visible()


def test_small_buckets_are_hollow_and_empty_ones_gaps(pages: Pages, directory: Path) -> None:
    analysis = make_analysis(num_gold=300)
    figures = analysis.attributes[0]
    names = ("XS", "S", "M", "L", "XL")
    gold = (100, 20, 0, 30, 29)
    buckets = tuple(
        replace(
            figures.buckets[0],
            name=name,
            label=name,
            scores=replace(
                figures.buckets[0].scores, num_gold=num_gold, f1=Estimate(0.5) if num_gold else Estimate(None)
            ),
            is_small=num_gold < 30,
        )
        for name, num_gold in zip(names, gold, strict=True)
    )
    analysis = replace(analysis, attributes=(replace(figures, buckets=buckets),))
    write_page(directory / "small.html", [analysis], None, [], "Small buckets")
    opened = pages.open("small.html")
    figure = opened.page.locator("#buckets figure")
    markers = figure.locator("svg[role=img] .marker")
    classes = [markers.nth(number).get_attribute("class").split() for number in range(markers.count())]
    assert ["hollow" in each for each in classes] == [False, True, False, True]
    assert figure.locator("svg[role=img] .line").get_attribute("d").count("M") == 2
    surface = opened.page.evaluate("getComputedStyle(document.querySelector('figure.chart')).backgroundColor")
    fills = [markers.nth(number).evaluate("element => getComputedStyle(element).fill") for number in range(4)]
    assert [fill == surface for fill in fills] == [False, True, False, True]
    assert figure.locator(".chart-note").inner_text() == "Hollow: fewer than 30 gold entities."
    assert opened.page.locator("#types .chart-note").count() == 0


def test_figures_of_a_chart_are_told_by_pointer_and_by_arrow_keys(pages: Pages) -> None:
    opened = pages.open("full.html")
    figure = opened.page.locator("#overview figure")
    figure.locator("svg[role=img] .marker").nth(1).hover()
    told = opened.page.locator("#tip").inner_text()
    assert re.fullmatch(
        r"SeqNER, conll04 test: \d\d\.\d\d \[\d\d\.\d, \d\d\.\d\]; ± \d\.\d\d over 2 seeds", told
    )
    opened.page.mouse.move(0, 0)
    assert not opened.page.locator("#tip").is_visible()
    figure.locator("svg[role=img]").focus()
    opened.page.keyboard.press("ArrowRight")
    opened.page.keyboard.press("ArrowRight")
    assert opened.page.locator("#tip").inner_text() == told
    opened.page.keyboard.press("Escape")
    assert not opened.page.locator("#tip").is_visible()


def expected_articles(sentences: Sequence[JudgedSentence], wanted: Any) -> list[str]:
    return [
        f"{each.corpus} {each.split}, sentence {each.index + 1}, document {each.document_id}"
        for each in sentences
        if wanted(each)
    ]


def shown_articles(opened: OpenPage) -> list[str]:
    """The sentences on all pages of the browser."""
    found: list[str] = []
    while True:
        found += opened.page.locator("#sentence-list article").evaluate_all(
            "all => all.map((a) => a.ariaLabel)"
        )
        following = opened.page.locator(".pager [data-step='1']")
        if not following.is_visible() or following.is_disabled():
            return found
        following.click()


def has_kind(sentence: JudgedSentence, system: str, kind: str) -> bool:
    return any(verdict == kind for *_, verdict in sentence.answers[system]) or any(
        missed == kind for _, missed in sentence.missing[system]
    )


def in_bucket(sentence: JudgedSentence, attribute: str, bucket: str, label: str | None = None) -> bool:
    return any(
        name == bucket and (label is None or found == label)
        for name, (_, _, found) in zip(sentence.buckets[attribute], sentence.gold, strict=True)
    )


def missed_in_bucket(sentence: JudgedSentence, system: str, attribute: str, bucket: str) -> bool:
    return any(
        kind == "missing" and sentence.buckets[attribute][place] == bucket
        for place, kind in sentence.missing[system]
    )


def disagree(sentence: JudgedSentence) -> bool:
    return len({frozenset(mention[:3] for mention in answer) for answer in sentence.answers.values()}) > 1


FILTERS = {
    "kind=spurious": lambda s: any(has_kind(s, system, "spurious") for system in FOUR_MODELS),
    "kind=boundary&system=SpanNER": lambda s: has_kind(s, "SpanNER", "boundary"),
    "kind=error&system=SeqNER": lambda s: (
        any(v != "right" for *_, v in s.answers["SeqNER"]) or s.missing["SeqNER"]
    ),
    "gold=group": lambda s: any(label == "group" for *_, label in s.gold),
    "predicted=LOC&kind=spurious&system=BL-SeqNER": lambda s: any(
        label == "LOC" and verdict == "spurious" for _, _, label, _, verdict in s.answers["BL-SeqNER"]
    ),
    "bucket=eLen:XL": lambda s: in_bucket(s, "eLen", "XL"),
    "bucket=tLen:S&gold=PER": lambda s: in_bucket(s, "tLen", "S", "PER"),
    "bucket=eDen:L&kind=missing&system=SeqNER": lambda s: missed_in_bucket(s, "SeqNER", "eDen", "L"),
    "data=conll04+test&q=RIVER+lane": lambda s: s.corpus == "conll04" and "River" in s.words,
    "disagree=1&data=wnut17+test": lambda s: disagree(s) and s.corpus == "wnut17",
    "only=3,17,40&data=wnut17+test": lambda s: s.index in (3, 17, 40) and s.corpus == "wnut17",
    "gold=nobody": lambda s: False,
    "page=3": lambda s: True,
}


@pytest.mark.parametrize("address", FILTERS)
def test_an_address_shows_the_sentences_that_it_names(
    pages: Pages, shared_page: OpenPage, address: str
) -> None:
    shared_page.page.evaluate("(address) => { location.hash = address; }", f"sentences?{address}")
    shared_page.settle()
    expected = expected_articles(make_sentences(60), FILTERS[address])
    if address == "page=3":
        assert shared_page.page.locator("#page-number").inner_text() == "Page 3 of 6"
        expected = expected[40:]
    assert shown_articles(shared_page) == expected
    number = shared_page.page.locator("#sentence-count").inner_text()
    assert f"{120 if address == 'page=3' else len(expected)} sentence" in number or not expected


@pytest.fixture(scope="module")
def shared_page(browser: Any, window: Any, directory: Path) -> Iterator[OpenPage]:
    """One page for all that leaves nothing behind but the address."""
    pages = Pages(browser, window, directory)
    yield pages.open("full.html")
    pages.close()


def test_filters_are_kept_in_the_address_and_cleared(pages: Pages) -> None:
    opened = pages.open("full.html")
    form = opened.page.locator("#sentence-filters")
    form.locator("select[name=kind]").select_option("missing")
    form.locator("select[name=system]").select_option("BL-SpanNER")
    form.locator("input[name=q]").fill("harbour")
    opened.page.wait_for_url(re.compile("harbour"))
    opened.settle()
    assert opened.page.evaluate("location.hash") == "#sentences?system=BL-SpanNER&kind=missing&q=harbour"
    expected = expected_articles(
        make_sentences(60), lambda s: has_kind(s, "BL-SpanNER", "missing") and "harbour" in s.words
    )
    assert shown_articles(opened) == expected
    again = pages.open("full.html", opened.page.evaluate("location.hash"))
    assert again.page.locator("#sentence-filters input[name=q]").input_value() == "harbour"
    opened.page.get_by_role("button", name="Clear").click()
    assert opened.page.evaluate("location.hash") == "#sentences"
    assert "of 120 sentences" in opened.page.locator("#sentence-count").inner_text()


def test_a_sentence_shows_gold_errors_and_what_is_missing(pages: Pages) -> None:
    sentences = make_sentences(60)
    sentence = next(
        s for s in sentences if has_kind(s, "SeqNER", "type") and has_kind(s, "SeqNER", "missing")
    )
    opened = pages.open(
        "full.html", f"#sentences?only={sentence.index}&data={sentence.corpus}+test&system=SeqNER&apart=1"
    )
    article = opened.page.locator("#sentence-list article")
    gold, answer = article.locator(".answer").all()
    assert gold.locator("mark").count() == len(sentence.gold)
    for mark, (start, end, label) in zip(gold.locator("mark").all(), sentence.gold, strict=True):
        assert mark.inner_text().split() == [*sentence.words[start:end], label]
    missing = [sentence.gold[place] for place, kind in sentence.missing["SeqNER"] if kind == "missing"]
    shown = [(*mention[:3], mention[4]) for mention in sentence.answers["SeqNER"]]
    shown += [(*mention, "missing") for mention in missing]
    marks = answer.locator("mark").all()
    for mark, (start, end, label, verdict) in zip(marks, sorted(shown), strict=True):
        kind = [] if verdict == "right" else [verdict]
        assert mark.inner_text().split() == [*sentence.words[start:end], label, *kind]
        assert verdict in (mark.get_attribute("class") or "")
    wrong = article.locator("mark.type").first
    assert wrong.evaluate("(mark) => getComputedStyle(mark).outlineStyle") == "solid"
    assert (
        article.locator("mark.missing").first.evaluate("(m) => getComputedStyle(m).outlineStyle") == "dashed"
    )


def test_systems_with_equal_answers_share_a_row_unless_each_is_wanted_alone(pages: Pages) -> None:
    sentences = [s for s in make_sentences(60) if s.corpus == "wnut17"]
    gold_only = next(s for s in sentences if not disagree(s) and s.gold and not any(s.missing.values()))
    opened = pages.open("full.html", f"#sentences?only={gold_only.index}&data=wnut17+test")
    article = opened.page.locator("#sentence-list article")
    assert article.locator(".answer").count() == 1
    assert "all 4 systems" in article.inner_text()
    opened.page.locator("input[name=apart]").check()
    assert article.locator(".answer").count() == 5


def test_keys_move_through_sentences_and_pages(pages: Pages) -> None:
    opened = pages.open("full.html")

    def focused() -> str:
        label: str = opened.page.evaluate("document.activeElement.ariaLabel")
        return label

    opened.page.keyboard.press("j")
    opened.page.keyboard.press("j")
    assert focused().startswith("wnut17 test, sentence 2,")
    opened.page.keyboard.press("k")
    assert focused().startswith("wnut17 test, sentence 1,")
    opened.page.keyboard.press("ArrowRight")
    assert focused().startswith("wnut17 test, sentence 21,")
    opened.page.keyboard.press("k")
    assert focused().startswith("wnut17 test, sentence 20,")
    opened.page.keyboard.press("/")
    opened.page.keyboard.type("jk")
    assert opened.page.locator("#sentence-filters input[name=q]").input_value() == "jk"


def test_errors_lead_to_their_sentences(pages: Pages) -> None:
    opened = pages.open("full.html")
    opened.page.locator("#error-lists a", has_text="show 3").first.click()
    opened.page.wait_for_url(re.compile("only"))
    opened.settle()
    assert [each.split(",")[1] for each in shown_articles(opened)] == [
        " sentence 4",
        " sentence 18",
        " sentence 41",
    ]
    sentences = [each for each in make_sentences(60) if each.corpus == "wnut17"]
    pairs = {
        (gold, label)
        for each in sentences
        for start, end, label, _, verdict in each.answers["SeqNER"]
        for gold_start, gold_end, gold in each.gold
        if verdict == "type" and (start, end) == (gold_start, gold_end)
    }
    row, cell = min(pairs)
    link = opened.page.get_by_title(re.compile(f"^{row} as {cell}:")).locator("a")
    link.click()
    opened.page.wait_for_url(re.compile("predicted="))
    opened.settle()
    expected = expected_articles(
        sentences,
        lambda s: any(
            verdict == "type" and label == cell and (start, end, row) in s.gold
            for start, end, label, _, verdict in s.answers["SeqNER"]
        ),
    )
    assert shown_articles(opened) == expected


def test_the_theme_is_switched_and_remembered(pages: Pages) -> None:
    opened = pages.open("full.html", color_scheme="light")

    def ground() -> str:
        colour: str = opened.page.evaluate("getComputedStyle(document.body).backgroundColor")
        return colour

    light = ground()
    opened.page.get_by_role("button", name="Dark theme").click()
    dark = ground()
    assert dark != light
    opened.page.reload()
    assert ground() == dark
    opened.page.get_by_role("button", name="Light theme").click()
    assert ground() == light
    assert (
        pages.open("one.html", color_scheme="dark").page.evaluate(
            "getComputedStyle(document.body).backgroundColor"
        )
        == dark
    )


def luminance(colour: str) -> float:
    """Relative luminance after the Web Content Accessibility Guidelines."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_is_enough_for_text_and_for_lines(pages: Pages, scheme: str) -> None:
    opened = pages.open("one.html", color_scheme=scheme)
    names = [
        "ground",
        "surface",
        "raised",
        "ink",
        "muted",
        "link",
        "error",
        "warn",
        "better-ink",
        "worse-ink",
        "in-bar",
    ]
    names += [f"c{number}" for number in range(10)]
    colours = opened.page.evaluate(
        "(names) => Object.fromEntries(names.map((name) => "
        "[name, getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()]))",
        names,
    )
    for ground in ("ground", "surface", "raised"):
        for ink in ("ink", "muted"):
            assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    for ink in ("link", "error", "warn", "better-ink", "worse-ink"):
        assert contrast(colours[ink], colours["surface"]) >= 4.5, ink
    for number in range(10):
        assert contrast(colours[f"c{number}"], colours["surface"]) >= 3, number
    for number in (4, 5, 6, 7):  # with numbers in them
        assert contrast(colours["in-bar"], colours[f"c{number}"]) >= 4.5, number


def test_five_thousand_sentences_are_shown_in_pages_and_filtered_quickly(pages: Pages) -> None:
    opened = pages.open("many.html")
    assert opened.page.locator("#sentence-list article").count() == 20
    milliseconds = opened.page.evaluate(
        """() => {
          const started = performance.now();
          const select = document.querySelector("#sentence-filters select[name=kind]");
          select.value = "boundary";
          select.dispatchEvent(new Event("change", { bubbles: true }));
          return performance.now() - started;
        }"""
    )
    assert milliseconds < 2000
    assert "5,000 without filters" in opened.page.locator("#sentence-count").inner_text()


def test_on_paper_there_are_no_controls_and_no_dark_ground(pages: Pages) -> None:
    opened = pages.open("full.html", color_scheme="dark")
    opened.page.emulate_media(media="print", color_scheme="dark")
    ground = opened.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
    assert not opened.page.locator("nav[aria-label=Sections]").is_visible()
    assert not opened.page.locator(".toolbar").first.is_visible()
    assert opened.page.locator("#main-results table").is_visible()
