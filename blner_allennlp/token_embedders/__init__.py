"""Pieces -> word vectors and a sentence vector."""

from blner_allennlp.token_embedders.encoded_sentences import EncodedSentences
from blner_allennlp.token_embedders.word_piece_embedder import WordPieceEmbedder
from blner_allennlp.token_embedders.word_piece_pass_through import WordPiecePassThrough

__all__ = ["EncodedSentences", "WordPieceEmbedder", "WordPiecePassThrough"]
