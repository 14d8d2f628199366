"""Text in, entities out: places in the text, batches, long texts, and the answers of a fixed model."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from allennlp.common.checks import ConfigurationError
from allennlp.predictors import Predictor
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blner_allennlp.entities import Entity, ScoredEntity
from blner_allennlp.predictors import NerPredictor
from blner_allennlp.predictors.input_text import InputError
from blner_allennlp.predictors.started_sentences import StartedSentences

PROJECT_ROOT = Path(__file__).resolve().parents[2]
SAMPLE = PROJECT_ROOT / "fixtures" / "data" / "sample"
SCORE_TOLERANCE = 1e-3


@pytest.fixture(scope="module")
def predictor(tiny_archive: Path) -> NerPredictor:
    loaded = Predictor.from_path(tiny_archive)
    assert isinstance(loaded, NerPredictor)
    return loaded


@pytest.fixture(scope="module")
def texts() -> list[str]:
    sentences = (SAMPLE / "test.conll").read_text(encoding="utf-8").strip().split("\n\n")[:30]
    return [" ".join(line.split("\t")[0] for line in sentence.splitlines()) for sentence in sentences]


@pytest.fixture
def finds_something_everywhere(predictor: NerPredictor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers with neighbouring mentions of one to three words that cover each sentence."""

    def invent(started: StartedSentences) -> list[list[ScoredEntity]]:
        answers = []
        for sentence in started.sentences:
            widths, start, found = random.Random(len(sentence.words)), 0, []
            while start < len(sentence.words):
                end = min(start + widths.randint(1, 3), len(sentence.words))
                found.append(ScoredEntity(Entity(start, end, "thing"), 0.5))
                start = end
            answers.append(found)
        return answers

    monkeypatch.setattr(predictor._answerer, "finish", invent)


def assert_same_answers(
    outputs: list[dict[str, Any]], expected: list[dict[str, Any]], tolerance: float
) -> None:
    assert len(outputs) == len(expected)
    for output, other in zip(outputs, expected, strict=True):
        assert {**output, "entities": None} == {**other, "entities": None}
        assert len(output["entities"]) == len(other["entities"]), output
        for entity, other_entity in zip(output["entities"], other["entities"], strict=True):
            assert {**entity, "score": None} == {**other_entity, "score": None}
            assert entity["score"] == pytest.approx(other_entity["score"], abs=tolerance)


def test_it_is_the_model_s_own_predictor(predictor: NerPredictor) -> None:
    assert Predictor.by_name("ner") is NerPredictor
    assert type(predictor) is NerPredictor


@pytest.mark.parametrize("field", ["text", "sentence"])
def test_a_text_is_answered_with_its_words_and_entities(
    predictor: NerPredictor, texts: list[str], field: str
) -> None:
    output = predictor.predict_json({"id": 7, "note": {"a": [1]}, field: texts[0]})
    assert set(output) == {"id", "note", field, "tokens", "entities"}
    assert (output["id"], output["note"], output[field]) == (7, {"a": [1]}, texts[0])
    assert " ".join(output["tokens"]) == texts[0]
    for entity in output["entities"]:
        assert set(entity) == {"type", "word_start", "word_end", "char_start", "char_end", "text", "score"}
        assert 0 < entity["score"] <= 1


def test_predict_takes_a_bare_text(predictor: NerPredictor, texts: list[str]) -> None:
    assert predictor.predict(texts[0]) == predictor.predict_json({"text": texts[0]})


def test_given_words_are_kept_as_they_are(predictor: NerPredictor) -> None:
    words = ["don't", "split-me", "", "New  York"]
    output = predictor.predict_json({"tokens": words})
    assert output["tokens"] == words
    assert output["text"] == "don't split-me  New  York"


