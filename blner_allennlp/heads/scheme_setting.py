"""The tag scheme of a model, as a configuration names it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from allennlp.common.checks import ConfigurationError

from blner_allennlp.errors import TagSequenceError
from blner_allennlp.tag_schemes import OUTSIDE_TAG, TagScheme, all_tags, detect_scheme, split_tag

# IOB1 has the same tags as BIO, so nobody could tell which of the two a vocabulary is in; nothing is gained by it.
SCHEMES_OF_VOCABULARIES = (TagScheme.BIO, TagScheme.BIOES, TagScheme.BIOUL, TagScheme.BMEWO)


def parse_scheme_setting(
    value: TagScheme | str, key: str, schemes: Iterable[TagScheme] = SCHEMES_OF_VOCABULARIES
) -> TagScheme:
    """Read the setting of a tag scheme.

    Args:
        value: a scheme or its name.
        key: where the configuration has it, for the error message.
        schemes: those that will do.

    Returns:
        The scheme.

    Raises:
        ConfigurationError: the value is none of them.
    """
    choices = tuple(schemes)
    for scheme in choices:
        if value in (scheme, scheme.value):
            return scheme
    names = ", ".join(scheme.value for scheme in choices)
    raise ConfigurationError(f"{key} is {value!r}, but must be one of {names}")


def scheme_of_tags(tags: Sequence[str], scheme: TagScheme | str | None, key: str) -> TagScheme:
    """Settle the scheme of a model's tags: they have the say, a setting may only confirm it.

    Args:
        tags: the model's tags, each once.
        scheme: the setting; None where there is none. IOB1 can only be told by it, since it has the tags of BIO.
        key: where the configuration has the setting, for the error message.

    Returns:
        The scheme.

    Raises:
        ConfigurationError: the tags are of no scheme or of another one, or lack some that the scheme has.
    """
    setting = None if scheme is None else parse_scheme_setting(scheme, key, TagScheme)
    try:
        # One by one: their order in a vocabulary says nothing.
        detected = detect_scheme([tag] for tag in tags)
        entity_types = sorted({split_tag(tag)[1] for tag in tags if tag != OUTSIDE_TAG})
    except TagSequenceError as error:
        raise ConfigurationError(f"the model's tags are of no scheme: {error}") from error
    chosen = detected if setting is None else setting
    if set(tags) != set(all_tags(entity_types, chosen)):
        raise ConfigurationError(
            f"the model's tags, {', '.join(tags)}, are not those of {chosen.value}; leave {key} out, so that they tell "
            "the scheme, which is the one of dataset_reader.tag_scheme"
        )
    return chosen
