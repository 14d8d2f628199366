"""Words -> pieces."""

from blner_allennlp.token_indexers.word_piece_indexer import WordPieceIndexer
from blner_allennlp.token_indexers.word_shapes import WordShape, word_shape

__all__ = ["WordPieceIndexer", "WordShape", "word_shape"]
