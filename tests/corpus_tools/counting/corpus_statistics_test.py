"""What several splits together tell."""

from __future__ import annotations

from blner_allennlp.corpus_tools.counting.corpus_statistics import CorpusStatistics
from blner_allennlp.corpus_tools.counting.oov import Unseen
from blner_allennlp.corpus_tools.counting.pieces import EncoderLimits, PieceStatistics, SentencePieces
from blner_allennlp.corpus_tools.counting.statistics import SplitStatistics
from blner_allennlp.entities import Entity, Sentence


def split(*words_and_names: tuple[str, int]) -> SplitStatistics:
    """A split of sentences of which the first so many words are a name."""
    statistics = SplitStatistics()
    for text, num_name_words in words_and_names:
        entities = (Entity(0, num_name_words, "name"),) if num_name_words else ()
        sentence = Sentence(tuple(text.split()), entities)
        statistics.add(sentence, sentence)
    return statistics


TEST = split(("Ada Quill swam", 2), ("ada swam", 1), ("Ada sank", 1))
TRAIN = split(("Ada Lorne swam", 2), ("Ada ran", 1))


def test_the_order_of_the_splits_does_not_matter_for_what_training_lacks() -> None:
    # Of 7 words `Quill`, `ada` and `sank` are unseen; of 3 names `Ada Quill` and `ada`.
    for splits in ({"train": TRAIN, "test": TEST}, {"test": TEST, "train": TRAIN}):
        statistics = CorpusStatistics(splits)
        assert statistics.unseen_words == {"test": Unseen(3, 7)}
        assert statistics.unseen_surfaces == {"test": Unseen(2, 3)}


def test_without_a_training_set_nothing_is_unseen() -> None:
    statistics = CorpusStatistics({"dev": TEST, "test": TEST})
    assert statistics.unseen_words == {}
    assert statistics.unseen_surfaces == {}
    assert statistics.to_json()["unseen"] == {}


def test_all_splits_together_are_their_sum() -> None:
    overall = CorpusStatistics({"train": TRAIN, "test": TEST}).to_json()["overall"]
    assert (overall["sentences"], overall["words"], overall["flat"]["entities"]) == (5, 12, 5)
    assert overall["distinct_words"] == 7  # Ada Lorne swam ran Quill ada sank
    assert "pieces" not in overall


def test_pieces_of_all_splits_are_added_up_and_the_splits_stay_as_they_are() -> None:
    splits = {"train": split(("Ada ran", 1)), "test": split(("Ada", 1))}
    limits = EncoderLimits("one piece a word", 3, 2)
    for statistics, words in zip(splits.values(), (["Ada", "ran"], ["Ada"]), strict=True):
        statistics.pieces = PieceStatistics(limits)
        statistics.pieces.add(
            [words], lambda sentences: [SentencePieces(len(sentence)) for sentence in sentences]
        )
    report = CorpusStatistics(splits).to_json()
    assert report["overall"]["pieces"]["pieces"] == 3
    assert report["overall"]["pieces"]["sentences_beyond_limit"] == 1
    assert [counts["pieces"]["pieces"] for counts in report["splits"].values()] == [2, 1]
