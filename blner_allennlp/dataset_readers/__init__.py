"""Sentences -> AllenNLP instances."""

from blner_allennlp.dataset_readers.ner_corpus_reader import NerCorpusReader

__all__ = ["NerCorpusReader"]
