"""AllenNLP metrics over `blner_allennlp.scoring`."""

from blner_allennlp.metrics.ner_metric import NerMetric

__all__ = ["NerMetric"]
