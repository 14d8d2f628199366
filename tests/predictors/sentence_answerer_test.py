"""Batches that do not fit in memory are tried again in smaller ones, down to one sentence."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from allennlp.common.checks import ConfigurationError
from allennlp.models import Model
from allennlp.predictors import Predictor

from blner_allennlp.entities import Sentence
from blner_allennlp.nn.device_memory import is_out_of_memory
from blner_allennlp.predictors import NerPredictor, sentence_answerer
from blner_allennlp.predictors.started_sentences import StartedSentences
from blner_allennlp.token_embedders import transformer_setup
from blner_allennlp.token_embedders.transformer_reader import TransformerReader

# As torch says it on the CPU of Linux.
CPU_MESSAGE = (
    "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate "
    "40000000000000 bytes. Error code 12 (Cannot allocate memory)"
)
OUT_OF_MEMORY = [torch.OutOfMemoryError("CUDA out of memory."), RuntimeError(CPU_MESSAGE), MemoryError()]


@pytest.fixture
def two_cores(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two cores, and batches so small that a few sentences are worth dividing."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    monkeypatch.setattr(sentence_answerer, "_MIN_PIECES_SIDE_BY_SIDE", 16)
    monkeypatch.setattr(transformer_setup, "_PRODUCTS_PER_THREAD", 1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def predictor(tiny_archive: Path) -> NerPredictor:
    loaded = Predictor.from_path(tiny_archive)
    assert isinstance(loaded, NerPredictor)
    return loaded


@pytest.fixture
def limit_memory(predictor: NerPredictor, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[int]]:
    """Lets batches of more than so many words, padding included, fail; gives the sizes that were tried."""

    def limit(max_words: int, error: BaseException) -> list[int]:
        tried: list[int] = []
        forward = predictor._model.forward

        def limited(tokens: dict[str, dict[str, torch.Tensor]], **rest: Any) -> dict[str, Any]:
            num_words = tokens["pieces"]["mask"].numel()
            tried.append(num_words)
            if num_words > max_words:
                raise error
            answer: dict[str, Any] = forward(tokens=tokens, **rest)
            return answer

        monkeypatch.setattr(predictor._model, "forward", limited)
        return tried

    return limit


def inputs_of(lengths: list[int]) -> list[dict[str, Any]]:
    words = ["Ada", "sails", "to", "Oslo", "with", "a", "Kodak", "again", "."]
    return [{"id": index, "tokens": (words * length)[:length]} for index, length in enumerate(lengths)]


@pytest.mark.parametrize("error", OUT_OF_MEMORY, ids=lambda error: type(error).__name__)
def test_what_does_not_fit_is_answered_in_smaller_batches(
    predictor: NerPredictor,
    limit_memory: Callable[..., list[int]],
    caplog: pytest.LogCaptureFixture,
    error: BaseException,
) -> None:
    inputs = inputs_of([9, 7, 8, 9, 3, 5, 9, 9] * 4)
    expected = predictor.predict_batch_json(inputs)
    tried = limit_memory(40, error)
    outputs = predictor.predict_batch_json(inputs)
    assert [output["tokens"] for output in outputs] == [fields["tokens"] for fields in inputs]
    spans = [
        [
            [(entity["type"], entity["word_start"], entity["word_end"]) for entity in output["entities"]]
            for output in group
        ]
        for group in (outputs, expected)
    ]
    assert spans[0] == spans[1]
    assert any(spans[0])
    assert len([record for record in caplog.records if "does not fit in memory" in record.message]) == 1
    # The budget stays small: the next call knows already.
    num_failures = sum(num_words > 40 for num_words in tried)
    assert num_failures >= 1
    predictor.predict_batch_json(inputs)
    assert sum(num_words > 40 for num_words in tried) == num_failures


def test_a_sentence_that_never_fits_is_an_error_record_and_the_others_are_answered(
    predictor: NerPredictor, limit_memory: Callable[..., list[int]]
) -> None:
    limit_memory(40, torch.OutOfMemoryError("CUDA out of memory."))
    lines = [
        b'{"id": 1, "tokens": ["Ada"]}',
        b'{"id": 2, "text": "' + b"Ada " * 41 + b'"}',
        b'{"text": "Bo"}',
    ]
    outputs = predictor.predict_lines(enumerate(lines, start=5))
    assert [sorted(output) for output in outputs] == [
        ["entities", "id", "text", "tokens"],
        ["error", "id", "line_number", "text"],
        ["entities", "text", "tokens"],
    ]
    assert outputs[1]["line_number"] == 6
    assert "a sentence of 41 words and" in outputs[1]["error"]
    assert "does not fit in memory; split the text" in outputs[1]["error"]
    with pytest.raises(MemoryError, match="a sentence of 41 words"):
        predictor.predict_sentences([Sentence(("Ada",) * 41)])


def test_other_errors_of_the_model_are_not_taken_for_a_lack_of_memory(
    predictor: NerPredictor, limit_memory: Callable[..., list[int]]
) -> None:
    limit_memory(0, RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
    with pytest.raises(RuntimeError, match="mat1 and mat2"):
        predictor.predict("Ada")


def test_the_cpu_s_own_error_is_told() -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(10**16)
    assert is_out_of_memory(caught.value)
    assert not is_out_of_memory(ValueError("can't allocate memory"))


def test_batches_stay_within_the_budget(
    predictor: NerPredictor, limit_memory: Callable[..., list[int]]
) -> None:
    tried = limit_memory(10**9, MemoryError())
    small = NerPredictor(predictor._model, predictor._dataset_reader, max_pieces_per_batch=60)
    small.predict_batch_json(inputs_of([9, 7, 8, 9, 3, 5, 9, 9] * 4))
    assert len(tried) > 4
    assert max(tried) <= 60


@pytest.mark.parametrize("autocast", ["bf16", "fp16"])
def test_half_precision_changes_scores_by_little(tiny_archive: Path, autocast: str) -> None:
    inputs = inputs_of([9, 7, 8, 20])
    expected = Predictor.from_path(tiny_archive).predict_batch_json(inputs)
    outputs = Predictor.from_path(tiny_archive, autocast=autocast).predict_batch_json(inputs)
    scores = [
        [entity["score"] for output in group for entity in output["entities"]]
        for group in (outputs, expected)
    ]
    assert scores[0] == pytest.approx(scores[1], abs=0.02)
    assert scores[0] != scores[1]


def test_the_encoder_can_be_compiled(tiny_archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[tuple[type, dict[str, Any]]] = []
    monkeypatch.setattr(
        torch.nn.Module, "compile", lambda module, **how: compiled.append((type(module), how))
    )
    loaded = Predictor.from_path(tiny_archive, compile_encoder=True)
    transformer = loaded._model.encoder._matched_embedder.transformer_model
    assert compiled == [(type(transformer), {"dynamic": True})]


@pytest.fixture
def reading_threads(predictor: NerPredictor, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The thread of each batch that the model has read."""
    threads: list[str] = []
    forward = predictor._model.forward

    def noted(**batch: Any) -> dict[str, Any]:
        threads.append(threading.current_thread().name)
        answer: dict[str, Any] = forward(**batch)
        return answer

    monkeypatch.setattr(predictor._model, "forward", noted)
    return threads


