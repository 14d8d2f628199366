"""Which type was taken for which."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from blner_allennlp.analysis.mention_table import MentionTable
from blner_allennlp.analysis.mentions import Mentions
from blner_allennlp.analysis.outcomes import Outcome
from blner_allennlp.analysis.results import Confusion


def confuse(table: MentionTable) -> Confusion:
    """Set gold and predicted types of the same words against each other.

    Where the same words have several types, right ones are paired first, then the others in alphabetical order; so each
    gold mention is in its row once and each prediction in its column once.

    Args:
        table: the mentions.

    Returns:
        The counts.
    """
    size = len(table.labels) + 1
    nothing = size - 1
    counts = np.zeros((size, size), dtype=np.int64)
    is_right = table.predicted_outcomes == Outcome.RIGHT
    right = table.predicted.label[is_right]
    np.add.at(counts, (right, right), 1)

    wrong_gold = np.flatnonzero(table.gold_outcomes != Outcome.RIGHT)
    wrong_predicted = np.flatnonzero(~is_right)
    keys = np.concatenate([_keys(table.gold, wrong_gold), _keys(table.predicted, wrong_predicted)])
    _, ids = np.unique(keys, axis=0, return_inverse=True)
    ids = ids.reshape(-1)
    gold_of, predicted_of = np.full((2, len(keys)), nothing)
    gold_of[ids[: len(wrong_gold)]] = table.gold.label[wrong_gold]
    predicted_of[ids[len(wrong_gold) :]] = table.predicted.label[wrong_predicted]
    np.add.at(counts, (gold_of, predicted_of), 1)
    counts[nothing, nothing] = 0  # ids that are not used
    return Confusion(table.labels, tuple(tuple(row) for row in counts.tolist()))


def _keys(mentions: Mentions, which: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sentence, words, and the how-manieth type of these words it is; int (N, 4)."""
    spans = mentions.rows[which, :3]
    is_first = np.ones(len(spans), dtype=bool)
    is_first[1:] = (np.diff(spans, axis=0) != 0).any(axis=1)
    places = np.arange(len(spans))
    firsts = np.maximum.accumulate(np.where(is_first, places, 0))
    return np.concatenate([spans, (places - firsts)[:, None]], axis=1)
