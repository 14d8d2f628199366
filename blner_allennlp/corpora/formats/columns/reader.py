"""Column files: a token a line with its tag in one of the columns, an empty line after each sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from blner_allennlp.corpora.choices import parse_choice
from blner_allennlp.corpora.corpus_format import CorpusFormat
from blner_allennlp.corpora.formats.columns.layout import ColumnOptions
from blner_allennlp.corpora.formats.columns.parser import DOCUMENT_START, SENTENCE_END, ColumnParser
from blner_allennlp.corpora.formats.columns.transition_check import TransitionCheck
from blner_allennlp.corpora.formats.columns.writer import write_columns
from blner_allennlp.corpora.lines import read_lines
from blner_allennlp.entities import Sentence
from blner_allennlp.errors import CorpusError, TagSequenceError
from blner_allennlp.tag_schemes import Reading, TagScheme, detect_scheme, tags_to_entities


def read_columns(
    path: Path,
    *,
    token_column: int | str = 0,
    tag_column: int | str | None = None,
    columns: Sequence[str] | None = None,
    sentence_column: int | str | None = None,
    separator: str | None = None,
    quotes: bool = False,
    scheme: TagScheme | str | None = None,
    reading: Reading | str = Reading.CONLLEVAL,
    encoding: str = "utf-8",
    comments: bool = True,
) -> Iterator[Sentence]:
    """Read a column file such as those of CoNLL-2003 and WNUT 2017.

    A token that is empty, blank or invisible but has a tag stays a word, so that no word is lost without a
    sign. A tag that cannot follow the one before it leaves a remark. A `-DOCSTART-` line starts a document
    (`document_id` counts from `doc-1`) and is no sentence.

    Args:
        path: the file, plain or gzip-compressed.
        token_column: index (negative from the right) or name of the token's column.
        tag_column: index or name of the tag's column; None for the last one. Names are those of `columns`,
            of a `# global.columns = ...` line or of a header line.
        columns: names of all columns, left to right.
        sentence_column: index or name of a column in which each new value starts a sentence, for files without empty
            lines between sentences; where it is blank, the sentence goes on.
        separator: what stands between two columns, taken exactly; None for TABs where the first token line
            holds one, else for runs of spaces.
        quotes: whether columns may stand in double quotes, as in CSV files (`separator` is then a comma if it is None).
        scheme: how the tags are spelt; None to find out from all tags of the file before the first sentence.
        reading: what to make of ill-formed tag sequences.
        encoding: character encoding of the file.
        comments: whether lines that start with `# ` and have no tag where one belongs are comments.

    Yields:
        The sentences with their entities, in file order.

    Raises:
        CorpusError: the file has no sentence, or a line has no tag, an unknown one or a wrong number of
            columns.
    """
    if path.is_dir():
        raise CorpusError(
            "expected one file with a token a line, got a directory; name one of its files, or see the "
            "formats that are read from a directory (`format='conll2012'`)",
            path,
        )
    if separator == "":
        raise CorpusError("expected a separator of at least one character, got an empty one", path)
    if quotes and separator is not None and len(separator) != 1:
        raise CorpusError(f"expected a separator of one character beside quotes, got {separator!r}", path)
    known_scheme = parse_choice(TagScheme, scheme, "a tag scheme", path) if scheme is not None else None
    known_reading = parse_choice(Reading, reading, "a reading", path)
    if quotes and separator is None:
        separator = ","
    options = ColumnOptions(token_column, tag_column, columns, separator, comments, sentence_column, quotes)
    blocks: Iterable[_Block] = _read_blocks(path, options, encoding)
    if known_scheme is None:
        if path.is_file():
            known_scheme = _detect_scheme(blocks, path)
            blocks = _read_blocks(path, options, encoding)
        else:
            # A pipe can be read once only.
            blocks = list(blocks)
            known_scheme = _detect_scheme(blocks, path)
    is_empty = True
    transitions = TransitionCheck(known_scheme)
    for block in blocks:
        is_empty = False
        yield block.to_sentence(transitions, known_reading, path)
    if is_empty:
        raise CorpusError(
            "the file is empty: expected at least one sentence, got none; fetch or make the file again", path
        )


_BLANK_LINE = (SENTENCE_END, "", "")


@dataclass(slots=True)
class _Block:
    """The token lines of one sentence."""

    document_id: str | None
    words: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    line_numbers: list[int] = field(default_factory=list)

    def to_sentence(self, transitions: TransitionCheck, reading: Reading, path: Path) -> Sentence:
        try:
            entities = tags_to_entities(self.tags, transitions.scheme, reading)
        except TagSequenceError:
            self._raise_for_foreign_tag(transitions.scheme, path)
            raise
        return Sentence(
            tuple(self.words),
            entities,
            document_id=self.document_id,
            line_number=self.line_numbers[0],
            remarks=transitions.remarks(self.words, self.tags, self.line_numbers, entities),
            path=path,
        )

    def _raise_for_foreign_tag(self, scheme: TagScheme, path: Path) -> None:
        for tag, line_number in zip(self.tags, self.line_numbers, strict=True):
            try:
                tags_to_entities([tag], scheme)
            except TagSequenceError as error:
                raise CorpusError(f"unknown tag: {error}", path, line_number) from error


def _detect_scheme(blocks: Iterable[_Block], path: Path) -> TagScheme:
    distinct_tags: dict[str, None] = {}
    block = _Block(document_id=None)

    def tag_sequences() -> Iterator[list[str]]:
        nonlocal block
        for block in blocks:
            yield block.tags
            distinct_tags.update(dict.fromkeys(block.tags))

    try:
        return detect_scheme(tag_sequences())
    except TagSequenceError as error:
        # The message counts sequences; the user needs the line, which is where the tags so far stop making
        # sense.
        for tag, line_number in zip(block.tags, block.line_numbers, strict=True):
            distinct_tags[tag] = None
            if not _has_scheme(distinct_tags):
                expected = ", ".join(scheme.value for scheme in TagScheme)
                raise CorpusError(
                    f"unknown tag {tag!r}: expected tags of one scheme ({expected}), but none has this one "
                    "together with those before it; correct the tag, or read files with different tags apart",
                    path,
                    line_number,
                ) from error
        raise CorpusError(f"unknown tag: {error}", path) from error


def _has_scheme(tags: Iterable[str]) -> bool:
    try:
        detect_scheme([list(tags)])
    except TagSequenceError:
        return False
    return True


def _read_blocks(path: Path, options: ColumnOptions, encoding: str) -> Iterator[_Block]:
    parser = ColumnParser(options, path)
    num_documents = 0
    last_name = ""
    block = _Block(document_id=None)
    for line_number, line in read_lines(path, encoding):
        parsed = parser.parse(line, line_number) if line and not line.isspace() else _BLANK_LINE
        if parsed is None:
            continue
        word, tag, name = parsed
        # A document may start without an empty line before or after the mark.
        starts_document = word == DOCUMENT_START
        is_border = starts_document or word == SENTENCE_END
        if is_border or (name and name != last_name):
            num_documents += starts_document
            if block.words:
                yield block
            block = _Block(document_id=f"doc-{num_documents}" if num_documents else None)
            last_name = name
        if not is_border:
            block.words.append(word)
            block.tags.append(tag)
            block.line_numbers.append(line_number)
    if block.words:
        yield block


def _recognises(path: Path, head: str) -> bool:
    # The last in the table: whatever no other format claims.
    del head
    return not path.is_dir()


COLUMNS = CorpusFormat(
    name="columns",
    description="a token and its tag a line, in columns (CoNLL-2003, WNUT 2017 and the like): one file",
    read=read_columns,
    recognises=_recognises,
    write=write_columns,
    is_flat=True,
)
