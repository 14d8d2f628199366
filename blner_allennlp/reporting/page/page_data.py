"""What the page's script needs: charts, errors by run, and sentences, as compact plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from blner_allennlp.analysis.judged_sentence import OVERSIGHTS, VERDICTS, JudgedSentence
from blner_allennlp.analysis.results import ErrorExample
from blner_allennlp.reporting.page.placed_chart import PlacedChart
from blner_allennlp.reporting.page.runs_shown import ShownRun, data_set_name, name_in_browser

SCORE_STEPS = 10_000
"""Scores are whole numbers of this fraction."""


def page_data(
    runs: Sequence[ShownRun], charts: Sequence[PlacedChart], sentences: Sequence[JudgedSentence]
) -> dict[str, Any]:
    """Collect the data of the page's script.

    Args:
        runs: all runs.
        charts: in the order in which the page has them.
        sentences: what the browser shows; without any, no word of the corpus is in the data.

    Returns:
        Plain JSON values.
    """
    with_words = bool(sentences)
    systems = {title for sentence in sentences for title in sentence.answers}
    return {
        "charts": [placed.chart.to_json() for placed in charts],
        "runs": [_run_data(run, name_in_browser(run, runs, systems), with_words) for run in runs],
        "bucketLabels": {
            f"{figures.attribute} {bucket.name}": bucket.label
            for run in runs
            for figures in run.analysis.attributes
            for bucket in figures.buckets
        },
        "browser": browser_data(sentences),
    }


def browser_data(sentences: Sequence[JudgedSentence]) -> dict[str, Any]:
    """Sentences as arrays that name everything by its number.

    A sentence is `[data set, index, words, gold, answers, missing, buckets, document]`: words joined by blanks, or a
    list where a word holds one; gold three numbers a mention (first word, end, type); answers a list for each of
    `systems`, or 0, with five a mention (first word, end, type, verdict, score in `1 / SCORE_STEPS` or -1); missing a
    list for each system with two a mention (index of the gold, kind); buckets a list for each attribute.

    Args:
        sentences: in the order in which they are shown.

    Returns:
        The tables of names, and the sentences.
    """
    data_sets, types, systems, attributes, documents = _Names(), _Names(), _Names(), _Names(), _Names()
    bucket_names: list[_Names] = []
    # First the names that answers and buckets are listed by, so that every sentence lists all of them.
    for sentence in sentences:
        for title in sentence.answers:
            systems.index(title)
        for attribute in sentence.buckets:
            if attributes.index(attribute) == len(bucket_names):
                bucket_names.append(_Names())
    rows = []
    for sentence in sentences:
        gold = [value for start, end, label in sentence.gold for value in (start, end, types.index(label))]
        answers: list[Any] = []
        missing = []
        for title in systems.names:
            answer = sentence.answers.get(title)
            answers.append(
                0
                if answer is None
                else [
                    value
                    for start, end, label, score, verdict in answer
                    for value in (start, end, types.index(label), VERDICTS.index(verdict), _score(score))
                ]
            )
            missing.append(
                [
                    value
                    for index, kind in sentence.missing.get(title, ())
                    for value in (index, OVERSIGHTS.index(kind))
                ]
            )
        buckets = [
            [names.index(bucket) for bucket in sentence.buckets.get(attribute, ())]
            for attribute, names in zip(attributes.names, bucket_names, strict=True)
        ]
        has_blank = any(" " in word or not word for word in sentence.words)
        rows.append(
            [
                data_sets.index(data_set_name(sentence.corpus, sentence.split)),
                sentence.index,
                list(sentence.words) if has_blank else " ".join(sentence.words),
                gold,
                answers,
                missing,
                buckets,
                -1 if sentence.document_id is None else documents.index(sentence.document_id),
            ]
        )
    return {
        "dataSets": data_sets.names,
        "types": types.names,
        "systems": systems.names,
        "attributes": attributes.names,
        "buckets": [names.names for names in bucket_names],
        "documents": documents.names,
        "verdicts": list(VERDICTS),
        "oversights": list(OVERSIGHTS),
        "sentences": rows,
    }


class _Names:
    """Names and their numbers, in order of their first use."""

    def __init__(self) -> None:
        self._index: dict[str, int] = {}

    def index(self, name: str) -> int:
        return self._index.setdefault(name, len(self._index))

    @property
    def names(self) -> list[str]:
        return list(self._index)


def _score(score: float | None) -> int:
    return -1 if score is None else round(score * SCORE_STEPS)


def _run_data(run: ShownRun, browser_name: str, with_words: bool) -> dict[str, Any]:
    analysis = run.analysis
    return {
        "dataSet": run.data_set,
        "label": run.label,
        "title": analysis.info.title,
        "seed": run.seed,
        "browserName": browser_name,
        "style": run.style,
        "labels": list(analysis.confusion.labels),
        "confusion": [list(row) for row in analysis.confusion.counts],
        "frequent": [_example(example) for example in analysis.frequent_errors] if with_words else [],
        "confident": [_example(example) for example in analysis.confident_errors] if with_words else [],
    }


def _example(example: ErrorExample) -> list[Any]:
    return [
        example.kind,
        example.text,
        example.predicted_type,
        example.gold_text,
        example.gold_type,
        example.count,
        None if example.score is None else round(example.score, 4),
        list(example.sentence_indices),
    ]
