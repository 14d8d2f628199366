"""`allennlp ner-sweep`: many trainings from one file."""

from blner_allennlp.commands.sweep.command import NerSweep

__all__ = ["NerSweep"]
