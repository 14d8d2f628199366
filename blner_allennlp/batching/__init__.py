"""Sentences -> batches of similar length that fit in a budget."""

from blner_allennlp.batching.batch_budget import BatchBudget, SentenceSize
from blner_allennlp.batching.packing import pack

__all__ = ["BatchBudget", "SentenceSize", "pack"]
