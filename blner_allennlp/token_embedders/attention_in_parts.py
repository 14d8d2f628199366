"""Attention with dropout on the CPU, a few sentences at a time."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

if TYPE_CHECKING:  # naming a class of transformers loads its code, which a command may not need
    from transformers import PreTrainedModel

_NAME = "sdpa_in_parts"
_STOCK_NAME = "sdpa"

# 8 MB a matrix. Smaller parts save no more memory that counts, and their overhead begins to show.
_MAX_SCORES_AT_ONCE = 2**21


def compute_attention_in_parts(transformer: PreTrainedModel) -> None:
    """Let an encoder that takes torch's attention take it in parts, where that saves memory.

    On the CPU torch has no attention kernel that knows dropout: in training, every layer makes three matrices of
    (B, heads, P, P) and keeps them for the backward pass, for long sentences most of all memory. Here such a batch goes
    through a few sentences at a time, and what dropout has touched is computed anew in the backward pass, with the same
    random numbers. The results are the same, and sooner there, since small matrices stay in the processor's cache
    (docs/performance.md has figures). Without dropout, without gradients and on a GPU, where kernels know dropout,
    nothing changes.

    Args:
        transformer: the encoder, changed in place; one that takes another attention, or whose class knows only
            its own (those of transformers 4), is left alone.
    """
    takes_stock = getattr(transformer.config, "_attn_implementation", None) == _STOCK_NAME
    # Asked here because transformers warns where the answer is no.
    if takes_stock and transformer._can_set_attn_implementation():
        _register()
        transformer.set_attn_implementation(_NAME)


@cache
def _register() -> None:
    """Tell transformers about this attention, once."""
    from transformers import AttentionInterface
    from transformers.masking_utils import ALL_MASK_ATTENTION_FUNCTIONS, AttentionMaskInterface

    AttentionInterface.register(_NAME, _attention_in_parts)
    AttentionMaskInterface.register(_NAME, ALL_MASK_ATTENTION_FUNCTIONS[_STOCK_NAME])


def _attention_in_parts(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    dropout: float = 0.0,
    **settings: Any,
) -> tuple[Tensor, None]:
    """Attention as transformers calls it: all of (B, heads, P, D), the mask broadcast to (B, heads, P, P).

    Args:
        module: the layer.
        query: of every head.
        key: of every head.
        value: of every head.
        attention_mask: what may be seen, or what is added to the scores; None for everything.
        dropout: share of the attention that is dropped.
        **settings: more that the stock attention takes.

    Returns:
        What every piece has seen, (B, P, heads, D), and no attention weights.
    """
    from transformers.integrations.sdpa_attention import sdpa_attention_forward

    attend = partial(sdpa_attention_forward, module, dropout=dropout, **settings)
    num_sentences, num_heads, num_pieces, _ = query.shape
    kernel_knows_dropout = query.device.type != "cpu"
    if kernel_knows_dropout or dropout == 0 or not torch.is_grad_enabled() or torch.compiler.is_compiling():
        return attend(query, key, value, attention_mask)
    part_size = max(1, _MAX_SCORES_AT_ONCE // (num_heads * num_pieces * key.shape[2]))
    # Biases of positions may be one for all sentences or one for each.
    if part_size >= num_sentences or settings.get("position_bias") is not None:
        return attend(query, key, value, attention_mask)

    def attend_again(*part: Tensor | None) -> Tensor:
        return attend(*part)[0]

    masks = (
        [attention_mask] * -(-num_sentences // part_size)
        if attention_mask is None or len(attention_mask) == 1
        else attention_mask.split(part_size)
    )
    parts = zip(query.split(part_size), key.split(part_size), value.split(part_size), masks, strict=True)
    seen = [checkpoint(attend_again, *part, use_reentrant=False) for part in parts]
    return torch.cat(seen), None
