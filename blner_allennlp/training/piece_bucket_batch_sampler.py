"""Batches of so many sentences each, of similar numbers of pieces."""

import math
import random
from collections.abc import Iterable, Sequence

from allennlp.common.checks import ConfigurationError
from allennlp.data import Instance
from allennlp.data.samplers import BatchSampler

from blner_allennlp.training.padding_noise import checked_padding_noise
from blner_allennlp.training.sentence_sizes import sentence_size


@BatchSampler.register("bucket_by_pieces")
class PieceBucketBatchSampler(BatchSampler):
    """Makes batches of the same number of sentences, of similar length, as the encoder counts it: in pieces.

    AllenNLP's `bucket` counts words. That is little help where a word may be a URL of thirty pieces: batches of 24
    tweets sorted by words are longer than twice what they need be.

    Shuffled, each pass makes other batches and gives them in another order, by Python's `random`, which AllenNLP seeds:
    each sentence is taken to be longer or shorter by a share drawn anew. The batch with the longest sentence always
    comes first: if it does not fit in memory, that shows at once, and what it leaves is room for all others. In
    distributed training every process has as many batches as it has sentences for.

    Args:
        batch_size: sentences a batch; the last one of a pass over all may have fewer.
        padding_noise: the largest share by which sentences are taken to be longer or shorter.
        shuffle: whether passes differ; otherwise batches come in order of length, longest first, without noise.
        field: the instances' field with the words.

    Raises:
        ConfigurationError: a number is out of range.
    """

    def __init__(
        self,
        batch_size: int,
        padding_noise: float = 0.1,
        shuffle: bool = True,
        field: str = "tokens",
    ) -> None:
        if batch_size < 1:
            raise ConfigurationError(f"batch_sampler.batch_size is {batch_size}, but must be at least 1")
        self._batch_size = batch_size
        self._padding_noise = checked_padding_noise(padding_noise)
        self._shuffle = shuffle
        self._field = field

    def get_batch_indices(self, instances: Sequence[Instance]) -> Iterable[list[int]]:
        """Make the batches of one pass.

        Args:
            instances: indexed instances, as AllenNLP's data loader gives them.

        Returns:
            The batches as indices of the instances.
        """
        num_pieces = [sentence_size(instance, self._field).num_pieces for instance in instances]
        lengths: list[float] = list(num_pieces)
        order = list(range(len(lengths)))
        if self._shuffle:
            lengths = [length * (1 + self._padding_noise * random.uniform(-1, 1)) for length in lengths]  # noqa: S311 (no secret)
            # Sentences of equal length stay in order when they are sorted; without noise the order has to be drawn.
            random.shuffle(order)
        order.sort(key=lambda index: -lengths[index])
        batches = [
            order[position : position + self._batch_size]
            for position in range(0, len(order), self._batch_size)
        ]
        if self._shuffle and batches:
            random.shuffle(batches)
            longest = max(range(len(batches)), key=lambda index: max(num_pieces[i] for i in batches[index]))
            batches.insert(0, batches.pop(longest))
        return batches

    def get_num_batches(self, instances: Sequence[Instance]) -> int:
        """Count the batches of a pass.

        Args:
            instances: as in `get_batch_indices`.

        Returns:
            How many there are in every pass.
        """
        return math.ceil(len(instances) / self._batch_size)

    def get_batch_size(self) -> int:
        """How many sentences a batch has."""
        return self._batch_size
