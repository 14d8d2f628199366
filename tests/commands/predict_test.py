"""`allennlp predict`: broken lines are reported by number, the rest is answered, in order."""

from __future__ import annotations

import gzip
import io
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from allennlp.commands import predict as allennlp_predict
from allennlp.predictors import Predictor

from blner_allennlp.commands import predict as our_predict
from blner_allennlp.commands.predict import NerPredictManager
from blner_allennlp.predictors import NerPredictor, sentence_answerer
from blner_allennlp.predictors.batch_threads import BatchThreads
from blner_allennlp.predictors.prepared_inputs import PreparedInputs
from blner_allennlp.predictors.started_sentences import StartedSentences

PROJECT_ROOT = Path(__file__).resolve().parents[2]
TEST_CORPUS = PROJECT_ROOT / "fixtures" / "data" / "sample" / "test.conll"
# What json.loads makes of a number with more digits than Python converts is no JSONDecodeError.
HUGE_NUMBER = b'{"text": "a", "n": ' + b"9" * 5000 + b"}"
TOO_DEEP = b'{"text": "a", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"

BROKEN_LINES = [
    (b'{"text": "a"', "expected one JSON object a line, but"),
    (b"not json", "expected one JSON object a line, but"),
    (b"\xff\xfe\xfa", "expected UTF-8, got byte"),
    (b'{"text": "\xe9t\xe9"}', "expected UTF-8, got byte 0xe9 at position 10"),
    ('{"text": "a"}'.encode("utf-16"), "expected UTF-8, got byte 0xff at position 0"),
    (HUGE_NUMBER, "expected one JSON object a line, but"),
    (TOO_DEEP, "expected one JSON object a line, but"),
    (b"[1, 2]", "expected a JSON object, got a list"),
    (b'"a"', "expected a JSON object, got a string"),
    (b"null", "expected a JSON object, got null"),
    (b"5", "expected a JSON object, got a number"),
    (b"{}", "got an empty object"),
    (b'{"text": 5}', "'text' must be a string, got a number"),
    (b'{"sentence": null}', "'sentence' must be a string, got null"),
    (b'{"tokens": "a b"}', "'tokens' must be a list of strings, got a string"),
    (b'{"tokens": ["a", 1]}', "'tokens' must be a list of strings, got a list with other values"),
    (b'{"text": "a", "weight": NaN}', "NaN is no JSON value"),
    (b'{"tokens": ["b"], "text": "a"}', "'tokens' must be cut from 'text' in order"),
]


@pytest.fixture(scope="module")
def predictor(tiny_archive: Path) -> Predictor:
    return Predictor.from_path(tiny_archive)


@pytest.fixture
def answer(predictor: Predictor, tmp_path: Path) -> Callable[..., list[dict[str, Any]]]:
    """Answers lines as the command does, without loading the archive again."""

    def run(lines: list[bytes], batch_size: int = 1) -> list[dict[str, Any]]:
        source, target = tmp_path / "input.jsonl", tmp_path / "output.jsonl"
        source.write_bytes(b"\n".join(lines) + b"\n")
        manager = allennlp_predict._PredictManager(
            predictor, str(source), str(target), batch_size, False, False
        )
        assert isinstance(manager, NerPredictManager)
        manager.run()
        return [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]

    return run


@pytest.fixture(scope="module")
def sentences() -> list[list[str]]:
    blocks = TEST_CORPUS.read_text(encoding="utf-8").strip().split("\n\n")
    return [[line.split("\t")[0] for line in block.splitlines()] for block in blocks]


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(("line", "message"), BROKEN_LINES, ids=lambda value: str(value)[:20])
def test_a_broken_line_is_reported_by_number_and_the_others_are_answered(
    answer: Callable[..., list[dict[str, Any]]], line: bytes, message: str
) -> None:
    outputs = answer([b'{"id": 1, "text": "Ada sails."}', b"", b"  ", line, b'{"id": 5, "text": ""}'])
    assert [output.get("id") for output in outputs] == [1, None, 5]
    assert outputs[1]["line_number"] == 4
    assert message in outputs[1]["error"]
    assert "entities" not in outputs[1]
    assert outputs[0]["tokens"] == ["Ada", "sails", "."]
    assert outputs[2]["entities"] == []
    assert not any("error" in output or "line_number" in output for output in (outputs[0], outputs[2]))


