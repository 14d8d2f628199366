"""Which sentences of a corpus were seen before; hashes instead of sentences."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from blner_allennlp.entities import Sentence

MIN_DUPLICATE_WORDS = 5
"""Shorter sentences, such as headings, recur without being copies of each other."""


class Occurrence(NamedTuple):
    """Where a sentence stands.

    Args:
        split: the split.
        path: the corpus file.
        line_number: its line, where the file has lines.
        document_id: its document, where there is one.
        gold: digest of its mentions.
    """

    split: str
    path: Path | None
    line_number: int | None
    document_id: str | None
    gold: bytes


class SentenceIndex:
    """Remembers the first occurrence of each sentence in each split; some 300 bytes each."""

    def __init__(self) -> None:
        self._occurrences: dict[bytes, tuple[Occurrence, ...]] = {}

    def add(self, sentence: Sentence, split: str) -> tuple[tuple[Occurrence, ...], Occurrence]:
        """Look a sentence up and remember it.

        Args:
            sentence: words and mentions.
            split: where it belongs.

        Returns:
            The first occurrences of the same words before, at most one a split, and this occurrence.
        """
        words = _digest("\0".join(sentence.words))
        gold = _digest(repr(sorted(sentence.entities)) if sentence.entities else "")
        here = Occurrence(split, sentence.path, sentence.line_number, sentence.document_id, gold)
        earlier = self._occurrences.get(words, ())
        if all(occurrence.split != split for occurrence in earlier):
            self._occurrences[words] = (*earlier, here)
        return earlier, here


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).digest()
