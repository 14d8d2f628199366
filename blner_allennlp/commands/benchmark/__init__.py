"""`allennlp ner-benchmark`: how fast a trained model is on this machine, and where its time goes."""

from blner_allennlp.commands.benchmark.command import NerBenchmark

__all__ = ["NerBenchmark"]
