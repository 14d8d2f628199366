"""Figures and sentences -> one HTML file that needs nothing else, neither files nor a network."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from blner_allennlp.analysis.judged_sentence import JudgedSentence
from blner_allennlp.analysis.results import SMALL_BUCKET, Analysis
from blner_allennlp.comparison.results import Comparison
from blner_allennlp.reporting import number_format, significance
from blner_allennlp.reporting.page.analysis_charts import analysis_charts
from blner_allennlp.reporting.page.comparison_charts import comparison_charts, headline_chart
from blner_allennlp.reporting.page.embedding import script_json
from blner_allennlp.reporting.page.heat_map_view import heat_map_view
from blner_allennlp.reporting.page.main_results import direction, main_results, significance_mark
from blner_allennlp.reporting.page.page_data import page_data
from blner_allennlp.reporting.page.runs_shown import ShownRun, data_set_name, shown_runs, system_styles

_ASSETS = Path(__file__).parent / "assets"
_SCRIPTS = (
    "dom",
    "theme",
    "tables",
    "filters",
    "scales",
    "charts",
    "drawing",
    "errors",
    "sentences",
    "browser",
    "start",
)
_STYLES = ("base", "tables", "charts", "sentences", "print")


def write_page(
    path: Path,
    analyses: Sequence[Analysis],
    comparison: Comparison | None,
    sentences: Sequence[JudgedSentence],
    title: str,
) -> list[Path]:
    """Write the page.

    Args:
        path: the file; directories above it are made.
        analyses: the runs; the page shows them data set by data set, the paper's models first.
        comparison: what was found by comparing them; None where nothing was compared.
        sentences: what the browser shows; without any, the page holds no word of the corpora.
        title: the page's heading.

    Returns:
        The one path.

    Raises:
        ValueError: there is nothing to show, neither runs nor a comparison.
    """
    if not analyses and comparison is None:
        raise ValueError(f"{path}: a page needs at least one analysis or a comparison, got neither")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render_page(analyses, comparison, sentences, title), encoding="utf-8")
    return [path]


def render_page(
    analyses: Sequence[Analysis],
    comparison: Comparison | None,
    sentences: Sequence[JudgedSentence],
    title: str,
) -> str:
    """Make the page's text.

    Args:
        analyses: the runs; the page shows them data set by data set, the paper's models first.
        comparison: what was found by comparing them; None where nothing was compared.
        sentences: what the browser shows.
        title: the page's heading.

    Returns:
        HTML with its styles, scripts and data.
    """
    styles = system_styles(_titles(analyses, comparison))
    runs = _in_order(shown_runs(analyses, styles))
    headline = headline_chart(runs, comparison, styles)
    charts = (
        *([headline] if headline is not None else []),
        *(comparison_charts(comparison, styles) if comparison is not None else ()),
        *analysis_charts(runs),
    )
    script = Markup(_script())  # noqa: S704 - the package's own file
    theme_script = Markup(_read("script/early.js"))  # noqa: S704
    template = _environment().get_template("page.html.j2")
    return template.render(
        title=title,
        runs=runs,
        data_sets=_data_sets(runs),
        seeds=sorted({run.seed for run in runs}, key=lambda seed: (len(seed), seed)),
        systems=list(dict.fromkeys(_titles(analyses, comparison))),
        corpora=_corpora(analyses, comparison),
        attributes=_attributes(analyses, comparison),
        comparison=comparison,
        main=main_results(comparison.main) if comparison is not None else None,
        bucket_maps=[heat_map_view(each) for each in comparison.bucket_maps]
        if comparison is not None
        else [],
        error_maps=[heat_map_view(each) for each in comparison.error_maps] if comparison is not None else [],
        charts=list(enumerate(charts)),
        sections={placed.section for placed in charts},
        style_numbers=styles,
        small_bucket=SMALL_BUCKET,
        has_sentences=bool(sentences),
        sentence_counts=_sentence_counts(runs, sentences),
        data=script_json(page_data(runs, charts, sentences)),
        css=Markup("\n".join(_read(f"style/{name}.css") for name in _STYLES)),  # noqa: S704
        script=script,
        theme_script=theme_script,
        script_hashes=[_hash(theme_script), _hash(script)],
    )


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_ASSETS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        per_cent=number_format.per_cent,
        points=number_format.points,
        p_value=number_format.p_value,
        duration=number_format.duration,
        direction=direction,
        significance_mark=significance_mark,
        p_of=significance.p_of,
    )
    environment.globals["significance_note"] = significance.SIGNIFICANCE_NOTE
    return environment


def _read(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")


def _script() -> str:
    """All scripts as one function, so that nothing of them is global."""
    parts = "\n".join(_read(f"script/{name}.js") for name in _SCRIPTS)
    return f'(() => {{\n"use strict";\n{parts}\n}})();'


def _hash(script: str) -> str:
    """What a content security policy knows an inline script by."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _titles(analyses: Sequence[Analysis], comparison: Comparison | None) -> list[str]:
    compared = (
        [summary.title for row in comparison.main for summary in row.systems]
        if comparison is not None
        else []
    )
    return [*compared, *(analysis.info.title for analysis in analyses)]


def _corpora(analyses: Sequence[Analysis], comparison: Comparison | None) -> list[str]:
    compared = [row.corpus for row in comparison.main] if comparison is not None else []
    return list(dict.fromkeys([*compared, *(analysis.info.corpus for analysis in analyses)]))


def _attributes(analyses: Sequence[Analysis], comparison: Comparison | None) -> dict[str, str]:
    """Titles of all attributes that the page shows."""
    titles = {figures.attribute: figures.title for analysis in analyses for figures in analysis.attributes}
    if comparison is not None:
        for heat_map in comparison.bucket_maps:
            for cells in heat_map.rows.values():
                for cell in cells:
                    titles.setdefault(cell.column.partition(" ")[0], "")
    return titles


def _in_order(runs: Sequence[ShownRun]) -> tuple[ShownRun, ...]:
    """Data set by data set, the paper's models first."""
    places = {name: place for place, name in enumerate(_data_sets(runs))}
    return tuple(sorted(runs, key=lambda run: (places[run.data_set], run.style)))


def _data_sets(runs: Sequence[ShownRun]) -> list[str]:
    return list(dict.fromkeys(run.data_set for run in runs))


def _sentence_counts(
    runs: Sequence[ShownRun], sentences: Sequence[JudgedSentence]
) -> list[tuple[str, int, int | None]]:
    """For each data set how many sentences are on the page, and how many it has, if an analysis says so."""
    shown = Counter(data_set_name(sentence.corpus, sentence.split) for sentence in sentences)
    totals: dict[str, int] = {run.data_set: run.analysis.num_sentences for run in runs}
    return [(name, number, totals.get(name)) for name, number in shown.items()]
