"""One side of a corpus, gold or predicted, as arrays: a row a mention."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from blner_allennlp.entities import Entity


@dataclass(frozen=True, slots=True, eq=False)
class Mentions:
    """Mentions of a corpus, each once, in order of sentence, first word, word after the last one, and type.

    Args:
        sentence: index of the sentence, int (M,).
        word_start: first word in it, int (M,).
        word_end: word after the last one, int (M,).
        label: index of the type, int (M,).
        score: the score, of equal predictions the highest one; 1 for gold; float (M,).
    """

    sentence: NDArray[np.int64]
    word_start: NDArray[np.int64]
    word_end: NDArray[np.int64]
    label: NDArray[np.int64]
    score: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.sentence)

    @property
    def num_words(self) -> NDArray[np.int64]:
        """Width of each mention in words, int (M,)."""
        return self.word_end - self.word_start

    @property
    def rows(self) -> NDArray[np.int64]:
        """Sentence, first word, word after the last one and type, as `scoring.match_rows` takes them; int (M, 4)."""
        return np.stack([self.sentence, self.word_start, self.word_end, self.label], axis=1)

    def per_sentence(self, num_sentences: int, which: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
        """Count the mentions of each sentence.

        Args:
            num_sentences: how many sentences there are, S.
            which: the mentions that count, bool (M,); None for all.

        Returns:
            Counts, int (S,).
        """
        sentences = self.sentence if which is None else self.sentence[which]
        return np.bincount(sentences, minlength=num_sentences)


def collect_mentions(
    entities: Sequence[Sequence[Entity]], labels: Sequence[str], scores: Iterable[float] | None = None
) -> Mentions:
    """Turn the mentions of all sentences into arrays.

    Args:
        entities: each sentence's mentions, in any order.
        labels: all types; a type's index is its place here.
        scores: the score of each mention, one sentence after the other; None for 1.

    Returns:
        The mentions without duplicates.
    """
    label_ids = {label: index for index, label in enumerate(labels)}
    nums = np.fromiter(map(len, entities), dtype=np.int64, count=len(entities))
    total = int(nums.sum())
    flat = list(chain.from_iterable(entities))
    columns = (
        np.repeat(np.arange(len(entities)), nums),
        np.fromiter((entity.word_start for entity in flat), dtype=np.int64, count=total),
        np.fromiter((entity.word_end for entity in flat), dtype=np.int64, count=total),
        np.fromiter((label_ids[entity.label] for entity in flat), dtype=np.int64, count=total),
    )
    score = np.ones(total) if scores is None else np.fromiter(scores, dtype=np.float64, count=total)
    # lexsort's last key counts first.
    order = np.lexsort((-score, *columns[::-1]))
    sentence, word_start, word_end, label = (column[order] for column in columns)
    is_first = np.ones(total, dtype=bool)
    is_first[1:] = (
        (np.diff(sentence) != 0)
        | (np.diff(word_start) != 0)
        | (np.diff(word_end) != 0)
        | (np.diff(label) != 0)
    )
    return Mentions(
        sentence[is_first], word_start[is_first], word_end[is_first], label[is_first], score[order][is_first]
    )
