"""Pieces -> word vectors and a sentence vector."""

from blner_allennlp.token_embedders.encoded_sentences import EncodedSentences
from blner_allennlp.token_embedders.word_piece_embedder import WordPieceEmbedder

__all__ = ["EncodedSentences", "WordPieceEmbedder"]
