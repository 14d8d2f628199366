"""What one system answered to one split of a corpus."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from blner_allennlp.entities import ScoredEntity, Sentence
from blner_allennlp.runs.training_lexicon import TrainingLexicon

SEQNER = "SeqNER"
SPANNER = "SpanNER"
BL_SEQNER = "BL-SeqNER"
BL_SPANNER = "BL-SpanNER"
FOUR_MODELS = (SEQNER, BL_SEQNER, SPANNER, BL_SPANNER)
"""The paper's names, in the order of its Table 3."""


@dataclass(frozen=True, slots=True)
class SystemInfo:
    """Who answered, and to what.

    Args:
        system: the system's name: one of `FOUR_MODELS`, or any other of a system from elsewhere.
        corpus: the corpus's name, as experiments spell it (`wnut17`); the file's name where there is none.
        split: `train`, `dev` or `test`, or what else the user calls it.
        seed: the run's random seed, where it is known.
        variant: what else tells this system from its like in the same corpus, such as `alpha=0.3`; empty for none.
        settings: what is known of the model, as plain values: `alpha`, `tagging`, `representation`, `max_width`,
            `encoder`, `decoder`, `num_epochs`, `learning_rate`.
        source: the run's directory or the prediction file, as the user named it.
        training_seconds: how long training took; None where it is not known.
        head: which head of a run's model answered, `seq` or `span`; None for systems from elsewhere.
    """

    system: str
    corpus: str
    split: str
    seed: int | None = None
    variant: str = ""
    settings: Mapping[str, str | int | float | None] = field(default_factory=dict)
    source: str = ""
    training_seconds: float | None = None
    head: str | None = None

    @property
    def title(self) -> str:
        """The system's name with its variant: what tables and figures call it."""
        return f"{self.system} ({self.variant})" if self.variant else self.system


@dataclass(frozen=True, slots=True)
class SystemOutput:
    """One system's answers beside the gold, sentence by sentence.

    Args:
        info: who answered, and to what.
        sentences: words and all gold mentions.
        predicted: for each sentence the predicted mentions, in order of their first word.
        has_scores: whether the predictions' scores mean anything; else each is 1.
        lexicon: what the training data held; None where it is not known.

    Raises:
        ValueError: sentences and predictions differ in number, or a prediction reaches past its sentence.
    """

    info: SystemInfo
    sentences: tuple[Sentence, ...]
    predicted: tuple[tuple[ScoredEntity, ...], ...]
    has_scores: bool = True
    lexicon: TrainingLexicon | None = None

    def __post_init__(self) -> None:
        if len(self.sentences) != len(self.predicted):
            raise ValueError(
                f"{self.info.source or self.info.title}: {len(self.sentences)} sentences, but predictions for "
                f"{len(self.predicted)}; each sentence needs its own, if only an empty one"
            )
        for index, (sentence, answer) in enumerate(zip(self.sentences, self.predicted, strict=True)):
            for found in answer:
                if found.entity.word_end > len(sentence.words):
                    raise ValueError(
                        f"{self.info.source or self.info.title}: sentence {index + 1} has {len(sentence.words)} words, "
                        f"but a prediction for it is {found.entity}"
                    )
