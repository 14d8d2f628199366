"""Which column of a file is which: separator, number of columns, where the token and the tag stand."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

from blner_allennlp.tag_schemes import OUTSIDE_TAG, TagScheme, all_tags

# `# text = A B-boy` is metadata of the CoNLL-U family even where its last word looks like a tag.
_METADATA_COMMENT = re.compile(r"# [\w.:-]+ = ")


_TAG_PREFIXES = frozenset(tag[:2] for scheme in TagScheme for tag in all_tags(["X"], scheme)[1:])


def is_tag(text: str) -> bool:
    """Whether a text is a tag of some scheme, such as `O` or `B-person`."""
    return text == OUTSIDE_TAG or (len(text) > 2 and text[:2] in _TAG_PREFIXES)


@dataclass(frozen=True, slots=True)
class ColumnOptions:
    """What the user says about the columns of a file.

    Args:
        token_column: index (negative from the right) or name of the token's column.
        tag_column: index or name of the tag's column; None for the last one.
        columns: names of all columns, left to right; None where the file names them or indices suffice.
        separator: what stands between two columns, taken exactly; None for a TAB where the line that decides
            holds one, else runs of spaces.
        comments: whether lines that start with `# ` and cannot be a token line are comments.
        sentence_column: index or name of a column in which each new value starts a sentence; None if there is none.
        quotes: whether columns may stand in quotes, as in CSV files.
    """

    token_column: int | str
    tag_column: int | str | None
    columns: Sequence[str] | None
    separator: str | None
    comments: bool
    sentence_column: int | str | None = None
    quotes: bool = False


@dataclass(frozen=True, slots=True)
class ColumnLayout:
    """The columns of one file, as its first token line shows them.

    Args:
        separator: what stands between two columns; None for runs of spaces.
        num_columns: how many columns each token line has.
        token_index: where the token stands, from the left.
        tag_index: where the tag stands, from the left.
        line_number: the line that showed it.
        sentence_index: where the name or number of the sentence stands, from the left; None where it does not.
        quotes: whether columns may stand in quotes.
    """

    separator: str | None
    num_columns: int
    token_index: int
    tag_index: int
    line_number: int
    sentence_index: int | None = None
    quotes: bool = False

    def split(self, line: str) -> list[str]:
        """The columns of a line, blank ones beyond the file's number of columns left off; a ValueError as below."""
        separator = self.separator
        if separator is None and "\t" in line.strip(" \t"):
            # Between TABs a token may hold other blanks, so such a line of a mixed file is split at TABs
            # only.
            separator = "\t"
        fields = split_fields(line, separator, self.quotes)
        while len(fields) > self.num_columns and not fields[-1].strip(" \t"):
            fields.pop()
        return fields

    def describe(self) -> str:
        """The layout in words, for error messages."""
        between = {None: "spaces", "\t": "TABs"}.get(self.separator, repr(self.separator))
        return (
            f"{self.num_columns} columns separated by {between} as in line {self.line_number}, "
            f"token in column {self.token_index} and tag in column {self.tag_index} (counted from 0)"
        )


def split_fields(line: str, separator: str | None, quotes: bool = False) -> list[str]:
    """Cut a line into columns.

    Only the ASCII space counts as blank: U+00A0, U+200B and U+3000 are or belong to tokens in real corpora.

    Args:
        line: a line without its end.
        separator: what stands between two columns, taken exactly; None for runs of spaces.
        quotes: whether a column may stand in double quotes, in which the separator is a part of it and `""` is a quote.

    Returns:
        The columns, left to right.

    Raises:
        ValueError: a quote is not closed on the line, or followed by something else.
    """
    if quotes and '"' in line:
        try:
            return next(csv.reader([line], delimiter=separator or " ", strict=True))
        except csv.Error as error:
            raise ValueError(str(error)) from error
    if separator is None:
        return [field for field in line.strip(" \t").split(" ") if field]
    return line.split(separator)


def is_comment(line: str, fields: Sequence[str], layout: ColumnLayout | None) -> bool:
    """Whether a line is a comment, which it is only if it cannot be a token line.

    `#` and hashtags are tokens of real corpora: `# TAB O` and `#win O` are token lines.

    Args:
        line: the line without its end.
        fields: its columns.
        layout: the columns of the file; None before the first token line.

    Returns:
        True if the line starts with `# ` and has no tag where one belongs.
    """
    if not line.startswith("# "):
        return False
    if layout is not None and len(fields) == layout.num_columns:
        return not is_tag(fields[layout.tag_index].strip(" \t"))
    if "\t" not in line and _METADATA_COMMENT.match(line) is not None:
        return True
    return len(fields) == 1 or not is_tag(fields[-1].strip(" \t"))