def test_the_input_s_own_entities_come_back_under_another_name(
    predictor: NerPredictor, texts: list[str]
) -> None:
    gold = [{"type": "person", "word_start": 0, "word_end": 1}]
    output = predictor.predict_json({"text": texts[0], "entities": gold})
    assert output["input_entities"] == gold
    assert output["entities"] == predictor.predict(texts[0])["entities"]


@pytest.mark.parametrize("fields", [{"text": ""}, {"text": " \n"}, {"tokens": []}])
def test_where_there_are_no_words_there_are_no_entities(
    predictor: NerPredictor, fields: dict[str, Any]
) -> None:
    output = predictor.predict_json(fields)
    assert output["tokens"] == output["entities"] == []


def test_words_without_any_visible_character_are_answered(predictor: NerPredictor) -> None:
    output = predictor.predict_json({"tokens": ["", "\u200b", "\ufeff", " "]})
    assert output["tokens"] == ["", "\u200b", "\ufeff", " "]


def test_tags_are_added_on_request(predictor: NerPredictor, tiny_archive: Path, texts: list[str]) -> None:
    with_tags = Predictor.from_path(tiny_archive, include_tags=True, tag_scheme="BIOES").predict_batch_json(
        [{"text": text} for text in texts]
    )
    assert any(output["entities"] for output in with_tags)
    for output in with_tags:
        expected = ["O"] * len(output["tokens"])
        for entity in output["entities"]:
            start, end, label = entity["word_start"], entity["word_end"], entity["type"]
            expected[start:end] = [f"I-{label}"] * (end - start)
            expected[start], expected[end - 1] = f"B-{label}", f"E-{label}"
            if end - start == 1:
                expected[start] = f"S-{label}"
        assert output["tags"] == expected
    assert "tags" not in predictor.predict(texts[0])


def test_bad_inputs_are_reported_and_the_others_answered(predictor: NerPredictor, texts: list[str]) -> None:
    inputs = [{"text": texts[0]}, {"id": 2, "txt": "a"}, ["a"], {"text": texts[1]}]
    outputs = predictor.predict_batch_json(inputs)
    # Products of other shapes may differ in their last digits.
    assert_same_answers([outputs[0], outputs[3]], [predictor.predict(text) for text in texts[:2]], 1e-5)
    assert outputs[1] == {"id": 2, "txt": "a", "error": outputs[1]["error"]}
    assert "expected a field 'text', 'sentence' or 'tokens'" in outputs[1]["error"]
    assert outputs[2] == {"error": outputs[2]["error"]}


def test_a_bad_input_that_is_to_be_an_instance_is_an_error(predictor: NerPredictor) -> None:
    with pytest.raises(InputError, match="expected a field 'text'"):
        predictor._json_to_instance({})
    assert len(predictor._json_to_instance({"text": "Rain again."})["tokens"]) == 3


def test_a_batch_is_answered_like_each_of_its_inputs_alone(predictor: NerPredictor, texts: list[str]) -> None:
    inputs = [{"text": text} for text in [*texts, "", "Ada", " ".join(texts[:5])]]
    together = predictor.predict_batch_json(inputs)
    assert sum(len(output["entities"]) for output in together) > 10
    assert_same_answers(together, [predictor.predict_json(fields) for fields in inputs], 1e-5)


def test_a_text_of_three_thousand_words_is_answered_to_its_end(
    predictor: NerPredictor, texts: list[str]
) -> None:
    words = " ".join(texts).split()
    text = " ".join((words * 10)[:3000])
    output = predictor.predict_json({"tokens": text.split()})
    assert len(output["tokens"]) == 3000
    starts = [entity["word_start"] for entity in output["entities"]]
    for first in range(0, 3000, 300):
        assert any(first <= start < first + 300 for start in starts)


