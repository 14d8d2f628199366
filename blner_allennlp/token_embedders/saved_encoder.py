"""What besides its weights a trained encoder needs to be loaded again."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from torch import nn

from blner_allennlp.encoders import save_encoder

if TYPE_CHECKING:  # naming a class of transformers loads its code, which a command may not need
    from transformers import PretrainedConfig, PreTrainedTokenizerBase


def save_encoder_with_weights(
    embedder: nn.Module, config: PretrainedConfig, tokenizer: PreTrainedTokenizerBase, directory: Path
) -> None:
    """Write an encoder's configuration and tokenizer down whenever its weights are asked for, as to be saved.

    No other time is better: AllenNLP wants the directory `vocabulary` empty until it has saved the vocabulary itself.

    Args:
        embedder: whose weights they are.
        config: the encoder's configuration.
        tokenizer: its tokenizer.
        directory: where they go, below the run's directory `vocabulary`; nothing is written while that is not there.
    """
    embedder.register_state_dict_pre_hook(partial(_save, config, tokenizer, directory))


def _save(
    config: PretrainedConfig, tokenizer: PreTrainedTokenizerBase, directory: Path, *_module_and_names: Any
) -> None:
    if directory.parents[1].is_dir():
        directory.parent.mkdir(exist_ok=True)
        save_encoder(config, tokenizer, directory)
