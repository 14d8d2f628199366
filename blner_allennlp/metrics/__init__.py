"""What a run reports."""

from blner_allennlp.metrics.gold_reach import GoldReach
from blner_allennlp.metrics.ner_metric import NerMetric

__all__ = ["GoldReach", "NerMetric"]
