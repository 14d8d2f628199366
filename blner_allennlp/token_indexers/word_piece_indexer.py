"""Words -> word pieces, a whole sentence at a time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from allennlp.data.token_indexers.token_indexer import IndexedTokenList, TokenIndexer
from allennlp.data.tokenizers import Token
from allennlp.data.vocabulary import Vocabulary
from tokenizers import Encoding

from blner_allennlp.batching import padded_rows
from blner_allennlp.encoders import load_tokenizer
from blner_allennlp.token_indexers.fast_encoding import encode_sentences, encode_words, find_word_prefix
from blner_allennlp.token_indexers.piece_table import PieceTable
from blner_allennlp.token_indexers.word_shapes import WordShape, word_shape

_NO_PIECE = (-1, -1)
_BOOLEAN_KEYS = ("mask", "wordpiece_mask")
# Sentences of up to so many pieces share the arrays that say nothing but their length.
_MAX_SHARED_LENGTH = 512


@TokenIndexer.register("word_pieces")
class WordPieceIndexer(TokenIndexer):
    """Cuts words into the pieces that a pretrained encoder reads, and remembers which pieces are whose.

    Its tensors equal those of AllenNLP's `pretrained_transformer_mismatched` on ordinary text, but the
    tokenizer is called once a sentence instead of once a word. Two differences:

    - A word of which the tokenizer leaves no piece (a zero-width space, a lone variation selector) is read as
      the unknown token, so it has a vector that knows its context. Without an unknown token its offsets are
      (-1, -1).
    - Offsets are padded with -1 instead of 0, so that padding words have no piece.

    Long sentences are never cut here; the embedder reads them in windows. A `ConfigurationError` says what to
    do where the tokenizer cannot be loaded.

    Args:
        model_name: the encoder: a short name (`blner_allennlp.encoders`), a directory or a name on the hub.
        tokenizer_kwargs: more arguments of `AutoTokenizer.from_pretrained`.
        word_shapes: also give the embedder each word's `WordShape`, for encoders that lower-case.
        serialization_dir: the run's directory or the unpacked archive; AllenNLP passes it.
        token_min_padding_length: as in every token indexer of AllenNLP.
    """

    def __init__(
        self,
        model_name: str,
        tokenizer_kwargs: dict[str, Any] | None = None,
        word_shapes: bool = False,
        serialization_dir: str | None = None,
        token_min_padding_length: int = 0,
    ) -> None:
        super().__init__(token_min_padding_length)
        self._model_name = model_name
        self._tokenizer_kwargs = tokenizer_kwargs
        self._word_shapes = word_shapes
        self._tokenizer = load_tokenizer(model_name, tokenizer_kwargs, serialization_dir)
        self._padding_id: int = 0 if self._tokenizer.pad_token_id is None else self._tokenizer.pad_token_id
        self._word_prefix = find_word_prefix(self._tokenizer)
        table = PieceTable(self._tokenizer, self._word_prefix)
        self._table = table if table.is_exact else None
        self._shared_type_ids: dict[int, npt.NDArray[np.int32]] = {}

    def count_vocab_items(self, token: Token, counter: dict[str, dict[str, int]]) -> None:
        """Count nothing: the pieces are the encoder's own and do not belong in AllenNLP's vocabulary.

        Args:
            token: ignored.
            counter: left as it is.
        """

    def tokens_to_indices(self, tokens: list[Token], vocabulary: Vocabulary) -> IndexedTokenList:  # noqa: ARG002
        """Cut one sentence into pieces.

        Args:
            tokens: its words.
            vocabulary: ignored.

        Returns:
            `token_ids`, `type_ids` and `wordpiece_mask`, one entry a piece; `mask` and `offsets` (first and last
            piece, both inclusive), one entry a word; with word shapes `word_shape_ids`, too.
        """
        words = [token.ensure_text() for token in tokens]
        return self._indexed(words, encode_words(self._tokenizer, self._prefixed(words)))

    def sentences_to_indices(self, sentences: Sequence[Sequence[str]]) -> list[IndexedTokenList]:
        """Cut many sentences into pieces at once, past AllenNLP's tokens; each different word is cut once.

        For many new words the tokenizer takes several threads; forking afterwards is safe, but warned about.

        Args:
            sentences: the words of each.

        Returns:
            For each sentence what `tokens_to_indices` gives, but as arrays, which take a fraction of the lists' memory:
            those of a call are parts of common ones, not to be written to.
        """
        if self._table is None:
            encodings: Sequence[Encoding] = encode_sentences(
                self._tokenizer, [self._prefixed(words) for words in sentences]
            )
            return [
                self._indexed(words, encoding) for words, encoding in zip(sentences, encodings, strict=True)
            ]
        indexed_sentences: list[IndexedTokenList] = []
        for words, token_ids, offsets in zip(sentences, *self._table.cut(sentences), strict=True):
            indexed: IndexedTokenList = {
                "token_ids": token_ids,
                "mask": _all_true(len(words)),
                "type_ids": self._type_ids(self._table, len(token_ids)),
                "offsets": offsets,
                "wordpiece_mask": _all_true(len(token_ids)),
            }
            if self._word_shapes:
                indexed["word_shape_ids"] = np.fromiter(map(word_shape, words), np.int32, len(words))
            indexed_sentences.append(indexed)
        return indexed_sentences

    def _type_ids(self, table: PieceTable, num_pieces: int) -> npt.NDArray[np.int32]:
        if num_pieces > _MAX_SHARED_LENGTH:
            return table.type_ids(num_pieces)
        type_ids = self._shared_type_ids.get(num_pieces)
        if type_ids is None:
            type_ids = self._shared_type_ids[num_pieces] = table.type_ids(num_pieces)
            type_ids.flags.writeable = False
        return type_ids

    def _prefixed(self, words: Sequence[str]) -> Sequence[str]:
        return [self._word_prefix + word for word in words] if self._word_prefix else words

    def _indexed(self, words: Sequence[str], encoding: Encoding) -> IndexedTokenList:
        offsets = _word_offsets(encoding, len(words))
        if _NO_PIECE in offsets and self._tokenizer.unk_token is not None:
            # Such words are rare: better to cut their sentence again than to look through all before.
            readable = [
                self._tokenizer.unk_token if offset == _NO_PIECE else self._word_prefix + word
                for word, offset in zip(words, offsets, strict=True)
            ]
            encoding = encode_words(self._tokenizer, readable)
            offsets = _word_offsets(encoding, len(words))
        token_ids = encoding.ids
        indexed: IndexedTokenList = {
            "token_ids": token_ids,
            "mask": [True] * len(words),
            "type_ids": encoding.type_ids,
            "offsets": offsets,
            "wordpiece_mask": [True] * len(token_ids),
        }
        if self._word_shapes:
            indexed["word_shape_ids"] = [int(word_shape(word)) for word in words]
        return indexed

    def get_empty_token_list(self) -> IndexedTokenList:
        """Give what an empty list of words is indexed to, without the encoder's special pieces.

        Returns:
            Empty lists under all keys.
        """
        keys = ["token_ids", "mask", "type_ids", "offsets", "wordpiece_mask"]
        return {key: [] for key in [*keys, *(["word_shape_ids"] if self._word_shapes else [])]}

    def as_padded_tensor_dict(
        self, tokens: IndexedTokenList, padding_lengths: dict[str, int]
    ) -> dict[str, torch.Tensor]:
        """Make tensors of one sentence's lists.

        Args:
            tokens: what `tokens_to_indices` gives.
            padding_lengths: the length of each key's tensor.

        Returns:
            Tensors of the shapes (P), (W) and, for the offsets, (W, 2).
        """
        padding_values = self._padding_values()
        tensors: dict[str, torch.Tensor] = {}
        for key, values in tokens.items():
            length = padding_lengths[key]
            # Like AllenNLP's own indexers, cut what is longer than the padding length.
            kept = values[:length]
            # By way of numpy, which reads lists in half the time that torch takes.
            padded = np.full(
                (length, 2) if key == "offsets" else length,
                padding_values.get(key, 0),
                dtype=bool if key in _BOOLEAN_KEYS else np.int64,
            )
            if len(kept):
                padded[: len(kept)] = kept
            tensors[key] = torch.from_numpy(padded)
        return tensors

    def as_batch(self, sentences: Sequence[IndexedTokenList]) -> dict[str, torch.Tensor]:
        """Make a batch's tensors of many sentences' lists, without a tensor for each list of each.

        Args:
            sentences: what `sentences_to_indices` gives, at least one.

        Returns:
            Tensors of the shapes (B, P), (B, W) and, for the offsets, (B, W, 2), as AllenNLP's batches have them.
        """
        padding_values = self._padding_values()
        tensors: dict[str, torch.Tensor] = {}
        for key in sentences[0]:
            rows = [sentence[key] for sentence in sentences]
            if key in _BOOLEAN_KEYS:
                lengths = np.array([len(row) for row in rows])
                longest = max(lengths.max(), self._token_min_padding_length)
                tensors[key] = torch.from_numpy(np.arange(longest) < lengths[:, None])
            else:
                padded = padded_rows(
                    rows,
                    padding_values.get(key, 0),
                    num_columns=2 if key == "offsets" else None,
                    min_length=self._token_min_padding_length,
                )
                tensors[key] = torch.from_numpy(padded)
        return tensors

    def _padding_values(self) -> dict[str, int]:
        return {
            "token_ids": self._padding_id,
            "offsets": _NO_PIECE[0],
            "word_shape_ids": int(WordShape.PADDING),
        }

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, WordPieceIndexer):
            return NotImplemented
        return self._settings() == other._settings()

    __hash__ = None  # type: ignore[assignment]

    def _settings(self) -> tuple[object, ...]:
        return self._model_name, self._tokenizer_kwargs, self._word_shapes, self._token_min_padding_length


def _word_offsets(encoding: Encoding, num_words: int) -> list[tuple[int, int]]:
    """First and last piece of each word, both inclusive; (-1, -1) for words without a piece."""
    offsets = [_NO_PIECE] * num_words
    current_word: int | None = None
    first_piece = 0
    for piece_index, word_index in enumerate(encoding.word_ids):
        if word_index != current_word:
            if current_word is not None:
                offsets[current_word] = (first_piece, piece_index - 1)
            current_word, first_piece = word_index, piece_index
    if current_word is not None:
        offsets[current_word] = (first_piece, len(encoding) - 1)
    return offsets


def _all_true(length: int) -> npt.NDArray[np.bool_]:
    return _shared_all_true(length) if length <= _MAX_SHARED_LENGTH else np.ones(length, dtype=bool)


@cache
def _shared_all_true(length: int) -> npt.NDArray[np.bool_]:
    all_true = np.ones(length, dtype=bool)
    all_true.flags.writeable = False
    return all_true
