"""The compact data, unpacked again by a reader that shares no code with the writer."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from blner_allennlp.reporting.page import JudgedSentence
from blner_allennlp.reporting.page.embedding import script_json
from blner_allennlp.reporting.page.page_data import browser_data, page_data
from blner_allennlp.reporting.page.runs_shown import shown_runs, system_styles
from blner_allennlp.runs.system_output import FOUR_MODELS
from tests.reporting.example_results import make_analyses, make_analysis
from tests.reporting.page.example_sentences import make_sentences

TYPES = st.sampled_from(["PER", "LOC", "a b", "<i>"])


@st.composite
def sentences(draw: st.DrawFn) -> JudgedSentence:
    words = tuple(draw(st.lists(st.text(max_size=4), min_size=1, max_size=6)))
    spans = st.integers(0, len(words) - 1).flatmap(
        lambda start: st.tuples(st.just(start), st.integers(start + 1, len(words)))
    )
    gold = tuple((*span, draw(TYPES)) for span in draw(st.lists(spans, max_size=3)))
    verdicts = st.sampled_from(["right", "type", "boundary", "spurious"])
    scores = st.none() | st.integers(0, 10_000).map(lambda score: score / 10_000)
    systems = draw(st.sets(st.sampled_from(["SeqNER", "SpanNER", "mine"])))
    oversights = st.tuples(st.integers(0, len(gold) - 1), st.sampled_from(["missing", "type", "boundary"]))
    return JudgedSentence(
        corpus=draw(st.sampled_from(["notes", "posts"])),
        split="dev",
        index=draw(st.integers(0, 99)),
        words=words,
        gold=gold,
        answers={
            system: tuple(
                (*span, draw(TYPES), draw(scores), draw(verdicts))
                for span in draw(st.lists(spans, max_size=3))
            )
            for system in systems
        },
        missing={system: tuple(draw(st.lists(oversights, max_size=2))) for system in systems} if gold else {},
        buckets={"eLen": tuple(draw(st.sampled_from(["XS", "S"])) for _ in gold)}
        if draw(st.booleans())
        else {},
        document_id=draw(st.none() | st.sampled_from(["one", "two"])),
    )


def unpack(data: dict[str, Any], row: list[Any]) -> dict[str, Any]:
    data_set, index, words, gold, answers, missing, buckets, document = row
    unpacked: dict[str, Any] = {
        "data_set": data["dataSets"][data_set],
        "index": index,
        "words": tuple(words.split(" ")) if isinstance(words, str) else tuple(words),
        "gold": tuple((gold[i], gold[i + 1], data["types"][gold[i + 2]]) for i in range(0, len(gold), 3)),
        "document": None if document < 0 else data["documents"][document],
        "answers": {},
        "missing": {},
        "buckets": {},
    }
    for system, answer, overlooked in zip(data["systems"], answers, missing, strict=True):
        if answer != 0:
            unpacked["answers"][system] = tuple(
                (
                    answer[i],
                    answer[i + 1],
                    data["types"][answer[i + 2]],
                    None if answer[i + 4] < 0 else answer[i + 4] / 10_000,
                    data["verdicts"][answer[i + 3]],
                )
                for i in range(0, len(answer), 5)
            )
        unpacked["missing"][system] = tuple(
            (overlooked[i], data["oversights"][overlooked[i + 1]]) for i in range(0, len(overlooked), 2)
        )
    for attribute, names, numbers in zip(data["attributes"], data["buckets"], buckets, strict=True):
        unpacked["buckets"][attribute] = tuple(names[number] for number in numbers)
    return unpacked


@given(st.lists(sentences(), max_size=4))
def test_every_sentence_can_be_unpacked_to_what_it_was(given_sentences: list[JudgedSentence]) -> None:
    data = json.loads(str(script_json(browser_data(given_sentences))))
    assert len(data["sentences"]) == len(given_sentences)
    for row, sentence in zip(data["sentences"], given_sentences, strict=True):
        unpacked = unpack(data, row)
        assert unpacked["data_set"] == f"{sentence.corpus} {sentence.split}"
        assert unpacked["index"] == sentence.index
        assert unpacked["words"] == sentence.words
        assert unpacked["gold"] == sentence.gold
        assert unpacked["answers"] == sentence.answers
        assert unpacked["document"] == sentence.document_id
        for system in sentence.answers:
            assert unpacked["missing"][system] == sentence.missing.get(system, ())
        if sentence.buckets:
            assert unpacked["buckets"] == sentence.buckets


def test_two_thousand_sentences_of_four_systems_stay_below_three_megabytes() -> None:
    many = make_sentences(2000, corpora=["wnut17"], repeat=2)
    runs = shown_runs(make_analyses(corpora=["wnut17"], seeds=(1, 2, 3)), system_styles(FOUR_MODELS))
    size = len(str(script_json(page_data(runs, (), many))).encode())
    assert 200_000 < size < 1_500_000


def test_without_sentences_no_words_of_errors_are_in_the_data() -> None:
    runs = shown_runs([make_analysis()], system_styles([]))
    assert runs[0].analysis.frequent_errors
    [data] = page_data(runs, (), [])["runs"]
    assert (data["frequent"], data["confident"]) == ([], [])
    assert "harbour" not in json.dumps(page_data(runs, (), []))
    assert "harbour" in json.dumps(page_data(runs, (), make_sentences(1)))
