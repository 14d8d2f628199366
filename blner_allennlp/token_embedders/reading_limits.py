"""How many pieces an encoder can read at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allennlp.common.checks import ConfigurationError
from torch import nn

if TYPE_CHECKING:  # naming a class of transformers loads its code, which a command may not need
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

# Tokenizers that know no limit say 10**30 or so.
_LARGEST_SANE_LIMIT = 1_000_000


def max_pieces_at_once(
    transformer: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    max_length: int | None,
    num_special_pieces: int,
) -> int | None:
    """Find the most pieces that an encoder can read at once, special ones included.

    Args:
        transformer: the encoder.
        tokenizer: its tokenizer, asked where the encoder's configuration names no limit.
        max_length: the limit that the configuration asks for, None for the encoder's own.
        num_special_pieces: how many special pieces every text has.

    Returns:
        The limit; None if the encoder has none.

    Raises:
        ConfigurationError: `max_length` is more than the encoder can read, or leaves no room for text.
    """
    own_limit = _own_limit(transformer, tokenizer)
    if max_length is None:
        return own_limit
    if own_limit is not None and max_length > own_limit:
        raise ConfigurationError(
            f"max_length is {max_length}, but the encoder reads at most {own_limit} pieces at once; longer "
            "texts are read in windows anyway, so leave max_length out or lower it"
        )
    if max_length <= num_special_pieces:
        raise ConfigurationError(
            f"max_length is {max_length}, but {num_special_pieces} of these pieces are special; raise it to "
            f"{num_special_pieces + 1} or more"
        )
    return max_length


def _own_limit(transformer: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> int | None:
    num_positions = getattr(transformer.config, "max_position_embeddings", None)
    if num_positions is not None and num_positions > 0:
        return int(num_positions) - _num_unused_positions(transformer)
    if tokenizer.model_max_length <= _LARGEST_SANE_LIMIT:
        return int(tokenizer.model_max_length)
    return None


def _num_unused_positions(transformer: PreTrainedModel) -> int:
    """Positions that no piece can have: RoBERTa and its kin count from the padding position's successor."""
    for name, module in transformer.named_modules():
        if name.endswith("position_embeddings") and isinstance(module, nn.Embedding):
            return 0 if module.padding_idx is None else module.padding_idx + 1
    return 0
