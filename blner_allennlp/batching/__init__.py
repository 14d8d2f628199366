"""Sentences -> batches of similar length that fit in a budget."""

from blner_allennlp.batching.batch_budget import BatchBudget, SentenceSize
from blner_allennlp.batching.packing import pack
from blner_allennlp.batching.padded_rows import padded_rows

__all__ = ["BatchBudget", "SentenceSize", "pack", "padded_rows"]
