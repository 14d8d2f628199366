"""Batches on their way to the device."""

from __future__ import annotations

from typing import Any

import torch
from allennlp.nn import util


def pinned(batch: Any) -> Any:
    """Put a batch's tensors where a GPU can fetch them by itself.

    Args:
        batch: a tensor, or dictionaries with tensors in them; anything else stays as it is.

    Returns:
        The same, with tensors in pinned memory.
    """
    if isinstance(batch, torch.Tensor):
        return batch.pin_memory()
    if isinstance(batch, dict):
        return {key: pinned(value) for key, value in batch.items()}
    return batch


def on_device(batch: Any, device: torch.device) -> Any:
    """Copy a batch to a device, without waiting for what is in pinned memory.

    Unlike AllenNLP's `move_to_device` it neither changes the batch nor walks through all words of the metadata.

    Args:
        batch: tensors in dictionaries, lists and tuples, as a data collator gives them.
        device: where they go.

    Returns:
        The same with tensors of that device.
    """
    if isinstance(batch, torch.Tensor):
        return batch if batch.device == device else batch.to(device, non_blocking=True)
    if isinstance(batch, dict):
        return {key: on_device(value, device) for key, value in batch.items()}
    if isinstance(batch, list | tuple):
        if not batch or isinstance(batch[0], str):
            return batch
        if isinstance(batch, list):
            return [on_device(item, device) for item in batch]
        return util.move_to_device(batch, device)
    return batch
