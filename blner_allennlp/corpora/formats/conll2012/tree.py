"""Which files of a CoNLL-2012 directory tree make one corpus."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from blner_allennlp.errors import CorpusError

# Of the two published trees, and of files that others have merged by split, such as `dev.english.v4_gold_conll`.
_SPLITS = ("train", "development", "dev", "test", "conll-2012-test")
_LANGUAGES = ("arabic", "chinese", "english")
_SUFFIX = re.compile(r"\.(?:v\d+_)?gold_conll(?:\.gz)?$")


def find_gold_files(path: Path, split: str | None, language: str | None) -> list[Path]:
    """List the `*gold_conll` files, plain or gzip-compressed, of one split and one language.

    Both are told from the names of directories below `path`, or from the parts of file names between full stops.

    Args:
        path: a file, or a directory that holds such files at any depth.
        split: which split to take where there are several: `train`, `development`, `test` or `conll-2012-test`.
        language: which language to take where there are several: `arabic`, `chinese` or `english`.

    Returns:
        The files in the order of their paths, at least one.

    Raises:
        CorpusError: there is no file, none of this split or language, several of them and none is named, or a document
            is there twice.
    """
    if not path.is_dir():
        for option, wanted in (("split", split), ("language", language)):
            if wanted is not None:
                raise CorpusError(f"{option} is {wanted!r}, but this is one file; leave {option} out", path)
        return [path]
    files = [file for file in path.rglob("*gold_conll*") if _SUFFIX.search(file.name) and file.is_file()]
    if not files:
        hint = "point to the directory that holds them"
        if any(path.rglob("*gold_skel")):
            hint = (
                "the *gold_skel files here lack the words, which the CoNLL-2012 script skeleton2conll.sh "
                "fills in from OntoNotes 5.0"
            )
        raise CorpusError(f"expected *gold_conll files in this directory, got none; {hint}", path)
    files.sort(key=lambda file: file.relative_to(path).as_posix())
    files = _select(files, path, "split", _SPLITS, split)
    files = _select(files, path, "language", _LANGUAGES, language)
    _reject_repeated(files, path)
    return files


def _select(
    files: list[Path], root: Path, option: str, known: Sequence[str], wanted: str | None
) -> list[Path]:
    files_of: dict[str | None, list[Path]] = {}
    for file in files:
        relative = file.relative_to(root)
        names = (*relative.parts[:-1], *relative.name.split("."))
        files_of.setdefault(next((name for name in names if name in known), None), []).append(file)
    found = sorted(name for name in files_of if name is not None)
    if wanted is not None:
        if wanted not in files_of:
            there = (
                f"those below this directory are {', '.join(found)}" if found else "nothing below names one"
            )
            raise CorpusError(f"{option} is {wanted!r}, but {there}; correct {option}, or the path", root)
        return files_of[wanted]
    if len(found) > 1:
        raise CorpusError(
            f"expected one {option}, got several below this directory: {', '.join(found)}; name one, such as "
            f"{option}={found[0]!r}, or point to its directory",
            root,
        )
    return files


def _reject_repeated(files: Sequence[Path], root: Path) -> None:
    """Keep two releases in one tree from being read as one corpus."""
    file_of_document: dict[str, Path] = {}
    for file in files:
        relative = file.relative_to(root).as_posix()
        document = _SUFFIX.sub("", relative.rpartition("annotations/")[2])
        other = file_of_document.setdefault(document, file)
        if other is not file:
            raise CorpusError(
                f"expected each document once, got {document} twice: {other.relative_to(root).as_posix()} and "
                f"{relative}; point to the directory of one release",
                root,
            )
