"""How an encoder cuts the words of a corpus: what the corpus tools, which know no tokenizer, are given to call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from allennlp.common.checks import ConfigurationError

from blner_allennlp.corpus_tools.counting.pieces import EncoderLimits, SentencePieces

if TYPE_CHECKING:  # naming a class of transformers loads its code, which a command may not need
    from tokenizers import Encoding
    from transformers import PreTrainedTokenizerBase


class EncoderPieces:
    """Cuts words exactly as the indexer of a training run does, but many sentences at once.

    A `ConfigurationError` says what to do where the encoder's tokenizer or configuration is not to be had. Its weights
    are not loaded.

    Args:
        model_name: the encoder: a short name, a directory or a name on the hub.
        may_fetch: whether the hub may be asked for what is not on this machine.

    Attributes:
        limits: what the encoder reads at once.
    """

    def __init__(self, model_name: str, may_fetch: bool = True) -> None:
        from blner_allennlp.encoders import load_tokenizer
        from blner_allennlp.token_indexers.fast_encoding import count_special_pieces, find_word_prefix

        if not may_fetch:
            _check_is_here(model_name)
        self._tokenizer = load_tokenizer(model_name)
        self._prefix = find_word_prefix(self._tokenizer)
        num_special_pieces = sum(count_special_pieces(self._tokenizer))
        max_pieces = _max_pieces(model_name, self._tokenizer, num_special_pieces)
        self.limits = EncoderLimits(model_name, max_pieces, num_special_pieces)

    def __call__(self, sentences: Sequence[Sequence[str]]) -> Iterator[SentencePieces]:
        """Count the pieces of sentences.

        Args:
            sentences: the words of each.

        Yields:
            The counts, one by one.
        """
        from blner_allennlp.token_indexers.fast_encoding import encode_sentences

        prefix = self._prefix
        texts = [[prefix + word for word in words] for words in sentences] if prefix else sentences
        encodings = encode_sentences(self._tokenizer, texts)
        for words, encoding in zip(sentences, encodings, strict=True):
            yield self._count(words, encoding)

    def _count(self, words: Sequence[str], encoding: Encoding) -> SentencePieces:
        num_pieces = max(len(encoding) - self.limits.num_special_pieces, 0)
        readable = set(encoding.word_ids)
        readable.discard(None)
        if len(readable) == len(words):
            return SentencePieces(num_pieces)
        unreadable = tuple(index for index in range(len(words)) if index not in readable)
        # The indexer puts the unknown piece in their place, where the tokenizer has one.
        has_unknown = self._tokenizer.unk_token is not None
        return SentencePieces(num_pieces + (len(unreadable) if has_unknown else 0), unreadable)


def _check_is_here(model_name: str) -> None:
    from blner_allennlp.encoders import explained_load_errors, resolve_encoder
    from blner_allennlp.hub import is_on_this_machine

    with explained_load_errors(model_name):
        if not is_on_this_machine(resolve_encoder(model_name)):
            raise ConfigurationError(
                f"the encoder {model_name!r} is not on this machine; `--encoder {model_name}` fetches it from the "
                "Hugging Face hub"
            )


def _max_pieces(model_name: str, tokenizer: PreTrainedTokenizerBase, num_special_pieces: int) -> int | None:
    import torch
    from transformers import AutoConfig, AutoModel

    from blner_allennlp.encoders import explained_load_errors, resolve_encoder
    from blner_allennlp.token_embedders.reading_limits import max_pieces_at_once

    with explained_load_errors(model_name):
        config = AutoConfig.from_pretrained(resolve_encoder(model_name))
        # The layers without a single weight: enough to see how many positions there are.
        with torch.device("meta"):
            transformer = AutoModel.from_config(config)
    return max_pieces_at_once(transformer, tokenizer, None, num_special_pieces)
