"""Attributes that depend on the training data, computed by hand."""

from __future__ import annotations

import pytest

from blner_allennlp.attributes import Attribute, Consistency, TrainingAttributes
from blner_allennlp.entities import Entity, Sentence
from blner_allennlp.runs.training_lexicon import TrainingLexicon

# "Bergen" is a place twice, a person once and once no mention; there are five mentions, three of them places.
TRAINING = [
    Sentence(("Rain", "over", "Bergen"), (Entity(2, 3, "PLACE"),)),
    Sentence(("bergen", "is", "wet"), (Entity(0, 1, "PLACE"),)),
    Sentence(("Ms", "Bergen", "left"), (Entity(1, 2, "PERSON"),)),
    Sentence(("no", "Bergen", "today"), ()),
    Sentence(
        ("Port", "of", "Oslo", "and", "port", "of", "call"), (Entity(0, 3, "PLACE"), Entity(6, 7, "WAY"))
    ),
]
LEXICON = TrainingLexicon.from_sentences(TRAINING)


def test_consistency_by_surface_is_the_share_of_the_type_among_mentions_of_the_same_words() -> None:
    attributes = TrainingAttributes(LEXICON)
    assert attributes.label_consistency(["BERGEN"], "PLACE") == 2 / 3
    assert attributes.label_consistency(["Bergen"], "PERSON") == 1 / 3
    assert attributes.label_consistency(["Bergen"], "WAY") == 0
    assert attributes.label_consistency(["port", "OF", "oslo"], "PLACE") == 1
    assert attributes.label_consistency(["Trondheim"], "PLACE") == 0
    # A word of the training data that is no mention there is as unseen as one that is not in it.
    assert attributes.label_consistency(["today"], "PLACE") == 0


def test_literal_consistency_is_the_share_of_the_type_among_all_training_mentions() -> None:
    attributes = TrainingAttributes(LEXICON, Consistency.LITERAL)
    assert attributes.label_consistency(["Bergen"], "PLACE") == 3 / 5
    assert attributes.label_consistency(["never", "seen"], "PLACE") == 3 / 5
    assert attributes.label_consistency(["never", "seen"], "PERSON") == 1 / 5
    assert attributes.label_consistency(["Bergen"], "unknown type") == 0


def test_consistency_over_tokens_also_counts_places_that_are_no_mentions() -> None:
    attributes = TrainingAttributes(LEXICON, Consistency.TOKENS)
    assert attributes.label_consistency(["Bergen"], "PLACE") == 2 / 4
    assert attributes.label_consistency(["Bergen"], "PERSON") == 1 / 4
    assert attributes.label_consistency(["today"], "PLACE") == 0


def test_consistency_over_tokens_needs_the_counts_of_all_places() -> None:
    uncounted = TrainingLexicon(LEXICON.labels_by_surface, LEXICON.word_counts)
    with pytest.raises(ValueError, match="that was not counted; name the training file"):
        TrainingAttributes(uncounted, Consistency.TOKENS)


def test_without_training_mentions_consistency_is_zero() -> None:
    empty = TrainingLexicon({}, {})
    assert TrainingAttributes(empty).label_consistency(["a"], "X") == 0
    assert TrainingAttributes(empty, Consistency.LITERAL).label_consistency(["a"], "X") == 0
    assert TrainingAttributes(empty, Consistency.TOKENS).label_consistency(["a"], "X") == 0


def test_entity_frequency_counts_training_mentions_of_any_type() -> None:
    attributes = TrainingAttributes(LEXICON)
    assert attributes.entity_frequency(["BERGEN"]) == 3
    assert attributes.entity_frequency(["Port", "of", "Oslo"]) == 1
    assert attributes.entity_frequency(["port", "of"]) == 0


def test_token_frequency_is_that_of_the_rarest_word() -> None:
    attributes = TrainingAttributes(LEXICON)
    assert attributes.token_frequency(["bergen"]) == 4
    assert attributes.token_frequency(["Port", "of"]) == 2
    assert attributes.token_frequency(["Port", "of", "Oslo"]) == 1
    assert attributes.token_frequency(["Port", "of", "Narvik"]) == 0


def test_unseen_words_are_told_apart_by_case_and_counted_each_time() -> None:
    attributes = TrainingAttributes(LEXICON)
    assert attributes.num_oov(["bergen", "Bergen", "BERGEN"]) == 1
    assert attributes.num_oov(["snow", "on", "snow", "today"]) == 3
    assert attributes.num_oov([]) == 0


def test_each_attribute_is_described_and_knows_its_lowest_value() -> None:
    assert all(attribute.description for attribute in Attribute)
    assert {attribute: attribute.lowest for attribute in Attribute if attribute.lowest} == {
        "eLen": 1,
        "tLen": 1,
    }
    assert [attribute for attribute in Attribute if not attribute.needs_lexicon] == ["eLen", "tLen", "eDen"]
