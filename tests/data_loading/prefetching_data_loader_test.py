"""The loader gives AllenNLP's batches in AllenNLP's order, with and without its thread, whatever the options."""

from __future__ import annotations

import inspect
import random
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from allennlp.common import Params
from allennlp.common.checks import ConfigurationError
from allennlp.data import DataLoader, DatasetReader, Instance, Vocabulary
from allennlp.data.data_loaders import MultiProcessDataLoader
from allennlp.data.data_loaders.data_collator import DataCollator, DefaultDataCollator
from allennlp.data.data_loaders.multiprocess_data_loader import WorkerError
from allennlp.data.dataset_readers.dataset_reader import DistributedInfo
from allennlp.data.samplers import BucketBatchSampler

from blner_allennlp.data_loading import FieldwiseDataCollator, PrefetchingDataLoader, prefetching_data_loader
from blner_allennlp.dataset_readers import NerCorpusReader
from blner_allennlp.token_indexers import WordPieceIndexer
from blner_allennlp.training import PieceBucketBatchSampler, TokenBudgetBatchSampler
from blner_allennlp.training.whole_test_set import _forget_share

SAMPLE = Path(__file__).resolve().parents[2] / "fixtures" / "data" / "sample" / "dev.conll"
NUM_SENTENCES = 30

MakeReader = Callable[..., NerCorpusReader]


@pytest.fixture(scope="module")
def make_reader(tiny_encoder: Path) -> MakeReader:
    def make(num_sentences: int = NUM_SENTENCES) -> NerCorpusReader:
        return NerCorpusReader({"pieces": WordPieceIndexer(str(tiny_encoder))}, max_instances=num_sentences)

    return make


@pytest.fixture(scope="module")
def vocab(make_reader: MakeReader) -> Vocabulary:
    return Vocabulary.from_instances(make_reader().read(SAMPLE))


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    # A generator that is laid aside between epochs keeps no thread, but what is under way is finished.
    wait_until(lambda: threads() == [])


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "map_ahead"]


def wait_until(is_so: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.001)


def passes(
    kind: type[MultiProcessDataLoader],
    reader: DatasetReader,
    vocab: Vocabulary,
    num_passes: int,
    **options: Any,
) -> list[list[Any]]:
    """The batches of some passes, as plain values, and what the main thread draws in between."""
    random.seed(3)
    loader = kind(reader, SAMPLE, quiet=True, **options)
    loader.index_with(vocab)
    return [[(as_plain(batch), random.random()) for batch in loader] for _ in range(num_passes)]