def test_a_line_number_in_the_input_does_not_hide_the_line_s_own(
    answer: Callable[..., list[dict[str, Any]]],
) -> None:
    output, _ = answer([b"", b'{"line_number": 70, "txt": "a"}', b'{"text": "a"}'])
    assert output["line_number"] == 2


def test_a_byte_order_mark_before_the_first_line_is_no_part_of_it(
    answer: Callable[..., list[dict[str, Any]]],
) -> None:
    (output,) = answer([b'\xef\xbb\xbf{"text": "Ada"}'])
    assert output["tokens"] == ["Ada"]


def test_fields_named_like_those_of_an_error_are_kept_where_there_is_none(
    answer: Callable[..., list[dict[str, Any]]],
) -> None:
    (output,) = answer([b'{"text": "Ada", "error": "none", "line_number": 70}'])
    assert (output["error"], output["line_number"]) == ("none", 70)


def test_a_deeply_nested_field_is_kept_or_reported(predictor: NerPredictor) -> None:
    # Reading and writing run out of stack at depths that differ a little, depending on who calls.
    for depth in range(800, 1000):
        line = b'{"text": "", "x": ' + b"[" * depth + b"]" * depth + b"}"
        (output,) = predictor.predict_lines([(1, line)])
        assert json.loads(predictor.dump_line(output)).keys() & {"error", "x"}


@pytest.mark.parametrize("batch_size", [1, 7])
def test_many_lines_keep_their_order(
    answer: Callable[..., list[dict[str, Any]]], sentences: list[list[str]], batch_size: int
) -> None:
    lines = [json.dumps({"id": index, "tokens": words}).encode() for index, words in enumerate(sentences)]
    lines[10] = b"{"
    outputs = answer(lines, batch_size)
    assert [output.get("id", 10) for output in outputs] == list(range(len(sentences)))
    assert outputs[10]["line_number"] == 11
    for index, output in enumerate(outputs):
        assert index == 10 or output["tokens"] == sentences[index]


def test_the_command_answers_with_the_head_that_it_is_told(
    tiny_archive: Path, tmp_path: Path, run_allennlp: Callable[..., None], sentences: list[list[str]]
) -> None:
    source = tmp_path / "input.jsonl.gz"
    with gzip.open(source, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps({"tokens": words}) + "\n" for words in sentences)
    answers = {}
    for decoder in ("span", "seq"):
        target = tmp_path / f"{decoder}.jsonl"
        run_allennlp(
            "predict", tiny_archive, source, "--output-file", target, "--silent",
            "--overrides", json.dumps({"model.decoder": decoder}),
        )  # fmt: skip
        answers[decoder] = read_lines(target)
    model = Predictor.from_path(tiny_archive)
    expected = model.predict_batch_json([{"tokens": words} for words in sentences])
    assert answers["span"] == expected
    assert [output["tokens"] for output in answers["seq"]] == sentences
    assert answers["seq"] != answers["span"]


def test_a_corpus_is_answered_in_the_order_of_the_file(
    tiny_archive: Path, tmp_path: Path, run_allennlp: Callable[..., None], sentences: list[list[str]]
) -> None:
    target = tmp_path / "output.jsonl"
    run_allennlp(
        "predict", tiny_archive, TEST_CORPUS, "--output-file", target, "--silent", "--use-dataset-reader"
    )
    outputs = read_lines(target)
    assert [output["tokens"] for output in outputs] == sentences
    assert [output["text"] for output in outputs] == [" ".join(words) for words in sentences]
    assert any(output["entities"] for output in outputs)


