"""The windows of long sentences, through the encoder."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from blner_allennlp.nn.windows import WindowPlan

# Without gradients only a call's own activations need memory: a book is read a few windows at a time.
_MIN_WINDOWS_PER_CALL = 16


def read_windows(
    transform: Callable[[Tensor, Tensor, Tensor | None], Tensor],
    plan: WindowPlan,
    token_ids: Tensor,
    type_ids: Tensor | None,
    padding_id: int,
) -> Tensor:
    """Read each window by itself; without gradients some at a time.

    Args:
        transform: pieces, which of them are real, and their segments -> a vector each.
        plan: where the windows are.
        token_ids: the pieces of the sentences, integer (B, P).
        type_ids: their segments, integer (B, P).
        padding_id: the piece that stands where there is none.

    Returns:
        The vectors of the windows' pieces, float (R, P', H0).
    """
    window_ids = plan.cut(token_ids).masked_fill(~plan.piece_mask, padding_id)  # (R, P')
    window_type_ids = None if type_ids is None else plan.cut(type_ids).masked_fill(~plan.piece_mask, 0)
    rows_per_call = len(window_ids) if torch.is_grad_enabled() else max(len(token_ids), _MIN_WINDOWS_PER_CALL)
    return torch.cat(
        [
            transform(
                window_ids[first : first + rows_per_call],
                plan.piece_mask[first : first + rows_per_call],
                None if window_type_ids is None else window_type_ids[first : first + rows_per_call],
            )
            for first in range(0, len(window_ids), rows_per_call)
        ]
    )
