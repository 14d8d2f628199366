"""Many instances indexed together: AllenNLP asks one at a time, but a tokenizer is faster with many sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from allennlp.data import Instance, TokenIndexer, Vocabulary
from allennlp.data.fields import TextField

from blner_allennlp.token_indexers import WordPieceIndexer

# Enough for the tokenizer's threads; what it returns for so many words takes some 10 MB.
WORDS_AT_ONCE = 32_768


def index_instances(
    instances: Iterable[Instance], vocab: Vocabulary, words_at_once: int = WORDS_AT_ONCE
) -> None:
    """Index instances as `Instance.index_fields` does, those aside that are indexed already.

    Texts of the token indexer `word_pieces` are cut into pieces many at a time; all other fields index themselves.

    Args:
        instances: the instances, whose texts have their token indexers.
        vocab: the model's vocabulary.
        words_at_once: how many words are cut at a time, so that memory is bounded.
    """
    for chunk in _chunks((instance for instance in instances if not instance.indexed), words_at_once):
        texts: list[TextField] = []
        for instance in chunk:
            for field in instance.fields.values():
                if type(field) is TextField:
                    texts.append(field)
                else:
                    field.index(vocab)
        _index_texts(texts, vocab)
        for instance in chunk:
            instance.indexed = True


def _chunks(instances: Iterable[Instance], words_at_once: int) -> Iterator[list[Instance]]:
    chunk: list[Instance] = []
    num_words = 0
    for instance in instances:
        chunk.append(instance)
        num_words += sum(len(field) for field in instance.fields.values() if type(field) is TextField)
        if num_words >= words_at_once:
            yield chunk
            chunk, num_words = [], 0
    if chunk:
        yield chunk


def _index_texts(texts: Sequence[TextField], vocab: Vocabulary) -> None:
    indexers: dict[tuple[str, int], TokenIndexer] = {}
    texts_of_indexer: defaultdict[tuple[str, int], list[TextField]] = defaultdict(list)
    for text in texts:
        for name, indexer in text.token_indexers.items():
            indexers[name, id(indexer)] = indexer
            texts_of_indexer[name, id(indexer)].append(text)
        text._indexed_tokens = {}
    for (name, number), indexer in indexers.items():
        its_texts = texts_of_indexer[name, number]
        if type(indexer) is WordPieceIndexer:
            words = [[token.ensure_text() for token in text.tokens] for text in its_texts]
            indexed = indexer.sentences_to_indices(words)
        else:
            indexed = [indexer.tokens_to_indices(text.tokens, vocab) for text in its_texts]
        for text, lists in zip(its_texts, indexed, strict=True):
            text._indexed_tokens[name] = lists
