"""Columns as conlleval reads them: a token a line, its gold tag and its predicted tag in the last two columns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from blner_allennlp.corpora.formats.columns.layout import ColumnOptions, is_tag, split_fields
from blner_allennlp.corpora.formats.columns.parser import DOCUMENT_START, SENTENCE_END, ColumnParser
from blner_allennlp.corpora.lines import read_lines
from blner_allennlp.errors import CorpusError
from blner_allennlp.runs.answered_sentence import AnsweredSentence
from blner_allennlp.runs.tagged_predictions import TaggedFile
from blner_allennlp.tag_schemes import TagScheme

_GOLD_COLUMN, _PREDICTED_COLUMN = -2, -1


def read_prediction_columns(
    path: Path, scheme: TagScheme | None, encoding: str
) -> Iterator[AnsweredSentence]:
    """Read the sentences of a column file.

    Args:
        path: the file.
        scheme: how tags are spelt; None to find out.
        encoding: the file's character encoding.

    Returns:
        The sentences, in file order. A CorpusError if a line is not as it must be, or no scheme explains the tags.
    """
    tagged = TaggedFile(path)
    reader = _LineReader(tagged, path)
    words: list[str] = []
    num_documents = first_line = 0

    def end_sentence() -> None:
        if words:
            document_id = f"doc-{num_documents}" if num_documents else None
            tagged.end_sentence(tuple(words), document_id, first_line)
            words.clear()

    for line_number, line in read_lines(path, encoding):
        word = reader.read(line, line_number) if line and not line.isspace() else SENTENCE_END
        if word is None:
            continue
        if word in (SENTENCE_END, DOCUMENT_START):
            end_sentence()
            num_documents += word == DOCUMENT_START
            continue
        if not words:
            first_line = line_number
        words.append(word)
    end_sentence()
    return tagged.answered(scheme)


class _LineReader:
    """Takes the tags of one line after the other; what a line may look like is the business of `ColumnParser`."""

    def __init__(self, tagged: TaggedFile, path: Path) -> None:
        self._tagged = tagged
        self._path = path
        # Each knows one tag column.
        self._predicted_parser, self._gold_parser = (
            ColumnParser(ColumnOptions(0, column, None, None, comments=True), path)
            for column in (_PREDICTED_COLUMN, _GOLD_COLUMN)
        )
        self._separator = " "
        self._num_columns = 0  # not known before the first token line

    def read(self, line: str, line_number: int) -> str | None:
        """Take a line that is not blank: its word, or the parser's marks for what is none; None for comments."""
        # Nearly all lines are like those before, and need no second look.
        fields = line.split(self._separator)
        is_cut_right = self._separator == "\t" or "\t" not in line
        if len(fields) == self._num_columns and "" not in fields and is_cut_right:
            gold, predicted = self._tagged.gold, self._tagged.predicted
            gold_number = gold.numbers.get(fields[_GOLD_COLUMN])
            predicted_number = predicted.numbers.get(fields[_PREDICTED_COLUMN])
            if gold_number is not None and predicted_number is not None and fields[0] != DOCUMENT_START:
                gold.tags.append(gold_number)
                predicted.tags.append(predicted_number)
                return fields[0]
        return self._read_carefully(line, line_number)

    def _read_carefully(self, line: str, line_number: int) -> str | None:
        gold = None
        try:
            parsed = self._predicted_parser.parse(line, line_number)
            if parsed is None or parsed[0] in (SENTENCE_END, DOCUMENT_START):
                return None if parsed is None else parsed[0]
            gold = self._gold_parser.parse(line, line_number)
        except CorpusError as error:
            # It speaks of one tag column, and of options that prediction files do not have.
            raise CorpusError(self._explain(line) or error.reason, self._path, line_number) from error
        if gold is None:  # a comment, if it were not for the predicted tag
            raise CorpusError(self._explain(line), self._path, line_number)
        if not self._num_columns:
            self._separator = "\t" if "\t" in line.rstrip(" \t") else " "
            self._num_columns = len(self._split(line))
        self._tagged.gold.add(gold[1])
        self._tagged.predicted.add(parsed[1])
        return parsed[0]

    def _split(self, line: str) -> list[str]:
        fields = split_fields(line, "\t" if "\t" in line.rstrip(" \t") else None)
        while len(fields) > max(1, self._num_columns) and not fields[-1].strip(" \t"):
            fields.pop()
        return fields

    def _explain(self, line: str) -> str:
        """What is wrong with a line, and what to change in it; empty if only the parsers know."""
        fields = self._split(line)
        if self._num_columns and len(fields) != self._num_columns:
            return (
                f"wrong number of columns: expected {self._num_columns} columns as in the first token line, got "
                f"{len(fields)} in {line[:100]!r}; correct the line, or leave it empty if a sentence ends here"
            )
        tags = {
            what: fields[column].strip(" \t") if len(fields) > 2 else ""
            for what, column in (("gold", _GOLD_COLUMN), ("predicted", _PREDICTED_COLUMN))
        }
        # Of a first line it may be that there is only one column of tags.
        if len(fields) < 3 or (
            not self._num_columns and not is_tag(tags["gold"]) and is_tag(tags["predicted"])
        ):
            return (
                "expected at least three columns, the token first and the gold and the predicted tag last, got "
                f"{line[:100]!r}; write both tags for each token"
            )
        for what, tag in tags.items():
            if not tag:
                return (
                    f"token {fields[0]!r} has no {what} tag: expected the gold and the predicted tag in the last two "
                    "columns; add it (`O` outside entities)"
                )
            if not is_tag(tag):
                return (
                    f"unknown {what} tag {tag!r} of token {fields[0]!r}: expected `O`, or a letter such as B or I, "
                    "a hyphen and an entity type; correct it, or give gold and predicted tags as the last two columns"
                )
        return ""
