"""The table of corpus formats, and `read_corpus`, which reads them all."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from blner_allennlp.corpora.corpus_format import CorpusFormat
from blner_allennlp.corpora.formats.ace.reader import ACE
from blner_allennlp.corpora.formats.brat.reader import BRAT
from blner_allennlp.corpora.formats.columns.reader import COLUMNS
from blner_allennlp.corpora.formats.conll2012.reader import CONLL2012
from blner_allennlp.corpora.formats.datasets.reader import DATASETS
from blner_allennlp.corpora.formats.docbin.reader import DOCBIN
from blner_allennlp.corpora.formats.dygie import DYGIE
from blner_allennlp.corpora.formats.jsonl.reader import JSONL
from blner_allennlp.corpora.formats.pubtator import PUBTATOR
from blner_allennlp.corpora.formats.spert import SPERT
from blner_allennlp.corpora.lines import read_head
from blner_allennlp.corpora.relabelling import check_label_map, rename_labels
from blner_allennlp.corpora.sources import describe_missing_corpus
from blner_allennlp.entities import Sentence
from blner_allennlp.errors import CorpusError

# In the order in which they are asked whether they recognise a file; `columns` takes what the others leave.
CORPUS_FORMATS: dict[str, CorpusFormat] = {
    corpus_format.name: corpus_format
    for corpus_format in (
        CONLL2012,
        DOCBIN,
        DATASETS,
        ACE,
        BRAT,
        PUBTATOR,
        SPERT,
        DYGIE,
        JSONL,
        COLUMNS,
    )
}


def read_corpus(
    path: str | Path,
    format: str | None = None,
    *,
    label_map: Mapping[str, str] | None = None,
    **options: Any,
) -> Iterator[Sentence]:
    """Read a corpus, sentence by sentence in file order.

    Args:
        path: the file, or the directory for formats that have several files.
        format: a key of `CORPUS_FORMATS`; None to tell from the path and the start of the file.
        label_map: entity types of the corpus -> entity types to use; types that are not in it stay.
        **options: keyword arguments of the format's reader, such as `tag_column` of `columns`.

    Returns:
        An iterator over the sentences, with `.words` and `.entities`. The file is read while iterating, so
        memory does not grow with it, and errors in its lines are raised on the way as CorpusError.

    Raises:
        CorpusError: there is nothing at the path (the message says where to get known corpora), or the
            format or one of its options is unknown, or `label_map` is no such map.
    """
    corpus_path = Path(path)
    if not corpus_path.exists():
        raise CorpusError(describe_missing_corpus(corpus_path), corpus_path)
    corpus_format = find_format(corpus_path, format)
    check_options(corpus_format.read, options, f"format {corpus_format.name!r}", corpus_path, ("label_map",))
    if label_map is None:
        return corpus_format.read(corpus_path, **options)
    check_label_map(label_map, corpus_path)
    return rename_labels(corpus_format.read(corpus_path, **options), label_map)


def check_options(
    function: Callable[..., Any],
    options: Mapping[str, Any],
    owner: str,
    path: Path,
    common: Sequence[str] = (),
) -> None:
    """Make sure that a reader or writer has the options that the user names.

    Args:
        function: the reader or writer; its keyword-only arguments are its options.
        options: what the user names.
        owner: what has the options, for messages.
        path: the corpus, for messages.
        common: further options, which all formats have, for messages.

    Raises:
        CorpusError: there is no such option.
    """
    allowed = [
        name
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    ]
    for option in options:
        if option not in allowed:
            known = f"it has: {', '.join([*allowed, *common])}" if allowed or common else "it has none"
            raise CorpusError(f"{owner} has no option {option!r}; {known}", path)


def default_options(format_name: str | None) -> dict[str, Any]:
    """Look up what a format's options are where the user does not set them.

    Args:
        format_name: a name; None, and what is no format, has no options.

    Returns:
        The defaults of the reader's keyword-only arguments.
    """
    corpus_format = CORPUS_FORMATS.get(format_name or "")
    if corpus_format is None:
        return {}
    return {
        name: parameter.default
        for name, parameter in inspect.signature(corpus_format.read).parameters.items()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    }


def find_format(path: Path, name: str | None = None) -> CorpusFormat:
    """Look a format up by its name, or find out which one a corpus has.

    Args:
        path: the corpus.
        name: a key of `CORPUS_FORMATS`; None to tell from the path and the start of the file.

    Returns:
        The format.

    Raises:
        CorpusError: there is no such format, or none recognises the corpus.
    """
    known = "; ".join(f"{known.name!r} ({known.description})" for known in CORPUS_FORMATS.values())
    if name is not None:
        if name not in CORPUS_FORMATS:
            raise CorpusError(f"unknown format {name!r}; expected one of {known}", path)
        return CORPUS_FORMATS[name]
    # A pipe cannot be read twice, so its content has no say.
    head = read_head(path) if path.is_file() else ""
    for corpus_format in CORPUS_FORMATS.values():
        if corpus_format.recognises(path, head):
            return corpus_format
    raise CorpusError(
        f"no format recognises this directory; name one of its files, or the format; expected one of {known}",
        path,
    )
