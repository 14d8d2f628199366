"""Passes that are made again and again, and have nothing new to say."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr


@contextmanager
def quiet(level: int) -> Iterator[None]:
    """Keep log messages and AllenNLP's progress bars away while this context lasts.

    Args:
        level: messages up to this level are dropped, such as `logging.INFO`.
    """
    before = logging.root.manager.disable
    logging.disable(max(level, before))
    try:
        with redirect_stderr(io.StringIO()):
            yield
    finally:
        logging.disable(before)


@contextmanager
def quiet_loading() -> Iterator[None]:
    """Keep away what AllenNLP says of every setting that it reads from an archive, while this context lasts."""
    before = logging.root.manager.disable
    logging.disable(max(logging.INFO, before))
    try:
        yield
    finally:
        logging.disable(before)
