"""Outputs of systems that are made up, by hand or at random."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from blner_allennlp.entities import Entity, ScoredEntity, Sentence
from blner_allennlp.runs.system_output import SystemInfo, SystemOutput
from blner_allennlp.runs.training_lexicon import TrainingLexicon

Mention = tuple[int, int, str]
ScoredMention = tuple[int, int, str, float]

WORDS = ("rain", "Rain", "this", "night", "Oslo")
LABELS = ("Date", "Place", "Weather")


def make_output(
    sentences: Sequence[tuple[str, Sequence[Mention], Sequence[ScoredMention | Mention]]],
    training: Sequence[tuple[str, Sequence[Mention]]] | None = None,
    *,
    system: str = "SpanNER",
    settings: Mapping[str, int] | None = None,
    has_scores: bool = True,
    seed: int | None = None,
) -> SystemOutput:
    """Make an output of texts, whose words are parted by blanks, with gold and predicted mentions."""
    return SystemOutput(
        info=SystemInfo(system, "invented", "test", seed=seed, settings=dict(settings or {})),
        sentences=tuple(make_sentence(text, gold) for text, gold, _ in sentences),
        predicted=tuple(
            tuple(
                ScoredEntity(Entity(*mention[:3]), mention[3] if len(mention) == 4 else 1.0)
                for mention in answer
            )
            for _, _, answer in sentences
        ),
        has_scores=has_scores,
        lexicon=None
        if training is None
        else TrainingLexicon.from_sentences(make_sentence(text, gold) for text, gold in training),
    )


def make_sentence(text: str, gold: Sequence[Mention]) -> Sentence:
    """Make a sentence of a text whose words are parted by blanks."""
    return Sentence(tuple(text.split()), tuple(Entity(*mention) for mention in gold))


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A sentence of one to seven words."""
    return " ".join(draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=7)))


@st.composite
def mentions_of(draw: st.DrawFn, text: str) -> list[Mention]:
    """Mentions of a sentence, which may be nested, cross or repeat each other."""
    num_words = len(text.split())
    mentions = []
    for _ in range(draw(st.integers(0, 4))):
        word_start = draw(st.integers(0, num_words - 1))
        word_end = draw(st.integers(word_start + 1, num_words))
        mentions.append((word_start, word_end, draw(st.sampled_from(LABELS))))
    return mentions


@st.composite
def outputs(draw: st.DrawFn) -> SystemOutput:
    """A whole output, with training data."""
    sentences, training = [], []
    for _ in range(draw(st.integers(1, 4))):
        text = draw(texts())
        scores = st.sampled_from((0.0, 0.1, 0.25, 0.5, 0.99, 1.0))
        answer = [(*mention, draw(scores)) for mention in draw(mentions_of(text))]
        sentences.append((text, draw(mentions_of(text)), answer))
    for _ in range(draw(st.integers(0, 3))):
        text = draw(texts())
        training.append((text, draw(mentions_of(text))))
    return make_output(sentences, training, settings={"max_width": 2})
