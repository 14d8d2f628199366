"""A task -> how fast it is, against the encoder alone, and where its time goes."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from blner_allennlp.speed.batch_counts import BatchCounts
from blner_allennlp.speed.confidence import Interval, confidence_interval
from blner_allennlp.speed.memory import PeakMemory, watched_memory
from blner_allennlp.speed.quiet import quiet
from blner_allennlp.speed.stages import Stage, StageClock
from blner_allennlp.speed.task import Task

# On so many sentences a task is tried, to see how many it can do in the time that there is.
_NUM_PROBED = 32
_MIN_ROUNDS = 3  # of fewer, an interval says next to nothing


@dataclass(frozen=True, slots=True)
class Measurement:
    """What was measured of a task.

    Args:
        task: the task's name.
        limit: the encoder's work that it is compared with, in words.
        num_sentences: the sentences of a pass.
        num_words: their words.
        seconds: of each round.
        cpu_seconds: what of these this process had a CPU core for, all its threads together.
        encoder_seconds: what the encoder alone took, round by round.
        encoder_budget: how many pieces fit in a batch of the encoder alone; None for the task's own batches.
        encoder_batches_at_once: how many batches the encoder alone reads side by side.
        stage_seconds: of a pass of its own, on a clock, one thing after the other.
        preparation_seconds: what is done once in a run and is in no pass, stage by stage.
        batches: the batches of a pass.
        memory: at the peak of a pass.
    """

    task: str
    limit: str
    num_sentences: int
    num_words: int
    seconds: tuple[float, ...]
    cpu_seconds: tuple[float, ...]
    encoder_seconds: tuple[float, ...]
    encoder_budget: int | None
    encoder_batches_at_once: int
    stage_seconds: dict[Stage, float]
    preparation_seconds: dict[str, float]
    batches: BatchCounts
    memory: PeakMemory

    @property
    def words_per_second(self) -> Interval:
        """Words per second over the rounds."""
        return self._per_second(self.num_words)

    @property
    def sentences_per_second(self) -> Interval:
        """Sentences per second over the rounds."""
        return self._per_second(self.num_sentences)

    @property
    def encoder_words_per_second(self) -> Interval:
        """The same words through the encoder alone."""
        return confidence_interval([self.num_words / seconds for seconds in self.encoder_seconds])

    @property
    def ratio_to_encoder(self) -> Interval:
        """The task's speed as a share of the encoder's, round by round: 1 if all else cost nothing."""
        return confidence_interval(
            [alone / seconds for alone, seconds in zip(self.encoder_seconds, self.seconds, strict=True)]
        )

    @property
    def stage_shares(self) -> dict[Stage, float]:
        """The stages' shares of their pass; they add up to 1."""
        total = sum(self.stage_seconds.values())
        return {stage: seconds / total for stage, seconds in self.stage_seconds.items()}

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        shares = self.stage_shares
        return {
            "num_sentences": self.num_sentences,
            "num_words": self.num_words,
            "num_rounds": len(self.seconds),
            "seconds": list(self.seconds),
            "cpu_seconds": list(self.cpu_seconds),
            "words_per_second": self.words_per_second.to_json(),
            "sentences_per_second": self.sentences_per_second.to_json(),
            "encoder_alone": {
                "work": self.limit,
                "max_pieces_per_batch": self.encoder_budget,
                "batches_at_once": self.encoder_batches_at_once,
                "seconds": list(self.encoder_seconds),
                "words_per_second": self.encoder_words_per_second.to_json(),
                "ratio": self.ratio_to_encoder.to_json(),
            },
            "stages": {
                "total_seconds": sum(self.stage_seconds.values()),
                "seconds": {stage.value: seconds for stage, seconds in self.stage_seconds.items()},
                "shares": {stage.value: share for stage, share in shares.items()},
            },
            "once_per_run_seconds": self.preparation_seconds,
            "batches": self.batches.to_json(),
            "memory": self.memory.to_json(),
        }

    def _per_second(self, number: int) -> Interval:
        return confidence_interval([number / seconds for seconds in self.seconds])


