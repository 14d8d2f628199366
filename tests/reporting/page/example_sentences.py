"""Made-up sentences with judged answers, for the tests of the page."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from blner_allennlp.reporting.page import JudgedSentence
from blner_allennlp.runs.system_output import FOUR_MODELS

_OPENINGS = (
    (
        ("Yesterday", "Mira", "Stone", "left", "Northgate", "for", "the", "old", "harbour", "."),
        ((1, 3), (4, 5), (7, 9)),
    ),
    (("Did", "anyone", "try", "the", "Lumen", "9", "at", "Mill", "&", "Co", "?"), ((4, 6), (7, 10))),
    (("It", "rains", "again", ",", "and", "River", "Lane", "is", "closed"), ((5, 7),)),
    (
        ("@tom", "saw", "Ada", "with", "the", "Blue", "Lanterns", "in", "Port", "Ellery", "#live"),
        ((2, 3), (5, 7), (8, 10)),
    ),
    (("Nothing", "to", "see", "here"), ()),
)
_ATTRIBUTES = ("eLen", "tLen", "eCon", "eDen")


def make_sentences(
    num_sentences: int = 60,
    systems: Sequence[str] = FOUR_MODELS,
    corpora: Sequence[str] = ("wnut17", "conll04"),
    *,
    split: str = "test",
    types: Sequence[str] = ("LOC", "ORG", "PER", "creative-work", "group", "product"),
    repeat: int = 1,
) -> list[JudgedSentence]:
    """Draw sentences.

    Args:
        num_sentences: of each corpus.
        systems: whose answers there are.
        corpora: the corpora's names.
        split: the split's name.
        types: entity types.
        repeat: how often the words of a sentence are repeated, to make it longer.

    Returns:
        Corpus by corpus, in order.
    """
    random = Random(13)
    return [
        _sentence(random, corpus, split, index, systems, types, repeat)
        for corpus in corpora
        for index in range(num_sentences)
    ]


def _sentence(
    random: Random,
    corpus: str,
    split: str,
    index: int,
    systems: Sequence[str],
    types: Sequence[str],
    repeat: int,
) -> JudgedSentence:
    words, spans = _OPENINGS[index % len(_OPENINGS)]
    gold = tuple(
        (start + len(words) * copy, end + len(words) * copy, random.choice(types))
        for copy in range(repeat)
        for start, end in spans
    )
    answers = {}
    missing = {}
    for system in systems:
        answer = []
        overlooked: list[tuple[int, str]] = []
        for place, (start, end, label) in enumerate(gold):
            fate = random.random()
            score = round(random.uniform(0.4, 1), 3)
            if fate < 0.72:
                answer.append((start, end, label, score, "right"))
            elif fate < 0.82 and len(types) > 1:
                answer.append((start, end, random.choice([t for t in types if t != label]), score, "type"))
                overlooked.append((place, "type"))
            elif fate < 0.9 and end - start > 1:
                answer.append((start, end - 1, label, score, "boundary"))
                overlooked.append((place, "boundary"))
            else:
                overlooked.append((place, "missing"))
        if random.random() < 0.1:
            answer.insert(0, (0, 1, types[0], 0.51, "spurious"))
        answers[system] = tuple(answer)
        missing[system] = tuple(overlooked)
    return JudgedSentence(
        corpus=corpus,
        split=split,
        index=index,
        words=words * repeat,
        gold=gold,
        answers=answers,
        missing=missing,
        buckets={name: tuple(random.choice(("XS", "S", "L", "XL")) for _ in gold) for name in _ATTRIBUTES},
        document_id=f"post-{index // 3}",
    )
