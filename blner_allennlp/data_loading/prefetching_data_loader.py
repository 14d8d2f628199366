"""A data loader that has the next batches ready when the model asks for them."""

import random
from collections.abc import Iterable, Iterator
from typing import Any, Optional

import torch
from allennlp.common.checks import ConfigurationError
from allennlp.common.util import int_to_device, lazy_groups_of, shuffle_iterable
from allennlp.data import DataLoader, DatasetReader, Instance, Vocabulary
from allennlp.data.data_loaders import MultiProcessDataLoader
from allennlp.data.data_loaders.data_collator import DataCollator, DefaultDataCollator
from allennlp.data.data_loaders.data_loader import TensorDict
from allennlp.data.dataset_readers.dataset_reader import DatasetReaderInput

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
      thread begins. An error of the thread is raised where the batch is asked for; a pass that is given up
      half-way ends the thread.
    - There is no thread where worker processes make the batches, and with a `collate_fn` other than `fieldwise` and
      `allennlp`, which might draw random numbers.

    Unless `max_instances_in_memory` says otherwise, all instances stay in memory, indexed, so that only the first epoch
    reads the file and cuts words into pieces. With `max_instances_in_memory` the main thread reads and indexes so many
    at a time, and the background thread is ahead within these; let `num_workers` read such a corpus where the device
    waits for it.

    Args:
        reader: as in `multiprocess`; AllenNLP passes it.
        data_path: as in `multiprocess`; AllenNLP passes it.
        prefetch: how many batches are made ahead of need; 0 makes each when it is asked for, without a thread.
        collate_fn: makes a batch of instances; None for `fieldwise`.
        **kwargs: all other options of `multiprocess`: `batch_size` or `batch_sampler`, `num_workers` ...

    Raises:
        ConfigurationError: `prefetch` is negative.
    """

    def __init__(
        self,
        reader: DatasetReader,
        data_path: DatasetReaderInput,
        *,
        prefetch: int = 4,
        collate_fn: Optional[DataCollator] = None,  # noqa: UP045 (AllenNLP builds it from this)
        **kwargs: Any,
    ) -> None:
        if prefetch < 0:
            raise ConfigurationError(
                f"data_loader.prefetch is {prefetch}, but must be 0, for no batch ahead of need, or above"
            )
        self._prefetch = prefetch
        super().__init__(reader, data_path, collate_fn=collate_fn or FieldwiseDataCollator(), **kwargs)

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
