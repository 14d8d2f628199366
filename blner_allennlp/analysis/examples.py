"""The errors that are made most often, and those that the system is surest of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from blner_allennlp.analysis.mention_table import MentionTable
from blner_allennlp.analysis.outcomes import Outcome
from blner_allennlp.analysis.results import ErrorExample
from blner_allennlp.analysis.wrong_pairs import NO_GOLD, find_counterparts

KINDS = ("type", "boundary", "spurious", "missing")
_MAX_SENTENCES = 10
_NOTHING = -1


class ErrorExamples:
    """The errors of a system's output, the same ones put together: kind, words and types are equal.

    Args:
        table: the mentions.
        has_scores: whether the predictions' scores mean anything.
    """

    def __init__(self, table: MentionTable, has_scores: bool) -> None:
        self._table = table
        self._has_scores = has_scores
        wrong = np.flatnonzero(table.predicted_outcomes != Outcome.RIGHT)
        missing = np.flatnonzero(table.gold_outcomes == Outcome.ALONE)
        counterparts = find_counterparts(table)[wrong]
        has_gold = counterparts != NO_GOLD
        gold_words = np.full(len(wrong), _NOTHING)
        gold_types = np.full(len(wrong), _NOTHING)
        gold_words[has_gold] = table.gold_surfaces[counterparts[has_gold]]
        gold_types[has_gold] = table.gold.label[counterparts[has_gold]]
        # Outcome and KINDS have the same order, one apart.
        kinds = table.predicted_outcomes[wrong] - 1
        predictions = [
            kinds,
            table.predicted_surfaces[wrong],
            table.predicted.label[wrong],
            gold_words,
            gold_types,
        ]
        missing_words = table.gold_surfaces[missing]
        nothing = np.full(len(missing), _NOTHING)
        oversights = [
            nothing + 1 + KINDS.index("missing"),
            missing_words,
            nothing,
            missing_words,
            table.gold.label[missing],
        ]
        rows = np.concatenate([np.stack(predictions, axis=1), np.stack(oversights, axis=1)])
        self._rows, groups, self._nums = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
        self._groups = groups.reshape(-1)
        self._sentences = np.concatenate([table.predicted.sentence[wrong], table.gold.sentence[missing]])
        self._scores = np.concatenate([table.predicted.score[wrong], np.full(len(missing), -np.inf)])
        self._best_scores = np.full(len(self._rows), -np.inf)
        np.maximum.at(self._best_scores, self._groups, self._scores)

    def most_frequent(self, num_examples: int) -> tuple[ErrorExample, ...]:
        """The errors that are made most often, first; then by kind, words and types.

        Args:
            num_examples: how many at most.

        Returns:
            The errors, with the first sentences that have them.
        """
        best = self._best(self._nums, num_examples, lambda group: -self._nums[group])
        return tuple(self._example(group, by_score=False) for group in best)

    def most_confident(self, num_examples: int) -> tuple[ErrorExample, ...]:
        """The wrong predictions with the highest scores, first; then by frequency, kind, words and types.

        Args:
            num_examples: how many at most.

        Returns:
            The errors, with the sentences in which they have the highest scores; none without scores.
        """
        if not self._has_scores:
            return ()
        best = self._best(
            self._best_scores, num_examples, lambda group: (-self._best_scores[group], -self._nums[group])
        )
        return tuple(
            self._example(group, by_score=True) for group in best if self._best_scores[group] > -np.inf
        )

    def _best(self, values: NDArray[Any], num_examples: int, sort_key: Callable[[int], Any]) -> list[int]:
        if not len(values) or not num_examples:
            return []
        num_examples = min(num_examples, len(values))
        # Only those that may be among the best are spelled out and sorted.
        lowest = np.partition(values, len(values) - num_examples)[len(values) - num_examples]
        candidates = np.flatnonzero(values >= lowest).tolist()
        return sorted(candidates, key=lambda group: (sort_key(group), self._spelled(group)))[:num_examples]

    def _spelled(self, group: int) -> tuple[int, str, str, str, str]:
        kind, words, label, gold_words, gold_label = self._rows[group].tolist()
        return (
            kind,
            self._text(words) or "",
            self._type(label) or "",
            self._text(gold_words) or "",
            self._type(gold_label) or "",
        )

    def _text(self, surface: int) -> str | None:
        return None if surface == _NOTHING else " ".join(self._table.surfaces[surface])

    def _type(self, label: int) -> str | None:
        return None if label == _NOTHING else self._table.labels[label]

    def _example(self, group: int, by_score: bool) -> ErrorExample:
        kind, words, label, gold_words, gold_label = self._rows[group].tolist()
        members = np.flatnonzero(self._groups == group)
        sentences = self._sentences[members]
        order = np.lexsort((sentences, -self._scores[members])) if by_score else np.argsort(sentences)
        distinct = list(dict.fromkeys(sentences[order].tolist()))
        score = float(self._best_scores[group])
        return ErrorExample(
            kind=KINDS[kind],
            text=self._text(words) or "",
            predicted_type=self._type(label),
            gold_text=self._text(gold_words),
            gold_type=self._type(gold_label),
            count=int(self._nums[group]),
            score=score if self._has_scores and score > -np.inf else None,
            sentence_indices=tuple(distinct[:_MAX_SENTENCES]),
        )
