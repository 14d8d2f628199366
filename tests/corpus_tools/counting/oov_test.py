"""OOV density, against the list of all words."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from blner_allennlp.corpus_tools.counting.oov import Unseen, count_unseen

word_lists = st.lists(st.sampled_from(["a", "A", "b", "B", "c", "", " "]), max_size=30)


@given(word_lists, word_lists)
def test_every_occurrence_of_a_word_that_is_not_in_training_counts(
    words: list[str], training: list[str]
) -> None:
    unseen = [word for word in words if word not in training]
    counted = count_unseen(Counter(words), Counter(training))
    assert counted == Unseen(len(unseen), len(words))
    assert counted.share == (len(unseen) / len(words) if words else None)


def test_case_counts_and_so_does_each_occurrence() -> None:
    # "rain" is known; "Rain" twice and "hail" once are not.
    counted = count_unseen(Counter(["Rain", "rain", "Rain", "hail"]), Counter(["rain", "snow"]))
    assert counted.to_json() == {"unseen": 3, "all": 4, "share": 0.75}


def test_a_word_that_was_counted_zero_times_in_training_is_not_made_known_by_asking() -> None:
    training = Counter(["rain"])
    count_unseen(Counter(["hail"]), training)
    assert list(training) == ["rain"]
