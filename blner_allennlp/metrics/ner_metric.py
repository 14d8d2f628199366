"""Precision, recall and F1 over all gold entities, also in distributed runs."""

from collections.abc import Iterable

import torch.distributed
from allennlp.common.util import is_distributed
from allennlp.training.metrics import Metric

from blner_allennlp.entities import Entity
from blner_allennlp.scoring import NerCounts


@Metric.register("ner")
class NerMetric(Metric):
    """Exact-match scores of one head's entities (paper, Eq. 22).

    What counts is decided by `blner_allennlp.scoring`; this class adds up over batches and, where a value is read
    with `reset`, over the processes of a distributed run. Until then each process reports its own share, so that the
    progress bar costs no communication.

    Args:
        per_type: also report each entity type (`f1/person` ...), the mean over types (`macro_f1`) and the score of
            boundaries alone (`boundary_f1`).
    """

    def __init__(self, per_type: bool = False) -> None:
        self._per_type = per_type
        self._counts = NerCounts()
        self.num_sentences = 0

    def __call__(self, gold: Iterable[Entity], predicted: Iterable[Entity]) -> None:
        """Count one sentence.

        Args:
            gold: all its gold mentions, those that no candidate reaches included.
            predicted: the mentions that the head found.
        """
        self._counts.add(gold, predicted)
        self.num_sentences += 1

    def get_metric(self, reset: bool = False) -> dict[str, float]:
        """The scores so far.

        Args:
            reset: start anew afterwards; in distributed runs, first add up all processes.

        Returns:
            `precision`, `recall` and `f1`, micro-averaged, in [0, 1]; with `per_type` more.
        """
        counts = self._counts
        if reset:
            if is_distributed():
                counts = self._over_all_processes()
            self.reset()
        micro = counts.micro()
        scores = {"precision": micro.precision, "recall": micro.recall, "f1": micro.f1}
        if self._per_type:
            scores["macro_f1"] = counts.macro().f1
            scores["boundary_f1"] = counts.type_agnostic().f1
            for label, type_counts in sorted(counts.per_type().items()):
                scores[f"precision/{label}"] = type_counts.precision
                scores[f"recall/{label}"] = type_counts.recall
                scores[f"f1/{label}"] = type_counts.f1
        return scores

    def reset(self) -> None:
        """Forget all sentences."""
        self._counts = NerCounts()
        self.num_sentences = 0

    def _over_all_processes(self) -> NerCounts:
        counts_by_process: list[dict | None] = [None] * torch.distributed.get_world_size()
        torch.distributed.all_gather_object(counts_by_process, self._counts.to_dict())
        total = NerCounts()
        for counts in counts_by_process:
            total.merge(NerCounts.from_dict(counts))
        return total
