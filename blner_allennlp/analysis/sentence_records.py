"""Outputs of systems -> the sentences that a page's browser shows, with gold and judged answers side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from blner_allennlp.analysis.judged_sentence import JudgedMention, JudgedSentence
from blner_allennlp.analysis.mention_table import MentionTable
from blner_allennlp.analysis.outcomes import Outcome
from blner_allennlp.analysis.results import Analysis
from blner_allennlp.analysis.sentence_counts import SentenceCounts, count_by_sentence
from blner_allennlp.analysis.settings import AnalysisSettings
from blner_allennlp.runs.system_output import SystemInfo, SystemOutput

_VERDICTS = {
    Outcome.RIGHT: "right",
    Outcome.TYPE: "type",
    Outcome.BOUNDARY: "boundary",
    Outcome.ALONE: "spurious",
}
_OVERSIGHTS = {Outcome.TYPE: "type", Outcome.BOUNDARY: "boundary", Outcome.ALONE: "missing"}


def judged_sentences(
    outputs: Sequence[SystemOutput],
    settings: AnalysisSettings,
    max_sentences: int = 2000,
    analyses: Iterable[Analysis] = (),
) -> list[JudgedSentence]:
    """Choose sentences and judge what every system answered to them.

    Where there are too many, those that the analyses' examples of errors point to come first, then those in which any
    system errs, then those with gold, then the others; of what does not fit, some from all over the split.

    Args:
        outputs: of any systems on any corpora and splits.
        settings: the buckets, and whether words may be shown at all.
        max_sentences: how many at most, in equal parts for each split of each corpus; with fewer than that in some,
            more are not shown of the others.
        analyses: of the same outputs, if they are there already.

    Returns:
        The sentences, split by split, in their order; none if words may not be shown. A ValueError if two outputs are
        said to be of the same split of the same corpus, but their sentences or their gold differ.
    """
    if not settings.with_text:
        return []
    groups: dict[tuple[str, str], list[SystemOutput]] = {}
    for output in outputs:
        groups.setdefault((output.info.corpus, output.info.split), []).append(output)
    wanted: dict[tuple[str, str], set[int]] = {key: set() for key in groups}
    for analysis in analyses:
        for example in (*analysis.frequent_errors, *analysis.confident_errors):
            wanted.get((analysis.info.corpus, analysis.info.split), set()).update(example.sentence_indices)
    records: list[JudgedSentence] = []
    for key, members in groups.items():
        _check_alike(members)
        chosen = _choose(members, wanted[key], max_sentences // len(groups))
        records += _records(members, chosen, settings)
    return records


def distinct_titles(infos: Sequence[SystemInfo]) -> list[str]:
    """Name systems so that each has a name of its own.

    Args:
        infos: the systems.

    Returns:
        The title; with the seed, and if need be with the source, too, where others have the same.
    """
    titles = [info.title for info in infos]
    seeded = [info.title if info.seed is None else f"{info.title} (seed {info.seed})" for info in infos]
    for longer in (
        seeded,
        [f"{name} {info.source}".strip() for name, info in zip(seeded, infos, strict=True)],
    ):
        counts = Counter(titles)
        titles = [new if counts[title] > 1 else title for title, new in zip(titles, longer, strict=True)]
    return titles


def _check_alike(outputs: Sequence[SystemOutput]) -> None:
    first = outputs[0]
    for other in outputs[1:]:
        where = f"{first.info.source or first.info.title} and {other.info.source or other.info.title}"
        named = f"are both said to be of {first.info.corpus!r}, split {first.info.split!r}"
        advice = "show them on pages of their own, or name their corpora differently"
        if len(first.sentences) != len(other.sentences):
            raise ValueError(
                f"{where} {named}, but have {len(first.sentences)} and {len(other.sentences)} sentences; {advice}"
            )
        for index, (one, another) in enumerate(zip(first.sentences, other.sentences, strict=True)):
            if one.words != another.words or set(one.entities) != set(another.entities):
                what = "gold" if one.words == another.words else "words"
                raise ValueError(
                    f"{where} {named}, but sentence {index + 1} has other {what} in each; {advice}"
                )


def _choose(outputs: Sequence[SystemOutput], wanted: set[int], max_sentences: int) -> list[int]:
    sentences = outputs[0].sentences
    if len(sentences) <= max_sentences:
        return list(range(len(sentences)))
    # By rank: wanted, with errors, with gold, others.
    ranks: tuple[list[int], ...] = ([], [], [], [])
    for index, sentence in enumerate(sentences):
        gold = set(sentence.entities)
        if index in wanted:
            ranks[0].append(index)
        elif any(gold != {scored.entity for scored in output.predicted[index]} for output in outputs):
            ranks[1].append(index)
        else:
            ranks[2 if gold else 3].append(index)
    chosen: list[int] = []
    for indices in ranks:
        num_left = max_sentences - len(chosen)
        places = np.arange(min(num_left, len(indices))) * len(indices) // max(min(num_left, len(indices)), 1)
        chosen += [indices[place] for place in places.tolist()]
    return sorted(chosen)


def _records(
    outputs: Sequence[SystemOutput], chosen: Sequence[int], settings: AnalysisSettings
) -> list[JudgedSentence]:
    shown = [
        replace(
            output,
            sentences=tuple(output.sentences[index] for index in chosen),
            predicted=tuple(output.predicted[index] for index in chosen),
        )
        for output in outputs
    ]
    counted = dict(
        zip(
            distinct_titles([output.info for output in shown]),
            (count_by_sentence(output, settings) for output in shown),
            strict=True,
        )
    )
    # All have the same gold; buckets by training data are those of the first system whose training data are known.
    known = max(counted.values(), key=lambda counts: len(counts.attributes))
    records = []
    for place, (index, sentence) in enumerate(zip(chosen, shown[0].sentences, strict=True)):
        table = known.table
        gold = _slice(table.gold.sentence, place)
        records.append(
            JudgedSentence(
                corpus=shown[0].info.corpus,
                split=shown[0].info.split,
                index=index,
                words=sentence.words,
                gold=tuple(
                    (start, end, table.labels[label])
                    for _, start, end, label in table.gold.rows[gold].tolist()
                ),
                answers={
                    title: _answer(counts.table, place, output.has_scores)
                    for (title, counts), output in zip(counted.items(), shown, strict=True)
                },
                missing={title: _missing(counts.table, place) for title, counts in counted.items()},
                buckets=_buckets(known, gold, settings),
                document_id=sentence.document_id,
            )
        )
    return records


def _slice(sentences: np.ndarray[tuple[int], np.dtype[np.int64]], place: int) -> slice:
    first, end = np.searchsorted(sentences, [place, place + 1])
    return slice(int(first), int(end))


def _answer(table: MentionTable, place: int, has_scores: bool) -> tuple[JudgedMention, ...]:
    which = _slice(table.predicted.sentence, place)
    return tuple(
        (start, end, table.labels[label], score if has_scores else None, _VERDICTS[Outcome(outcome)])
        for (_, start, end, label), score, outcome in zip(
            table.predicted.rows[which].tolist(),
            table.predicted.score[which].tolist(),
            table.predicted_outcomes[which].tolist(),
            strict=True,
        )
    )


def _missing(table: MentionTable, place: int) -> tuple[tuple[int, str], ...]:
    outcomes = table.gold_outcomes[_slice(table.gold.sentence, place)].tolist()
    return tuple(
        (index, _OVERSIGHTS[Outcome(outcome)])
        for index, outcome in enumerate(outcomes)
        if outcome != Outcome.RIGHT
    )


def _buckets(
    counts: SentenceCounts, gold: slice, settings: AnalysisSettings
) -> Mapping[str, tuple[str, ...]]:
    return {
        attribute.value: tuple(
            settings.buckets[attribute].names[bucket]
            for bucket in counts.gold_buckets(attribute)[gold].tolist()
        )
        for attribute in counts.attributes
    }
