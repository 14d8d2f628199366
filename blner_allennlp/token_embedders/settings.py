"""What the words in an embedder's configuration stand for."""

from __future__ import annotations

import torch
from allennlp.common.checks import ConfigurationError

from blner_allennlp.nn.word_pooling import PoolingMode

_POOLING_MODES: dict[str, PoolingMode] = {"max": "max", "mean": "mean", "avg": "mean", "first": "first"}
_AUTOCAST_TYPES = {"bf16": torch.bfloat16, "fp16": torch.float16}


def pooling_mode(sub_token_mode: str) -> PoolingMode:
    """Find how a word's vector is made of its pieces'.

    Args:
        sub_token_mode: our name for it, or AllenNLP's.

    Returns:
        The mode.

    Raises:
        ConfigurationError: there is no such mode.
    """
    if sub_token_mode not in _POOLING_MODES:
        raise ConfigurationError(
            f"sub_token_mode is {sub_token_mode!r}, but must be one of {', '.join(_POOLING_MODES)}"
        )
    return _POOLING_MODES[sub_token_mode]


def autocast_type(autocast: str | None) -> torch.dtype | None:
    """Find the precision that an encoder is to run in.

    Args:
        autocast: its short name; None for float32.

    Returns:
        The type of numbers; None for no autocast.

    Raises:
        ConfigurationError: there is no such precision.
    """
    if autocast is None:
        return None
    if autocast not in _AUTOCAST_TYPES:
        raise ConfigurationError(f"autocast is {autocast!r}, but must be 'bf16', 'fp16' or null")
    return _AUTOCAST_TYPES[autocast]


def check_word_shapes(embeds_them: bool, are_given: bool) -> None:
    """See that embedder and indexer agree on word shapes.

    Args:
        embeds_them: whether the embedder has a vector for each.
        are_given: whether the indexer has given them.

    Raises:
        ConfigurationError: one without the other.
    """
    if are_given and not embeds_them:
        raise ConfigurationError(
            "the token indexer gives word shapes, but word_shape_dim is 0, so that nothing reads them; set it above 0, "
            "or `word_shapes: false` in the indexer"
        )
    if embeds_them and not are_given:
        raise ConfigurationError(
            "word_shape_dim is set, but the token indexer gives no word shapes; set `word_shapes: true` there"
        )
