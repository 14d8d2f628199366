"""The documents of an ACE release: a directory tree, a single document, or a list that names some of a release."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from blner_allennlp.corpora.lines import read_lines
from blner_allennlp.errors import CorpusError

ANNOTATION_SUFFIX = ".apf.xml"
TEXT_SUFFIX = ".sgm"
# ACE 2005 has each document several times, by the pass of its annotation: two first passes, which say different things,
# one that settles them, and that with normalised times, which is the one that everybody uses.
_PASSES = ("timex2norm", "adj", "fp1", "fp2")
_PREFERRED_PASSES = ("timex2norm", "adj")
_MAX_NAME_LENGTH = 200


@dataclass(frozen=True, slots=True)
class AceFiles:
    """The two files of a document.

    Args:
        name: their name without the suffixes.
        annotation: the `.apf.xml` file.
        text: the `.sgm` file beside it.
    """

    name: str
    annotation: Path
    text: Path


def find_ace_files(path: Path, root: Path | None, encoding: str) -> Iterator[AceFiles]:
    """Find out which documents a path means.

    Args:
        path: a directory tree; an `.apf.xml` or `.sgm` file; or a list with a document a line: its name, or its path
            without suffix, from anywhere above it.
        root: the tree that a list refers to; None for the directory of the list.
        encoding: character encoding of the list.

    Yields:
        The documents: those of a tree in the order of their paths, each once; those of a list in its order.

    Raises:
        CorpusError: there are none, a file of a pair is missing, a document of the list is not there or is listed
            twice, or it cannot be told which of several files of the same name to take.
    """
    if path.is_dir():
        tree = _Tree(path)
        if not tree.files_of_name:
            raise CorpusError(
                f"expected *{ANNOTATION_SUFFIX} files in this directory, got none; point to the directory that holds "
                "them, such as data/English of the release",
                path,
            )
        chosen = [tree.choose(files, path, None) for files in tree.files_of_name.values()]
        for annotation in sorted(chosen, key=lambda file: file.relative_to(path).as_posix()):
            yield _pair(annotation)
    elif _has_suffix(path, ANNOTATION_SUFFIX):
        yield _pair(path)
    elif _has_suffix(path, TEXT_SUFFIX):
        yield AceFiles(_stem(path, TEXT_SUFFIX), _sibling(path, TEXT_SUFFIX, ANNOTATION_SUFFIX), path)
    else:
        yield from _listed(path, _Tree(path.parent if root is None else root), encoding)


def is_list_beside_documents(path: Path, head: str) -> bool:
    """Whether a file is a list of documents of its own directory.

    Args:
        path: the file.
        head: the start of its text.

    Returns:
        Whether its first line names a document there.
    """
    first_line = head.lstrip().partition("\n")[0].strip()
    # Longer names there are none, and asking for some of them raises errors.
    if not first_line.isascii() or not 0 < len(first_line) < _MAX_NAME_LENGTH:
        return False
    return (path.parent / (_without_suffix(first_line) + ANNOTATION_SUFFIX)).is_file()


class _Tree:
    """The annotation files below a directory, by the names of their documents."""

    def __init__(self, root: Path) -> None:
        if not root.is_dir():
            raise CorpusError(
                "expected the directory of an ACE release as `root`, got none; correct the path", root
            )
        self._root = root
        self.files_of_name: dict[str, list[Path]] = defaultdict(list)
        for file in sorted(root.rglob("*")):
            if _has_suffix(file, ANNOTATION_SUFFIX) and file.is_file():
                self.files_of_name[_stem(file, ANNOTATION_SUFFIX)].append(file)

    def find(self, entry: str, list_path: Path, line_number: int) -> Path:
        """The file that a line of a list means."""
        wanted = [
            part for part in _without_suffix(entry.replace("\\", "/")).split("/") if part not in ("", ".")
        ]
        namesakes = self.files_of_name.get(wanted[-1], []) if wanted else []
        files = [file for file in namesakes if _ends_with(file, wanted)]
        if not files:
            elsewhere = f"; there is {namesakes[0]}" if namesakes else ""
            raise CorpusError(
                f"expected a document of {self._root}, got {entry[:100]!r}, for which there is no "
                f"*{ANNOTATION_SUFFIX} file{elsewhere}; correct the line, or name the release's directory with `root`",
                list_path,
                line_number,
            )
        return self.choose(files, list_path, line_number)

    def choose(self, files: list[Path], path: Path, line_number: int | None) -> Path:
        """The file to take out of several of one name."""
        if len(files) == 1:
            return files[0]
        if len({_without_pass(file) for file in files}) == 1:
            for preferred in _PREFERRED_PASSES:
                for file in files:
                    if file.parent.name == preferred:
                        return file
        shown = ", ".join(str(file) for file in files[:4])
        raise CorpusError(
            f"expected one {files[0].name}, or one each in directories called {' or '.join(_PREFERRED_PASSES)}, got "
            f"{len(files)}: {shown}; point to a directory that has it once",
            path,
            line_number,
        )


def _listed(path: Path, tree: _Tree, encoding: str) -> Iterator[AceFiles]:
    line_of_file: dict[Path, int] = {}
    for line_number, line in read_lines(path, encoding):
        entry = line.strip()
        if not entry:
            continue
        file = tree.find(entry, path, line_number)
        if file in line_of_file:
            raise CorpusError(
                f"expected each document once, got {entry[:100]!r} a second time after line {line_of_file[file]}; "
                "remove one of the lines",
                path,
                line_number,
            )
        line_of_file[file] = line_number
        yield _pair(file)
    if not line_of_file:
        raise CorpusError(
            "the file is empty: expected a document a line, got none; fetch or make it again", path
        )


def _pair(annotation: Path) -> AceFiles:
    text = _sibling(annotation, ANNOTATION_SUFFIX, TEXT_SUFFIX)
    return AceFiles(_stem(annotation, ANNOTATION_SUFFIX), annotation, text)


def _sibling(path: Path, suffix: str, other_suffix: str) -> Path:
    for spelling in (other_suffix, other_suffix.upper()):
        sibling = path.with_name(_stem(path, suffix) + spelling)
        if sibling.is_file():
            return sibling
    raise CorpusError(
        f"expected {_stem(path, suffix)}{other_suffix} beside this file, got none; fetch it again",
        path,
    )


def _has_suffix(path: Path, suffix: str) -> bool:
    return path.name.lower().endswith(suffix)


def _stem(path: Path, suffix: str) -> str:
    return path.name[: -len(suffix)]


def _without_suffix(name: str) -> str:
    for suffix in (ANNOTATION_SUFFIX, TEXT_SUFFIX):
        if name.lower().endswith(suffix):
            return name[: -len(suffix)]
    return name


def _without_pass(file: Path) -> Path:
    return file.parent.parent if file.parent.name in _PASSES else file.parent


def _ends_with(file: Path, wanted: list[str]) -> bool:
    """Whether a file's path ends with the parts of a name; a list may leave the pass of the annotation out."""
    *directories, name = file.absolute().parts
    parts = [*directories, name[: -len(ANNOTATION_SUFFIX)]]
    num_parts = len(wanted)
    if parts[-num_parts:] == wanted:
        return True
    return [part for part in parts if part not in _PASSES][-num_parts:] == wanted
