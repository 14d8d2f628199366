"""Columns as conlleval reads them: a token a line, its gold tag and its predicted tag in the last two columns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from blner_allennlp.corpora.formats.columns.layout import ColumnOptions
from blner_allennlp.corpora.formats.columns.parser import DOCUMENT_START, SENTENCE_END, ColumnParser
from blner_allennlp.corpora.lines import read_lines
from blner_allennlp.errors import CorpusError
from blner_allennlp.runs.answered_sentence import AnsweredSentence, ScoreCheck
from blner_allennlp.runs.tagged_predictions import TaggedSentence, read_tags
from blner_allennlp.tag_schemes import TagScheme

_GOLD_COLUMN, _PREDICTED_COLUMN = -2, -1


def read_prediction_columns(
    path: Path, scores: ScoreCheck, scheme: TagScheme | None, encoding: str
) -> Iterator[AnsweredSentence]:
    """Read the sentences of a column file.

    Args:
        path: the file.
        scores: told that tags have none.
        scheme: how tags are spelt; None to find out.
        encoding: the file's character encoding.

    Yields:
        The sentences, in file order; a CorpusError if a line is not as it must be.
    """
    yield from read_tags(_read_sentences(path, encoding), path, scores, scheme)


def _read_sentences(path: Path, encoding: str) -> Iterator[TaggedSentence]:
    # Each knows one tag column; what the first one accepts, the second one need not.
    predicted_parser, gold_parser = (
        ColumnParser(ColumnOptions(0, column, None, None, comments=True), path)
        for column in (_PREDICTED_COLUMN, _GOLD_COLUMN)
    )
    num_documents = 0
    first_line = 0
    words: list[str] = []
    gold_tags: list[str] = []
    predicted_tags: list[str] = []
    has_token_line = False

    def sentence() -> TaggedSentence:
        document_id = f"doc-{num_documents}" if num_documents else None
        return TaggedSentence(tuple(words), gold_tags, predicted_tags, document_id, first_line)

    for line_number, line in read_lines(path, encoding):
        parsed = predicted_parser.parse(line, line_number) if line and not line.isspace() else None
        if parsed is None and line and not line.isspace():
            continue  # a comment
        if parsed is None or parsed[0] in (DOCUMENT_START, SENTENCE_END):
            if words:
                yield sentence()
                words, gold_tags, predicted_tags = [], [], []
            num_documents += parsed is not None and parsed[0] == DOCUMENT_START
            continue
        gold = _parse_gold(gold_parser, line, line_number, path, is_first=not has_token_line)
        has_token_line = True
        if not words:
            first_line = line_number
        words.append(parsed[0])
        gold_tags.append(gold)
        predicted_tags.append(parsed[1])
    if words:
        yield sentence()


def _parse_gold(parser: ColumnParser, line: str, line_number: int, path: Path, is_first: bool) -> str:
    try:
        parsed = parser.parse(line, line_number)
    except CorpusError as error:
        if is_first:
            raise CorpusError(
                f"expected at least three columns, the token first and the gold and the predicted tag last, got "
                f"{line[:100]!r}; write both tags for each token",
                path,
                line_number,
            ) from error
        raise
    return "" if parsed is None else parsed[1]
