"""Instances -> batches, fast and ahead of need."""

from blner_allennlp.data_loading.fieldwise_data_collator import FieldwiseDataCollator
from blner_allennlp.data_loading.prefetching_data_loader import PrefetchingDataLoader

__all__ = ["FieldwiseDataCollator", "PrefetchingDataLoader"]
