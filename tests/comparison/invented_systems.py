"""Systems whose truth is known: gold that is drawn at random, and models that find each mention with a given luck."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random

from blner_allennlp.entities import Entity, ScoredEntity, Sentence
from blner_allennlp.runs.system_output import SystemInfo, SystemOutput
from blner_allennlp.runs.training_lexicon import TrainingLexicon

TYPES = ("Bird", "Tool", "Town")
_WORDS = ("owl", "lathe", "Fenwick", "of", "rake", "Ash", "and", "moor", "wren", "saw")

Luck = Callable[[Sentence, Entity], float]
"""How likely a model finds a gold mention."""


def draw_gold(num_sentences: int, seed: int = 0) -> tuple[Sentence, ...]:
    """Sentences of 4 to 39 words with none to three mentions of one to six words.

    Args:
        num_sentences: how many.
        seed: random seed.

    Returns:
        The sentences; mentions share no word.
    """
    random = Random(f"gold {seed}")
    sentences = []
    for _ in range(num_sentences):
        num_words = random.randint(4, 39)
        words = tuple(random.choice(_WORDS) for _ in range(num_words))
        entities, start = [], 0
        for _ in range(random.randint(0, 3)):
            start += random.randint(0, 6)
            end = start + random.choice((1, 1, 1, 2, 2, 3, 5, 6))
            if end > num_words:
                break
            entities.append(Entity(start, end, random.choice(TYPES)))
            start = end
        sentences.append(Sentence(words, tuple(entities)))
    return tuple(sentences)


def answer(
    gold: Sequence[Sentence],
    luck: float | Luck,
    system: str = "SeqNER",
    *,
    seed: int | None = 1,
    draw: object = None,
    corpus: str = "aviary",
    split: str = "test",
    variant: str = "",
    settings: Mapping[str, str | int | float | None] | None = None,
    lexicon: TrainingLexicon | None = None,
    training_seconds: float | None = None,
    source: str | None = None,
) -> SystemOutput:
    """What a model of known quality answers. What it does not find it gets wrong in one of four ways.

    Args:
        gold: the sentences.
        luck: how likely it finds a mention, or a function that says so.
        system: the model's name.
        seed: the run's seed.
        draw: what the model's random numbers start from; None for name, seed and variant.
        corpus: the corpus's name.
        split: the split's name.
        variant: the run's variant.
        settings: what is known of the model.
        lexicon: what the training data held.
        training_seconds: how long training took.
        source: where the answers come from; None for a name made of system and seed.

    Returns:
        The answers.
    """
    random = Random(repr((system, seed, variant, split) if draw is None else draw))
    predicted = []
    for sentence in gold:
        found: list[Entity] = []
        for entity in sentence.entities:
            chance = luck(sentence, entity) if callable(luck) else luck
            fate, kind = random.random(), random.random()
            other = random.choice([label for label in TYPES if label != entity.label])
            if fate < chance:
                found.append(entity)
            elif kind < 0.3:
                found.append(Entity(entity.word_start, entity.word_end, other))
            elif kind < 0.6 and entity.num_words > 1:
                found.append(Entity(entity.word_start, entity.word_end - 1, entity.label))
        predicted.append(tuple(ScoredEntity(entity, 0.9) for entity in found))
    info = SystemInfo(
        system=system,
        corpus=corpus,
        split=split,
        seed=seed,
        variant=variant,
        settings=settings or {},
        source=f"runs/{system}-{variant}-{seed}" if source is None else source,
        training_seconds=training_seconds,
    )
    return SystemOutput(info, tuple(gold), tuple(predicted), lexicon=lexicon)


def four_models(
    gold: Sequence[Sentence],
    lucks: Mapping[str, float | Luck],
    seeds: Sequence[int] = (1, 2, 3),
    **options: object,
) -> list[SystemOutput]:
    """Some or all of the paper's models, each with some seeds.

    Args:
        gold: the sentences.
        lucks: by model, how likely it finds a mention.
        seeds: the seeds of each.
        **options: passed to `answer`.

    Returns:
        The answers, model by model.
    """
    return [
        answer(gold, luck, system, seed=seed, **options)  # type: ignore[arg-type]
        for system, luck in lucks.items()
        for seed in seeds
    ]
