"""The calls of a fast tokenizer that everything here goes through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # naming a class of transformers loads its code, which a command may not need
    from tokenizers import Encoding, Tokenizer
    from transformers import PreTrainedTokenizerBase


def encode_words(tokenizer: PreTrainedTokenizerBase, words: Sequence[str]) -> Encoding:
    """Cut the words of a sentence into pieces, with the special pieces around them.

    Nothing is truncated, padded or warned about, however long the sentence is.

    Args:
        tokenizer: a fast tokenizer.
        words: the words, in order.

    Returns:
        What the sentence is cut into; `word_ids` says which word a piece comes from.
    """
    # Not a batch of one, which would start the tokenizer's threads, and those do not survive a fork.
    return _unlimited_backend(tokenizer).encode(words, is_pretokenized=True)


def encode_sentences(
    tokenizer: PreTrainedTokenizerBase, sentences: Sequence[Sequence[str]]
) -> Sequence[Encoding]:
    """Cut many sentences at once, in several threads; forking afterwards is safe, but warned about.

    Args:
        tokenizer: a fast tokenizer.
        sentences: the words of each.

    Returns:
        For each sentence what `encode_words` gives.
    """
    if len(sentences) == 1:
        return [encode_words(tokenizer, sentences[0])]
    # `encode_batch_fast` would forget which word a piece comes from.
    return _unlimited_backend(tokenizer).encode_batch(sentences, is_pretokenized=True)


def find_word_prefix(tokenizer: PreTrainedTokenizerBase) -> str:
    """Find what has to stand before each word: a space for tokenizers such as RoBERTa's, else nothing.

    Those take the space for a part of the next word. They are trained on running text, where nearly every word
    follows a space.

    Args:
        tokenizer: a fast tokenizer.

    Returns:
        The prefix.
    """
    bare, spaced = (encode_words(tokenizer, [text]) for text in ("a", " a"))
    return " " if bare.ids != spaced.ids else ""


def _unlimited_backend(tokenizer: PreTrainedTokenizerBase) -> Tokenizer:
    backend = tokenizer.backend_tokenizer
    # A tokenizer file may switch truncation and padding on, and so may other users of the same tokenizer.
    if backend.truncation is not None:
        backend.no_truncation()
    if backend.padding is not None:
        backend.no_padding()
    return backend


def count_special_pieces(tokenizer: PreTrainedTokenizerBase) -> tuple[int, int]:
    """Count the special pieces that a fast tokenizer puts around a text.

    Args:
        tokenizer: a fast tokenizer.

    Returns:
        How many come before the text, and how many after.
    """
    word_ids = encode_words(tokenizer, ["a"]).word_ids
    places_of_text = [place for place, word_index in enumerate(word_ids) if word_index is not None]
    if not places_of_text:
        return len(word_ids), 0
    return places_of_text[0], len(word_ids) - 1 - places_of_text[-1]
