"""Gold tags and predicted tags of a whole file -> sentences with gold and predicted mentions."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from blner_allennlp.entities import Entity, ScoredEntity, Sentence
from blner_allennlp.errors import CorpusError, TagSequenceError
from blner_allennlp.runs.answered_sentence import AnsweredSentence
from blner_allennlp.tag_schemes import (
    OUTSIDE_TAG,
    ChunkBoundaries,
    TagScheme,
    chunk_boundaries,
    detect_scheme,
    split_tag,
)


class TagColumn:
    """The tags of a file's words as numbers: a file has millions of tags, but few different ones.

    Args:
        what: `gold` or `predicted`, for messages.

    Attributes:
        numbers: the number of each tag that occurred.
        tags: the tags of all words, by number.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self.numbers: dict[str, int] = {}
        self.tags = array("q")

    def add(self, tag: str) -> None:
        """Take the tag of one more word.

        Args:
            tag: the tag.
        """
        self.tags.append(self.numbers.setdefault(tag, len(self.numbers)))

    def extend(self, tags: Sequence[str]) -> None:
        """Take the tags of one more sentence.

        Args:
            tags: its tags.
        """
        for tag in set(tags).difference(self.numbers):
            self.numbers[tag] = len(self.numbers)
        self.tags.extend(map(self.numbers.__getitem__, tags))

    def entities(
        self, scheme: TagScheme | None, borders: NDArray[np.int64], line_numbers: Sequence[int], path: Path
    ) -> list[list[Entity]]:
        """Read off the mentions that the tags spell, as conlleval does.

        Args:
            scheme: how the tags are spelt; None to find out.
            borders: the first word of each sentence, and after the last one the number of words, long (N + 1,).
            line_numbers: the line of each sentence, for messages.
            path: the file, for messages.

        Returns:
            The mentions of each of the N sentences.

        Raises:
            CorpusError: no scheme explains the tags, or the given one does not.
        """
        names = list(self.numbers)
        tags = np.array(self.tags, dtype=np.int64)
        boundaries = _boundaries(names, scheme)
        if boundaries is None:
            # Tags are numbered in the order in which they occur.
            number = next(
                number for number in range(len(names)) if _boundaries(names[: number + 1], scheme) is None
            )
            sentence = int(np.searchsorted(borders, np.argmax(tags == number), side="right")) - 1
            expected = (
                f"a tag of the scheme {scheme.value}"
                if scheme is not None
                else f"tags of one scheme ({', '.join(known.value for known in TagScheme)}), but none has this one "
                "together with those before it"
            )
            raise CorpusError(
                f"unknown {self._what} tag {names[number]!r} in the sentence that starts here: expected {expected}; "
                "correct the tag",
                path,
                line_numbers[sentence],
            )
        return _cut(tags, names, np.array(boundaries.starts), np.array(boundaries.ends), borders)


def _boundaries(names: Sequence[str], scheme: TagScheme | None) -> ChunkBoundaries | None:
    """Where entities start and end between tags; None if no scheme explains these."""
    try:
        # Only letters matter here: what tells IOB1 from BIO makes no difference to this reading.
        return chunk_boundaries(names, detect_scheme([names]) if scheme is None else scheme)
    except TagSequenceError:
        return None


def _cut(
    tags: NDArray[np.int64],
    names: Sequence[str],
    starts: NDArray[np.bool_],
    ends: NDArray[np.bool_],
    borders: NDArray[np.int64],
) -> list[list[Entity]]:
    """Walk over all words at once; `starts` (T + 1, T) and `ends` (T, T + 1) are those of `chunk_boundaries`."""
    entities: list[list[Entity]] = [[] for _ in borders[1:]]
    if not len(tags):
        return entities
    nothing = len(names)
    before = np.concatenate(([nothing], tags[:-1]))
    after = np.concatenate((tags[1:], [nothing]))
    filled = borders[:-1] < borders[1:]
    before[borders[:-1][filled]] = nothing
    after[borders[1:][filled] - 1] = nothing
    word_starts = np.flatnonzero(starts[before, tags])
    last_words = np.flatnonzero(ends[tags, after])
    sentences = np.searchsorted(borders, word_starts, side="right") - 1
    first_words = borders[sentences]
    types = [split_tag(name)[1] if name != OUTSIDE_TAG else "" for name in names]
    for sentence, start, end, tag in zip(
        sentences.tolist(),
        (word_starts - first_words).tolist(),
        (last_words - first_words + 1).tolist(),
        tags[word_starts].tolist(),
        strict=True,
    ):
        entities[sentence].append(Entity(start, end, types[tag]))
    return entities


class TaggedFile:
    """Collects the sentences of a file whose words have a gold and a predicted tag.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.gold = TagColumn("gold")
        self.predicted = TagColumn("predicted")
        self._words: list[tuple[str, ...]] = []
        self._document_ids: list[str | None] = []
        self._line_numbers: list[int] = []

    def end_sentence(self, words: tuple[str, ...], document_id: str | None, line_number: int) -> None:
        """Take the words whose tags were taken last as a sentence.

        Args:
            words: the words.
            document_id: their document.
            line_number: their line.
        """
        self._words.append(words)
        self._document_ids.append(document_id)
        self._line_numbers.append(line_number)

    def answered(self, scheme: TagScheme | None) -> Iterator[AnsweredSentence]:
        """Read off all mentions. Gold and predictions may be spelt in different schemes.

        Args:
            scheme: how all tags are spelt; None to find out.

        Yields:
            The sentences; a CorpusError if no scheme explains the tags. The predictions' scores are 1.
        """
        borders = np.cumsum([0, *map(len, self._words)], dtype=np.int64)
        gold, predicted = (
            column.entities(scheme, borders, self._line_numbers, self._path)
            for column in (self.gold, self.predicted)
        )
        for index, words in enumerate(self._words):
            sentence = Sentence(
                words,
                tuple(gold[index]),
                document_id=self._document_ids[index],
                line_number=self._line_numbers[index],
                path=self._path,
            )
            yield AnsweredSentence(
                sentence, tuple([ScoredEntity(entity, 1.0) for entity in predicted[index]])
            )
