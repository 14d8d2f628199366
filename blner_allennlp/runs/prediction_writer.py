"""Sentences with gold and predicted mentions -> a prediction file of this package."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from blner_allennlp.atomic_file import replacing
from blner_allennlp.corpora.json_objects import replace_lone_surrogates
from blner_allennlp.entities import Entity, ScoredEntity, Sentence


def write_predictions(
    path: Path, sentences: Iterable[Sentence], predicted: Iterable[Sequence[ScoredEntity | Entity]]
) -> None:
    """Write a JSON object a line for each sentence; the file is there only once it is whole.

    An object has `tokens`, `gold` (mentions with `type`, `word_start` and `word_end`, half-open), `entities` (the same
    with a `score`, if it has one) and, where there is one, `document_id`. `prediction_files.read_predictions` reads it
    back.

    Args:
        path: the file; directories on the way to it are made.
        sentences: words and all gold mentions.
        predicted: for each sentence the predicted mentions; a ValueError if there are more or fewer than sentences.
    """
    with replacing(path) as unfinished, unfinished.open("w", encoding="utf-8", newline="\n") as stream:
        for sentence, answer in zip(sentences, predicted, strict=True):
            line = json.dumps(_to_object(sentence, answer), ensure_ascii=False)
            stream.write(replace_lone_surrogates(line) + "\n")


def _to_object(sentence: Sentence, answer: Sequence[ScoredEntity | Entity]) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "tokens": list(sentence.words),
        "gold": [entity.to_json() for entity in sentence.entities],
        "entities": [found.to_json() for found in answer],
    }
    if sentence.document_id is not None:
        fields["document_id"] = sentence.document_id
    return fields
