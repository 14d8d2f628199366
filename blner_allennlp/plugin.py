"""Registers everything of this package with AllenNLP: importing this module is enough."""

from blner_allennlp import (
    commands,
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
    "dataset_readers",
    "heads",
    "metrics",
    "models",
    "predictors",
    "token_embedders",
    "token_indexers",
    "training",
]
