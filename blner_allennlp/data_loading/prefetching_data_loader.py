"""A data loader that has the next batches ready when the model asks for them."""

import random
from collections.abc import Iterable, Iterator
from typing import Optional, Union

import torch
from allennlp.common.checks import ConfigurationError
from allennlp.common.util import int_to_device, lazy_groups_of, shuffle_iterable
from allennlp.data import DataLoader, DatasetReader, Instance, Vocabulary
from allennlp.data.data_loaders import MultiProcessDataLoader
from allennlp.data.data_loaders.data_collator import DataCollator, DefaultDataCollator
from allennlp.data.data_loaders.data_loader import TensorDict
from allennlp.data.dataset_readers.dataset_reader import DatasetReaderInput
from allennlp.data.samplers import BatchSampler

from blner_allennlp.data_loading.devices import on_device, pinned
from blner_allennlp.data_loading.fieldwise_data_collator import FieldwiseDataCollator
from blner_allennlp.data_loading.indexing import index_instances
from blner_allennlp.data_loading.map_ahead import map_ahead

# Others may draw random numbers (AllenNLP's `language_model` does), which must stay in the order of the main thread.
_COLLATORS_FOR_THREADS = (FieldwiseDataCollator, DefaultDataCollator)


@DataLoader.register("prefetching")
class PrefetchingDataLoader(MultiProcessDataLoader):
    """AllenNLP's data loader, but indexing many sentences at once and making batches while the device computes.

    It gives the same batches in the same order for the same seed, with all options of AllenNLP's `multiprocess`. Beside
    that:

    - Sentences go through the tokenizer many at a time (`index_instances`), and batches are made field by field
      (`FieldwiseDataCollator`).
    - A background thread makes the next `prefetch` batches, in pinned memory where the device is a GPU; the copy to
      it does not wait. What is random about a pass, the sampler's batches, is drawn in the main thread before the
      thread begins, so samplers have to come to an end. An error of the thread is raised where the batch is asked for;
      a pass that is given up half-way ends the thread.
    - There is no thread where worker processes make the batches, and with a `collate_fn` other than `fieldwise` and
      `allennlp`, which might draw random numbers.

    Unless `max_instances_in_memory` says otherwise, all instances stay in memory, indexed, so that only the first epoch
    reads the file and cuts words into pieces. That takes 0.26 kB a word of tweets, a third of it for the pieces (arrays
    of four bytes a piece and eight a word); equal words share AllenNLP's tokens. With `max_instances_in_memory` the
    main thread reads and indexes so many at a time, and the background thread is ahead within these, if there is a
    `batch_sampler`; let `num_workers` read such a corpus where the device waits for it.

    Args:
        reader: as in `multiprocess`, as are all that say nothing else; AllenNLP passes it.
        data_path: AllenNLP passes it.
        batch_size: sentences a batch, where there is no `batch_sampler`.
        drop_last: without a `batch_sampler`, whether a last batch of fewer sentences is left out.
        shuffle: without a `batch_sampler`, whether passes differ.
        batch_sampler: says which sentences go together.
        batches_per_epoch: how many batches an epoch has; None for all.
        num_workers: how many processes read, and make batches where not all instances are in memory.
        max_instances_in_memory: how many instances are in memory at a time; None for all.
        start_method: how worker processes are started.
        cuda_device: where batches go; the trainer says it.
        quiet: whether there is no progress bar.
        collate_fn: makes a batch of instances; None for `fieldwise`.
        prefetch: how many batches are made ahead of need; 0 makes each when it is asked for, without a thread.

    Raises:
        ConfigurationError: `prefetch` is negative.
    """

    def __init__(
        self,
        reader: DatasetReader,
        data_path: DatasetReaderInput,
        *,
        batch_size: Optional[int] = None,  # noqa: UP045 (AllenNLP builds it from these)
        drop_last: bool = False,
        shuffle: bool = False,
        batch_sampler: Optional[BatchSampler] = None,  # noqa: UP045
        batches_per_epoch: Optional[int] = None,  # noqa: UP045
        num_workers: int = 0,
        max_instances_in_memory: Optional[int] = None,  # noqa: UP045
        start_method: str = "fork",
        cuda_device: Optional[Union[int, str, torch.device]] = None,  # noqa: UP007, UP045
        quiet: bool = False,
        collate_fn: Optional[DataCollator] = None,  # noqa: UP045
        prefetch: int = 4,
    ) -> None:
        # All by name, so that AllenNLP knows what a configuration may say.
        if prefetch < 0:
            raise ConfigurationError(
                f"data_loader.prefetch is {prefetch}, but must be 0, for no batch ahead of need, or above"
            )
        self._prefetch = prefetch
        super().__init__(
            reader,
            data_path,
            batch_size=batch_size,
            drop_last=drop_last,
            shuffle=shuffle,
            batch_sampler=batch_sampler,
            batches_per_epoch=batches_per_epoch,
            num_workers=num_workers,
            max_instances_in_memory=max_instances_in_memory,
            start_method=start_method,
            cuda_device=cuda_device,
            quiet=quiet,
            collate_fn=collate_fn or FieldwiseDataCollator(),
        )

    def index_with(self, vocab: Vocabulary) -> None:
        """Index what is in memory, and what will be read.

        Args:
            vocab: the model's vocabulary.
        """
        self._vocab = vocab
        if self._instances:
            index_instances(self._instances, vocab)

    def _iter_batches(self) -> Iterator[TensorDict]:
        if self._instances is None and self.num_workers <= 0:
            # `iter_instances` would index them one by one.
            instances = self._maybe_tqdm(self.reader.read(self.data_path), desc="loading instances")
            if self.max_instances_in_memory is not None:
                yield from self._instances_to_batches(instances, move_to_device=True)
                return
            self._instances = list(instances)
        yield from super()._iter_batches()

    def _instances_to_batches(
        self, instance_iterator: Iterable[Instance], move_to_device: bool
    ) -> Iterator[TensorDict]:
        """Make batches; AllenNLP calls this in the main process and in workers."""
        device = int_to_device(self.cuda_device) if move_to_device and self.cuda_device is not None else None
        is_worker = self.reader.get_worker_info() is not None
        num_ahead = self._prefetch if type(self.collate_fn) in _COLLATORS_FOR_THREADS and not is_worker else 0
        for batches in self._drawn_batches(instance_iterator):
            for batch in self._collated(batches, num_ahead, device):
                # Batches come from the CPU's memory.
                yield batch if device is None or device.type == "cpu" else on_device(batch, device)

    def _collated(
        self, batches: list[list[Instance]], num_ahead: int, device: torch.device | None
    ) -> Iterator[TensorDict]:
        num_ahead = min(num_ahead, len(batches) - 1)
        if num_ahead < 1:
            return map(self.collate_fn, batches)
        if device is not None and device.type == "cuda":
            return map_ahead(lambda batch: pinned(self.collate_fn(batch)), batches, num_ahead)
        return map_ahead(self.collate_fn, batches, num_ahead)

    def _drawn_batches(self, instance_iterator: Iterable[Instance]) -> Iterator[list[list[Instance]]]:
        """The batches of all instances, or of as many at a time as may be in memory."""
        if self.batch_sampler is not None:
            for instances in self._groups(instance_iterator, self.max_instances_in_memory):
                yield [
                    [instances[index] for index in indices]
                    for indices in self.batch_sampler.get_batch_indices(instances)
                ]
            return
        if self.shuffle:
            if self.max_instances_in_memory is None:
                instance_iterator = list(instance_iterator)
                random.shuffle(instance_iterator)
            else:
                instance_iterator = shuffle_iterable(instance_iterator, self.max_instances_in_memory)
        if self.max_instances_in_memory is None:
            batches = list(self._groups(instance_iterator, self.batch_size))
            yield [batch for batch in batches if self._is_wanted(batch)]
        else:
            for batch in self._groups(instance_iterator, self.batch_size):
                if self._is_wanted(batch):
                    yield [batch]

    def _is_wanted(self, batch: list[Instance]) -> bool:
        return not self.drop_last or len(batch) == self.batch_size

    def _groups(self, instances: Iterable[Instance], size: int | None) -> Iterator[list[Instance]]:
        """Indexed instances, so many at a time."""
        for group in [list(instances)] if size is None else lazy_groups_of(instances, size):
            new = [instance for instance in group if not instance.indexed]
            for instance in new:
                self.reader.apply_token_indexers(instance)
            index_instances(new, self._vocab)
            yield group
