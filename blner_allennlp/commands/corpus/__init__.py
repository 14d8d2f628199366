"""`allennlp ner-corpus`: what to know of a corpus before training on it, and what to do about it."""

from blner_allennlp.commands.corpus.command import NerCorpus

__all__ = ["NerCorpus"]
