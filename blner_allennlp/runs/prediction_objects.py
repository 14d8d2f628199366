"""JSON objects with tokens, gold and predictions, one a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from blner_allennlp.corpora.json_checker import JsonChecker
from blner_allennlp.corpora.json_objects import (
    describe_json_value,
    read_json_objects,
    replace_lone_surrogates,
)
from blner_allennlp.corpora.tagged_rows import DOCUMENT_FIELDS, TOKEN_FIELDS
from blner_allennlp.corpora.word_mentions import make_sentence
from blner_allennlp.entities import Entity, ScoredEntity
from blner_allennlp.runs.answered_sentence import AnsweredSentence, ScoreCheck, sorted_predictions
from blner_allennlp.runs.char_gold import align_to_words
from blner_allennlp.runs.tagged_predictions import TaggedFile
from blner_allennlp.tag_schemes import TagScheme

GOLD_TAGS, PREDICTED_TAGS = "gold_tags", "predicted_tags"
GOLD_FIELDS = ("gold", "gold_entities", "input_entities", "spans", "label")
"""Names of the field with the gold. The last two are those of Prodigy and Doccano, which `allennlp predict` keeps."""
PREDICTED_FIELDS = ("entities", "predicted", "predicted_entities")
_LABEL_FIELDS = ("type", "label")


def read_prediction_objects(
    path: Path, scores: ScoreCheck, scheme: TagScheme | None, encoding: str
) -> Iterator[AnsweredSentence]:
    """Read the sentences of a file of JSON objects.

    Args:
        path: the file.
        scores: told of every prediction whether it has a score.
        scheme: how tags are spelt, where there are tags; None to find out.
        encoding: the file's character encoding.

    Yields:
        The sentences, in file order; a CorpusError if one is not as it must be.
    """
    objects = read_json_objects(path, encoding)
    first = next(objects)
    if GOLD_TAGS in first[1] or PREDICTED_TAGS in first[1]:
        tagged = TaggedFile(path)
        for line_number, fields in chain([first], objects):
            _take_tags(fields, JsonChecker(path, line_number), tagged)
        scores.see(False, first[0])
        yield from tagged.answered(scheme)
        return
    for line_number, fields in chain([first], objects):
        yield _read_mentions(fields, JsonChecker(path, line_number), scores)


def _take_tags(fields: dict[str, Any], checker: JsonChecker, tagged: TaggedFile) -> None:
    words = _words(fields, checker)
    for name, column in ((GOLD_TAGS, tagged.gold), (PREDICTED_TAGS, tagged.predicted)):
        if name not in fields:
            raise checker.error(f"expected a field {name!r} with a tag a token, got {_names(fields)}; add it")
        tags = checker.words(fields[name], name)
        if len(tags) != len(words):
            raise checker.error(
                f"field {name!r}: expected one tag a token, got {len(tags)} for {len(words)}; correct the object"
            )
        column.extend(tags)
    tagged.end_sentence(words, _document(fields, checker), checker.line_number)


def _read_mentions(fields: dict[str, Any], checker: JsonChecker, scores: ScoreCheck) -> AnsweredSentence:
    gold_field, predicted_field = _find_fields(fields, checker)
    words = _words(fields, checker)
    predicted = []
    for index, value in enumerate(checker.items(fields[predicted_field], predicted_field)):
        field = f"{predicted_field}[{index}]"
        members = checker.members(value, field)
        entity = _entity(members, len(words), field, checker)
        predicted.append(
            ScoredEntity(entity, scores.score_of(members.get("score"), f"{field}.score", checker))
        )
    gold = checker.items(fields[gold_field], gold_field)
    document_id = _document(fields, checker)
    if all(isinstance(value, dict) and "word_start" in value for value in gold):
        mentions = [
            _entity(value, len(words), f"{gold_field}[{index}]", checker) for index, value in enumerate(gold)
        ]
        sentence = make_sentence(words, mentions, checker.path, checker.line_number, document_id)
    else:
        aligned = align_to_words(fields, gold_field, predicted, checker)
        predicted = aligned.predicted
        sentence = make_sentence(aligned.words, aligned.gold, checker.path, checker.line_number, document_id)
    return AnsweredSentence(sentence, sorted_predictions(predicted))


def _find_fields(fields: dict[str, Any], checker: JsonChecker) -> tuple[str, str]:
    """The names of the fields with gold and with predictions."""
    gold = [name for name in GOLD_FIELDS if isinstance(fields.get(name), list)]
    predicted = [name for name in PREDICTED_FIELDS if fields.get(name) is not None]
    if not gold and len(predicted) == 2 and predicted[0] == "entities":
        return "entities", predicted[1]
    if not predicted:
        _reject_no_list(fields, PREDICTED_FIELDS, "predictions", "are", checker)
        if isinstance(fields.get("error"), str):
            raise checker.error(
                f"the system gave no answer, but the error {fields['error'][:80]!r}; let it answer, or take the "
                "sentence out for all systems"
            )
        raise checker.error(
            f"expected a field {' or '.join(map(repr, PREDICTED_FIELDS))} with the predictions, got "
            f"{_names(fields)}; add it, an empty list if there are none"
        )
    if not gold:
        _reject_no_list(fields, GOLD_FIELDS, "gold", "is", checker)
        raise checker.error(
            f"expected a field {' or '.join(map(repr, GOLD_FIELDS[:3]))} with the gold, got {_names(fields)}; add it, "
            "an empty list if there is none"
        )
    for what, names in (("gold", gold), ("predictions", predicted)):
        if len(names) > 1:
            raise checker.error(
                f"the fields {' and '.join(map(repr, names))} could both hold the {what}; leave one of them out"
            )
    return gold[0], predicted[0]


def _reject_no_list(
    fields: dict[str, Any], names: Sequence[str], what: str, are: str, checker: JsonChecker
) -> None:
    name = next((name for name in names if name in fields), None)
    if name is not None:
        raise checker.error(
            f"field {name!r}: expected a list with the {what}, got {describe_json_value(fields[name])}; write an empty "
            f"list if there {are} none"
        )


def _words(fields: dict[str, Any], checker: JsonChecker) -> tuple[str, ...]:
    name = next((name for name in TOKEN_FIELDS if name in fields), None)
    if name is None:
        raise checker.error(
            f"expected a field {' or '.join(map(repr, TOKEN_FIELDS))} with the words, got {_names(fields)}; add it"
        )
    return checker.words(fields[name], name)


def _entity(members: dict[str, Any], num_words: int, field: str, checker: JsonChecker) -> Entity:
    start, end, label = members.get("word_start"), members.get("word_end"), members.get("type")
    if not (type(start) is int and type(end) is int and 0 <= start < end <= num_words):
        start = checker.index(start, f"{field}.word_start")
        end = checker.index(end, f"{field}.word_end")
        if not start < end <= num_words:
            raise checker.error(
                f"field {field!r}: expected words inside the sentence, 0 <= word_start < word_end <= {num_words}, got "
                f"{start} and {end}; word_end is the index after the last word"
            )
    if type(label) is not str or not label:
        name = next((name for name in _LABEL_FIELDS if name in members), _LABEL_FIELDS[0])
        label = checker.entity_type(members.get(name), f"{field}.{name}")
    return Entity(start, end, label if label.isascii() else replace_lone_surrogates(label))


def _document(fields: dict[str, Any], checker: JsonChecker) -> str | None:
    name = next((name for name in DOCUMENT_FIELDS if name in fields), None)
    return None if name is None else checker.name(fields[name], name)


def _names(fields: dict[str, Any]) -> str:
    return f"only {', '.join(map(repr, list(fields)[:20]))}" if fields else describe_json_value(fields)
