"""How long an instance is, for samplers that put instances of similar length together."""

from allennlp.common.checks import ConfigurationError
from allennlp.data import Instance
from allennlp.data.fields import TextField

from blner_allennlp.batching import SentenceSize

_PIECES_KEY = "token_ids"


def sentence_size(instance: Instance, field: str) -> SentenceSize:
    """Count the pieces and the words of an instance.

    Args:
        instance: an indexed instance, as AllenNLP's data loader gives them to samplers.
        field: its field with the words.

    Returns:
        Both counts.

    Raises:
        ConfigurationError: there is no such field, or its words are not cut into pieces, or not yet.
    """
    if field not in instance.fields:
        raise ConfigurationError(
            f"batch_sampler.field is {field!r}, but the instances have only {', '.join(instance.fields)}"
        )
    words = instance[field]
    num_pieces = _numbers_of_pieces(words) if isinstance(words, TextField) else []
    if not num_pieces:
        raise ConfigurationError(
            f"batch_sampler: the field {field!r} is not cut into pieces, which this sampler counts; use the token "
            "indexer word_pieces, or the sampler bucket"
        )
    return SentenceSize(max(num_pieces), len(words))


def _numbers_of_pieces(words: TextField) -> list[int]:
    """How many pieces each indexer has cut the words into."""
    if words._indexed_tokens is None:
        raise ConfigurationError(
            "batch_sampler: the instances must be indexed before they go into batches; call the data loader's "
            "`index_with` with the model's vocabulary first"
        )
    # Not the field's `get_padding_lengths`, which measures all that an indexer gives: samplers ask for every sentence
    # in every pass.
    return [
        words.token_indexers[name].get_padding_lengths({_PIECES_KEY: lists[_PIECES_KEY]})[_PIECES_KEY]
        for name, lists in words._indexed_tokens.items()
        if _PIECES_KEY in lists
    ]
