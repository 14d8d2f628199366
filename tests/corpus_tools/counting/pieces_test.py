"""Counts over pieces, with a tokenizer that cuts words into letters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from blner_allennlp.corpus_tools.counting.pieces import EncoderLimits, PieceStatistics, SentencePieces


def letters(sentences: Sequence[Sequence[str]]) -> Iterator[SentencePieces]:
    """A piece a letter; dots leave nothing, and one piece stands for each."""
    for words in sentences:
        unreadable = tuple(index for index, word in enumerate(words) if word == ".")
        yield SentencePieces(sum(map(len, words)), unreadable)


def count(limit: int | None, *sentences: Sequence[str]) -> PieceStatistics:
    statistics = PieceStatistics(EncoderLimits("letters", limit, 2))
    statistics.add(sentences, letters)
    return statistics


def test_pieces_words_and_unreadable_words_are_counted() -> None:
    statistics = count(None, ["ab", "c", "."], ["def", "."], [])
    assert statistics.to_json() == {
        "encoder": "letters",
        "max_pieces": None,
        "special_pieces": 2,
        "pieces": 8,
        "pieces_per_word": 8 / 5,
        "pieces_per_sentence": {"mean": 8 / 3, "p50": 4, "p90": 4, "p95": 4, "p99": 4, "max": 4},
        "words_without_pieces": 2,
        "sentences_beyond_limit": 0,
    }
    assert statistics.unreadable_words == {".": 2}


@pytest.mark.parametrize(("limit", "num_beyond"), [(7, 0), (6, 1), (5, 1), (4, 2), (None, 0)])
def test_the_special_pieces_need_room_within_the_limit(limit: int | None, num_beyond: int) -> None:
    # 5 and 3 pieces, with the special ones 7 and 5.
    assert count(limit, ["abcde"], ["fgh"]).num_beyond_limit == num_beyond


def test_without_words_there_is_no_mean() -> None:
    assert count(512).pieces_per_word is None


def test_two_splits_together_are_counted_as_one() -> None:
    together = count(6, ["abcde", "."], ["f"])
    first = count(6, ["abcde", "."])
    first.update(count(6, ["f"]))
    assert first == together


def test_a_tokenizer_that_forgets_a_sentence_is_noticed() -> None:
    statistics = PieceStatistics(EncoderLimits("forgetful", None, 0))
    with pytest.raises(ValueError, match="shorter"):
        statistics.add([["a"], ["b"]], lambda sentences: [SentencePieces(1)])
