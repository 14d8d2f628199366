"""From the lines of a column file to tokens and tags."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from blner_allennlp.corpora.formats.columns.layout import (
    ColumnLayout,
    ColumnOptions,
    is_comment,
    is_tag,
    split_fields,
)
from blner_allennlp.errors import CorpusError

DOCUMENT_START = "-DOCSTART-"
SENTENCE_END = "\n"
"""What no token can be."""
_COLUMN_NAMES = "# global.columns ="


class ColumnParser:
    """Parses the lines of one file, in order, and learns its columns from the first token line.

    Args:
        options: what the user says about the columns.
        path: the file, for messages.
    """

    def __init__(self, options: ColumnOptions, path: Path) -> None:
        self._options = options
        self._path = path
        self._layout: ColumnLayout | None = None
        self._column_names = options.columns

    def parse(self, line: str, line_number: int) -> tuple[str, str, str] | None:
        """Take a line apart; one without tag, with an unknown one or with too few columns is a CorpusError.

        Args:
            line: a line that is not blank, without its end.
            line_number: its number, for messages.

        Returns:
            Token, tag and the sentence's name or number, which is empty where the file has none;
            `DOCUMENT_START` in place of the token where a document starts, `SENTENCE_END` where all columns are empty;
            None for comments and the header line.
        """
        # Nearly all lines are token lines, so what comes before their turn has to be quick.
        if line.startswith(DOCUMENT_START) and self._starts_document(line):
            return DOCUMENT_START, "", ""
        if self._layout is None:
            separator = self._separator_of(line)
            fields = self._split(line, separator, line_number)
            if self._reads_column_names(line, fields):
                return None
            if self._options.comments and is_comment(line, fields, None):
                return None
            if not any(fields):
                return SENTENCE_END, "", ""
            self._layout = self._find_layout(line, separator, line_number)
        if self._layout.quotes:
            fields = self._split_quoted(line, self._layout, line_number)
        else:
            fields = self._layout.split(line)
        if line.startswith("# ") and self._options.comments and is_comment(line, fields, self._layout):
            return None
        if len(fields) > self._layout.token_index and fields[self._layout.token_index] == DOCUMENT_START:
            return DOCUMENT_START, "", ""
        return self._parse_token_line(line, fields, self._layout, line_number)

    def _split_quoted(self, line: str, layout: ColumnLayout, line_number: int) -> list[str]:
        try:
            return layout.split(line)
        except ValueError as error:
            raise self._broken_quotes(line, error, line_number) from error

    def _split(self, line: str, separator: str | None, line_number: int) -> list[str]:
        try:
            return split_fields(line, separator, self._options.quotes)
        except ValueError as error:
            raise self._broken_quotes(line, error, line_number) from error

    def _broken_quotes(self, line: str, error: ValueError, line_number: int) -> CorpusError:
        return CorpusError(
            f"expected columns with or without quotes around them, but: {error}, in {line[:100]!r}; close the quote on "
            'the same line (`""` is a quote inside one), or leave the option quotes out',
            self._path,
            line_number,
        )

    def _starts_document(self, line: str) -> bool:
        # By the start of the line alone, because its columns may be others than those of token lines.
        after_mark = line[len(DOCUMENT_START) :]
        return after_mark[:1] in ("", " ", "\t") or after_mark.startswith(self._options.separator or " ")

    def _separator_of(self, line: str) -> str | None:
        # A leading TAB counts: it follows an empty token.
        if self._options.separator is None and "\t" in line.rstrip(" \t"):
            return "\t"
        return self._options.separator

    def _reads_column_names(self, line: str, fields: list[str]) -> bool:
        """Whether a line before the first token line only names the columns, in a comment or as a header."""
        if self._options.comments and line.startswith(_COLUMN_NAMES):
            if self._options.columns is None:
                self._column_names = line.removeprefix(_COLUMN_NAMES).split()
            return True
        if self._column_names is not None:
            return fields == list(self._column_names)
        wanted = {self._options.token_column, self._options.tag_column, self._options.sentence_column}
        names_wanted = {column for column in wanted if isinstance(column, str)}
        if not names_wanted or not names_wanted <= set(fields):
            return False
        self._column_names = fields
        return True

    def _find_layout(self, line: str, separator: str | None, line_number: int) -> ColumnLayout:
        names = self._column_names
        fields = self._split(line, separator, line_number)
        while len(fields) > (len(names) if names is not None else 1) and not fields[-1].strip(" \t"):
            fields.pop()
        if len(fields) == 1:
            raise CorpusError(
                f"token {fields[0]!r} has no tag: expected a token and its tag, separated by a TAB or "
                "spaces, got a single column; add the tags (`O` outside entities), name the format where it is "
                "another one, or use `allennlp predict` on text without tags",
                self._path,
                line_number,
            )
        if names is not None and len(fields) != len(names):
            raise CorpusError(
                f"wrong number of columns: expected {len(names)} ({', '.join(names)}), got {len(fields)} in "
                f"{line!r}; correct the line, the names of the columns or the separator",
                self._path,
                line_number,
            )
        tag_column = -1 if self._options.tag_column is None else self._options.tag_column
        token_index = self._resolve(self._options.token_column, "token_column", len(fields), line_number)
        tag_index = self._resolve(tag_column, "tag_column", len(fields), line_number)
        if token_index == tag_index:
            raise CorpusError(
                f"expected the token and the tag in different columns, got column {tag_index} for both; "
                "change token_column or tag_column",
                self._path,
                line_number,
            )
        sentence_index = None
        if self._options.sentence_column is not None:
            sentence_column = self._options.sentence_column
            sentence_index = self._resolve(sentence_column, "sentence_column", len(fields), line_number)
        return ColumnLayout(
            separator,
            len(fields),
            token_index,
            tag_index,
            line_number,
            sentence_index,
            self._options.quotes,
        )

    def _resolve(self, column: int | str, option: str, num_columns: int, line_number: int) -> int:
        """The index from the left of a column that is given by index or name."""
        names: Sequence[str] | None = self._column_names
        if isinstance(column, str):
            if names is None:
                raise CorpusError(
                    f"{option} is the name {column!r}, but the file does not name its columns so (no such "
                    "header line, no `# global.columns = ...`); pass columns=[...] or the column's index",
                    self._path,
                    line_number,
                )
            if column not in names:
                raise CorpusError(
                    f"{option} is {column!r}, but the columns are named {', '.join(names)}; take one of "
                    "these",
                    self._path,
                    line_number,
                )
            return list(names).index(column)
        if not -num_columns <= column < num_columns:
            raise CorpusError(
                f"{option} is {column}, but the line has {num_columns} columns; take an index between "
                f"{-num_columns} and {num_columns - 1}, or correct the separator",
                self._path,
                line_number,
            )
        return column % num_columns

    def _parse_token_line(
        self, line: str, fields: list[str], layout: ColumnLayout, line_number: int
    ) -> tuple[str, str, str]:
        has_all_columns = len(fields) == layout.num_columns
        if has_all_columns:
            word, tag = fields[layout.token_index], fields[layout.tag_index].strip(" \t")
            if is_tag(tag):
                return word, tag, "" if layout.sentence_index is None else fields[layout.sentence_index]
            if tag:
                is_first = line_number == layout.line_number
                header = "; if this line names the columns, give token_column and tag_column by these names"
                raise CorpusError(
                    f"unknown tag {tag!r} of token {word!r}: expected `O`, or a letter such as B or I, a "
                    f"hyphen and an entity type; correct the tag, set tag_column (now {layout.tag_index}) to the "
                    f"column of the tags, or name the format where these are no columns{header if is_first else ''}",
                    self._path,
                    line_number,
                )
        num_filled = sum(bool(text.strip(" \t")) for text in fields)
        if num_filled == 0:
            # A line between sentences, as table calculators write it.
            return SENTENCE_END, "", ""
        if has_all_columns or num_filled < 2:
            raise CorpusError(
                f"token {line.strip(' ')!r} has no tag: expected {layout.describe()}; add the tag (`O` "
                "outside entities), or leave the line empty if a sentence ends here",
                self._path,
                line_number,
            )
        raise CorpusError(
            f"wrong number of columns: expected {layout.describe()}, got {len(fields)} in {line!r}; correct "
            "the line or the separator",
            self._path,
            line_number,
        )
