"""Figures -> files that are the same whenever they are made from the same results."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from blner_allennlp.reporting.figures.style import DPI

FORMATS = ("png", "svg", "pdf")


def save_figure(figure: Figure, directory: Path, name: str, title: str, formats: Sequence[str]) -> list[Path]:
    """Write one figure.

    Args:
        figure: the figure.
        directory: an existing directory.
        name: the files' name without its ending.
        title: what the figure shows, for the files' metadata.
        formats: some of `FORMATS`.

    Returns:
        The written files, in the order of `formats`.
    """
    # No dates and no versions: a figure changes only if the results do.
    metadata: dict[str, dict[str, str | None]] = {
        "png": {"Title": title, "Software": None},
        "svg": {"Title": title, "Date": None, "Creator": None},
        "pdf": {"Title": title, "CreationDate": None, "ModDate": None, "Producer": None, "Creator": None},
    }
    written = []
    for format_ in formats:
        path = directory / f"{name}.{format_}"
        figure.savefig(path, format=format_, dpi=DPI, metadata=metadata[format_])
        written.append(path)
    return written


def check_formats(formats: Sequence[str]) -> None:
    """Refuse formats that figures cannot be written in.

    Args:
        formats: the wanted ones.

    Raises:
        ValueError: there is another one than those of `FORMATS`.
    """
    unknown = [format_ for format_ in formats if format_ not in FORMATS]
    if unknown:
        raise ValueError(f"figures: formats must be among {', '.join(FORMATS)}, but got {', '.join(unknown)}")


def file_name_part(text: str) -> str:
    """Turn a name into a part of a file name.

    Args:
        text: any text.

    Returns:
        Lower-case ASCII letters, digits, dots and hyphens; `unnamed` if nothing is left.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9.]+", "-", plain).strip("-.") or "unnamed"


class FileNames:
    """Gives each figure a name that no other has, the same in every run."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def unique(self, name: str) -> str:
        """Take a name.

        Args:
            name: the wanted name.

        Returns:
            It, or it with a number if it is taken.
        """
        candidate, number = name, 1
        while candidate in self._taken:
            number += 1
            candidate = f"{name}-{number}"
        self._taken.add(candidate)
        return candidate
