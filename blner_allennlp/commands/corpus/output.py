"""Corpora that the command writes: whole or not at all, with a count of what went in."""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from blner_allennlp.commands.corpus.inputs import json_object
from blner_allennlp.corpora import CORPUS_FORMATS
from blner_allennlp.entities import RemarkKind, Sentence
from blner_allennlp.errors import CorpusError
from blner_allennlp.flattening import OverlapPolicy, flatten

WRITABLE_FORMATS = tuple(name for name, corpus_format in CORPUS_FORMATS.items() if corpus_format.write)

_ENDINGS = {
    "columns": ".conll",
    "docbin": ".spacy",
    "dygie": ".jsonl",
    "jsonl": ".jsonl",
    "spert": ".json",
}


def add_output_arguments(parser: argparse.ArgumentParser, *, required: bool) -> None:
    """Add the arguments on the format to write.

    Args:
        parser: the action's parser.
        required: whether the format has to be named.
    """
    parser.add_argument("--to", choices=WRITABLE_FORMATS, required=required, help="the format to write")
    parser.add_argument(
        "--to-options",
        type=json_object,
        metavar="JSON",
        help='options of that format\'s writer, {"scheme": "BIOES"}',
    )


def file_name(split: str, format_name: str) -> str:
    """Name the file of a split.

    Args:
        split: the split.
        format_name: the format it is written in.

    Returns:
        The name; formats of several files get a directory, which has no ending.
    """
    return split + _ENDINGS.get(format_name, "")


@contextmanager
def written_at_once(path: Path, *, is_directory: bool = False) -> Iterator[Path]:
    """Let something be written beside its place, and move it there when it is complete.

    After an error or an interruption nothing is left of it: half a corpus looks like a whole one.

    Args:
        path: the new file or directory.
        is_directory: whether to make a directory to be filled.

    Yields:
        Where to write: a path with the same name.

    Raises:
        CorpusError: something is at the path already, or nothing can be written there.
    """
    check_free(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as directory:
            draft = Path(directory) / path.name
            if is_directory:
                draft.mkdir()
            try:
                yield draft
            except CorpusError as error:
                if not error.path.is_relative_to(directory):
                    raise
                # The draft will be gone when the user reads this.
                final = path / error.path.relative_to(draft) if error.path.is_relative_to(draft) else path
                raise CorpusError(error.reason, final, error.line_number) from error
            check_free(path)
            draft.rename(path)
    except OSError as error:
        raise CorpusError(
            f"expected a place to write to, got {error.strerror or error}; name another one", path
        ) from error


def check_free(path: Path) -> None:
    """Make sure that nothing is overwritten.

    Args:
        path: where something is to be written.

    Raises:
        CorpusError: something other than an empty directory is there.
    """
    if path.exists() and not (path.is_dir() and next(path.iterdir(), None) is None):
        raise CorpusError(
            "expected a path at which nothing is, got one that exists; name another one, or remove it first",
            path,
        )


class PassingCount:
    """Counts sentences on their way from a reader to a writer.

    Args:
        policy: flattens them on the way; None to leave mentions that share words.
    """

    def __init__(self, policy: OverlapPolicy | None) -> None:
        self._policy = policy
        self.num_sentences = 0
        self.num_without_words = 0
        self.num_words = 0
        self.labels: Counter[str] = Counter()
        self.left_out: Counter[RemarkKind] = Counter()

    def count(self, sentences: Iterable[Sentence]) -> Iterator[Sentence]:
        """Pass sentences on.

        Args:
            sentences: as they are read.

        Yields:
            The sentences as they are to be written.
        """
        for sentence in sentences:
            passed = sentence if self._policy is None else flatten(sentence, self._policy)
            self.num_sentences += 1
            self.num_without_words += not passed.words
            self.num_words += len(passed.words)
            self.labels.update([entity.label for entity in passed.entities])
            self.left_out.update([remark.kind for remark in passed.remarks if remark.kind.is_loss])
            yield passed

    def describe_losses(self) -> str:
        """The mentions that were left out, by kind, in words; empty without any."""
        return ", ".join(f"{count:,} {kind.value}" for kind, count in sorted(self.left_out.items()))
