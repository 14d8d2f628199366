"""Whether systems answered the same sentences with the same gold: else no difference between them means anything."""

from __future__ import annotations

from collections.abc import Sequence

from blner_allennlp.comparison.errors import ComparisonError
from blner_allennlp.comparison.systems import System
from blner_allennlp.entities import Entity, Sentence
from blner_allennlp.runs.system_output import SystemOutput


def check_same_gold(systems: Sequence[System]) -> None:
    """Compare words and gold of all outputs, sentence by sentence.

    A ComparisonError names the first sentence in which two outputs differ, in words or in gold.

    Args:
        systems: all systems of one split of one corpus.
    """
    first, *others = [output for system in systems for output in system.outputs]
    for other in others:
        _check_pair(first, other)


def _check_pair(first: SystemOutput, other: SystemOutput) -> None:
    info = first.info
    what = f"{info.corpus}, {info.split}: {_named(first)} and {_named(other)} cannot be compared: "
    advice = (
        "; evaluate both on the same file, read with the same options, or give the corpora different names"
    )
    if len(first.sentences) != len(other.sentences):
        raise ComparisonError(
            f"{what}the one has {len(first.sentences)} sentences, the other {len(other.sentences)}{advice}"
        )
    for index, (mine, theirs) in enumerate(zip(first.sentences, other.sentences, strict=True)):
        if mine is theirs:
            continue
        if mine.words != theirs.words:
            raise ComparisonError(
                f"{what}the words of sentence {index + 1} are {_excerpt(mine)} in the one and "
                f"{_excerpt(theirs)} in the other{advice}"
            )
        if mine.entities != theirs.entities and set(mine.entities) != set(theirs.entities):
            one, two = set(mine.entities), set(theirs.entities)
            raise ComparisonError(
                f"{what}the gold of sentence {index + 1} differs: only the one has "
                f"{_listed(one - two)}, only the other {_listed(two - one)}{advice}"
            )


def _named(output: SystemOutput) -> str:
    return f"{output.info.title} ({output.info.source})" if output.info.source else output.info.title


def _excerpt(sentence: Sentence) -> str:
    shown = " ".join(sentence.words[:8])
    return repr(f"{shown} …" if len(sentence.words) > 8 else shown)


def _listed(entities: set[Entity]) -> str:
    if not entities:
        return "nothing"
    shown = sorted((entity.label, entity.word_start, entity.word_end) for entity in entities)
    return ", ".join(f"{label} [{start}, {end})" for label, start, end in shown[:3]) + (
        " …" if len(shown) > 3 else ""
    )
