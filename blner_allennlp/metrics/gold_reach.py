"""Which share of the gold no candidate span reaches: counted while the model sees it, and said in the log."""

import logging
from collections import Counter
from collections.abc import Iterable

import torch.distributed
from allennlp.common.util import is_distributed
from allennlp.training.metrics import Metric

from blner_allennlp.candidates import smallest_sufficient_width
from blner_allennlp.entities import Entity

logger = logging.getLogger(__name__)

# Table 2 of the paper chooses ε so that over 99 % of the entities fit.
TOLERATED_SHARE_BEYOND_REACH = 0.01


@Metric.register("gold_reach")
class GoldReach(Metric):
    """The share of the gold mentions that are wider than a span head's ε (paper, Table 2).

    Where the value is read with `reset`, the log says once for each set of sentences how many there are, and which ε
    would do. The same counts are the same sentences: a validation set comes again every epoch.

    Args:
        max_width: widest candidate ε, in words.
        data: what the sentences are, for the log: "training" or "evaluation".
        once: say it for the first set only, for data that come in other portions each time.
    """

    def __init__(self, max_width: int, data: str, once: bool = False) -> None:
        self._max_width = max_width
        self._data = data
        self._once = once
        self._num_by_width: Counter[int] = Counter()
        self._reported: set[tuple[int, int]] = set()

    def __call__(self, gold: Iterable[Entity]) -> None:
        """Count one sentence.

        Args:
            gold: all its gold mentions.
        """
        self._num_by_width.update(entity.num_words for entity in gold)

    def get_metric(self, reset: bool = False) -> float:
        """The share so far.

        Args:
            reset: start anew afterwards, and write to the log; in distributed runs, first add up all processes.

        Returns:
            The share in [0, 1]; 0 where there is no gold.
        """
        num_by_width = self._num_by_width
        if reset:
            if is_distributed():
                num_by_width = self._over_all_processes()
            self.reset()
        num_gold, num_beyond = num_by_width.total(), self._num_beyond(num_by_width)
        if reset:
            self._report(num_by_width, num_gold, num_beyond)
        return num_beyond / num_gold if num_gold else 0.0

    def reset(self) -> None:
        """Forget all sentences, but not what was written to the log."""
        self._num_by_width = Counter()

    def _num_beyond(self, num_by_width: Counter[int]) -> int:
        return sum(count for width, count in num_by_width.items() if width > self._max_width)

    def _over_all_processes(self) -> Counter[int]:
        counts_by_process: list[Counter[int] | None] = [None] * torch.distributed.get_world_size()
        torch.distributed.all_gather_object(counts_by_process, self._num_by_width)
        return sum((counts for counts in counts_by_process if counts is not None), start=Counter())

    def _report(self, num_by_width: Counter[int], num_gold: int, num_beyond: int) -> None:
        is_known = (num_gold, num_beyond) in self._reported or (self._once and bool(self._reported))
        if not num_beyond or is_known:
            return
        self._reported.add((num_gold, num_beyond))
        share = num_beyond / num_gold
        logger.log(
            logging.WARNING if share > TOLERATED_SHARE_BEYOND_REACH else logging.INFO,
            "%d of %d gold entities (%.2f %%) of the %s data are wider than model.span_head.max_width = %d words: the "
            "span head can neither learn nor find them, and each counts as a miss; a max_width of %d would reach over "
            "99 %%",
            num_beyond, num_gold, 100 * share, self._data, self._max_width, smallest_sufficient_width(num_by_width),
        )  # fmt: skip
