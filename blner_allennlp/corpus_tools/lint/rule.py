"""The parts that every rule of lint is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from blner_allennlp.corpus_tools.counting.pieces import EncoderLimits, PieceCounter, SentencePieces
from blner_allennlp.corpus_tools.lint.findings import Example, Severity
from blner_allennlp.corpus_tools.lint.sentence_index import MIN_DUPLICATE_WORDS, Occurrence
from blner_allennlp.entities import Sentence
from blner_allennlp.flattening import OverlapPolicy


@dataclass(frozen=True, slots=True)
class LintSettings:
    """What the corpus is to be trained with, and where lint draws its lines.

    Args:
        max_width: ε, the widest candidate span in words.
        overlaps: which of the mentions that share words stay.
        max_words: longer sentences are remarkable.
        min_mentions: an entity type with fewer of them is rare.
        min_duplicate_words: shorter sentences may recur without being duplicates.
        num_examples: how many places each finding names.
        count_pieces: the encoder's tokenizer; None where no encoder is named.
        encoder: what that encoder can read at once.
    """

    max_width: int = 10
    overlaps: OverlapPolicy = OverlapPolicy.DROP_BOTH
    max_words: int = 512
    min_mentions: int = 10
    min_duplicate_words: int = MIN_DUPLICATE_WORDS
    num_examples: int = 5
    count_pieces: PieceCounter | None = None
    encoder: EncoderLimits | None = None


@dataclass(frozen=True, slots=True)
class SeenSentence:
    """A sentence on its way through the rules.

    Args:
        split: the split that it belongs to.
        sentence: as the file has it.
        flat: the same, flattened by the policy.
        text: its words, joined by blanks.
        earlier: first occurrences of the same words before, at most one a split.
        here: this occurrence.
        pieces: what the encoder makes of it; None where no encoder is named.
    """

    split: str
    sentence: Sentence
    flat: Sentence
    text: str
    earlier: tuple[Occurrence, ...]
    here: Occurrence
    pieces: SentencePieces | None = None

    def example(self, text: str, line_number: int | None = None) -> Example:
        """Name this sentence as an example.

        Args:
            text: what is wrong in it.
            line_number: the line, where it is known better than the sentence's own.

        Returns:
            The example.
        """
        line = self.sentence.line_number if line_number is None else line_number
        return Example(text, self.split, self.sentence.path, line, self.sentence.document_id)


class Check:
    """One rule at work on one corpus. Each place it names is one hit."""

    def visit(self, seen: SeenSentence) -> Iterable[Example]:
        """Look at the next sentence.

        Args:
            seen: the sentence.

        Returns:
            The places in it where the rule is broken.
        """
        del seen
        return ()

    def finish(self) -> Iterable[Example]:
        """Tell what only the whole corpus shows, the worst first."""
        return ()

    def summary(self) -> str:
        """Say more on all hits together; asked for after `finish`, and only if there are hits."""
        return ""


class SentenceCheck(Check):
    """A rule that needs to see one sentence only.

    Args:
        find: lists the places in a sentence where the rule is broken.
    """

    def __init__(self, find: Callable[[SeenSentence], Iterable[Example]]) -> None:
        self._find = find

    def visit(self, seen: SeenSentence) -> Iterable[Example]:
        """Look at the next sentence."""
        return self._find(seen)


@dataclass(frozen=True, slots=True)
class Rule:
    """A row in the table of rules.

    Args:
        name: what the user selects, ignores and looks up.
        severity: how much it hurts a training run.
        meaning: what is wrong where it is broken, one line.
        remedy: what to do about it.
        make_check: sets the rule to work; None from it where the settings leave nothing to check.
    """

    name: str
    severity: Severity
    meaning: str
    remedy: str
    make_check: Callable[[LintSettings], Check | None]


def per_sentence(
    find: Callable[[SeenSentence, LintSettings], Iterable[Example]],
) -> Callable[[LintSettings], Check]:
    """Make a rule's `make_check` of a function.

    Args:
        find: lists the places in a sentence where the rule is broken.

    Returns:
        What `Rule.make_check` wants.
    """

    def make_check(settings: LintSettings) -> Check:
        return SentenceCheck(lambda seen: find(seen, settings))

    return make_check