def measure(task: Task, num_rounds: int, max_seconds: float, say: Callable[[str], None]) -> Measurement:
    """Measure a task and the encoder alone, in turns.

    So many of the sample's first sentences are taken that all rounds fit in the time. A pass warms up, and is watched
    for its batches and its memory. The rounds are timed as a whole, without a clock at the stages; that comes in a pass
    of its own at the end, which on a GPU waits at every border between stages, and prepares nothing while the
    model is busy. So its seconds are more than a round's; only shares are to be read off it.

    Args:
        task: the task.
        num_rounds: how many rounds; fewer where the time is up, but three at least, unless fewer are asked for.
        max_seconds: about how long all this may take.
        say: told what is done next.

    Returns:
        What was measured.
    """
    began = time.perf_counter()
    say("trying")
    num_sentences = _affordable(task, num_rounds, max_seconds)
    say("warming up")
    with quiet(logging.INFO):
        task.prepare(num_sentences)
        with watched_memory(task.device) as memory, task.counted() as batches:
            task.run()
            task.wait()
    with quiet(logging.WARNING):  # all that there is to warn of has been said
        encoder = task.encoder_alone(batches)
        _seconds_of(encoder.run, task)
        seconds: list[float] = []
        cpu_seconds: list[float] = []
        encoder_seconds: list[float] = []
        while len(seconds) < num_rounds:
            out_of_time = time.perf_counter() - began > max_seconds
            if out_of_time and len(seconds) >= _MIN_ROUNDS:
                break
            say(f"round {len(seconds) + 1} of {num_rounds}")
            encoder_seconds.append(_seconds_of(encoder.run, task))
            cpu_began = time.process_time()
            seconds.append(_seconds_of(task.run, task))
            cpu_seconds.append(time.process_time() - cpu_began)
        batches.inputs.clear()
        say("stage by stage")
        clock = StageClock(None if task.device.type == "cpu" else task.wait)
        task.run_by_stage(clock)
    return Measurement(
        task=task.name,
        limit=task.limit,
        num_sentences=num_sentences,
        num_words=task.sample.num_words(num_sentences),
        seconds=tuple(seconds),
        cpu_seconds=tuple(cpu_seconds),
        encoder_seconds=tuple(encoder_seconds),
        encoder_budget=encoder.max_pieces,
        encoder_batches_at_once=encoder.batches_at_once,
        stage_seconds={stage: clock.seconds[stage] for stage in Stage if stage in clock.seconds},
        preparation_seconds=task.preparation_seconds,
        batches=batches,
        memory=memory,
    )


def _affordable(task: Task, num_rounds: int, max_seconds: float) -> int:
    """How many sentences can be done in the time that there is, in so many rounds."""
    num_all = len(task.sample.sentences)
    num_probed = next(
        number for number in range(min(_NUM_PROBED, num_all), num_all + 1) if task.sample.num_words(number)
    )
    with quiet(logging.WARNING):  # it comes again
        task.prepare(num_probed)
        _seconds_of(task.run, task)
        seconds = _seconds_of(task.run, task)
    # The encoder takes as long in each round; besides, there are passes to warm up, to choose batches, and on a clock.
    seconds_per_word = seconds / task.sample.num_words(num_probed)
    affordable_words = max_seconds / (2 * (num_rounds + 2)) / seconds_per_word
    num_sentences, num_words = 0, 0
    for sentence in task.sample.sentences:
        num_words += len(sentence.words)
        if num_words > affordable_words:
            break
        num_sentences += 1
    return max(num_sentences, num_probed)


def _seconds_of(action: Callable[[], Any], task: Task) -> float:
    task.wait()
    began = time.perf_counter()
    action()
    task.wait()
    return time.perf_counter() - began
