"""Values for names that newer libraries dropped and AllenNLP still imports."""

from __future__ import annotations

from typing import Any


def adamw_with_optional_bias_correction() -> type:
    """Make what AllenNLP's optimizer `huggingface_adamw` derives from.

    Returns:
        transformers' own AdamW where it still exists (before 4.50), or torch's AdamW behind the same
        arguments.
    """
    import transformers

    if hasattr(transformers, "AdamW"):
        return transformers.AdamW  # type: ignore[no-any-return]

    import torch

    class AdamW(torch.optim.AdamW):
        """torch's AdamW behind the arguments of the one that transformers had.

        Args:
            params: parameters or groups of them.
            lr: learning rate.
            betas: decay rates of the running averages of the gradient and its square.
            eps: added to the denominator.
            weight_decay: decoupled weight decay.
            correct_bias: whether the running averages are corrected for starting at zero.

        Raises:
            ValueError: `correct_bias` is False, which torch's AdamW cannot do.
        """

        def __init__(
            self,
            params: Any,
            lr: float = 1e-3,
            betas: tuple[float, float] = (0.9, 0.999),
            eps: float = 1e-6,
            weight_decay: float = 0.0,
            correct_bias: bool = True,
        ) -> None:
            if not correct_bias:
                raise ValueError(
                    "huggingface_adamw: correct_bias is false, which torch's AdamW does not offer; leave "
                    "it out or set it to true"
                )
            super().__init__(params, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)

    return AdamW
