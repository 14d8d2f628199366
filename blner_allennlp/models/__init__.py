"""The model."""

from blner_allennlp.models.bundled_ner import BundledNer

__all__ = ["BundledNer"]
