"""Right or what kind of wrong, mention by mention (paper, section 4.3.2)."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from blner_allennlp.analysis.mentions import Mentions
from blner_allennlp.scoring import match_rows


class Outcome(IntEnum):
    """What became of a gold mention, or what a prediction is worth; exactly one of these."""

    RIGHT = 0
    """The other side has the same words with the same type: a true positive."""
    TYPE = 1
    """The other side has the same words, but with other types only."""
    BOUNDARY = 2
    """The other side has no mention of the same words, but one that shares a word."""
    ALONE = 3
    """The other side has nothing there: a missing gold mention, or a spurious prediction."""


def judge(
    gold: Mentions, predicted: Mentions, num_words: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Judge all mentions of a corpus. A prediction is at most one error, whatever it shares words with.

    Args:
        gold: all gold mentions; they may share words.
        predicted: all predicted mentions; they may share words.
        num_words: the words of each sentence, int (S,).

    Returns:
        Outcomes of the gold mentions, int (G,), and of the predictions, int (P,).
    """
    first_words = np.concatenate([[0], np.cumsum(num_words)])
    found, right = match_rows(gold.rows, predicted.rows)
    found_words, right_words = match_rows(gold.rows[:, :3], predicted.rows[:, :3])
    touched = _share_words(gold, predicted, first_words)
    touching = _share_words(predicted, gold, first_words)
    return _decide(found, found_words, touched), _decide(right, right_words, touching)


def _decide(
    same: NDArray[np.bool_], same_words: NDArray[np.bool_], shares_words: NDArray[np.bool_]
) -> NDArray[np.int64]:
    outcomes = np.select(
        [same, same_words, shares_words], [Outcome.RIGHT, Outcome.TYPE, Outcome.BOUNDARY], Outcome.ALONE
    )
    return outcomes.astype(np.int64)


def _share_words(mentions: Mentions, others: Mentions, first_words: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each mention shares a word with any of the others, nested or not.

    All sentences are one line of words here. Of the others that start before a mention ends, does any end after it
    starts? Those are the first ones in order of their starts, so the highest end among them is a running maximum.
    """
    if not len(others):
        return np.zeros(len(mentions), dtype=bool)
    other_starts = others.word_start + first_words[others.sentence]  # rising: others are in order
    highest_ends = np.maximum.accumulate(others.word_end + first_words[others.sentence])
    starts = mentions.word_start + first_words[mentions.sentence]
    ends = mentions.word_end + first_words[mentions.sentence]
    num_before_end = np.searchsorted(other_starts, ends, side="left")
    return (num_before_end > 0) & (highest_ends[num_before_end - 1] > starts)
