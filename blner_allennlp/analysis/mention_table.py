"""All mentions of one system's output as arrays: where, which type, right or what kind of wrong, attributes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from blner_allennlp.analysis.mentions import Mentions, collect_mentions
from blner_allennlp.analysis.outcomes import judge
from blner_allennlp.analysis.settings import AnalysisSettings
from blner_allennlp.attributes import Attribute, Density, TrainingAttributes
from blner_allennlp.entities import Sentence
from blner_allennlp.runs.system_output import SystemOutput


@dataclass(frozen=True, slots=True, eq=False)
class MentionTable:
    """What all figures are computed from. G gold and P predicted mentions, S sentences.

    Args:
        num_words: the words of each sentence, int (S,).
        labels: all types of either side, in alphabetical order.
        surfaces: all word sequences of mentions of either side, as they are spelled.
        gold: the gold mentions, each once.
        predicted: the predicted mentions, each once.
        gold_outcomes: an `Outcome` for each, int (G,).
        predicted_outcomes: an `Outcome` for each, int (P,).
        gold_surfaces: index into `surfaces` for each, int (G,).
        predicted_surfaces: index into `surfaces` for each, int (P,).
        num_oov: the words of each sentence that the training data do not hold, int (S,); None where they are not known.
        gold_values: by attribute, the value of each gold mention, float (G,).
        predicted_values: by attribute, the value of each prediction, float (P,): those of its own words and type, while
            text length, entity and OOV density are of the gold sentence, so that a prediction that is right has the
            values of the gold mention. Attributes that need the training data are missing where it is not known.
    """

    num_words: NDArray[np.int64]
    labels: tuple[str, ...]
    surfaces: tuple[tuple[str, ...], ...]
    gold: Mentions
    predicted: Mentions
    gold_outcomes: NDArray[np.int64]
    predicted_outcomes: NDArray[np.int64]
    gold_surfaces: NDArray[np.int64]
    predicted_surfaces: NDArray[np.int64]
    num_oov: NDArray[np.int64] | None
    gold_values: Mapping[Attribute, NDArray[np.float64]]
    predicted_values: Mapping[Attribute, NDArray[np.float64]]

    @property
    def num_sentences(self) -> int:
        """Sentences, also those without any mention."""
        return len(self.num_words)


def build_mention_table(output: SystemOutput, settings: AnalysisSettings) -> MentionTable:
    """Look once at every sentence and mention of a system's output.

    Args:
        output: gold and predictions; the order of the predictions does not matter, and of equal ones one counts.
        settings: what the attributes count.

    Returns:
        The table.
    """
    sentences = output.sentences
    gold_entities = [sentence.entities for sentence in sentences]
    predicted_entities = [[scored.entity for scored in answer] for answer in output.predicted]
    labels = tuple(
        sorted(
            {entity.label for entities in gold_entities for entity in entities}
            | {entity.label for entities in predicted_entities for entity in entities}
        )
    )
    gold = collect_mentions(gold_entities, labels)
    scores = (scored.score for answer in output.predicted for scored in answer)
    predicted = collect_mentions(predicted_entities, labels, scores)
    num_words = np.fromiter((len(sentence.words) for sentence in sentences), np.int64, count=len(sentences))
    surface_ids: dict[tuple[str, ...], int] = {}
    gold_surfaces = _surfaces(gold, sentences, surface_ids)
    predicted_surfaces = _surfaces(predicted, sentences, surface_ids)
    gold_outcomes, predicted_outcomes = judge(gold, predicted, num_words)
    values = _Values(output, settings, labels, tuple(surface_ids), num_words, gold)
    return MentionTable(
        num_words=num_words,
        labels=labels,
        surfaces=tuple(surface_ids),
        gold=gold,
        predicted=predicted,
        gold_outcomes=gold_outcomes,
        predicted_outcomes=predicted_outcomes,
        gold_surfaces=gold_surfaces,
        predicted_surfaces=predicted_surfaces,
        num_oov=values.num_oov,
        gold_values=values.of(gold, gold_surfaces),
        predicted_values=values.of(predicted, predicted_surfaces),
    )


def _surfaces(
    mentions: Mentions, sentences: Sequence[Sentence], surface_ids: dict[tuple[str, ...], int]
) -> NDArray[np.int64]:
    spans = zip(
        mentions.sentence.tolist(), mentions.word_start.tolist(), mentions.word_end.tolist(), strict=True
    )
    ids = (
        surface_ids.setdefault(sentences[sentence].words[word_start:word_end], len(surface_ids))
        for sentence, word_start, word_end in spans
    )
    return np.fromiter(ids, dtype=np.int64, count=len(mentions))


class _Values:
    """The attributes: by sentence once, by distinct words once, and then by mention."""

    def __init__(
        self,
        output: SystemOutput,
        settings: AnalysisSettings,
        labels: Sequence[str],
        surfaces: Sequence[tuple[str, ...]],
        num_words: NDArray[np.int64],
        gold: Mentions,
    ) -> None:
        self._labels = labels
        self._surfaces = surfaces
        self._by_sentence: dict[Attribute, NDArray[np.float64]] = {
            Attribute.TEXT_LENGTH: num_words.astype(np.float64),
            Attribute.ENTITY_DENSITY: _density(gold, num_words, settings.density),
        }
        self._by_surface: dict[Attribute, NDArray[np.float64]] = {}
        self._training: TrainingAttributes | None = None
        self.num_oov: NDArray[np.int64] | None = None
        if output.lexicon is None:
            return
        training = TrainingAttributes(output.lexicon, settings.consistency)
        self._training = training
        self.num_oov = _each(training.num_oov, [sentence.words for sentence in output.sentences])
        self._by_sentence[Attribute.OOV_DENSITY] = self.num_oov / np.maximum(num_words, 1)
        self._by_surface[Attribute.ENTITY_FREQUENCY] = _each(training.entity_frequency, surfaces).astype(
            np.float64
        )
        self._by_surface[Attribute.TOKEN_FREQUENCY] = _each(training.token_frequency, surfaces).astype(
            np.float64
        )

    def of(
        self, mentions: Mentions, surface_ids: NDArray[np.int64]
    ) -> Mapping[Attribute, NDArray[np.float64]]:
        values = {Attribute.ENTITY_LENGTH: mentions.num_words.astype(np.float64)}
        values |= {attribute: by[mentions.sentence] for attribute, by in self._by_sentence.items()}
        values |= {attribute: by[surface_ids] for attribute, by in self._by_surface.items()}
        if self._training is not None:
            values[Attribute.LABEL_CONSISTENCY] = self._consistency(self._training, mentions, surface_ids)
        return {attribute: values[attribute] for attribute in Attribute if attribute in values}

    def _consistency(
        self, training: TrainingAttributes, mentions: Mentions, surface_ids: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        num_labels = max(len(self._labels), 1)
        pairs, places = np.unique(surface_ids * num_labels + mentions.label, return_inverse=True)
        by_pair = [
            training.label_consistency(self._surfaces[pair // num_labels], self._labels[pair % num_labels])
            for pair in pairs.tolist()
        ]
        return np.array(by_pair, dtype=np.float64)[places]


def _each(
    function: Callable[[Sequence[str]], int], word_sequences: Sequence[Sequence[str]]
) -> NDArray[np.int64]:
    return np.fromiter(map(function, word_sequences), dtype=np.int64, count=len(word_sequences))


def _density(gold: Mentions, num_words: NDArray[np.int64], density: Density) -> NDArray[np.float64]:
    if density is Density.ENTITIES:
        counts = gold.per_sentence(len(num_words))
    else:
        # All sentences are one line of words; a word is inside where more mentions have started than ended.
        first_words = np.concatenate([[0], np.cumsum(num_words)])
        size = int(first_words[-1]) + 1
        started = np.bincount(gold.word_start + first_words[gold.sentence], minlength=size)
        ended = np.bincount(gold.word_end + first_words[gold.sentence], minlength=size)
        is_inside = np.cumsum(started - ended)[:-1] > 0
        counts = np.bincount(
            np.repeat(np.arange(len(num_words)), num_words)[is_inside], minlength=len(num_words)
        )
    return counts / np.maximum(num_words, 1)
