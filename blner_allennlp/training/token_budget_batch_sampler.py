"""Batches of as many sentences as fit in a budget of pieces."""

import math
import random
from collections.abc import Iterable, Sequence

from allennlp.common.checks import ConfigurationError
from allennlp.common.util import is_distributed
from allennlp.data import Instance
from allennlp.data.samplers import BatchSampler

from blner_allennlp.batching import BatchBudget, SentenceSize, pack
from blner_allennlp.training.padding_noise import checked_padding_noise
from blner_allennlp.training.sentence_sizes import sentence_size


@BatchSampler.register("token_budget")
class TokenBudgetBatchSampler(BatchSampler):
    """Makes batches of similar length that cost about the same: many short sentences, or few long ones.

    Counted are pieces, padding included, with attention and, where all spans are scored, spans beside them
    (`blner_allennlp.batching`). So the longest batch of a corpus, which decides how much memory a training takes, is no
    longer than the others.

    Shuffled, each pass makes other batches and gives them in another order, by Python's `random`, which AllenNLP seeds:
    sentences are packed as if they were longer, each by a share drawn anew. Every pass has the number of batches
    that there are if all are longer by the whole share, as a schedule of the learning rate has to know it in advance.

    Not for distributed training: there every process would have another number of batches, and AllenNLP stops all of
    them with the first. Use `bucket_by_pieces` there.

    Args:
        max_pieces: what a batch may cost, in pieces; only a sentence that costs more is a batch over it, alone.
        max_width: ε of the span head where all spans are scored, as in validation; 0 for training.
        max_length: the most pieces that the encoder reads at once, as the embedder has it; None for no limit.
        padding_noise: the largest share by which sentences are taken to be longer.
        shuffle: whether passes differ; otherwise the longest batch comes first, and there is no noise.
        field: the instances' field with the words.

    Raises:
        ConfigurationError: a number is out of range.
    """

    def __init__(
        self,
        max_pieces: int = 2048,
        max_width: int = 0,
        max_length: int | None = 512,
        padding_noise: float = 0.1,
        shuffle: bool = True,
        field: str = "tokens",
    ) -> None:
        try:
            self._budget = BatchBudget(max_pieces, max_width, max_length)
        except ValueError as error:
            raise ConfigurationError(f"batch_sampler: {error}") from error
        noise = checked_padding_noise(padding_noise)
        self._padding_noise = noise if shuffle else 0.0
        self._shuffle = shuffle
        self._field = field

    def get_batch_indices(self, instances: Sequence[Instance]) -> Iterable[list[int]]:
        """Make the batches of one pass.

        Args:
            instances: indexed instances, as AllenNLP's data loader gives them.

        Returns:
            The batches as indices of the instances.
        """
        sizes = self._sizes(instances)
        longest = self._pack_longest(sizes)
        batches = self._pack_with_noise(sizes)
        # Shorter sentences never need more batches, except where pieces and words order them differently.
        batches = _split(batches, len(longest)) if len(batches) <= len(longest) else longest
        if self._shuffle:
            random.shuffle(batches)
        return batches

    def get_num_batches(self, instances: Sequence[Instance]) -> int:
        """Count the batches of a pass.

        Args:
            instances: as in `get_batch_indices`.

        Returns:
            How many there are in every pass.
        """
        return len(self._pack_longest(self._sizes(instances)))

    def _pack_longest(self, sizes: Sequence[SentenceSize]) -> list[list[int]]:
        noises = [_most_noise(size, self._padding_noise) for size in sizes]
        return pack([_sum(size, noise) for size, noise in zip(sizes, noises, strict=True)], self._budget)

    def _pack_with_noise(self, sizes: Sequence[SentenceSize]) -> list[list[int]]:
        order = list(range(len(sizes)))
        if self._shuffle:
            # Sentences of equal length stay in order when they are packed, so the order itself is drawn, too.
            random.shuffle(order)
        noisy = [_sum(sizes[index], _drawn_noise(sizes[index], self._padding_noise)) for index in order]
        return [[order[position] for position in batch] for batch in pack(noisy, self._budget)]

    def _sizes(self, instances: Sequence[Instance]) -> list[SentenceSize]:
        if is_distributed():
            raise ConfigurationError(
                "batch_sampler: token_budget makes another number of batches in every process of a distributed "
                "training, which would end with the first process that has no more; use bucket_by_pieces instead"
            )
        return [sentence_size(instance, self._field) for instance in instances]


def _most_noise(size: SentenceSize, share: float) -> SentenceSize:
    return SentenceSize(*(math.ceil(length * share) for length in size))


def _drawn_noise(size: SentenceSize, share: float) -> SentenceSize:
    """Up to as much as there can be, each whole number with equal chances."""
    draw = random.random()  # noqa: S311 (no secret)
    return SentenceSize(*(int(draw * (most + 1)) for most in _most_noise(size, share)))


def _sum(size: SentenceSize, noise: SentenceSize) -> SentenceSize:
    return SentenceSize(size.num_pieces + noise.num_pieces, size.num_words + noise.num_words)


def _split(batches: list[list[int]], num_batches: int) -> list[list[int]]:
    """Halve the batches of most sentences until there are so many."""
    batches = list(batches)
    while len(batches) < num_batches:
        largest = max(range(len(batches)), key=lambda index: len(batches[index]))
        batch = batches[largest]
        middle = len(batch) // 2
        batches[largest : largest + 1] = [batch[:middle], batch[middle:]]
    return batches
