"""`allennlp ner-compare`: several systems side by side, as in the paper's tables and figures."""

from blner_allennlp.commands.compare.command import NerCompare

__all__ = ["NerCompare"]
