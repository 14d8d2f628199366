"""Wrong predictions, each with the gold mention that it should have been."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from blner_allennlp.analysis.mention_table import MentionTable
from blner_allennlp.analysis.outcomes import Outcome

NO_GOLD = -1


def find_counterparts(table: MentionTable) -> NDArray[np.int64]:
    """Find the gold mention that each wrong prediction should have been.

    It is the one with the same words, else the one that shares most words; of several one that is not found, then the
    first, the shortest, and the first type in alphabetical order.

    Args:
        table: the mentions.

    Returns:
        For each prediction an index into `table.gold`, or `NO_GOLD` for right and spurious ones; int (P,).
    """
    counterparts = np.full(len(table.predicted), NO_GOLD)
    outcomes = table.predicted_outcomes
    wrong = np.flatnonzero((outcomes == Outcome.TYPE) | (outcomes == Outcome.BOUNDARY))
    if not len(wrong):
        return counterparts
    # Every pair of a wrong prediction and a gold mention of its sentence; gold is in order of sentences.
    sentences = table.predicted.sentence[wrong]
    firsts = np.searchsorted(table.gold.sentence, sentences, side="left")
    nums = np.searchsorted(table.gold.sentence, sentences, side="right") - firsts
    pair_starts = np.cumsum(nums) - nums
    predicted = np.repeat(wrong, nums)
    gold = np.arange(nums.sum()) + np.repeat(firsts - pair_starts, nums)
    starts, ends = table.gold.word_start[gold], table.gold.word_end[gold]
    num_shared = np.minimum(ends, table.predicted.word_end[predicted]) - np.maximum(
        starts, table.predicted.word_start[predicted]
    )
    is_same = (starts == table.predicted.word_start[predicted]) & (
        ends == table.predicted.word_end[predicted]
    )
    is_found = table.gold_outcomes[gold] == Outcome.RIGHT
    labels = table.gold.label[gold]
    # lexsort's last key counts first.
    order = np.lexsort((labels, ends, starts, is_found, -num_shared, ~is_same, predicted))
    counterparts[wrong] = gold[order[pair_starts]]
    return counterparts