class RecordingOutput(io.StringIO):
    """A standard output that remembers what a reader at the other end of a pipe has seen."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = ""

    def flush(self) -> None:
        self.seen = self.getvalue()


def test_each_line_of_standard_input_is_answered_before_the_next_is_read(
    predictor: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = RecordingOutput()
    seen_before: list[str] = []

    def lines() -> Iterator[bytes]:
        for word in ("Ada", "Bo"):
            seen_before.append(output.seen)
            yield json.dumps({"text": word}).encode() + b"\n"
        seen_before.append(output.seen)

    class StandardInput:
        buffer = lines()

    monkeypatch.setattr(sys, "stdin", StandardInput())
    monkeypatch.setattr(sys, "stdout", output)
    allennlp_predict._PredictManager(predictor, "-", None, 1, True, False).run()
    assert seen_before[0] == ""
    assert [seen.count("prediction: ") for seen in seen_before] == [0, 1, 2]
    assert seen_before[1].startswith('input 0:  {"text": "Ada"}\nprediction:  {')


class StubPredictor(Predictor):
    """Some other predictor, which knows nothing of this package."""

    def __init__(self) -> None:
        self.model_inputs: list[dict[str, Any]] = []

    def predict_json(self, inputs: dict[str, Any]) -> dict[str, Any]:
        self.model_inputs.append(inputs)
        return {"length": len(inputs["text"])}


def test_other_predictors_keep_allennlp_s_own_loop(tmp_path: Path) -> None:
    source, target = tmp_path / "input.jsonl", tmp_path / "output.jsonl"
    source.write_text('{"text": "ab"}\n\n{"text": "abc"}\n', encoding="utf-8")
    predictor = StubPredictor()
    manager = allennlp_predict._PredictManager(predictor, str(source), str(target), 1, False, False)
    assert not isinstance(manager, NerPredictManager)
    manager.run()
    assert read_lines(target) == [{"length": 2}, {"length": 3}]
    source.write_text('{"text": "ab"}\n{"text"\n', encoding="utf-8")
    manager = allennlp_predict._PredictManager(predictor, str(source), str(target), 1, False, False)
    with pytest.raises(json.JSONDecodeError):
        manager.run()


def test_the_output_file_is_complete_when_the_model_fails(
    predictor: Predictor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = tmp_path / "input.jsonl", tmp_path / "output.jsonl"
    source.write_text('{"text": "Ada"}\n{"text": "Bo"}\n{"text": "Rain"}\n', encoding="utf-8")
    answer_prepared = predictor.answer

    def fail_at_the_third(prepared: PreparedInputs, started: StartedSentences) -> list[dict[str, Any]]:
        if prepared.line_numbers == [3]:
            raise MemoryError("too long")
        return answer_prepared(prepared, started)

    monkeypatch.setattr(predictor, "answer", fail_at_the_third)
    manager = allennlp_predict._PredictManager(predictor, str(source), str(target), 2, False, False)
    with pytest.raises(MemoryError):
        manager.run()
    assert [output["text"] for output in read_lines(target)] == ["Ada", "Bo"]


def test_unread_lines_are_counted_at_the_end(answer: Callable[..., list[dict[str, Any]]], caplog) -> None:
    answer([b'{"text": "a"}', b"broken", b'{"tokens": 1}'])
    assert (
        "2 of 3 lines have no answer; their records say why. The first is line 2: expected one" in caplog.text
    )


def test_a_file_of_which_no_line_can_be_read_is_a_failure(
    answer: Callable[..., list[dict[str, Any]]], tmp_path: Path
) -> None:
    with pytest.raises(SystemExit, match="1"):
        answer([b"Ada\tB-person", b"sails\tO"])
    assert len(read_lines(tmp_path / "output.jsonl")) == 2


def test_chunks_grow_and_end_with_many_bytes(
    predictor: Predictor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(our_predict, "_LINES_PER_CHUNK", (2, 3))
    monkeypatch.setattr(our_predict, "_MAX_BYTES_PER_CHUNK", 100)
    long_line = b'{"text": "' + b"Ada " * 50 + b'"}'
    source = tmp_path / "input.jsonl"
    source.write_bytes(b"\n".join([b'{"text": "a"}'] * 6 + [long_line, b'{"text": "b"}'] * 2) + b"\n")
    manager = allennlp_predict._PredictManager(predictor, str(source), None, 1, False, False)
    chunks = [[line_number for line_number, _ in chunk] for chunk in manager._chunks()]
    assert chunks == [[1, 2], [3, 4, 5], [6, 7], [8, 9], [10]]
    prepared = list(manager._prepared_chunks())
    assert [inputs.line_numbers for _, inputs in prepared] == chunks
    assert [[number for number, _ in lines] for lines, _ in prepared] == chunks


def test_an_error_of_the_thread_that_reads_ends_the_run(
    predictor: Predictor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = tmp_path / "input.jsonl", tmp_path / "output.jsonl"
    source.write_text('{"text": "Ada"}\n{"text": "Bo"}\n{"text": "Rain"}\n', encoding="utf-8")
    read = predictor.prepare_lines

    def fail_at_the_third(lines: list[tuple[int, bytes]]) -> PreparedInputs:
        if lines[0][0] == 3:
            raise OSError("the disk is gone")
        return read(lines)

    monkeypatch.setattr(predictor, "prepare_lines", fail_at_the_third)
    manager = allennlp_predict._PredictManager(predictor, str(source), str(target), 2, False, False)
    with pytest.raises(OSError, match="the disk is gone"):
        manager.run()
    assert [output["text"] for output in read_lines(target)] == ["Ada", "Bo"]


@pytest.fixture
def two_cores(predictor: Predictor, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two cores, and two threads even for an encoder of so little work."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    monkeypatch.setattr(predictor._answerer, "_threads", BatchThreads())
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("two_cores")
@pytest.mark.parametrize("fails", ["reading", "answering"])
def test_while_chunks_are_on_their_way_an_error_loses_nothing_that_came_before(
    predictor: Predictor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    source, target = tmp_path / "input.jsonl", tmp_path / "output.jsonl"
    text = " ".join(["Ada sails to Oslo ."] * 8)
    source.write_text("".join(json.dumps({"id": number, "text": text}) + "\n" for number in range(30)))
    monkeypatch.setattr(sentence_answerer, "_MIN_PIECES_SIDE_BY_SIDE", 16)
    read, answer = predictor.prepare_lines, predictor.answer
    under_way: list[bool] = []

    def prepare_or_fail(lines: list[tuple[int, bytes]]) -> PreparedInputs:
        if fails == "reading" and lines[0][0] == 21:
            raise OSError("the disk is gone")
        return read(lines)

    def answer_or_fail(prepared: PreparedInputs, started: StartedSentences) -> list[dict[str, Any]]:
        under_way.append(started.is_under_way)
        if fails == "answering" and prepared.line_numbers[0] == 21:
            raise OSError("the disk is gone")
        return answer(prepared, started)

    monkeypatch.setattr(predictor, "prepare_lines", prepare_or_fail)
    monkeypatch.setattr(predictor, "answer", answer_or_fail)
    manager = allennlp_predict._PredictManager(predictor, str(source), str(target), 10, False, False)
    with pytest.raises(OSError, match="the disk is gone"):
        manager.run()
    assert all(under_way)
    assert [output["id"] for output in read_lines(target)] == list(range(20))


@pytest.mark.usefixtures("two_cores")
def test_from_a_pipe_with_a_name_answers_come_before_the_next_lines(
    predictor: Predictor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = tmp_path / "input.jsonl", tmp_path / "output.jsonl"
    os.mkfifo(source)
    monkeypatch.setattr(sentence_answerer, "_MIN_PIECES_SIDE_BY_SIDE", 16)
    monkeypatch.setattr(our_predict, "_LINES_PER_CHUNK", (10,))
    manager = allennlp_predict._PredictManager(predictor, str(source), str(target), 1, False, False)
    running = threading.Thread(target=manager.run)
    running.start()
    line = json.dumps({"text": " ".join(["Ada sails to Oslo ."] * 8)}) + "\n"
    with source.open("w", encoding="utf-8") as lines:
        lines.write(line * 10)
        lines.flush()
        until = time.monotonic() + 60
        while len(read_lines(target)) < 10:
            assert time.monotonic() < until, "the answers wait for lines that have not been written"
            time.sleep(0.05)
        lines.write(line)
    running.join(timeout=60)
    assert len(read_lines(target)) == 11
