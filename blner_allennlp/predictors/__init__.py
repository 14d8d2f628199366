"""JSON objects with text -> JSON objects with entities."""

from blner_allennlp.predictors.ner_predictor import NerPredictor

__all__ = ["NerPredictor"]
