"""Files that are there as a whole or not at all, whenever the process ends."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a file's place to what is written elsewhere, once it is written to its end.

    Directories on the way to the file are made. If the context ends with an error, the file stays as it was.

    Args:
        path: the file.

    Yields:
        Where to write: a path in the same directory, at which nothing is yet.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
