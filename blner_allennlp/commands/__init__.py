"""What the package adds to the `allennlp` command."""

from blner_allennlp.commands import predict
from blner_allennlp.commands.analyze import NerAnalyze
from blner_allennlp.commands.benchmark import NerBenchmark
from blner_allennlp.commands.compare import NerCompare
from blner_allennlp.commands.corpus import NerCorpus
from blner_allennlp.commands.doctor import NerDoctor
from blner_allennlp.commands.sweep import NerSweep

__all__ = ["NerAnalyze", "NerBenchmark", "NerCompare", "NerCorpus", "NerDoctor", "NerSweep", "predict"]
