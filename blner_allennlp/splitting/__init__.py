"""Text -> words and sentences; character offsets only, the text itself is never changed."""

from blner_allennlp.splitting.sentences import SENTENCE_SPLITTERS, SentenceSplitter, sentence_splitter
from blner_allennlp.splitting.words import WORD_SPLITTERS, WordSplitter, word_splitter

__all__ = [
    "SENTENCE_SPLITTERS",
    "WORD_SPLITTERS",
    "SentenceSplitter",
    "WordSplitter",
    "sentence_splitter",
    "word_splitter",
]
