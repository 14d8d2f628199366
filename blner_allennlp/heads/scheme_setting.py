"""The tag scheme of a model, as a configuration names it."""

from __future__ import annotations

from collections.abc import Iterable

from allennlp.common.checks import ConfigurationError

from blner_allennlp.tag_schemes import TagScheme

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
