"""The Hugging Face hub: what of it is on this machine, and whether it can be reached."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from time import sleep
from typing import Any

# Seconds to wait before the hub is asked again: a network may stumble.
_WAITS = (0.5, 1.5)
_CONFIG = "config.json"
# With one of these the library looks elsewhere, or asks in another way, than is looked and asked here.
_OWN_WAYS = frozenset({"cache_dir", "revision", "local_files_only", "proxies"})


def is_on_this_machine(location: str) -> bool:
    """Look for an encoder without asking the hub.

    Args:
        location: a directory or a name on the hub.

    Returns:
        Whether it is a directory, or the cache has its configuration. What is no directory, and no name that the hub
        could know either, is a ValueError.
    """
    from huggingface_hub import try_to_load_from_cache

    # A string is a path; the library has a marker of its own for what the hub is known not to have.
    return Path(location).is_dir() or isinstance(try_to_load_from_cache(location, _CONFIG), str)


def require_hub_for(location: str, *load_arguments: Mapping[str, Any] | None) -> None:
    """Fail within seconds where an encoder has to come from the hub, and no connection to the hub can be made.

    Left to itself, transformers asks for the same file twice, with five retries each, which takes 46 seconds. A network
    that is slow, or a hub that answers with an error, is left to transformers and its patience; so is an encoder
    whose configuration is already on this machine.

    Args:
        location: a directory or a name on the hub.
        *load_arguments: more arguments with which it will be loaded. Those that say where to look, or how to ask,
            are left to transformers, too.

    Raises:
        OSError: there is no connection.
    """
    from huggingface_hub import constants, get_hf_file_metadata, hf_hub_url

    # Without permission to ask, transformers says so at once.
    if constants.HF_HUB_OFFLINE or is_on_this_machine(location):
        return
    if any(not _OWN_WAYS.isdisjoint(arguments or {}) for arguments in load_arguments):
        return
    for wait in (*_WAITS, None):
        try:
            get_hf_file_metadata(hf_hub_url(location, _CONFIG))
        except Exception as error:
            if not _is_without_connection(error):
                return  # transformers will meet it, too, and knows what to say
            if wait is None:
                raise OSError(f"no connection to {constants.ENDPOINT} ({error})") from error
            sleep(wait)
        else:
            return


def _is_without_connection(error: Exception) -> bool:
    """Whether a request found nobody to talk to: no such host, or none who listens. A timeout is neither."""
    # The library speaks through httpx since its version 1, through requests before.
    kinds = {(kind.__module__.partition(".")[0], kind.__name__) for kind in type(error).__mro__}
    if ("requests", "ConnectTimeout") in kinds:
        return False
    return bool(kinds & {("httpx", "ConnectError"), ("requests", "ConnectionError")})
