"""Entities of a sentence -> the JSON object that answers its input."""

from __future__ import annotations

from typing import Any

from blner_allennlp.entities import ScoredEntity, Sentence

JsonObject = dict[str, Any]


def answer_object(fields: JsonObject, sentence: Sentence, entities: list[ScoredEntity]) -> JsonObject:
    """Answer an input.

    Args:
        fields: the input object.
        sentence: what was read of it.
        entities: what was found in it.

    Returns:
        The input's own fields, its words, and its entities with their places in words and characters.
    """
    output = {**_kept_fields(fields), "tokens": list(sentence.words)}
    if output.get("text") is None and output.get("sentence") is None:
        output["text"] = sentence.text
    output["entities"] = [_entity_object(sentence, found) for found in entities]
    return output


def error_object(fields: Any, error: Exception, line_number: int | None) -> JsonObject:
    """Say why an input has no answer.

    Args:
        fields: the input, whatever it is.
        error: what is wrong.
        line_number: the line that it stands on, counted from 1, where it stands on one.

    Returns:
        The input's own fields, if it has any, and the error.
    """
    output = {**_kept_fields(fields), "error": str(error)}
    return output if line_number is None else {**output, "line_number": line_number}


def is_unanswered(output: JsonObject) -> bool:
    """Whether an output object stands for an input that could not be read or answered.

    Args:
        output: an output object of `NerPredictor`.

    Returns:
        True for an error record; an answer may hold the input's own field `error`.
    """
    return "error" in output and "entities" not in output


def _entity_object(sentence: Sentence, found: ScoredEntity) -> JsonObject:
    char_start = sentence.char_offsets[found.entity.word_start][0]
    char_end = sentence.char_offsets[found.entity.word_end - 1][1]
    return {
        **found.entity.to_json(),
        "char_start": char_start,
        "char_end": char_end,
        "text": sentence.text[char_start:char_end],
        "score": round(found.score, 6),
    }


def _kept_fields(fields: Any) -> JsonObject:
    """The input's own fields; its `entities` under a name that the answer does not take."""
    if not isinstance(fields, dict):
        return {}
    return {"input_entities" if name == "entities" else name: value for name, value in fields.items()}
