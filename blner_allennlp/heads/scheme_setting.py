"""The tag scheme of a model, as a configuration names it."""

from __future__ import annotations

from allennlp.common.checks import ConfigurationError

from blner_allennlp.tag_schemes import TagScheme

# IOB1 has the same tags as BIO, so nobody could tell which of the two a vocabulary is in; nothing is gained by it.
_SCHEMES_OF_MODELS = (TagScheme.BIO, TagScheme.BIOES, TagScheme.BIOUL, TagScheme.BMEWO)


def parse_scheme_setting(value: TagScheme | str, key: str) -> TagScheme:
    """Read the setting of a tag scheme that a model is to use.

    Args:
        value: a scheme or its name.
        key: where the configuration has it, for the error message.

    Returns:
        The scheme.

    Raises:
        ConfigurationError: there is no such scheme, or it is one that only corpora use.
    """
    for scheme in _SCHEMES_OF_MODELS:
        if value in (scheme, scheme.value):
            return scheme
    names = ", ".join(scheme.value for scheme in _SCHEMES_OF_MODELS)
    raise ConfigurationError(
        f"{key} is {value!r}, but must be one of {names}; the corpus may be in any other"
    )
