"""The one call of a fast tokenizer that everything here goes through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # naming a class of transformers loads its code, which a command may not need
    from tokenizers import Encoding
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
    backend = tokenizer.backend_tokenizer
    # A tokenizer file may switch truncation and padding on, and so may other users of the same tokenizer.
    if backend.truncation is not None:
        backend.no_truncation()
    if backend.padding is not None:
        backend.no_padding()
    # Not a batch of one, which would start the tokenizer's threads, and those do not survive a fork.
    return backend.encode(words, is_pretokenized=True)


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
