"""Lists of document names, which say what belongs to a split."""

from __future__ import annotations

import re
from pathlib import Path

from blner_allennlp.corpora.lines import read_lines
from blner_allennlp.errors import CorpusError

_NUM_NAMES_SHOWN = 5
_FILE_SUFFIX = re.compile(r"\.(?:v\d+_)?(?:gold|auto)_(?:conll|skel)(?:\.gz)?$")


class DocumentList:
    """The documents that a list names, and which of them have been asked for.

    Args:
        path: a file with one name a line, such as `nw/wsj/00/wsj_0001`. Directories before it, the suffix of a CoNLL
            file after it, and what follows an `@` make no difference.

    Raises:
        CorpusError: the file cannot be read or names nothing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._line_of_name: dict[str, int] = {}
        self._name_of_ending: dict[str, str] = {}
        for line_number, line in read_lines(path):
            name = _FILE_SUFFIX.sub("", line.strip().partition("@")[0])
            if not name:
                continue
            self._line_of_name.setdefault(name, line_number)
            ending = name
            while ending:
                self._name_of_ending.setdefault(ending, name)
                ending = ending.partition("/")[2]
        if not self._line_of_name:
            raise CorpusError("the file is empty: expected the name of a document a line, got none", path)
        self._missing = dict(self._line_of_name)

    def __contains__(self, document_name: str) -> bool:
        """Whether the list has a document; it then counts as found."""
        name = self._name_of_ending.get(document_name)
        if name is None:
            return False
        self._missing.pop(name, None)
        return True

    def check_all_found(self, corpus: Path) -> None:
        """Make sure that no document of the list is missing from a corpus that has been read to its end.

        Args:
            corpus: the corpus, for the message.

        Raises:
            CorpusError: some have not been asked for.
        """
        if self._missing:
            shown = ", ".join(list(self._missing)[:_NUM_NAMES_SHOWN])
            more = ", …" if len(self._missing) > _NUM_NAMES_SHOWN else ""
            raise CorpusError(
                f"{len(self._missing)} of {len(self._line_of_name)} documents are not in {corpus}: {shown}{more}; "
                "complete the corpus, or take them off the list",
                self._path,
                next(iter(self._missing.values())),
            )