@pytest.mark.usefixtures("two_cores")
def test_batches_side_by_side_are_answered_as_one_after_the_other(
    predictor: NerPredictor, reading_threads: list[str]
) -> None:
    inputs = inputs_of([9, 7, 8, 9, 3, 5, 9, 9, 30, 1] * 5)
    outputs = predictor.predict_batch_json(inputs)
    assert len(reading_threads) > 3
    assert all(name.startswith("batch") for name in reading_threads)
    reading_threads.clear()
    predictor._answerer.reads_side_by_side = False
    expected = predictor.predict_batch_json(inputs)
    assert set(reading_threads) == {threading.current_thread().name}
    for output, other in zip(outputs, expected, strict=True):
        scores = [[entity.pop("score") for entity in each["entities"]] for each in (output, other)]
        assert output == other
        assert scores[0] == pytest.approx(scores[1], abs=2e-6)
    assert any(output["entities"] for output in outputs)


@pytest.mark.usefixtures("two_cores")
@pytest.mark.parametrize("lengths", [[9], [3, 2], [400, 9, 7, 8]], ids=["one", "two short", "one long"])
def test_what_cannot_be_divided_well_is_read_by_all_cores(
    predictor: NerPredictor, reading_threads: list[str], lengths: list[int]
) -> None:
    predictor.predict_batch_json(inputs_of(lengths))
    assert set(reading_threads) == {threading.current_thread().name}


