"""Running text with mentions by character offsets -> sentences of words."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

from blner_allennlp.corpora.char_mentions import CharMention, PlacedMention, place_mentions
from blner_allennlp.entities import Entity, Remark, RemarkKind, Sentence
from blner_allennlp.errors import CorpusError
from blner_allennlp.splitting import SentenceSplitter, WordSplitter, sentence_splitter, word_splitter
from blner_allennlp.splitting.sentences import words_after

__all__ = ["AnnotatedText", "CharMention", "TextSplitters", "to_sentences"]


@dataclass(frozen=True, slots=True)
class AnnotatedText:
    """A document, or another piece of text that is annotated as one.

    Args:
        text: the text, exactly as the offsets count it.
        mentions: its mentions, in the order of the file.
        path: the corpus file.
        document_id: the document's name.
        line_number: the line of the corpus file at which the text starts.
        has_lines: whether the text has the line ends of the file, so that each sentence's line can be told.
        line_starts: places of the text at which lines of the file start, and the numbers of these lines, in order,
            where the text is made up of lines without having their ends.
        sentence_borders: places at which a sentence starts whatever the splitter says, such as the end of a title.
        word_spans: the words, where the corpus states them; None to split them.
        sentence_starts: the words out of `word_spans` that start sentences, where the corpus states them; None to find
            them. The first word counts as one of them in any case.
        repeats_document: whether the corpus held a document of this name before.

    Raises:
        CorpusError: the stated words are not in order, overlap, are empty or reach past the text, or a sentence starts
            at a word that there is not.
    """

    text: str
    mentions: tuple[CharMention, ...]
    path: Path
    document_id: str | None = None
    line_number: int | None = None
    has_lines: bool = False
    line_starts: tuple[tuple[int, int], ...] = ()
    sentence_borders: tuple[int, ...] = ()
    word_spans: tuple[tuple[int, int], ...] | None = None
    sentence_starts: tuple[int, ...] | None = None
    repeats_document: bool = False

    def __post_init__(self) -> None:
        word_end = 0
        for start, end in self.word_spans or ():
            if not word_end <= start < end <= len(self.text):
                raise CorpusError(
                    "expected words in order, of at least one character each, that share none and lie in the text of "
                    f"{len(self.text)} characters, got one from {start} to {end} after one that ends at {word_end}; "
                    "correct the offsets",
                    self.path,
                    self.line_number,
                )
            word_end = end
        num_words = len(self.word_spans or ())
        for word_index in self.sentence_starts or ():
            if not 0 <= word_index < num_words:
                raise CorpusError(
                    f"expected sentences to start at stated words, of which there are {num_words}, got a start at "
                    f"word {word_index}, counted from 0; correct it, or state the words",
                    self.path,
                    self.line_number,
                )


@dataclass(frozen=True, slots=True)
class TextSplitters:
    """How running text becomes words and sentences.

    Args:
        words: finds the words.
        sentences: finds the first words of sentences.
    """

    words: WordSplitter
    sentences: SentenceSplitter

    @classmethod
    def by_name(
        cls, word_splitter_name: str, sentence_splitter_name: str, language: str, path: Path
    ) -> TextSplitters:
        """Look both up.

        Args:
            word_splitter_name: one of `WORD_SPLITTERS`.
            sentence_splitter_name: one of `SENTENCE_SPLITTERS`.
            language: ISO code, for the rules of `word_splitter_name`.
            path: the corpus, for messages.

        Returns:
            The splitters.

        Raises:
            CorpusError: one of the names is unknown.
        """
        try:
            return cls(word_splitter(word_splitter_name, language), sentence_splitter(sentence_splitter_name))
        except ValueError as error:
            raise CorpusError(str(error), path) from error


def to_sentences(annotated: AnnotatedText, splitters: TextSplitters) -> Iterator[Sentence]:
    """Cut an annotated text into sentences whose texts add up to it.

    No mention is lost to the splitters: where it starts or ends inside a word, the word is split there, and where it
    crosses the end of a sentence that they found, the sentences stay one. Both leave a remark. Borders that the corpus
    states stay; a mention across one of those is left out, with a remark, as are mentions that no words can express.
    Time is linear in the text and, but for a logarithm, in the mentions.

    Args:
        annotated: text and mentions.
        splitters: how to find words and sentences where the corpus does not state them.

    Yields:
        The sentences, in order. A text without words gives none, unless it has mentions to remark on.
    """
    given_spans = annotated.word_spans
    word_spans, placed = place_mentions(
        annotated.text,
        annotated.mentions,
        given_spans if given_spans is not None else splitters.words(annotated.text),
    )
    if word_spans or placed:
        starts, fixed_starts = _find_sentences(annotated, word_spans, splitters)
        starts = _join_sentences(starts, fixed_starts, placed)
        yield from _cut(annotated, word_spans, starts, placed)


def _find_sentences(
    annotated: AnnotatedText, word_spans: Sequence[tuple[int, int]], splitters: TextSplitters
) -> tuple[list[int], list[int]]:
    """The words that start sentences, the first one included, and which of them the corpus itself states."""
    if annotated.sentence_starts is not None and annotated.word_spans is not None:
        # They count the words that the corpus states; some may have been split since.
        stated = {annotated.word_spans[index][0] for index in annotated.sentence_starts}
        fixed_starts = words_after([0, *sorted(stated)], word_spans)
        return fixed_starts or [0], fixed_starts
    fixed_starts = words_after(sorted(annotated.sentence_borders), word_spans)
    return sorted({0, *fixed_starts, *splitters.sentences(annotated.text, word_spans)}), fixed_starts


def _join_sentences(starts: list[int], fixed_starts: list[int], placed: Sequence[PlacedMention]) -> list[int]:
    """Drop the sentence starts that lie inside a mention; leave mentions out that a stated start tears apart."""
    dropped: set[int] = set()
    for candidate in placed:
        if candidate.entity is None:
            continue
        if _inside(candidate.entity, fixed_starts):
            candidate.entity = None
            if not candidate.is_lost:
                candidate.kinds = [RemarkKind.ACROSS_SENTENCES]
        elif inside := _inside(candidate.entity, starts):
            dropped.update(inside)
            if not candidate.is_lost:
                candidate.kinds.append(RemarkKind.SENTENCES_JOINED)
    return [start for start in starts if start not in dropped] if dropped else starts


def _inside(entity: Entity, starts: list[int]) -> list[int]:
    return starts[bisect_right(starts, entity.word_start) : bisect_left(starts, entity.word_end)]


def _cut(
    annotated: AnnotatedText,
    word_spans: Sequence[tuple[int, int]],
    starts: Sequence[int],
    placed: Sequence[PlacedMention],
) -> Iterator[Sentence]:
    text = annotated.text
    # A sentence's text reaches to the first word of the next one, the first one's from the start of the text.
    borders = [0, *(word_spans[start][0] for start in starts[1:]), len(text)]
    members: list[list[tuple[int, PlacedMention]]] = [[] for _ in starts]
    for candidate in placed:
        if candidate.entity is not None:
            position = word_spans[candidate.entity.word_start][0]
        else:
            position = min(start for start, _ in candidate.mention.char_spans)
        # What lies outside the text belongs to the sentence nearest to it.
        index = min(max(bisect_right(borders, position), 1), len(starts)) - 1
        members[index].append((position, candidate))
    ends = [*starts[1:], len(word_spans)]
    first_characters = [word_spans[start][0] for start in starts] if word_spans else [0]
    line_numbers = _line_numbers(annotated, first_characters)
    for index, line_number in enumerate(line_numbers):
        char_start, char_end = borders[index], borders[index + 1]
        spans = word_spans[starts[index] : ends[index]]
        entities, remarks = _describe(annotated, members[index], starts[index])
        yield Sentence(
            words=tuple(text[start:end] for start, end in spans),
            entities=entities,
            text=text[char_start:char_end],
            char_offsets=tuple((start - char_start, end - char_start) for start, end in spans),
            document_id=annotated.document_id,
            line_number=line_number,
            remarks=remarks,
            path=annotated.path,
        )


def _line_numbers(annotated: AnnotatedText, positions: Sequence[int]) -> Iterator[int | None]:
    """The line of the file for each of some places of the text, which come in order."""
    line_number, counted_to = annotated.line_number, 0
    line_starts = deque(annotated.line_starts)
    for position in positions:
        while line_starts and line_starts[0][0] <= position:
            line_number = line_starts.popleft()[1]
        if line_number is not None and annotated.has_lines:
            line_number += annotated.text.count("\n", counted_to, position)
            counted_to = position
        yield line_number


def _describe(
    annotated: AnnotatedText, members: list[tuple[int, PlacedMention]], first_word: int
) -> tuple[tuple[Entity, ...], tuple[Remark, ...]]:
    """The entities of a sentence and what is to be said of them, in order of their places in the text."""
    entities = []
    remarks = []
    for _, candidate in sorted(members, key=itemgetter(0)):
        mention, entity, kinds = candidate.mention, candidate.entity, candidate.kinds
        if entity is not None:
            entity = Entity(entity.word_start - first_word, entity.word_end - first_word, entity.label)
        if entity is not None and not candidate.is_lost:
            entities.append(entity)
            if annotated.repeats_document:
                kinds = [*kinds, RemarkKind.REPEATED_DOCUMENT]
        for kind in kinds:
            line_number = mention.line_number if mention.line_number is not None else annotated.line_number
            remarks.append(Remark(kind, mention.label, mention.text_in(annotated.text), line_number, entity))
    return tuple(entities), tuple(remarks)
