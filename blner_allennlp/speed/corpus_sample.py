"""The sentences that a measurement is made on, and how much work they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from more_itertools import chunked

from blner_allennlp.corpora import read_corpus
from blner_allennlp.dataset_readers import NerCorpusReader
from blner_allennlp.entities import Sentence
from blner_allennlp.errors import CorpusError
from blner_allennlp.predictors.sentence_indexer import SentenceIndexer

_SENTENCES_AT_ONCE = 1000


@dataclass(frozen=True)
class CorpusSample:
    """The first sentences of a corpus.

    Args:
        path: the file or directory.
        corpus_format: its format.
        options: options of the format's reader.
        sentences: the sentences, in file order.
    """

    path: Path
    corpus_format: str
    options: Mapping[str, Any]
    sentences: tuple[Sentence, ...]

    @classmethod
    def read(
        cls, path: Path, corpus_format: str, options: Mapping[str, Any], max_sentences: int | None
    ) -> CorpusSample:
        """Read a corpus.

        Args:
            path: the file or directory.
            corpus_format: its format.
            options: options of the format's reader.
            max_sentences: how many sentences at most; None for all.

        Returns:
            The sample.

        Raises:
            CorpusError: the corpus cannot be read, or holds no words.
        """
        sentences = tuple(islice(read_corpus(path, corpus_format, **options), max_sentences))
        if not any(sentence.words for sentence in sentences):
            raise CorpusError(
                f"expected sentences with words to measure on, got {len(sentences)} sentences without any; name "
                "another file, or its format",
                path,
            )
        return cls(path, corpus_format, options, sentences)

    def adapted(self, reader: NerCorpusReader, num_sentences: int) -> NerCorpusReader:
        """Have a reader read this corpus.

        Args:
            reader: the archive's reader.
            num_sentences: how many sentences it is to read.

        Returns:
            A reader that does.
        """
        return reader.for_corpus(self.corpus_format, dict(self.options), num_sentences)

    def num_words(self, num_sentences: int) -> int:
        """Count the words of the first sentences.

        Args:
            num_sentences: how many sentences.

        Returns:
            Their words.
        """
        return sum(len(sentence.words) for sentence in self.sentences[:num_sentences])

    @cached_property
    def longest_sentence(self) -> int:
        """The words of the longest sentence."""
        return max(len(sentence.words) for sentence in self.sentences)


@dataclass(frozen=True, slots=True)
class PieceCounts:
    """How an encoder's tokenizer cuts a sample.

    Args:
        num_pieces: all pieces, special ones left out.
        longest_sentence: the most pieces of a sentence, special ones included.
    """

    num_pieces: int
    longest_sentence: int


def count_pieces(sample: CorpusSample, indexer: SentenceIndexer, num_special_pieces: int) -> PieceCounts:
    """Cut all sentences of a sample into pieces and count them.

    Args:
        sample: the sample.
        indexer: how the model cuts them.
        num_special_pieces: how many pieces of each sentence are special.

    Returns:
        The counts.
    """
    num_pieces = longest = 0
    for sentences in chunked(sample.sentences, _SENTENCES_AT_ONCE):
        for lists in indexer([sentence.words for sentence in sentences if sentence.words]):
            length = indexer.size_of(lists).num_pieces
            num_pieces += length - num_special_pieces
            longest = max(longest, length)
    return PieceCounts(num_pieces, longest)
