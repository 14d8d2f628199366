"""Sentences -> the units that a split must not tear apart."""

from __future__ import annotations

from array import array
from collections import Counter
from hashlib import blake2b

from blner_allennlp.corpus_tools.dividing.stratified_split import SplitUnit
from blner_allennlp.corpus_tools.lint.sentence_index import MIN_DUPLICATE_WORDS
from blner_allennlp.entities import Sentence

_DIGEST_BYTES = 16


class UnitCollector:
    """Gathers units sentence by sentence; of the sentences only counts, hashes and the numbers of their units stay.

    A document is a unit wherever in its file its sentences stand, and a sentence without a document is one of its own.

    Args:
        by_sentence: whether sentences of documents are units of their own, too.
        keeps_duplicates_together: whether documents with the same text, wherever their words and sentences end, are one
            unit, and so single sentences with the same words, of five words or more.
    """

    def __init__(self, *, by_sentence: bool = False, keeps_duplicates_together: bool = True) -> None:
        self._by_sentence = by_sentence
        self._keeps_duplicates_together = keeps_duplicates_together
        self._unit_of_sentence = array("Q")
        self._unit_of_document: dict[tuple[str, str], int] = {}
        self._sizes: list[int] = []
        self._labels: list[Counter[str]] = []
        self._keys: list[bytes] = []  # the same for units that stay together
        # A hash that goes on takes much memory, so only the document of the last sentence has one.
        self._last_document = -1
        self._last_text = blake2b()
        self.needs_text = False
        self.has_documents = False
        self.has_overlaps = False

    def add(self, sentence: Sentence, file_name: str) -> None:
        """Count the next sentence.

        Args:
            sentence: the sentence.
            file_name: names its file, because different files may use the same names for documents.
        """
        unit = self._find_unit(sentence, file_name)
        self._unit_of_sentence.append(unit)
        self._sizes[unit] += 1
        self._labels[unit].update([entity.label for entity in sentence.entities])
        if self._keeps_duplicates_together:
            if not self._by_sentence and sentence.document_id is not None:
                self._add_to_document(sentence, unit)
            elif len(sentence.words) >= MIN_DUPLICATE_WORDS:
                content = "\0".join(sentence.words).encode("utf-8", "surrogatepass")
                self._keys[unit] = blake2b(content, digest_size=_DIGEST_BYTES).digest()
        self.needs_text |= sentence.text is not None
        self.has_documents |= sentence.document_id is not None
        word_end = 0
        for entity in sentence.entities:
            self.has_overlaps |= entity.word_start < word_end
            word_end = max(word_end, entity.word_end)

    def units(self) -> tuple[list[SplitUnit], list[int]]:
        """Close the collection.

        Returns:
            The units, and for each sentence, in order, the index of its unit.
        """
        self._close_document()
        merged: dict[bytes | int, int] = {}
        final_of_unit = []
        sizes: list[int] = []
        labels: list[Counter[str]] = []
        for unit, size in enumerate(self._sizes):
            key = self._keys[unit] if self._keeps_duplicates_together else unit
            final = merged.setdefault(key, len(merged))
            if final == len(sizes):
                sizes.append(0)
                labels.append(Counter())
            sizes[final] += size
            labels[final].update(self._labels[unit])
            final_of_unit.append(final)
        units = [SplitUnit(size, dict(counts)) for size, counts in zip(sizes, labels, strict=True)]
        return units, [final_of_unit[unit] for unit in self._unit_of_sentence]

    def _find_unit(self, sentence: Sentence, file_name: str) -> int:
        new_unit = len(self._sizes)
        unit = new_unit
        if not self._by_sentence and sentence.document_id is not None:
            unit = self._unit_of_document.setdefault((file_name, sentence.document_id), new_unit)
        if unit == new_unit:
            self._sizes.append(0)
            self._labels.append(Counter())
            self._keys.append(new_unit.to_bytes(8))  # like no other until told otherwise
        return unit

    def _add_to_document(self, sentence: Sentence, unit: int) -> None:
        if unit != self._last_document:
            self._close_document()
            # A document that goes on further down has a key already.
            is_new = self._keys[unit] == unit.to_bytes(8)
            self._last_document = unit
            self._last_text = blake2b(b"" if is_new else self._keys[unit], digest_size=_DIGEST_BYTES)
        # Other mentions may part a text otherwise, so its words and sentences must not count.
        text = sentence.text if sentence.text is not None else " ".join(sentence.words)
        self._last_text.update("".join(text.split()).encode("utf-8", "surrogatepass"))

    def _close_document(self) -> None:
        if self._last_document >= 0:
            self._keys[self._last_document] = self._last_text.digest()
            self._last_document = -1
