"""Files of corpora -> sentences; the only place that knows file formats."""

from blner_allennlp.corpora.corpus_format import CorpusFormat
from blner_allennlp.corpora.reading import CORPUS_FORMATS, read_corpus
from blner_allennlp.corpora.sources import CORPUS_SOURCES, CorpusSource
from blner_allennlp.corpora.writing import write_corpus

__all__ = ["CORPUS_FORMATS", "CORPUS_SOURCES", "CorpusFormat", "CorpusSource", "read_corpus", "write_corpus"]
