"""A Hugging Face data set on disk -> its files of one split."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from blner_allennlp.errors import CorpusError

DATASET_INFO = "dataset_info.json"
_DATASET_DICT = "dataset_dict.json"
_STATE = "state.json"
_SUFFIXES = (".parquet", ".arrow")
_SHARD = re.compile(r"-\d+-of-\d+\Z")
# A cached data set has its own name before that of the split.
_NAMED_SPLIT = re.compile(
    r"(?:.*[-_.])?(train|training|validation|valid|val|dev|test)\Z", flags=re.IGNORECASE
)


def find_data_files(path: Path, split: str | None) -> list[Path]:
    """Find the files of one split of a data set.

    Args:
        path: one Parquet or Arrow file; a directory that `save_to_disk` wrote; or a directory that holds such files at
            any depth, named after their splits as on the Hugging Face hub.
        split: the split; None where there is only one.

    Returns:
        The files, in order.

    Raises:
        CorpusError: there are no such files, no such split, several splits to choose from, or several configurations.
    """
    if not path.is_dir():
        if split is not None:
            raise CorpusError(f"expected a directory of which split={split!r} is a part, got one file", path)
        return [path]
    if (path / _STATE).is_file():
        return _saved_files(path, split)
    saved = {directory.name: directory for directory in _saved_splits(path)}
    if saved:
        return _saved_files(saved[_choose(saved, split, path)], None)
    files_of_split: dict[str, list[Path]] = {}
    for file in _data_files(path):
        files_of_split.setdefault(_split_of(file, path), []).append(file)
    if not files_of_split:
        raise CorpusError(
            "expected a data set on disk, got no .parquet or .arrow file; name the directory that holds them",
            path,
        )
    files = files_of_split[_choose(files_of_split, split, path)]
    configurations = sorted({_configuration_of(file, path) for file in files})
    if len(configurations) > 1:
        raise CorpusError(
            f"expected the files of one data set, got those of {', '.join(map(str, configurations))}; name one of "
            "these directories",
            path,
        )
    return files


def is_data_set(path: Path) -> bool:
    """Whether a directory looks like a data set on disk.

    Args:
        path: the directory.

    Returns:
        True if it holds Parquet or Arrow files, or what `save_to_disk` writes beside them.
    """
    if any((path / name).is_file() for name in (_DATASET_DICT, _STATE, DATASET_INFO)):
        return True
    return any(file.suffix in _SUFFIXES for file in path.rglob("*"))


def read_json_file(path: Path) -> dict[str, Any]:
    """Read one of the small files that describe a data set.

    Args:
        path: the file.

    Returns:
        The object in it.

    Raises:
        CorpusError: the file cannot be read, or holds no JSON object.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise CorpusError(f"expected a JSON object, but: {error}; save the data set again", path) from error
    if not isinstance(value, dict):
        raise CorpusError("expected a JSON object, got something else; save the data set again", path)
    return value


def _saved_splits(path: Path) -> list[Path]:
    return sorted(directory for directory in path.iterdir() if (directory / _STATE).is_file())


def _saved_files(directory: Path, split: str | None) -> list[Path]:
    """The files of a data set that `save_to_disk` wrote, in the order of their rows."""
    state = read_json_file(directory / _STATE)
    if split is not None and split != state.get("_split"):
        raise CorpusError(
            f"expected the split {split!r}, got a data set of the split {state.get('_split')!r}; leave split out, or "
            "name the directory above",
            directory,
        )
    if state.get("_indices_data_files") or state.get("_indices_files"):
        raise CorpusError(
            "expected rows in the order in which they are stored, got a list of indices beside them; call "
            "flatten_indices() on the data set and save it again",
            directory / _STATE,
        )
    entries = state.get("_data_files")
    if not isinstance(entries, list) or not entries:
        raise CorpusError(
            "expected a list '_data_files' of files, got none; save the data set again", directory / _STATE
        )
    files = []
    for entry in entries:
        name = entry.get("filename") if isinstance(entry, dict) else None
        # Nothing outside of the directory is any part of the data set.
        if not isinstance(name, str) or Path(name).name != name or not (directory / name).is_file():
            raise CorpusError(
                f"expected '_data_files' to name files of this directory, got {str(name)[:80]!r}; fetch or save the "
                "data set again",
                directory / _STATE,
            )
        files.append(directory / name)
    return files


def _data_files(path: Path) -> list[Path]:
    for suffix in _SUFFIXES:
        files = [
            file
            for file in path.rglob(f"*{suffix}")
            if file.is_file() and not any(part.startswith(".") for part in file.relative_to(path).parts)
        ]
        if files:
            return sorted(files, key=lambda file: file.relative_to(path).as_posix())
    return []


def _split_of(file: Path, root: Path) -> str:
    """`train-00000-of-00002.parquet`, `train/0000.parquet` and `name-train.arrow` belong to `train`."""
    stem = _SHARD.sub("", file.stem)
    if stem.isdecimal() and file.parent != root:
        return file.parent.name
    named = _NAMED_SPLIT.match(stem)
    return named[1] if named is not None else stem


def _configuration_of(file: Path, root: Path) -> Path:
    is_below_split = file.parent != root and file.parent.name == _split_of(file, root)
    return file.parent.parent if is_below_split else file.parent


def _choose(splits: Iterable[str], split: str | None, path: Path) -> str:
    names = sorted(splits)
    if split is None and len(names) == 1:
        return names[0]
    if split not in names:
        got = "none" if split is None else repr(split)
        raise CorpusError(
            f"expected a split out of {', '.join(names)}, got {got}; name one with the option split", path
        )
    return split
