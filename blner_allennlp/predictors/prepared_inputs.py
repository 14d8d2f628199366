"""Inputs on their way to the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from allennlp.data.token_indexers.token_indexer import IndexedTokenList

from blner_allennlp.entities import Sentence
from blner_allennlp.predictors.input_text import InputError


@dataclass(frozen=True, slots=True)
class PreparedInputs:
    """Inputs that are read, split into words and cut into pieces: all that can be done before the model is free.

    Args:
        fields: the inputs as they came; None for a line that is no JSON.
        readings: what was read of each, or what is wrong with it.
        sentences: those readings that have words.
        indexed: the same sentences as the model reads them.
        line_numbers: the line of each input, counted from 1; None where inputs are no lines.
    """

    fields: Sequence[Any]
    readings: Sequence[Sentence | InputError]
    sentences: Sequence[Sentence]
    indexed: Sequence[dict[str, IndexedTokenList]]
    line_numbers: Sequence[int] | None = None
