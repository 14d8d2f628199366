"""Gold tags and predicted tags -> sentences with gold and predicted mentions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from blner_allennlp.entities import Entity, ScoredEntity, Sentence
from blner_allennlp.errors import CorpusError, TagSequenceError
from blner_allennlp.runs.answered_sentence import AnsweredSentence, ScoreCheck
from blner_allennlp.tag_schemes import OUTSIDE_TAG, TagScheme, detect_scheme, tags_to_entities


class TaggedSentence(NamedTuple):
    """The words of a sentence, each with its gold tag and its predicted tag."""

    words: tuple[str, ...]
    gold_tags: Sequence[str]
    predicted_tags: Sequence[str]
    document_id: str | None
    line_number: int


def read_tags(
    tagged: Iterable[TaggedSentence], path: Path, scores: ScoreCheck, scheme: TagScheme | None
) -> Iterator[AnsweredSentence]:
    """Read the mentions that tags spell, as conlleval does. Gold and predictions may be spelt in different schemes.

    Args:
        tagged: the sentences of a file.
        path: the file, for messages.
        scores: told that tags have none.
        scheme: how all tags are spelt; None to find out from all tags of the file.

    Yields:
        The sentences; a CorpusError if no scheme explains the tags.
    """
    names: dict[str, str] = {}  # each tag once: a file has millions of them
    sentences = [
        sentence._replace(
            gold_tags=[names.setdefault(tag, tag) for tag in sentence.gold_tags],
            predicted_tags=[names.setdefault(tag, tag) for tag in sentence.predicted_tags],
        )
        for sentence in tagged
    ]
    gold_scheme = scheme or _detect(sentences, lambda sentence: sentence.gold_tags, "gold", path)
    predicted_scheme = scheme or _detect(
        sentences, lambda sentence: sentence.predicted_tags, "predicted", path
    )
    for sentence in sentences:
        gold = _entities(sentence.gold_tags, gold_scheme, sentence.line_number, path)
        predicted = _entities(sentence.predicted_tags, predicted_scheme, sentence.line_number, path)
        if predicted:
            scores.see(False, sentence.line_number)
        yield AnsweredSentence(
            Sentence(
                sentence.words,
                gold,
                document_id=sentence.document_id,
                line_number=sentence.line_number,
                path=path,
            ),
            tuple(ScoredEntity(entity, 1.0) for entity in predicted),
        )


def _entities(tags: Sequence[str], scheme: TagScheme, line_number: int, path: Path) -> tuple[Entity, ...]:
    if tags.count(OUTSIDE_TAG) == len(tags):  # most sentences of many corpora
        return ()
    try:
        return tags_to_entities(tags, scheme)
    except TagSequenceError as error:
        raise CorpusError(f"unknown tag: {error}", path, line_number) from error


def _detect(
    sentences: Sequence[TaggedSentence],
    tags_of: Callable[[TaggedSentence], Sequence[str]],
    what: str,
    path: Path,
) -> TagScheme:
    line_number = 0

    def tag_sequences() -> Iterator[Sequence[str]]:
        nonlocal line_number
        for sentence in sentences:
            line_number = sentence.line_number
            yield tags_of(sentence)

    try:
        return detect_scheme(tag_sequences())
    except TagSequenceError as error:
        raise CorpusError(f"unknown {what} tag: {error}", path, line_number) from error
