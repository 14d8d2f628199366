"""Rules on sentences as a whole: none, too long, beyond the encoder."""

from __future__ import annotations

from collections.abc import Iterable

from blner_allennlp.corpus_tools.lint.findings import Example, Severity
from blner_allennlp.corpus_tools.lint.rule import Check, LintSettings, Rule, SeenSentence, per_sentence


def _without_words(seen: SeenSentence, settings: LintSettings) -> Iterable[Example]:
    del settings
    return () if seen.sentence.words else (seen.example("no words"),)


def _too_long(seen: SeenSentence, settings: LintSettings) -> Iterable[Example]:
    num_words = len(seen.sentence.words)
    encoder = settings.encoder
    if seen.pieces is not None and encoder is not None and encoder.max_pieces is not None:
        num_pieces = seen.pieces.num_pieces + encoder.num_special_pieces
        if num_pieces > encoder.max_pieces:
            return (
                seen.example(
                    f"{num_words} words, {num_pieces} pieces; {encoder.name} reads {encoder.max_pieces} at once"
                ),
            )
    if num_words > settings.max_words:
        return (seen.example(f"{num_words} words"),)
    return ()


def _without_pieces(settings: LintSettings) -> Check | None:
    return None if settings.count_pieces is None else per_sentence(_unreadable_words)(settings)


def _unreadable_words(seen: SeenSentence, settings: LintSettings) -> Iterable[Example]:
    del settings
    if seen.pieces is None:
        return ()
    return [seen.example(f"{seen.sentence.words[index]!a}") for index in seen.pieces.unreadable]


RULES = (
    Rule(
        "empty-sentence",
        Severity.WARNING,
        "sentences without words",
        "Remove them, or look for mentions whose text is gone.",
        per_sentence(_without_words),
    ),
    Rule(
        "long-sentence",
        Severity.WARNING,
        "sentences beyond the encoder's limit, or beyond --max-words",
        "Look whether blank lines between sentences are missing; what is right as it is will be read in windows, which "
        "costs time and context.",
        per_sentence(_too_long),
    ),
    Rule(
        "without-pieces",
        Severity.WARNING,
        "words of which the encoder's tokenizer leaves nothing (needs --encoder or an experiment)",
        "Remove such words, or their invisible characters; they are read as the unknown word.",
        _without_pieces,
    ),
)
