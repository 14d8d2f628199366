"""Words -> pieces, each different word cut once."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from more_itertools import chunked

from blner_allennlp.token_indexers.fast_encoding import encode_sentences, encode_words

if TYPE_CHECKING:  # naming a class of transformers loads its code, which a command may not need
    from transformers import PreTrainedTokenizerBase

Integers = npt.NDArray[np.int32]

# Different words in one call of the tokenizer: enough for its threads, few enough for what it returns, which is large.
_WORDS_A_CALL = 256
_NO_PIECE = -1
# Of BPE the first, of Unigram the others.
_RANDOM_SETTINGS = ("dropout", "alpha", "nbest_size")


class PieceTable:
    """Knows the pieces of words that it has seen, so that a text's words are looked up instead of cut.

    A fast tokenizer that is given words cuts each of them by itself, whatever stands beside it, and puts the same
    special pieces around every sentence. Texts repeat their words, so most of the work is done after a few thousand
    sentences. What a tokenizer gives at random (BPE with dropout, sampled Unigram) is not for a table: `is_exact`
    tells.

    Args:
        tokenizer: a fast tokenizer.
        word_prefix: what stands before each word.
        max_words: how many different words are kept from call to call; beyond, the table starts anew. 65,536 take
            about 15 MB.
    """

    def __init__(
        self, tokenizer: PreTrainedTokenizerBase, word_prefix: str = "", max_words: int = 65_536
    ) -> None:
        self._tokenizer = tokenizer
        self._word_prefix = word_prefix
        self._max_words = max_words
        self._lock = threading.Lock()
        template = encode_words(tokenizer, [word_prefix + "a"])
        is_text = np.array([word is not None for word in template.word_ids])
        places = np.flatnonzero(is_text)
        num_before = int(places[0]) if len(places) else len(is_text)
        first_after = int(places[-1]) + 1 if len(places) else len(is_text)
        self._before, self._after = template.ids[:num_before], template.ids[first_after:]
        self._types_before, self._types_after = (
            template.type_ids[:num_before],
            template.type_ids[first_after:],
        )
        self._type_of_text: int = template.type_ids[num_before] if len(places) else 0
        self._forget()

    @property
    def is_exact(self) -> bool:
        """Whether looking words up gives what the tokenizer gives for whole sentences."""
        model = self._tokenizer.backend_tokenizer.model
        if any(getattr(model, name, None) for name in _RANDOM_SETTINGS):
            return False
        for words in ([], ["a"], ["Rain", "in", "a-b", "a", "Rain"]):
            encoding = encode_words(self._tokenizer, [self._word_prefix + word for word in words])
            [token_ids], _ = self.cut([words])
            if (
                token_ids.tolist() != encoding.ids
                or self.type_ids(len(token_ids)).tolist() != encoding.type_ids
            ):
                return False
        return True

    def cut(self, sentences: Sequence[Sequence[str]]) -> tuple[list[Integers], list[Integers]]:
        """Cut sentences.

        Args:
            sentences: the words of each.

        Returns:
            For each sentence the ids of its pieces, special ones included, (P); and for each the first and last piece
            of its words, both inclusive, (W, 2), -1 for words without a piece. All are parts of two arrays.
        """
        with self._lock:
            first_of_word, num_of_word = self._look_up(list(chain.from_iterable(sentences)))
            pieces = self._pieces
        num_before, num_after = len(self._before), len(self._after)
        # Words and pieces are counted through all sentences, special pieces aside.
        word_borders = _borders([len(words) for words in sentences])
        piece_borders = _borders(num_of_word)
        text_borders = piece_borders[word_borders]  # (S + 1)
        num_text = np.diff(text_borders)
        sentence_borders = text_borders + (num_before + num_after) * np.arange(len(text_borders))

        token_ids = np.empty(sentence_borders[-1], dtype=np.int32)
        for place, piece in enumerate(self._before):
            token_ids[sentence_borders[:-1] + place] = piece
        for place, piece in enumerate(self._after):
            token_ids[sentence_borders[1:] - num_after + place] = piece
        in_text = np.arange(text_borders[-1])
        shift = np.repeat(sentence_borders[:-1] + num_before - text_borders[:-1], num_text)
        token_ids[in_text + shift] = pieces[
            np.repeat(first_of_word - piece_borders[:-1], num_of_word) + in_text
        ]

        first = piece_borders[:-1] - np.repeat(text_borders[:-1], np.diff(word_borders)) + num_before
        offsets = np.stack([first, first + num_of_word - 1], axis=1).astype(np.int32)  # (W of all, 2)
        offsets[num_of_word == 0] = _NO_PIECE
        return _parts(token_ids, sentence_borders), _parts(offsets, word_borders)

    def type_ids(self, num_pieces: int) -> Integers:
        """Give the type ids of a sentence.

        Args:
            num_pieces: how many pieces it has, special ones included.

        Returns:
            One for each piece, (P).
        """
        type_ids = np.full(num_pieces, self._type_of_text, dtype=np.int32)
        type_ids[: len(self._types_before)] = self._types_before
        type_ids[num_pieces - len(self._types_after) :] = self._types_after
        return type_ids

    def _look_up(self, words: list[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Where each word's pieces begin in the table, and how many they are."""
        different = dict.fromkeys(words)
        new = [word for word in different if word not in self._row_of]
        if len(self._row_of) + len(new) > self._max_words:
            self._forget()
            new = list(different)
        if new:
            self._learn(new)
        rows = np.fromiter(map(self._row_of.__getitem__, words), dtype=np.int64, count=len(words))
        return self._first[rows], self._num_pieces[rows]

    def _learn(self, words: list[str]) -> None:
        groups = list(chunked(words, _WORDS_A_CALL))
        prefixed = [[self._word_prefix + word for word in group] for group in groups]
        encodings = encode_sentences(self._tokenizer, prefixed)
        pieces, num_pieces = [self._pieces], [self._num_pieces]
        for group, encoding in zip(prefixed, encodings, strict=True):
            ids, counts = _pieces_of_words(encoding, len(group))
            if self._tokenizer.unk_token is not None and not counts.all():
                readable = [
                    word if count else self._tokenizer.unk_token
                    for word, count in zip(group, counts, strict=True)
                ]
                ids, counts = _pieces_of_words(encode_words(self._tokenizer, readable), len(group))
            pieces.append(ids)
            num_pieces.append(counts)
        # Last, so that a tokenizer's error leaves the table as it was.
        self._pieces = np.concatenate(pieces)
        self._num_pieces = np.concatenate(num_pieces)
        self._first = _borders(self._num_pieces)[:-1]
        self._row_of.update(zip(words, range(len(self._row_of), len(self._num_pieces)), strict=True))

    def _forget(self) -> None:
        self._row_of: dict[str, int] = {}
        self._pieces: Integers = np.empty(0, dtype=np.int32)
        self._num_pieces: npt.NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._first: npt.NDArray[np.int64] = np.empty(0, dtype=np.int64)

    def __reduce__(self) -> tuple[type[PieceTable], tuple[object, ...]]:
        # A copy, or the table in another process, starts empty.
        return PieceTable, (self._tokenizer, self._word_prefix, self._max_words)


def _pieces_of_words(encoding: Any, num_words: int) -> tuple[Integers, npt.NDArray[np.int64]]:
    """The pieces of all words, special ones left out, and how many each word has."""
    word_of_piece = np.array([-1 if word is None else word for word in encoding.word_ids], dtype=np.int64)
    is_text = word_of_piece >= 0
    ids = np.array(encoding.ids, dtype=np.int32)[is_text]
    return ids, np.bincount(word_of_piece[is_text], minlength=num_words)


def _borders(lengths: Sequence[int] | npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Where things of these lengths begin, one after the other; and where the last one ends."""
    borders = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=borders[1:])
    return borders


def _parts(values: Integers, borders: npt.NDArray[np.int64]) -> list[Integers]:
    return [values[first:end] for first, end in pairwise(borders.tolist())]
