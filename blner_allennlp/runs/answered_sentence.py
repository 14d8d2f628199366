"""A sentence of a prediction file, and what all of them have in common."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from blner_allennlp.corpora.json_checker import JsonChecker
from blner_allennlp.entities import ScoredEntity, Sentence


class AnsweredSentence(NamedTuple):
    """A sentence with gold, and what was predicted for it."""

    sentence: Sentence
    predicted: tuple[ScoredEntity, ...]


class ScoreCheck:
    """Makes sure that either all predictions of a file have a score or none has."""

    def __init__(self) -> None:
        self._is_scored: bool | None = None
        self._line_number = 0

    @property
    def has_scores(self) -> bool:
        """Whether the predictions have scores; True where there are no predictions at all."""
        return self._is_scored is not False

    def see(self, is_scored: bool, line_number: int) -> bool:
        """Look at one more prediction.

        Args:
            is_scored: whether it has a score.
            line_number: its line.

        Returns:
            Whether it is like those before.
        """
        if self._is_scored is None:
            self._is_scored, self._line_number = is_scored, line_number
        return self._is_scored is is_scored

    def score_of(self, value: object, field: str, checker: JsonChecker) -> float:
        """Read the score of one more prediction.

        Args:
            value: its score; None where it has none.
            field: the score's name, for messages.
            checker: for errors at its place.

        Returns:
            The score; 1 where there is none.

        Raises:
            checker.error: a CorpusError; it is no probability, or other predictions have one and this one has not, or
                the other way round.
        """
        if not self.see(value is not None, checker.line_number):
            here, there = ("no score", "one") if value is None else ("a score", "none")
            raise checker.error(
                f"field {field!r}: got {here}, but the prediction in line {self._line_number} has {there}; give all "
                "predictions of a file a score, or none"
            )
        if value is None:
            return 1.0
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise checker.error(
                f"field {field!r}: expected a probability, a number in [0, 1], got {value!r}; turn the scores into "
                "probabilities, or leave them out"
            )
        return float(value)


def sorted_predictions(predicted: Iterable[ScoredEntity]) -> tuple[ScoredEntity, ...]:
    """Put predictions in an order that does not depend on that of the file.

    Args:
        predicted: the predictions for one sentence.

    Returns:
        The predictions by words and type; of equal ones the one with the highest score.
    """
    best: dict[object, ScoredEntity] = {}
    for found in predicted:
        other = best.get(found.entity)
        if other is None or other.score < found.score:
            best[found.entity] = found
    return tuple(sorted(best.values(), key=lambda found: found.entity))
