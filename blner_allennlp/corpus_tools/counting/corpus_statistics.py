"""The counts of a whole corpus, split by split."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from blner_allennlp.corpus_tools.counting.oov import Unseen, count_unseen
from blner_allennlp.corpus_tools.counting.statistics import SplitStatistics

TRAIN = "train"


@dataclass(frozen=True)
class CorpusStatistics:
    """The counts of all splits of a corpus, and what only several splits together tell.

    Args:
        splits: the counts of each split, in order.
    """

    splits: Mapping[str, SplitStatistics]

    @cached_property
    def overall(self) -> SplitStatistics:
        """The counts of all splits together."""
        overall = SplitStatistics()
        for statistics in self.splits.values():
            overall.update(statistics)
        return overall

    @cached_property
    def unseen_words(self) -> Mapping[str, Unseen]:
        """For every split but the training set its words that the training set lacks; nothing without one."""
        train = self.splits.get(TRAIN)
        if train is None:
            return {}
        return {
            split: count_unseen(statistics.num_by_word, train.num_by_word)
            for split, statistics in self.splits.items()
            if split != TRAIN
        }

    @cached_property
    def unseen_surfaces(self) -> Mapping[str, Unseen]:
        """The same for mentions, whose words occur as a mention of the training set, of whatever type, or do not."""
        train = self.splits.get(TRAIN)
        if train is None:
            return {}
        return {
            split: count_unseen(statistics.num_by_surface, train.num_by_surface)
            for split, statistics in self.splits.items()
            if split != TRAIN
        }

    def to_json(self) -> dict[str, Any]:
        """The counts as plain JSON values."""
        return {
            "splits": {split: statistics.to_json() for split, statistics in self.splits.items()},
            "overall": self.overall.to_json(),
            "unseen": {
                split: {"words": words.to_json(), "entities": self.unseen_surfaces[split].to_json()}
                for split, words in self.unseen_words.items()
            },
        }