@pytest.mark.usefixtures("two_cores")
def test_batches_side_by_side_share_the_budget(
    predictor: NerPredictor, limit_memory: Callable[..., list[int]]
) -> None:
    tried = limit_memory(10**9, MemoryError())
    small = NerPredictor(predictor._model, predictor._dataset_reader, max_pieces_per_batch=120)
    small.predict_batch_json(inputs_of([9, 7, 8, 9, 3, 5, 9, 9] * 4))
    assert len(tried) > 3
    assert max(tried) <= 60
    # Two of these would be over the limit together, and shares of this one hardly worth it.
    for lengths, max_pieces in (([80, 80, 80, 80], 120), ([9] * 20, 30)):
        small = NerPredictor(predictor._model, predictor._dataset_reader, max_pieces_per_batch=max_pieces)
        assert not small.start(small.prepare(inputs_of(lengths))).is_under_way
    assert predictor.start(predictor.prepare(inputs_of([80, 80, 80, 80]))).is_under_way


@pytest.mark.usefixtures("two_cores")
def test_after_memory_ran_out_batches_are_read_one_after_the_other(
    predictor: NerPredictor, limit_memory: Callable[..., list[int]], reading_threads: list[str]
) -> None:
    inputs = inputs_of([9, 7, 8, 9, 3, 5, 9, 9] * 6)
    expected = predictor.predict_batch_json(inputs)
    assert threading.current_thread().name not in reading_threads
    limit_memory(30, MemoryError())
    outputs = predictor.predict_batch_json(inputs)
    assert [len(output["entities"]) for output in outputs] == [len(other["entities"]) for other in expected]
    assert threading.current_thread().name in reading_threads
    assert not predictor._answerer.reads_side_by_side


@pytest.mark.usefixtures("two_cores")
def test_it_is_the_predictor_that_makes_batches_smaller_not_the_encoder(
    predictor: NerPredictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = inputs_of([9, 7, 8, 9, 3, 5, 9, 9] * 6)
    expected = predictor.predict_batch_json(inputs)
    read = TransformerReader.__call__

    def limited(reader: TransformerReader, transformer: Any, *rows: torch.Tensor) -> torch.Tensor:
        if rows[0].numel() > 60:
            raise MemoryError
        return read(reader, transformer, *rows)

    monkeypatch.setattr(TransformerReader, "__call__", limited)
    outputs = predictor.predict_batch_json(inputs)
    assert [len(output["entities"]) for output in outputs] == [len(other["entities"]) for other in expected]
    assert not predictor._answerer.reads_side_by_side
    assert not predictor._model.encoder._rows_in_parts._most_at_once


@pytest.mark.usefixtures("two_cores")
def test_an_error_in_one_batch_ends_those_that_have_not_begun(
    predictor: NerPredictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches: list[Sequence[int]] = []
    begun: list[Sequence[int]] = []
    batches_are_known, go_on = threading.Event(), threading.Event()

    def fail_at_the_first(_: StartedSentences, members: Sequence[int]) -> None:
        begun.append(members)
        batches_are_known.wait(timeout=60)
        if members != batches[0]:
            go_on.wait(timeout=60)
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    monkeypatch.setattr(predictor._answerer, "_answer_batch", fail_at_the_first)
    monkeypatch.setattr(sentence_answerer, "_BATCHES_PER_THREAD", 20)
    prepared = predictor.prepare(inputs_of([9] * 200))
    started = predictor.start(prepared)
    batches += started.batches
    batches_are_known.set()
    with pytest.raises(RuntimeError, match="mat1 and mat2"):
        predictor.answer(prepared, started)
    go_on.set()
    predictor._answerer._threads.close()
    # The batch that failed, that beside it, and the one that came after it.
    assert len(begun) <= 3
    assert sum(future.cancelled() for future in started.futures) >= len(started.futures) - 3 > 7


def test_settings_that_cannot_be_are_refused(predictor: NerPredictor) -> None:
    model, reader = predictor._model, predictor._dataset_reader
    with pytest.raises(
        ConfigurationError, match="max_pieces_per_batch: max_pieces is 0, but must be at least 1"
    ):
        NerPredictor(model, reader, max_pieces_per_batch=0)
    with pytest.raises(ConfigurationError, match="autocast is 'int8', but must be 'bf16', 'fp16' or null"):
        NerPredictor(model, reader, autocast="int8")
    with pytest.raises(ConfigurationError, match="the model is a _Other, but must be of type 'bundled_ner'"):
        NerPredictor(_Other(model.vocab), reader)


class _Other(Model):
    """A model that knows nothing of this package."""
