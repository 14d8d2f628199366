from __future__ import annotations

import pytest

from blner_allennlp.entities import Entity, ScoredEntity, Sentence
from blner_allennlp.runs.system_output import SystemInfo, SystemOutput

SENTENCES = (Sentence(("Rain",)), Sentence(("New", "Oslo")))


def test_a_prediction_past_its_sentence_is_refused_with_the_sentences_number_from_one() -> None:
    past = (ScoredEntity(Entity(1, 3, "Place"), 0.5),)
    with pytest.raises(ValueError, match="Almanac: sentence 2 has 2 words, but a prediction for it is"):
        SystemOutput(SystemInfo("Almanac", "rain", "test"), SENTENCES, ((), past))


def test_each_sentence_needs_its_answer() -> None:
    with pytest.raises(ValueError, match="Almanac: 2 sentences, but predictions for 1"):
        SystemOutput(SystemInfo("Almanac", "rain", "test"), SENTENCES, ((),))
