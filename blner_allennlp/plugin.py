"""Registers everything of this package with AllenNLP: importing this module is enough."""

from blner_allennlp import commands, dataset_readers, metrics, models, predictors, training

__all__ = ["commands", "dataset_readers", "metrics", "models", "predictors", "training"]
