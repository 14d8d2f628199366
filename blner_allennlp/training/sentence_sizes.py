"""How long an instance is, for samplers that put instances of similar length together."""

from allennlp.common.checks import ConfigurationError
from allennlp.data import Instance

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
        ConfigurationError: there is no such field, or its words are not cut into pieces.
    """
    if field not in instance.fields:
        raise ConfigurationError(
            f"batch_sampler.field is {field!r}, but the instances have only {', '.join(instance.fields)}"
        )
    words = instance[field]
    num_pieces = [
        length
        for name, length in words.get_padding_lengths().items()
        if name.rpartition("___")[2] == _PIECES_KEY
    ]
    if not num_pieces:
        raise ConfigurationError(
            f"batch_sampler: the field {field!r} is not cut into pieces, which this sampler counts; use the token "
            "indexer word_pieces, or the sampler bucket"
        )
    return SentenceSize(max(num_pieces), len(words))
