"""How many sentences and rounds fit in the time, and what comes out."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch

from blner_allennlp.entities import Sentence
from blner_allennlp.speed import measurement
from blner_allennlp.speed.batch_counts import BatchCounts
from blner_allennlp.speed.corpus_sample import CorpusSample
from blner_allennlp.speed.measurement import measure
from blner_allennlp.speed.stages import Stage, StageClock
from blner_allennlp.speed.task import EncoderAlone

SECONDS_PER_SENTENCE = 0.5
NUM_WORDS = 4


class FakeTime:
    """Time that passes only where the fake task lets it."""

    def __init__(self) -> None:
        self.now = 0.0

    def perf_counter(self) -> float:
        return self.now

    def process_time(self) -> float:
        return self.now / 2


class FakeTask:
    """Takes half a second a sentence; the encoder alone takes half of that."""

    name = "fake"
    limit = "nothing"
    device = torch.device("cpu")

    def __init__(self, num_sentences: int, clock: FakeTime) -> None:
        sentences = tuple(Sentence(("word",) * NUM_WORDS) for _ in range(num_sentences))
        self.sample = CorpusSample(Path("fake"), "columns", {}, sentences)
        self.preparation_seconds: dict[str, float] = {}
        self._clock = clock
        self._num_sentences = 0

    def prepare(self, num_sentences: int) -> None:
        self._num_sentences = num_sentences

    def run(self) -> None:
        self._clock.now += self._num_sentences * SECONDS_PER_SENTENCE

    def run_by_stage(self, clock: StageClock) -> None:
        with clock.whole(), clock.stage(Stage.ENCODER):
            time.sleep(0.001)

    @contextmanager
    def counted(self) -> Iterator[BatchCounts]:
        yield BatchCounts(1, self._num_sentences, 10, 10)

    def encoder_alone(self, counts: BatchCounts) -> EncoderAlone:
        def encode() -> None:
            self._clock.now += self._num_sentences * SECONDS_PER_SENTENCE / 2

        return EncoderAlone(encode)

    def wait(self) -> None:
        pass


@pytest.fixture
def fake_time(monkeypatch: pytest.MonkeyPatch) -> FakeTime:
    clock = FakeTime()
    monkeypatch.setattr(measurement, "time", clock)
    return clock


def test_with_time_enough_all_sentences_are_measured_in_all_rounds(fake_time: FakeTime) -> None:
    said: list[str] = []
    measured = measure(FakeTask(100, fake_time), 4, 10_000, said.append)
    assert (measured.num_sentences, measured.num_words) == (100, 100 * NUM_WORDS)
    assert measured.seconds == (50.0,) * 4
    assert measured.cpu_seconds == (25.0,) * 4
    assert measured.words_per_second.mean == pytest.approx(NUM_WORDS / SECONDS_PER_SENTENCE)
    assert measured.sentences_per_second.mean == pytest.approx(1 / SECONDS_PER_SENTENCE)
    assert measured.encoder_words_per_second.mean == pytest.approx(2 * NUM_WORDS / SECONDS_PER_SENTENCE)
    assert measured.ratio_to_encoder.mean == pytest.approx(0.5)
    assert said == [
        "trying", "warming up", *(f"round {number} of 4" for number in range(1, 5)), "stage by stage"
    ]  # fmt: skip


@pytest.mark.parametrize("max_seconds", [400, 1000, 3000])
def test_with_less_time_only_the_first_sentences_are_measured(fake_time: FakeTime, max_seconds: int) -> None:
    measured = measure(FakeTask(10_000, fake_time), 4, max_seconds, lambda step: None)
    assert measurement._NUM_PROBED < measured.num_sentences < 10_000
    assert len(measured.seconds) == 4
    assert 0.5 * max_seconds < fake_time.now <= max_seconds


def test_however_little_time_there_is_three_rounds_are_measured(fake_time: FakeTime) -> None:
    measured = measure(FakeTask(10_000, fake_time), 5, 0.001, lambda step: None)
    assert measured.num_sentences == measurement._NUM_PROBED
    assert len(measured.seconds) == 3


def test_one_round_is_one_if_so_asked(fake_time: FakeTime) -> None:
    measured = measure(FakeTask(5, fake_time), 1, 1000, lambda step: None)
    assert len(measured.seconds) == 1
    assert measured.to_json()["words_per_second"] == {
        "mean": pytest.approx(NUM_WORDS / SECONDS_PER_SENTENCE), "low": None, "high": None
    }  # fmt: skip


def test_sentences_without_words_at_the_start_are_no_reason_to_measure_nothing(fake_time: FakeTime) -> None:
    task = FakeTask(10, fake_time)
    blank = (Sentence(()),) * (measurement._NUM_PROBED + 5)
    task.sample = CorpusSample(Path("fake"), "columns", {}, blank + task.sample.sentences)
    assert measure(task, 2, 0.001, lambda step: None).num_words == NUM_WORDS
