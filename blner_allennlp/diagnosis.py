"""How a check of an installation ends, and the versions with which the package was tried."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from enum import Enum


class Health(Enum):
    """How a check ended: `WARN` may work, `FAIL` does not."""

    OK = "OK"
    WARN = "WARN"
    FAIL = "FAIL"


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """What one check found.

    Args:
        subject: what was looked at.
        health: how it is.
        found: what was found, in words.
        remedy: what to do, as a command where there is one; empty if nothing is to be done.
    """

    subject: str
    health: Health
    found: str
    remedy: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class TriedVersions:
    """The versions of a library with which the package was tried (`docs/platform.md`).

    Args:
        lowest: oldest version that was tried; for the small libraries the oldest that AllenNLP itself asks for.
        highest: newest version that was tried.
        pinned: what `make setup` installs.
        needed_only_for: the one thing that cannot do without it; empty where nothing works without it.
    """

    lowest: str
    highest: str
    pinned: str
    needed_only_for: str = ""


TRIED_PYTHON = TriedVersions(lowest="3.11", highest="3.13", pinned="3.11")

TRIED_LIBRARIES: Mapping[str, TriedVersions] = {
    "torch": TriedVersions(lowest="2.13", highest="2.15", pinned="2.13.0"),
    "transformers": TriedVersions(lowest="4.57", highest="5.23", pinned="5.23.0"),
    "numpy": TriedVersions(lowest="2.4", highest="2.5", pinned="2.4.6"),
    "cached_path": TriedVersions(lowest="1.8", highest="1.8", pinned="1.8.10"),
    "jsonnet": TriedVersions(lowest="0.20", highest="0.22", pinned="0.22.0"),
    "dill": TriedVersions(lowest="0.3.4", highest="0.4", pinned="0.4.1"),
    "base58": TriedVersions(lowest="2.1.1", highest="2.1", pinned="2.1.1"),
    "more-itertools": TriedVersions(lowest="8.12", highest="11.2", pinned="11.2.1"),
    "termcolor": TriedVersions(lowest="1.1", highest="3.3", pinned="3.3.0"),
    "tqdm": TriedVersions(lowest="4.62", highest="4.70", pinned="4.70.1"),
    "filelock": TriedVersions(lowest="3.3", highest="3.32", pinned="3.32.7"),
    "nltk": TriedVersions("3.6.5", "3.10", "3.10.4", needed_only_for="the suggestion beside an unknown name"),
    "matplotlib": TriedVersions(
        "3.8", "3.11", "3.11.2", needed_only_for="allennlp find-lr and the figures of allennlp ner-analyze"
    ),
    "pandas": TriedVersions("2.3", "3.1", "3.1.1", needed_only_for="the tables of allennlp ner-analyze"),
    "jinja2": TriedVersions("3.1.5", "3.1", "3.1.6", needed_only_for="the page of allennlp ner-analyze"),
    "tabulate": TriedVersions(
        "0.9", "0.10", "0.10.0", needed_only_for="the Markdown tables of allennlp ner-analyze"
    ),
    "scipy": TriedVersions(
        "1.17", "1.17", "1.17.1", needed_only_for="the statistics of allennlp ner-analyze"
    ),
    "rich": TriedVersions("12.6", "13.9", "13.9.4", needed_only_for="the tables of allennlp ner-corpus"),
    "defusedxml": TriedVersions("0.7.1", "0.7", "0.7.1", needed_only_for="reading ACE from the LDC releases"),
    "spacy": TriedVersions("3.7", "3.8", "3.8.18", needed_only_for="splitting raw text into words"),
    "sentencepiece": TriedVersions(
        "0.1.96", "0.2", "0.2.3", needed_only_for="encoders that bring no tokenizer.json"
    ),
}


def version_numbers(version: str) -> tuple[int, ...]:
    """Read the leading numbers of a version.

    Args:
        version: such as `2.13.0+cpu`.

    Returns:
        Such as (2, 13, 0).
    """
    match = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(int(number) for number in match.group().split(".")) if match else ()


def compare_versions(subject: str, version: str | None, tried: TriedVersions, remedy: str) -> Finding:
    """Compare an installed version with those that were tried.

    Args:
        subject: the library, or Python.
        version: the installed version; None where there is none.
        tried: the versions that were tried.
        remedy: what to do where the version is missing or too old.

    Returns:
        FAIL for a missing or an older version, WARN for a newer one and for a missing one that little needs.
    """
    tried_range = f"expected: {tried.lowest} to {tried.highest}"
    if version is None and tried.needed_only_for:
        return Finding(
            subject, Health.WARN, f"not installed; needed only for {tried.needed_only_for}", remedy
        )
    if version is None:
        return Finding(subject, Health.FAIL, f"not installed ({tried_range})", remedy)
    numbers = version_numbers(version)
    if numbers < version_numbers(tried.lowest):
        return Finding(subject, Health.FAIL, f"{version}, too old ({tried_range})", remedy)
    highest = version_numbers(tried.highest)
    if numbers[: len(highest)] > highest:
        return Finding(subject, Health.WARN, f"{version}, newer than what was tried ({tried_range})", remedy)
    return Finding(subject, Health.OK, version)
