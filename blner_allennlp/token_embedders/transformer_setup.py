"""What a pretrained encoder needs before it is trained, and what it reads."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch
from allennlp.common import cached_transformers

from blner_allennlp.token_embedders.attention_in_parts import compute_attention_in_parts

if TYPE_CHECKING:  # naming a class of transformers loads its code, which a command may not need
    from transformers import PreTrainedModel

# With a weight, for each piece. Measured with two threads: MiniLM's 10.6 million are worth them, an encoder of 32
# dimensions is not. A batch of 500 pieces is then busy for longer than all threads take for Python.
_PRODUCTS_PER_THREAD = 1_200_000


@contextmanager
def encoders_loaded_anew() -> Iterator[None]:
    """Keep AllenNLP's cache of encoders out of this context.

    It tells encoders apart by their names alone: one that was loaded before, for whatever purpose, would be taken
    instead of one with other `transformer_kwargs`, which nobody would notice. And it trains a copy and keeps the
    original for the next model of that name: twice the memory.
    """
    cache = cached_transformers._model_cache
    cached_before = dict(cache)
    cache.clear()
    try:
        yield
    finally:
        cache.clear()
        cache.update(cached_before)


def set_up_transformer(
    transformer: PreTrainedModel, keep_precision: bool, gradient_checkpointing: bool | None
) -> None:
    """Make a loaded encoder ready to give, and learn, vectors of pieces.

    Its pooler, a layer over [CLS] that no vector of a piece depends on, is removed where the architecture can
    do without: it would never get a gradient, which distributed training takes for an error. Its attention is
    one that needs less memory for training on the CPU.

    Args:
        transformer: the encoder, changed in place.
        keep_precision: leave the parameters in the precision of their file instead of float32.
        gradient_checkpointing: switch it on or off; None leaves it as the encoder's configuration says.
    """
    if not keep_precision:
        # transformers 5 keeps the precision of the file, but half precision is no place for an optimizer.
        transformer.float()
    if "add_pooling_layer" in inspect.signature(type(transformer).__init__).parameters:
        transformer.pooler = None
    compute_attention_in_parts(transformer)
    # Late releases of transformers 5 call it activation checkpointing, and warn about the old name.
    name = "activation" if hasattr(transformer, "activation_checkpointing_enable") else "gradient"
    if gradient_checkpointing:
        enable = getattr(transformer, f"{name}_checkpointing_enable")
        enable(**{f"{name}_checkpointing_kwargs": {"use_reentrant": False}})
    elif gradient_checkpointing is False:
        getattr(transformer, f"{name}_checkpointing_disable")()


def reads_type_ids(transformer: PreTrainedModel) -> bool:
    """Tell whether an encoder has an embedding of segments.

    Args:
        transformer: the encoder.

    Returns:
        Whether it takes `token_type_ids` and knows more than one of them.
    """
    return (
        getattr(transformer.config, "type_vocab_size", 0) > 1
        and "token_type_ids" in inspect.signature(transformer.forward).parameters
    )


def max_threads(transformer: PreTrainedModel) -> int:
    """Tell how many threads may run an encoder at the same time, each on processor cores of its own.

    Args:
        transformer: the encoder.

    Returns:
        1 where it is compiled, since the cores are then counted in its code; and where one thread would change the
        encoder under another: rotary embeddings that are computed anew for longer inputs, BigBird's attention, which
        depends on the length, and code from the hub, of which nobody knows. Else the more, the more work a piece is,
        since Python, which every batch needs, runs one thread at a time.
    """
    is_from_hub = type(transformer).__module__.startswith("transformers_modules")
    changes_attention = getattr(transformer, "attention_type", None) == "block_sparse"
    # One for all layers, or one for each kind of them.
    rope_types = [str(getattr(module, "rope_type", "")) for module in transformer.modules()]
    changes_rotation = any("dynamic" in rope_type or "longrope" in rope_type for rope_type in rope_types)
    if transformer._compiled_call_impl is not None or is_from_hub or changes_attention or changes_rotation:
        return 1
    looked_up = sum(
        module.weight.numel() for module in transformer.modules() if isinstance(module, torch.nn.Embedding)
    )
    num_products_per_piece = sum(weights.numel() for weights in transformer.parameters()) - looked_up
    return max(1, num_products_per_piece // _PRODUCTS_PER_THREAD)
