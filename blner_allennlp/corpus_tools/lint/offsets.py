"""Rules on what the reader had to say about single mentions, one for each kind of remark."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from blner_allennlp.corpus_tools.lint.findings import Example, Severity
from blner_allennlp.corpus_tools.lint.rule import Check, LintSettings, Rule, SeenSentence, per_sentence
from blner_allennlp.entities import RemarkKind


def with_remark(kind: RemarkKind) -> Callable[[LintSettings], Check]:
    """Make a rule of a kind of remark.

    Args:
        kind: what the reader, or the policy for overlapping mentions, remarks on.

    Returns:
        What `Rule.make_check` wants.
    """

    def find(seen: SeenSentence, settings: LintSettings) -> Iterable[Example]:
        del settings
        return [
            seen.example(f"{remark.text!r} ({remark.label})", remark.line_number)
            for remark in seen.flat.remarks
            if remark.kind is kind
        ]

    return per_sentence(find)


RULES = (
    Rule(
        "text-mismatch",
        Severity.ERROR,
        "mentions whose text in the file is not what stands at their offsets",
        "Correct the offsets (is the text the one that was annotated?), or name what they count, if not characters "
        "(option `offset_unit` of `jsonl`: `utf16` for tools in JavaScript). The offsets are what is read.",
        with_remark(RemarkKind.TEXT_MISMATCH),
    ),
    Rule(
        "outside-text",
        Severity.ERROR,
        "mentions whose offsets reach past the text; they are left out",
        "Correct the offsets, take the text that was annotated, or name what they count (option `offset_unit`).",
        with_remark(RemarkKind.OUTSIDE_TEXT),
    ),
    Rule(
        "without-words",
        Severity.ERROR,
        "mentions that hold no word; they are left out",
        "Correct the offsets, or remove the mention.",
        with_remark(RemarkKind.WITHOUT_WORDS),
    ),
    Rule(
        "inside-word",
        Severity.WARNING,
        "mentions that start or end inside a word, which is split there",
        "Correct the offsets where they cut a word by mistake; else choose a word splitter that parts such words "
        "everywhere (option `word_splitter`), because text to predict is not split at mentions.",
        with_remark(RemarkKind.INSIDE_WORD),
    ),
    Rule(
        "beyond-words",
        Severity.INFO,
        "mentions that start or end with characters of no word, such as white space, which are left off",
        "Take the white space out of the offsets; it is no part of the mention.",
        with_remark(RemarkKind.BEYOND_WORDS),
    ),
    Rule(
        "across-sentences",
        Severity.WARNING,
        "mentions across the end of a sentence; they are left out",
        "Join the sentences in the file, or part the mention.",
        with_remark(RemarkKind.ACROSS_SENTENCES),
    ),
    Rule(
        "sentences-joined",
        Severity.INFO,
        "mentions across what looked like the end of a sentence, so that the sentences stay one",
        "Look whether the mention is right; another sentence splitter (option `sentence_splitter`) may not end a "
        "sentence there.",
        with_remark(RemarkKind.SENTENCES_JOINED),
    ),
    Rule(
        "discontinuous",
        Severity.WARNING,
        "mentions with a gap; they are left out, for neither tags nor spans can express them",
        "Annotate the whole stretch or its parts, or report how many there are beside the scores.",
        with_remark(RemarkKind.DISCONTINUOUS),
    ),
    Rule(
        "duplicate-mention",
        Severity.WARNING,
        "mentions that are annotated twice with the same type; one is kept",
        "Remove the second one.",
        with_remark(RemarkKind.DUPLICATE),
    ),
)
