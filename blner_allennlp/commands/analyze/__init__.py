"""`allennlp ner-analyze`: all figures of one or more systems."""

from blner_allennlp.commands.analyze.command import NerAnalyze

__all__ = ["NerAnalyze"]
