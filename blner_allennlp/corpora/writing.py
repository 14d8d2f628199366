"""`write_corpus`: sentences -> any format that has a writer."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from blner_allennlp.corpora.reading import CORPUS_FORMATS, check_options
from blner_allennlp.entities import Sentence
from blner_allennlp.errors import CorpusError


def write_corpus(sentences: Iterable[Sentence], path: str | Path, format: str, **options: Any) -> None:
    """Write a corpus that `read_corpus` can read again; memory holds one document at a time.

    Args:
        sentences: the sentences, in order; an error that they raise on the way leaves what is written so far.
        path: the new file, or the new directory for formats that have several files.
        format: a key of `CORPUS_FORMATS` that has a writer.
        **options: keyword arguments of the format's writer.

    Raises:
        CorpusError: something is at the path already, there is no such format or option, the format cannot hold the
            sentences, or the system does not let the file be written.
    """
    corpus_path = Path(path)
    corpus_format = CORPUS_FORMATS.get(format)
    if corpus_format is None or corpus_format.write is None:
        writable = ", ".join(known.name for known in CORPUS_FORMATS.values() if known.write is not None)
        raise CorpusError(f"cannot write format {format!r}; expected one out of {writable}", corpus_path)
    if corpus_path.exists():
        raise CorpusError(
            "expected a path at which nothing is, got one that exists; name another one, or remove it first",
            corpus_path,
        )
    check_options(corpus_format.write, options, f"the writer of format {format!r}", corpus_path)
    try:
        corpus_path.parent.mkdir(parents=True, exist_ok=True)
        corpus_format.write(sentences, corpus_path, **options)
    except OSError as error:
        raise CorpusError(f"cannot be written: {error.strerror or error}", corpus_path) from error