ODD_CHARACTERS = st.sampled_from([
    "a", "Ada", ".", " ", "  ", "\n", "\u200b", "\ufeff", "e\u0301", "\u0301", "\U0001f389",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467", "\U0001f1f3\U0001f1f4", "\u202e", "\ufb01", "\u00df", "\u0130",
    "\ud800", "\udc00", "\x00", "\x1f", "\u2028", "\u4e2d\u6587", "\u05e9\u05dc\u05d5\u05dd", "n't", "\u00a0",
])  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(st.text(max_size=40), st.lists(ODD_CHARACTERS, max_size=12).map("".join)))
def test_places_in_the_text_are_those_of_the_entity_s_words(
    predictor: NerPredictor, finds_something_everywhere: None, text: str
) -> None:
    # As a program on the other end of a pipe sees it.
    output = json.loads(predictor.dump_line(predictor.predict(json.loads(json.dumps(text)))))
    # JSON joins the halves of a surrogate pair that stand side by side.
    text = json.loads(json.dumps(text))
    assert output["text"] == text
    position = 0
    for entity in output["entities"]:
        words = output["tokens"][entity["word_start"] : entity["word_end"]]
        assert text[entity["char_start"] : entity["char_end"]] == entity["text"]
        assert text[position : entity["char_start"]].strip() == ""
        shown = entity["text"].encode("utf-16", errors="surrogatepass").decode("utf-16", errors="replace")
        assert "".join(shown.split()) == "".join("".join(words).split())
        position = entity["char_end"]
    assert text[position:].strip() == ""


@settings(max_examples=40)
@given(text=st.one_of(st.text(max_size=40), st.lists(ODD_CHARACTERS, max_size=12).map("".join)))
def test_the_model_answers_any_text(predictor: NerPredictor, text: str) -> None:
    output = predictor.predict(text)
    for entity in output["entities"]:
        assert text[entity["char_start"] : entity["char_end"]] == entity["text"]


def test_answers_are_those_of_the_golden_file(
    tiny_encoder: Path, load_script: Callable[[str], ModuleType]
) -> None:
    script = load_script("fixtures/golden/make_predictions.py")
    lines = (PROJECT_ROOT / "fixtures/golden/predictions.jsonl").read_text(encoding="utf-8").splitlines()
    golden = [json.loads(line) for line in lines]
    assert {(output["decoder"], entity["type"]) for output in golden for entity in output["entities"]} == {
        (decoder, label) for decoder in ("seq", "span") for label in ("person", "place", "product")
    }
    assert_same_answers(script.predict(script.build_predictor(tiny_encoder)), golden, SCORE_TOLERANCE)


@pytest.mark.parametrize(
    ("corpus_format", "corpus_options", "predictor_options", "expected"),
    [
        (None, {}, {}, ("P<0.05", "in", "rats", "!")),
        ("columns", {}, {}, ("P<0.05", "in", "rats", "!")),
        ("conll2012", {"language": "english"}, {}, ("P<0.05", "in", "rats", "!")),
        ("pubtator", {}, {}, ("P", "<", "0.05", "in", "rats", "!")),
        ("pubtator", {"word_splitter": "whitespace"}, {}, ("P<0.05", "in", "rats!")),
        ("pubtator", {}, {"word_splitter": "whitespace"}, ("P<0.05", "in", "rats!")),
        ("pubtator", {}, {"language": "xx"}, ("P<0.05", "in", "rats", "!")),
    ],
)
def test_text_is_split_as_the_training_corpus_was(
    tiny_archive, corpus_format, corpus_options, predictor_options, expected
) -> None:
    archived = Predictor.from_path(tiny_archive)
    reader = archived._dataset_reader.for_corpus(corpus_format, corpus_options)
    predictor = NerPredictor(archived._model, reader, **predictor_options)
    assert tuple(predictor.predict("P<0.05 in rats!")["tokens"]) == expected


def test_an_unknown_word_splitter_is_refused(tiny_archive) -> None:
    archived = Predictor.from_path(tiny_archive)
    with pytest.raises(
        ConfigurationError, match="expected a word_splitter out of rules, whitespace, biomedical"
    ):
        NerPredictor(archived._model, archived._dataset_reader, word_splitter="letters")
