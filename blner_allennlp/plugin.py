"""Registers everything of this package with AllenNLP: importing this module is enough."""

from blner_allennlp.compat import require_allennlp

require_allennlp()

from blner_allennlp import (  # noqa: E402 (everything here needs AllenNLP)
    commands,
    data_loading,
    dataset_readers,
    heads,
    metrics,
    models,
    predictors,
    token_embedders,
    token_indexers,
    training,
)

__all__ = [
    "commands",
    "data_loading",
    "dataset_readers",
    "heads",
    "metrics",
    "models",
    "predictors",
    "token_embedders",
    "token_indexers",
    "training",
]