def as_plain(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return str(value.dtype), value.tolist()
    if isinstance(value, dict):
        return [(key, as_plain(item)) for key, item in value.items()]
    return [as_plain(item) for item in value] if isinstance(value, list) else value


SAMPLERS = {
    "pieces": lambda: {"batch_sampler": PieceBucketBatchSampler(4)},
    "budget": lambda: {"batch_sampler": TokenBudgetBatchSampler(128)},
    "allennlp": lambda: {"batch_sampler": BucketBatchSampler(4, sorting_keys=["tokens"])},
    "none": lambda: {"batch_size": 4},
    "shuffled": lambda: {"batch_size": 4, "shuffle": True, "drop_last": True},
}


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("prefetch", [0, 1, 4])
def test_passes_are_those_of_allennlp_s_loader(
    make_reader: MakeReader, vocab: Vocabulary, sampler: str, prefetch: int
) -> None:
    options = SAMPLERS[sampler]
    expected = passes(MultiProcessDataLoader, make_reader(), vocab, 3, **options())
    assert len(expected[0]) > 2
    assert passes(PrefetchingDataLoader, make_reader(), vocab, 3, **options(), prefetch=prefetch) == expected


@pytest.mark.parametrize("sampler", ["pieces", "none", "shuffled"])
@pytest.mark.parametrize("prefetch", [0, 4])
def test_a_part_of_the_instances_in_memory(
    make_reader: MakeReader, vocab: Vocabulary, sampler: str, prefetch: int
) -> None:
    options = {**SAMPLERS[sampler](), "max_instances_in_memory": 12}
    expected = passes(MultiProcessDataLoader, make_reader(), vocab, 2, **options)
    options.update(SAMPLERS[sampler]())
    assert passes(PrefetchingDataLoader, make_reader(), vocab, 2, **options, prefetch=prefetch) == expected


@pytest.mark.parametrize("prefetch", [0, 4])
def test_epochs_of_a_few_batches_go_on_where_the_last_one_ended(
    make_reader: MakeReader, vocab: Vocabulary, prefetch: int
) -> None:
    options = {"batch_size": 4, "shuffle": True, "batches_per_epoch": 5}
    expected = passes(MultiProcessDataLoader, make_reader(), vocab, 4, **options)
    assert passes(PrefetchingDataLoader, make_reader(), vocab, 4, **options, prefetch=prefetch) == expected


@pytest.mark.parametrize("options", [{}, {"max_instances_in_memory": 8}], ids=["all in memory", "lazy"])
@pytest.mark.parametrize("num_sentences", [0, 1])
def test_hardly_any_data(
    make_reader: MakeReader, vocab: Vocabulary, num_sentences: int, options: dict[str, Any], tmp_path: Path
) -> None:
    loader = PrefetchingDataLoader(make_reader(num_sentences), SAMPLE, batch_size=2, quiet=True, **options)
    loader.index_with(vocab)
    for _ in range(2):
        assert [len(batch["metadata"]) for batch in loader] == [1] * num_sentences


@pytest.mark.parametrize("options", [{}, {"max_instances_in_memory": 8}], ids=["all in memory", "lazy"])
def test_workers_do_as_they_do_for_allennlp(
    make_reader: MakeReader, vocab: Vocabulary, options: dict[str, Any]
) -> None:
    options = {**options, "batch_size": 4, "num_workers": 1}
    # One worker, so that the order is known; what the main process draws is no matter of theirs.
    expected = passes(PrefetchingDataLoader, make_reader(), vocab, 2, batch_size=4, prefetch=0)
    assert passes(PrefetchingDataLoader, make_reader(), vocab, 2, **options) == expected


def test_workers_make_batches_without_a_thread(
    make_reader: MakeReader, vocab: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise AssertionError("a thread in a worker")

    monkeypatch.setattr(prefetching_data_loader, "map_ahead", fail)
    options = {
        "batch_sampler": PieceBucketBatchSampler(2),
        "num_workers": 2,
        "max_instances_in_memory": 10,
    }
    [batches] = passes(PrefetchingDataLoader, make_reader(), vocab, 1, **options)
    sentences = [dict(metadata)["words"] for (batch, _) in batches for metadata in dict(batch)["metadata"]]
    assert sorted(sentences) == sorted(
        instance["metadata"]["words"] for instance in make_reader().read(SAMPLE)
    )


def test_a_worker_s_error_is_allennlp_s(make_reader: MakeReader, vocab: Vocabulary) -> None:
    loader = PrefetchingDataLoader(
        make_reader(), SAMPLE.with_name("none.conll"), batch_size=2, num_workers=1, max_instances_in_memory=4
    )
    loader.index_with(vocab)
    with pytest.raises(WorkerError, match=r"none\.conll"):
        list(loader)


def test_the_processes_of_a_distributed_training_share_the_sentences(
    make_reader: MakeReader, vocab: Vocabulary
) -> None:
    found = []
    for rank in range(2):
        reader = make_reader(7)
        reader._set_distributed_info(DistributedInfo(2, rank))
        loader = PrefetchingDataLoader(reader, SAMPLE, batch_size=2, quiet=True)
        loader.index_with(vocab)
        metadata = [item for batch in loader for item in batch["metadata"]]
        assert len(metadata) == 4
        found += [item["words"] for item in metadata if item["scored"]]
        if rank == 0:
            # What is done for the test set when the other processes have left.
            _forget_share(loader)
            assert sum(len(batch["metadata"]) for batch in loader) == 7
            assert len(loader) == 4
    assert sorted(found) == sorted(instance["metadata"]["words"] for instance in make_reader(7).read(SAMPLE))


class _Breaking(FieldwiseDataCollator):
    """Breaks at the third batch."""

    num_calls = 0

    def __call__(self, instances: list[Instance]) -> Any:
        self.num_calls += 1
        if self.num_calls == 3:
            raise LookupError("the third batch")
        return super().__call__(instances)


@pytest.mark.parametrize("prefetch", [0, 4])
def test_an_error_is_raised_where_the_batch_is_asked_for(
    make_reader: MakeReader, vocab: Vocabulary, prefetch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prefetching_data_loader, "_COLLATORS_FOR_THREADS", (_Breaking,))
    loader = PrefetchingDataLoader(
        make_reader(), SAMPLE, batch_size=4, collate_fn=_Breaking(), prefetch=prefetch, quiet=True
    )
    loader.index_with(vocab)
    batches = iter(loader)
    assert [len(next(batches)["metadata"]) for _ in range(2)] == [4, 4]
    with pytest.raises(LookupError, match="the third batch") as caught:
        next(batches)
    assert "in __call__" in "".join(traceback.format_exception(caught.value))
    del caught
    # The next pass is as good as new.
    assert len(list(loader)) == len(loader)


class _Slow(FieldwiseDataCollator):
    """Still at the second batch when the first one is given out."""

    def __call__(self, instances: list[Instance]) -> Any:
        time.sleep(0.05)
        return super().__call__(instances)


def test_a_pass_given_up_half_way_leaves_no_thread(
    make_reader: MakeReader, vocab: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prefetching_data_loader, "_COLLATORS_FOR_THREADS", (_Slow,))
    loader = PrefetchingDataLoader(make_reader(), SAMPLE, batch_size=4, collate_fn=_Slow(), quiet=True)
    loader.index_with(vocab)
    batches = iter(loader)
    next(batches)
    assert len(threads()) == 1
    batches.close()
    assert threads() == []
    with pytest.raises(KeyboardInterrupt):
        train_until_interrupted(loader)
    assert threads() == []
    assert len(list(loader)) == len(loader) == 8


def train_until_interrupted(loader: DataLoader) -> None:
    for _ in loader:
        raise KeyboardInterrupt


def test_between_epochs_of_a_few_batches_there_is_no_thread(
    make_reader: MakeReader, vocab: Vocabulary
) -> None:
    loader = PrefetchingDataLoader(make_reader(), SAMPLE, batch_size=2, batches_per_epoch=3, quiet=True)
    loader.index_with(vocab)
    for _ in range(3):
        assert len(list(loader)) == 3
        wait_until(lambda: threads() == [])


class _Drawing(DataCollator):
    """Draws while it makes a batch, as AllenNLP's collator for language models does."""

    def __call__(self, instances: list[Instance]) -> Any:
        return {"drawn": random.random(), "thread": threading.current_thread().name}


def test_collators_that_may_draw_work_in_the_main_thread(make_reader: MakeReader, vocab: Vocabulary) -> None:
    expected = passes(
        MultiProcessDataLoader, make_reader(), vocab, 2, batch_size=4, shuffle=True, collate_fn=_Drawing()
    )
    assert (
        passes(
            PrefetchingDataLoader, make_reader(), vocab, 2, batch_size=4, shuffle=True, collate_fn=_Drawing()
        )
        == expected
    )


def test_allennlp_s_collator_may_be_kept(make_reader: MakeReader, vocab: Vocabulary) -> None:
    options = {"batch_size": 4, "shuffle": True}
    expected = passes(MultiProcessDataLoader, make_reader(), vocab, 1, **options)
    options["collate_fn"] = DefaultDataCollator()
    assert passes(PrefetchingDataLoader, make_reader(), vocab, 1, **options) == expected


@pytest.mark.parametrize("prefetch", [0, 4])
def test_batches_go_to_the_device(make_reader: MakeReader, vocab: Vocabulary, prefetch: int) -> None:
    loader = PrefetchingDataLoader(make_reader(), SAMPLE, batch_size=4, prefetch=prefetch, quiet=True)
    loader.index_with(vocab)
    loader.set_target_device(torch.device("meta"))  # the device that every machine has
    for batch in loader:
        assert batch["tags"].device.type == "meta"
        assert batch["tokens"]["pieces"]["token_ids"].device.type == "meta"
        assert isinstance(batch["metadata"][0]["words"], tuple)


def test_batches_for_a_gpu_are_pinned_in_the_thread(
    make_reader: MakeReader, vocab: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    pinned_in: list[str] = []
    copied_in: list[str] = []
    monkeypatch.setattr(
        prefetching_data_loader,
        "pinned",
        lambda batch: pinned_in.append(threading.current_thread().name) or batch,
    )
    monkeypatch.setattr(
        prefetching_data_loader,
        "on_device",
        lambda batch, device: copied_in.append(threading.current_thread().name) or batch,
    )
    loader = PrefetchingDataLoader(
        make_reader(), SAMPLE, batch_size=10, cuda_device=torch.device("cuda", 0), quiet=True
    )
    loader.index_with(vocab)
    assert len(list(loader)) == 3
    assert pinned_in == ["map_ahead"] * 3
    assert copied_in == [threading.current_thread().name] * 3


def test_it_has_to_be_indexed(make_reader: MakeReader) -> None:
    loader = PrefetchingDataLoader(make_reader(), SAMPLE, batch_size=4, quiet=True)
    with pytest.raises(ValueError, match="has not been indexed with a Vocabulary"):
        next(iter(loader))


def test_configurations_have_all_options_of_allennlp_s(make_reader: MakeReader) -> None:
    loader = DataLoader.from_params(
        Params(
            {
                "type": "prefetching",
                "prefetch": 2,
                "batch_sampler": {"type": "bucket_by_pieces", "batch_size": 4},
                "max_instances_in_memory": 8,
                "batches_per_epoch": 7,
                "collate_fn": {"type": "allennlp"},
                "quiet": True,
            }
        ),
        reader=make_reader(),
        data_path=str(SAMPLE),
    )
    assert type(loader) is PrefetchingDataLoader
    assert (loader._prefetch, loader.max_instances_in_memory, len(loader)) == (2, 8, 7)
    assert type(loader.batch_sampler) is PieceBucketBatchSampler
    assert type(loader.collate_fn) is DefaultDataCollator


def test_what_cannot_be_is_refused(make_reader: MakeReader) -> None:
    with pytest.raises(ConfigurationError, match=r"data_loader\.prefetch is -1, but must be 0"):
        PrefetchingDataLoader(make_reader(), SAMPLE, batch_size=4, prefetch=-1)
    with pytest.raises(ConfigurationError, match="Extra parameters"):
        DataLoader.from_params(
            Params({"type": "prefetching", "batch_size": 2, "ahead": 3}),
            reader=make_reader(),
            data_path=str(SAMPLE),
        )


def test_a_training_learns_the_same_as_with_allennlp_s_loader(
    tmp_path: Path, train_experiment: Callable[..., dict[str, Any]], fast_learning: dict[str, Any]
) -> None:
    metrics = {}
    for kind in ("prefetching", "multiprocess"):
        overrides = {
            **fast_learning,
            "data_loader.type": kind,
            "validation_data_loader.type": kind,
            "dataset_reader.max_instances": 60,
            "trainer.num_epochs": 2,
            "evaluate_on_test": False,
        }
        metrics[kind] = train_experiment("quickstart", tmp_path / kind, overrides)
    compared = [
        {name: value for name, value in found.items() if "duration" not in name and "memory" not in name}
        for found in metrics.values()
    ]
    assert {"training_loss", "validation_loss", "best_validation_span_f1"} <= set(compared[0])
    assert compared[0] == compared[1]


def test_it_has_every_option_of_allennlp_s_loader_with_the_same_default() -> None:
    theirs = inspect.signature(MultiProcessDataLoader.__init__).parameters
    ours = inspect.signature(PrefetchingDataLoader.__init__).parameters
    assert set(theirs) == set(ours) - {"prefetch"}
    for name in set(theirs) - {"collate_fn"}:
        assert ours[name].default == theirs[name].default
