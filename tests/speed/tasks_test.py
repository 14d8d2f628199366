"""Each task does what its command does, and says where the time goes without doing anything else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from allennlp.common import Params
from allennlp.common.checks import ConfigurationError
from allennlp.models.archival import Archive

from blner_allennlp.speed.corpus_sample import CorpusSample
from blner_allennlp.speed.evaluate_task import EvaluateTask
from blner_allennlp.speed.predict_task import PredictTask
from blner_allennlp.speed.stages import Stage, StageClock
from blner_allennlp.speed.task import Task
from blner_allennlp.speed.train_task import TrainTask

CPU = torch.device("cpu")
TASKS = (PredictTask, EvaluateTask, TrainTask)
OF_THE_MODEL = {Stage.ENCODER, Stage.WORD_VECTORS, Stage.HEADS, Stage.BATCH, Stage.OTHER}
EXPECTED_STAGES = {
    PredictTask: OF_THE_MODEL | {Stage.READ, Stage.TOKENISE, Stage.DECODE, Stage.SCORE, Stage.WRITE},
    EvaluateTask: OF_THE_MODEL | {Stage.READ, Stage.TOKENISE, Stage.DECODE, Stage.SCORE},
    TrainTask: OF_THE_MODEL | {Stage.SCORE, Stage.BACKWARD, Stage.OPTIMIZER},
}


def weights(archive: Archive) -> dict[str, torch.Tensor]:
    return {name: tensor.clone() for name, tensor in archive.model.named_parameters()}


def run_all(task: Task) -> None:
    task.run()
    task.run_by_stage(StageClock())


@pytest.mark.parametrize("task_class", TASKS)
def test_every_stage_is_timed_and_they_add_up_to_the_pass(
    archive: Archive, sample: CorpusSample, task_class: type[Task]
) -> None:
    ticks = iter(range(10**9))
    clock = StageClock(now=lambda: next(ticks))
    task = task_class(archive, sample, CPU)
    task.prepare(16)
    began = next(ticks)
    task.run_by_stage(clock)
    # The clock looks at the time once at the beginning and once at the end, and nobody else does.
    assert clock.total == next(ticks) - began - 2
    assert set(clock.seconds) == EXPECTED_STAGES[task_class]
    assert all(taken > 0 for taken in clock.seconds.values())
    task.close()


@pytest.mark.parametrize("task_class", TASKS)
def test_the_clock_is_gone_after_its_pass(
    archive: Archive, sample: CorpusSample, task_class: type[Task]
) -> None:
    model, clock = archive.model, StageClock()
    objects = [model, model.encoder, model.sequence_head, model.span_head]
    before = [set(vars(each)) for each in objects]
    task = task_class(archive, sample, CPU)
    task.prepare(8)
    task.run_by_stage(clock)
    seconds = dict(clock.seconds)
    task.run()
    assert clock.seconds == seconds
    assert [set(vars(each)) for each in objects] == before
    task.close()


@pytest.mark.parametrize("task_class", TASKS)
def test_the_batches_hold_every_sentence_once(
    archive: Archive, sample: CorpusSample, task_class: type[Task]
) -> None:
    task = task_class(archive, sample, CPU)
    task.prepare(24)
    with task.counted() as counts:
        task.run()
    lists = task.indexer([sentence.words for sentence in sample.sentences[:24]])
    num_pieces = sum(len(each["pieces"]["token_ids"]) for each in lists)
    assert (counts.num_sentences, counts.num_pieces) == (24, num_pieces)
    assert counts.num_places >= num_pieces
    assert counts.padding_share == pytest.approx(1 - num_pieces / counts.num_places)
    with task.counted() as of_encoder:
        pass
    assert of_encoder.num_batches == 0
    task.close()


@pytest.mark.parametrize("task_class", TASKS)
def test_the_encoder_alone_reads_every_piece_once(
    archive: Archive, sample: CorpusSample, task_class: type[Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    task = task_class(archive, sample, CPU)
    task.prepare(24)
    with task.counted() as counts:
        task.run()
    encode = task.encoder_alone(counts).run
    read: list[int] = []
    transform = archive.model.encoder._transform

    def count(token_ids: torch.Tensor, piece_mask: torch.Tensor, type_ids: Any) -> torch.Tensor:
        read.append(int(piece_mask.sum()))
        return transform(token_ids, piece_mask, type_ids)

    monkeypatch.setattr(archive.model.encoder, "_transform", count)
    encode()
    assert sum(read) == counts.num_pieces
    if task_class is TrainTask:
        assert len(read) == counts.num_batches
    task.close()


def test_predict_writes_what_the_command_writes(
    archive: Archive,
    sample: CorpusSample,
    tiny_archive: Path,
    tmp_path: Path,
    run_allennlp: Callable[..., None],
) -> None:
    source, target = tmp_path / "input.jsonl", tmp_path / "output.jsonl"
    source.write_text(
        "".join(json.dumps({"tokens": list(sentence.words)}) + "\n" for sentence in sample.sentences[:12]),
        encoding="utf-8",
    )
    run_allennlp("predict", tiny_archive, source, "--output-file", target, "--silent")
    task = PredictTask(archive, sample, CPU)
    task.prepare(12)
    for make_pass in (task.run, lambda: task.run_by_stage(StageClock())):
        make_pass()
        assert task.output_path.read_text(encoding="utf-8") == target.read_text(encoding="utf-8")
        task.output_path.unlink()
    directory = task.output_path.parent
    task.close()
    assert not directory.exists()


def test_predict_takes_the_arguments_of_the_predictor(archive: Archive, sample: CorpusSample) -> None:
    task = PredictTask(archive, sample, CPU, {"include_tags": True})
    task.prepare(2)
    task.run()
    for line in task.output_path.read_text(encoding="utf-8").splitlines():
        assert len(json.loads(line)["tags"]) == len(json.loads(line)["tokens"])
    task.close()


def test_evaluate_finds_what_the_command_finds(
    archive: Archive,
    sample: CorpusSample,
    tiny_archive: Path,
    corpus_path: Path,
    tmp_path: Path,
    run_allennlp: Callable[..., None],
) -> None:
    target = tmp_path / "metrics.json"
    run_allennlp("evaluate", tiny_archive, corpus_path, "--output-file", target)
    expected = json.loads(target.read_text(encoding="utf-8"))
    assert expected["f1"] > 0
    task = EvaluateTask(archive, sample, CPU)
    task.prepare(len(sample.sentences))
    for make_pass in (task.run, lambda: task.run_by_stage(StageClock())):
        make_pass()
        assert task.metrics == pytest.approx(expected)


@pytest.mark.parametrize("task_class", [PredictTask, EvaluateTask])
def test_only_training_changes_the_weights(
    archive: Archive, sample: CorpusSample, task_class: type[Task]
) -> None:
    before = weights(archive)
    task = task_class(archive, sample, CPU)
    task.prepare(8)
    run_all(task)
    task.close()
    assert all(torch.equal(before[name], tensor) for name, tensor in archive.model.named_parameters())


@pytest.mark.parametrize("by_stage", [False, True])
def test_training_takes_the_steps_of_the_archives_own_trainer(
    archive: Archive, sample: CorpusSample, by_stage: bool
) -> None:
    before = weights(archive)
    task = TrainTask(archive, sample, CPU)
    task.prepare(24)
    steps: list[float] = []
    optimizer_step = task._optimizer.step

    def step(*args: Any) -> None:
        norms = [weights.grad.norm() for weights in archive.model.parameters() if weights.grad is not None]
        steps.append(float(torch.stack(norms).norm()))
        optimizer_step(*args)

    task._optimizer.step = step
    if by_stage:
        task.run_by_stage(StageClock())
    else:
        task.run()
    settings = archive.config.duplicate()
    batch_size = settings["data_loader"]["batch_sampler"]["batch_size"]
    assert len(steps) == 24 // batch_size
    # Clipped to the archive's `grad_norm`.
    assert 0 < max(steps) <= 1.0 + 1e-4
    rates = {group["lr"] for group in task._optimizer.param_groups if group["params"]}
    assert rates == {settings["trainer"]["optimizer"]["lr"]}
    changed = {
        name for name, tensor in archive.model.named_parameters() if not torch.equal(before[name], tensor)
    }
    assert any(name.startswith("encoder.") for name in changed)
    assert any(name.startswith("span_head.") for name in changed)
    assert task.preparation_seconds.keys() == {"read", "tokenise"}
    task.close()


def test_training_never_cuts_an_epoch_short(archive: Archive, sample: CorpusSample) -> None:
    archive.config["data_loader"]["batches_per_epoch"] = 1
    task = TrainTask(archive, sample, CPU)
    task.prepare(24)
    with task.counted() as counts:
        task.run()
    assert counts.num_sentences == 24
    task.close()


def test_an_encoder_that_does_not_learn_is_only_read(archive: Archive, sample: CorpusSample) -> None:
    for parameter in archive.model.encoder.parameters():
        parameter.requires_grad = False
    task = TrainTask(archive, sample, CPU)
    task.prepare(8)
    with task.counted() as counts:
        task.run()
    before = weights(archive)
    encode = task.encoder_alone(counts).run
    encode()
    assert all(torch.equal(before[name], tensor) for name, tensor in archive.model.named_parameters())
    task.close()


def test_a_trainer_of_another_kind_is_refused(archive: Archive, sample: CorpusSample) -> None:
    archive.config["trainer"] = Params({"type": "other"})
    with pytest.raises(ConfigurationError, match="trainer is of type 'other', whose steps are not known"):
        TrainTask(archive, sample, CPU)


def test_a_model_of_another_kind_is_refused(archive: Archive, sample: CorpusSample) -> None:
    other = archive._replace(model=torch.nn.Linear(1, 1))
    with pytest.raises(ConfigurationError, match="model is a Linear, but must be of type 'bundled_ner'"):
        EvaluateTask(other, sample, CPU)


def test_a_reader_of_another_kind_is_refused(archive: Archive, sample: CorpusSample) -> None:
    other = archive._replace(validation_dataset_reader=object())
    with pytest.raises(ConfigurationError, match="reader is a object, but must be of type 'ner_corpus'"):
        EvaluateTask(other, sample, CPU)
