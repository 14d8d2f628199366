"""The share by which samplers take sentences to be of another length, so that passes differ."""

from allennlp.common.checks import ConfigurationError


def checked_padding_noise(padding_noise: float) -> float:
    """Check a sampler's setting.

    Args:
        padding_noise: the largest share.

    Returns:
        The same.

    Raises:
        ConfigurationError: it is no share.
    """
    if not 0 <= padding_noise <= 1:
        raise ConfigurationError(
            f"batch_sampler.padding_noise is {padding_noise}, but must be in [0, 1]: it is a share of the length"
        )
    return padding_noise
