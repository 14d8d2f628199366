"""Running text with mentions by character offsets -> sentences of words."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from blner_allennlp.entities import Entity, Remark, RemarkKind, Sentence
from blner_allennlp.errors import CorpusError
from blner_allennlp.splitting import SentenceSplitter, WordSplitter, sentence_splitter, word_splitter
from blner_allennlp.splitting.sentences import words_after


@dataclass(frozen=True, slots=True)
class CharMention:
    """An annotated mention of a text.

    Args:
        char_spans: its half-open character spans in the text, at least one; more where it has gaps.
        label: entity type.
        text: the mention as the annotation spells it out; None where it does not.
        line_number: the line of the corpus file that states the mention.
    """

    char_spans: tuple[tuple[int, int], ...]
    label: str
    text: str | None = None
    line_number: int | None = None


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
        sentence_borders: places at which a sentence starts whatever the splitter says, such as the end of a title.
        word_spans: the words, where the corpus states them; None to split them.
        sentence_starts: the words that start sentences, where the corpus states them; None to find them.
    """

    text: str
    mentions: tuple[CharMention, ...]
    path: Path
    document_id: str | None = None
    line_number: int | None = None
    has_lines: bool = False
    sentence_borders: tuple[int, ...] = ()
    word_spans: tuple[tuple[int, int], ...] | None = None
    sentence_starts: tuple[int, ...] | None = None


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

    Args:
        annotated: text and mentions.
        splitters: how to find words and sentences where the corpus does not state them.

    Yields:
        The sentences, in order. A text without words gives none, unless it has mentions to remark on.
    """
    usable, remarks = _check_mentions(annotated)
    word_spans = list(
        annotated.word_spans if annotated.word_spans is not None else splitters.words(annotated.text)
    )
    word_spans, inside_word = _split_at_mentions(word_spans, usable)
    word_starts = [start for start, _ in word_spans]
    word_ends = [end for _, end in word_spans]

    placed: list[tuple[CharMention, Entity]] = []
    for mention in usable:
        word_start, word_end = _words_between(mention.char_spans[0], word_starts, word_ends)
        if word_start >= word_end:
            remarks.append((_position(mention), _remark(RemarkKind.WITHOUT_WORDS, mention, annotated)))
            continue
        placed.append((mention, Entity(word_start, word_end, mention.label)))

    starts, fixed = _find_sentences(annotated, word_spans, splitters)
    starts = _join_sentences(starts, fixed, placed, annotated, remarks)
    remarks += [
        (_position(mention), _remark(RemarkKind.INSIDE_WORD, mention, annotated)) for mention in inside_word
    ]
    yield from _cut(annotated, word_spans, starts, placed, remarks)


def _position(mention: CharMention) -> int:
    return mention.char_spans[0][0]


def _remark(
    kind: RemarkKind, mention: CharMention, annotated: AnnotatedText, entity: Entity | None = None
) -> Remark:
    text = mention.text
    if text is None:
        text = " ".join(annotated.text[max(0, start) : end] for start, end in mention.char_spans)
    return Remark(kind, mention.label, text, mention.line_number or annotated.line_number, entity)


def _check_mentions(annotated: AnnotatedText) -> tuple[list[CharMention], list[tuple[int, Remark]]]:
    """Part the mentions that one span of the text can hold from the others; say what is wrong with the others."""
    usable = []
    remarks = []
    seen: set[tuple[tuple[tuple[int, int], ...], str]] = set()
    for mention in annotated.mentions:
        kind: RemarkKind | None = None
        spans = sorted(mention.char_spans)
        if any(not 0 <= start <= end <= len(annotated.text) for start, end in spans):
            kind = RemarkKind.OUTSIDE_TEXT
        elif (tuple(spans), mention.label) in seen:
            kind = RemarkKind.DUPLICATE
        # Some tools write a mention that goes on in the next line as one span a line.
        elif any(annotated.text[end:start].strip() for (_, end), (start, _) in pairwise(spans)):
            kind = RemarkKind.DISCONTINUOUS
        elif not annotated.text[spans[0][0] : spans[-1][1]].strip():
            kind = RemarkKind.WITHOUT_WORDS
        seen.add((tuple(spans), mention.label))
        if kind is not None:
            remarks.append((max(0, _position(mention)), _remark(kind, mention, annotated)))
            continue
        char_start, char_end = spans[0][0], spans[-1][1]
        if mention.text is not None and not _same_text(annotated.text[char_start:char_end], mention.text):
            remarks.append((char_start, _remark(RemarkKind.TEXT_MISMATCH, mention, annotated)))
        usable.append(
            CharMention(((char_start, char_end),), mention.label, mention.text, mention.line_number)
        )
    return usable, remarks


def _same_text(found: str, stated: str) -> bool:
    # Annotation files write line ends inside a mention as blanks.
    return found == stated or found.split() == stated.split()


def _split_at_mentions(
    word_spans: list[tuple[int, int]], mentions: Sequence[CharMention]
) -> tuple[list[tuple[int, int]], list[CharMention]]:
    """Split the words inside which a mention starts or ends."""
    word_starts = [start for start, _ in word_spans]
    cuts: dict[int, set[int]] = {}
    inside_word = []
    for mention in mentions:
        is_inside = False
        for position in mention.char_spans[0]:
            word_index = bisect_right(word_starts, position) - 1
            if word_index < 0:
                continue
            start, end = word_spans[word_index]
            if start < position < end:
                cuts.setdefault(word_index, set()).add(position)
                is_inside = True
        if is_inside:
            inside_word.append(mention)
    if not cuts:
        return word_spans, inside_word
    split = []
    for word_index, (start, end) in enumerate(word_spans):
        if word_index in cuts:
            split += list(pairwise([start, *sorted(cuts[word_index]), end]))
        else:
            split.append((start, end))
    return split, inside_word


def _words_between(
    char_span: tuple[int, int], word_starts: Sequence[int], word_ends: Sequence[int]
) -> tuple[int, int]:
    """The words that lie in a character span, half-open."""
    char_start, char_end = char_span
    return bisect_left(word_starts, char_start), bisect_right(word_ends, char_end)


def _find_sentences(
    annotated: AnnotatedText, word_spans: Sequence[tuple[int, int]], splitters: TextSplitters
) -> tuple[list[int], set[int]]:
    """The words that start sentences, and which of them the corpus itself states."""
    if annotated.sentence_starts is not None:
        # They count the words that the corpus states; some may have been split since.
        given = annotated.word_spans or ()
        positions = [given[index][0] for index in annotated.sentence_starts]
        starts = words_after(sorted(positions), word_spans)
        return starts, set(starts)
    fixed = set(words_after(sorted(annotated.sentence_borders), word_spans))
    return sorted(fixed.union(splitters.sentences(annotated.text, word_spans))), fixed


def _join_sentences(
    starts: list[int],
    fixed: set[int],
    placed: list[tuple[CharMention, Entity]],
    annotated: AnnotatedText,
    remarks: list[tuple[int, Remark]],
) -> list[int]:
    """Drop the sentence starts that lie inside a mention; leave mentions out that a stated start tears apart."""
    dropped: set[int] = set()
    for mention, entity in list(placed):
        inside = starts[bisect_right(starts, entity.word_start) : bisect_left(starts, entity.word_end)]
        if not inside:
            continue
        if fixed.intersection(inside):
            placed.remove((mention, entity))
            kind = RemarkKind.ACROSS_SENTENCES
        else:
            dropped.update(inside)
            kind = RemarkKind.SENTENCES_JOINED
        remarks.append((_position(mention), _remark(kind, mention, annotated)))
    return [start for start in starts if start not in dropped]


def _cut(
    annotated: AnnotatedText,
    word_spans: Sequence[tuple[int, int]],
    starts: Sequence[int],
    placed: Sequence[tuple[CharMention, Entity]],
    remarks: Sequence[tuple[int, Remark]],
) -> Iterator[Sentence]:
    text = annotated.text
    if not word_spans:
        if remarks:
            yield Sentence(
                (), (), text, (), annotated.document_id, annotated.line_number,
                tuple(remark for _, remark in remarks), annotated.path,
            )  # fmt: skip
        return
    entities: list[list[Entity]] = [[] for _ in starts]
    for _, entity in placed:
        index = bisect_right(starts, entity.word_start) - 1
        first = starts[index]
        entities[index].append(Entity(entity.word_start - first, entity.word_end - first, entity.label))
    # A sentence's text reaches to the first word of the next one, the first one's from the start of the text.
    borders = [0, *(word_spans[start][0] for start in starts[1:]), len(text)]
    of_sentence: list[list[Remark]] = [[] for _ in starts]
    for position, remark in sorted(remarks, key=lambda pair: pair[0]):
        of_sentence[max(0, min(len(starts), bisect_right(borders, position)) - 1)].append(remark)
    line_number, counted_to = annotated.line_number, 0
    for index, (first, last) in enumerate(pairwise([*starts, len(word_spans)])):
        char_start, char_end = borders[index], borders[index + 1]
        spans = word_spans[first:last]
        if line_number is not None and annotated.has_lines:
            line_number += text.count("\n", counted_to, spans[0][0])
            counted_to = spans[0][0]
        yield Sentence(
            words=tuple(text[start:end] for start, end in spans),
            entities=tuple(sorted(entities[index], key=lambda entity: entity.word_start)),
            text=text[char_start:char_end],
            char_offsets=tuple((start - char_start, end - char_start) for start, end in spans),
            document_id=annotated.document_id,
            line_number=line_number,
            remarks=tuple(of_sentence[index]),
            path=annotated.path,
        )
