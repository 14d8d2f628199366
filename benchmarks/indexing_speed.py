"""Sentences per second of the word-piece indexer, against AllenNLP's mismatched one.

Both index the same sentences, in turns, so that a drift of the machine's speed meets both alike; the ratio is the
median over the rounds. Before that, their output is compared: a sentence on which they differ (AllenNLP's drops
words of which the tokenizer leaves no piece) is counted, but stays in.

    python -m benchmarks.indexing_speed --corpus data/wnut17/wnut17train.conll --encoder minilm
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from allennlp.data import Vocabulary
from allennlp.data.token_indexers import PretrainedTransformerMismatchedIndexer, TokenIndexer
from allennlp.data.tokenizers import Token

from benchmarks.measuring import SAMPLE_TRAIN, make_parser, print_and_write, use_threads
from blner_allennlp.corpora import read_corpus
from blner_allennlp.encoders import full_tokenizer_kwargs, resolve_encoder
from blner_allennlp.token_indexers import WordPieceIndexer


def seconds_to_index(indexer: TokenIndexer, sentences: list[list[Token]]) -> float:
    """Index all sentences one by one, as a data loader does; seconds."""
    vocabulary = Vocabulary()
    began = time.perf_counter()
    for tokens in sentences:
        indexer.tokens_to_indices(tokens, vocabulary)
    return time.perf_counter() - began


def count_differences(indexers: list[TokenIndexer], sentences: list[list[Token]]) -> int:
    """How many sentences the indexers do not cut into the same pieces."""
    vocabulary = Vocabulary()
    num_different = 0
    for tokens in sentences:
        first, *others = (indexer.tokens_to_indices(tokens, vocabulary) for indexer in indexers)
        num_different += any(other != first for other in others)
    return num_different


def main() -> None:
    """Measure both, in turns, and print sentences per second."""
    parser = make_parser(__doc__)
    parser.add_argument("--corpus", type=Path, default=SAMPLE_TRAIN)
    parser.add_argument("--encoder", default="minilm")
    parser.add_argument("--max-sentences", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    use_threads(arguments.threads)

    sentences = [
        [Token(word) for word in sentence.words]
        for sentence in list(read_corpus(arguments.corpus))[: arguments.max_sentences]
    ]
    indexers: dict[str, TokenIndexer] = {
        "allennlp": PretrainedTransformerMismatchedIndexer(
            resolve_encoder(arguments.encoder),
            tokenizer_kwargs=full_tokenizer_kwargs(arguments.encoder, None),
        ),
        "word_pieces": WordPieceIndexer(arguments.encoder),
    }
    num_different = count_differences(list(indexers.values()), sentences)  # also warms both up

    seconds: dict[str, list[float]] = {name: [] for name in indexers}
    for _ in range(arguments.rounds):
        for name, indexer in indexers.items():
            seconds[name].append(seconds_to_index(indexer, sentences))
    ratios = [theirs / ours for theirs, ours in zip(seconds["allennlp"], seconds["word_pieces"], strict=True)]
    figures = {
        "num_sentences": len(sentences),
        "num_words": sum(map(len, sentences)),
        "num_sentences_indexed_differently": num_different,
        "allennlp_sentences_per_second": len(sentences) / statistics.median(seconds["allennlp"]),
        "word_pieces_sentences_per_second": len(sentences) / statistics.median(seconds["word_pieces"]),
        "ratio": statistics.median(ratios),
        "ratio_min": min(ratios),
        "ratio_max": max(ratios),
    }
    print_and_write(figures, arguments.output)


if __name__ == "__main__":
    main()
