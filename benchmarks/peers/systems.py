"""Which systems are compared, and what is tried for each."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

BATCH_SIZES = (8, 32, 128)


def settings_grid(**choices: tuple[Any, ...]) -> tuple[dict[str, Any], ...]:
    """All combinations of settings of prediction.

    Args:
        **choices: the values of each setting.

    Returns:
        The combinations.
    """
    return tuple(dict(zip(choices, values, strict=True)) for values in product(*choices.values()))


@dataclass(frozen=True, slots=True)
class System:
    """One row of the tables.

    Args:
        title: its name there.
        worker: the script in `workers` that runs it.
        environment: the file in `requirements` that pins it, without the ending; None for this environment.
        settings: what is tried for prediction; the fastest counts.
        max_sentences: how many sentences it gets at most, where it is too slow for all; only rates are compared.
    """

    title: str
    worker: str
    environment: str | None = None
    settings: tuple[dict[str, Any], ...] = ({},)
    max_sentences: int | None = None


OURS = "bl_spanner"
"""The system that all others are compared with."""

SYSTEMS = {
    OURS: System("this package, both heads, span head answers", "on_allennlp"),
    "seqner": System("this package, sequence head alone", "on_allennlp"),
    "crf_tagger": System(
        "AllenNLP `crf_tagger`",
        "on_allennlp",
        settings=settings_grid(batch_size=BATCH_SIZES, sort=(False, True)),
    ),
    "huggingface": System(
        "Hugging Face Trainer and pipeline",
        "on_huggingface",
        "huggingface",
        settings_grid(batch_size=BATCH_SIZES, sort=(False, True), words=(False, True)),
    ),
    "flair": System("Flair", "on_flair", "flair", settings_grid(batch_size=BATCH_SIZES)),
    "spacy_transformers": System(
        "spaCy with spacy-transformers",
        "on_spacy",
        "spacy_transformers",
        settings_grid(batch_size=BATCH_SIZES, sort=(False, True)),
    ),
    "spacy_curated_transformers": System(
        "spaCy with curated transformers",
        "on_spacy",
        "spacy_curated_transformers",
        settings_grid(batch_size=BATCH_SIZES, sort=(False, True)),
    ),
    # It pads each sentence to `max_length` and adds 256 markers, whatever the length: the order does not matter.
    "span_marker": System(
        "SpanMarker",
        "on_span_marker",
        "span_marker",
        settings_grid(batch_size=(4, 16, 32), sort=(False,)),
        max_sentences=48,
    ),
}
