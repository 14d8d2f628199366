"""The documents of a BRAT directory, and their text to the letter."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from blner_allennlp.corpora.lines import open_binary
from blner_allennlp.errors import CorpusError

TEXT_SUFFIX = ".txt"
ANNOTATION_SUFFIX = ".ann"
BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class BratFiles:
    """The two files of a document.

    Args:
        name: their path below the directory, without the suffixes.
        text: the `.txt` file.
        annotation: the `.ann` file beside it; None for a document that nobody has annotated.
    """

    name: str
    text: Path
    annotation: Path | None


def find_brat_files(path: Path, allow_unannotated: bool) -> Iterator[BratFiles]:
    """Find the pairs of files in a directory tree.

    Args:
        path: a directory, or one file of a pair. Hidden files do not count.
        allow_unannotated: whether a `.txt` file may be alone.

    Yields:
        The documents, in the order of their paths.

    Raises:
        CorpusError: there is no document, or a file is alone.
    """
    if not path.is_dir():
        if path.suffix not in (TEXT_SUFFIX, ANNOTATION_SUFFIX):
            raise CorpusError(
                f"expected a *{ANNOTATION_SUFFIX} or *{TEXT_SUFFIX} file, or a directory with both, got another file; "
                "correct the path or the format",
                path,
            )
        yield _pair(path.with_suffix(""), path.stem, allow_unannotated)
        return
    files = [
        file for file in path.rglob("*") if file.suffix in (TEXT_SUFFIX, ANNOTATION_SUFFIX) and file.is_file()
    ]
    bases = {file.with_suffix("") for file in files if not file.name.startswith(".")}
    if not bases:
        raise CorpusError(
            f"expected *{TEXT_SUFFIX} and *{ANNOTATION_SUFFIX} files in this directory, got none; point to the "
            "directory that holds them",
            path,
        )
    names = {base.relative_to(path).as_posix(): base for base in bases}
    for name in sorted(names):
        yield _pair(names[name], name, allow_unannotated)


def read_whole_text(path: Path, encoding: str) -> str:
    r"""Read a file with its line ends as they are: BRAT's offsets count both characters of `\r\n`.

    Args:
        path: the file, plain or gzip-compressed.
        encoding: its character encoding.

    Returns:
        The whole text, a byte-order mark included.

    Raises:
        CorpusError: the file cannot be read, or holds bytes that are not text in `encoding`.
    """
    try:
        with open_binary(path) as stream:
            content = stream.read()
    except (OSError, EOFError, zlib.error) as error:
        raise CorpusError(f"the file cannot be read: {error}", path) from error
    try:
        return content.decode(encoding)
    except UnicodeError as error:
        position = getattr(error, "start", 0)
        raise CorpusError(
            f"expected text in {encoding}, got something else ({error}); convert the file to UTF-8, or name the "
            "encoding that it has in the option encoding, for example 'latin-1' or 'utf-16'",
            path,
            content.count(b"\n", 0, position) + 1,
        ) from error
    except LookupError as error:
        raise CorpusError(
            f"expected the name of a character encoding, got encoding={encoding!r}; write for example 'utf-8' or "
            "'latin-1'",
            path,
        ) from error


def _pair(base: Path, name: str, allow_unannotated: bool) -> BratFiles:
    # `with_suffix` would take what follows the last full stop of the name for one.
    text = base.with_name(base.name + TEXT_SUFFIX)
    annotation = base.with_name(base.name + ANNOTATION_SUFFIX)
    if not text.is_file():
        raise CorpusError(
            f"expected {text.name} beside this file, got none; add the text that the annotation is about",
            annotation,
        )
    if annotation.is_file():
        return BratFiles(name, text, annotation)
    if allow_unannotated:
        return BratFiles(name, text, None)
    raise CorpusError(
        f"expected {annotation.name} beside this file, got none; add it (an empty one for a text without mentions), or "
        "read such texts as texts without mentions with allow_unannotated=True",
        text,
    )
