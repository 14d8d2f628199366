"""The objects that annotation tools export -> text with mentions; each object tells by its fields whose form it has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blner_allennlp.corpora.annotated_text import AnnotatedText, CharMention
from blner_allennlp.corpora.formats.jsonl.mentions import MentionReader, list_fields
from blner_allennlp.corpora.formats.jsonl.offsets import OffsetConverter, OffsetUnit
from blner_allennlp.corpora.formats.jsonl.tokens import SENTENCE_STARTS, read_sentence_starts, read_tokens
from blner_allennlp.corpora.json_checker import JsonChecker

_TEXT_FIELDS = ("text", "sentence", "data")
_ENTITIES_FIELDS = ("spans", "entities", "label", "labels")
_ID_FIELDS = ("document_id", "doc_id", "id")
# Results of Label Studio that mark mentions, but not by offsets into plain text.
_FOREIGN_RESULTS = ("hypertextlabels", "paragraphlabels")


@dataclass(frozen=True, slots=True)
class FieldOptions:
    """How to read objects whose fields do not have the usual names.

    Args:
        text_field: the field with the text; None for the usual ones.
        entities_field: the field with the mentions; None for the usual ones.
        label_field: the field of a mention with its type; None for the usual ones.
        id_field: the field with the document's name; None for the usual ones.
        offset_unit: what the offsets count.
    """

    text_field: str | None = None
    entities_field: str | None = None
    label_field: str | None = None
    id_field: str | None = None
    offset_unit: OffsetUnit = OffsetUnit.CHARACTERS


class ObjectReader:
    """Reads the objects of one file and counts what it leaves out.

    Args:
        options: names of fields, and what offsets count.
        path: the file.
        num_documents_before: how many documents files before this one have, for the names of those without any.
    """

    def __init__(self, options: FieldOptions, path: Path, num_documents_before: int = 0) -> None:
        self._num_documents_before = num_documents_before
        self._options = options
        self._path = path
        self._has_entities_field = False
        self._num_objects = 0
        self._num_further_annotations = 0
        self.num_read = 0
        self.left_out: Counter[str] = Counter()

    def read(self, fields: dict[str, Any], line_number: int) -> AnnotatedText | None:
        """Read one object.

        Args:
            fields: the object.
            line_number: the line on which it starts.

        Returns:
            Its text and mentions; None if the tool marks it as none of the data, which is counted in `left_out`. A
            CorpusError if it has no known form, or a value of the wrong type.
        """
        self._num_objects += 1
        checker = JsonChecker(self._path, line_number)
        reason = self._why_left_out(fields)
        if reason is not None:
            self.left_out[reason] += 1
            return None
        self.num_read += 1
        data = fields["data"] if _is_label_studio(fields) else fields
        text = self._text(data, checker)
        converter = OffsetConverter(text, self._options.offset_unit)
        mention_reader = MentionReader(converter, checker, self._options.label_field)
        if _is_label_studio(fields):
            mentions = tuple(self._label_studio_mentions(fields, mention_reader, checker))
        else:
            mentions = tuple(self._mentions(fields, mention_reader, checker))
        states_sentences = fields.get(SENTENCE_STARTS) is not None
        word_spans = read_tokens(fields, text, converter, checker, keep_blanks=states_sentences)
        return AnnotatedText(
            text,
            mentions,
            self._path,
            document_id=self._document_id(data, fields, checker),
            line_number=line_number,
            word_spans=word_spans,
            sentence_starts=(
                read_sentence_starts(fields, len(word_spans), checker) if word_spans is not None else None
            ),
        )

    def warnings(self) -> Iterator[str]:
        """What the user should know after the last object.

        Yields:
            Messages.
        """
        if self.left_out:
            reasons = "; ".join(f"{count} {reason}" for reason, count in sorted(self.left_out.items()))
            num_left_out = sum(self.left_out.values())
            yield f"{self._path}: {num_left_out} of {self._num_objects} objects are left out: {reasons}"
        if self._num_further_annotations:
            yield (
                f"{self._path}: {self._num_further_annotations} further annotations of the same texts are not read "
                "(Label Studio)"
            )
        if self.num_read and not self._has_entities_field:
            names = self._options.entities_field or "', '".join(_ENTITIES_FIELDS)
            yield (
                f"{self._path}: no object has a field with mentions ('{names}'), so all its text counts as free of "
                "them; if it has mentions, name their field with entities_field"
            )

    def _why_left_out(self, fields: dict[str, Any]) -> str | None:
        answer = fields.get("answer")
        if answer in ("reject", "ignore"):
            return f"with the answer {answer!r} (Prodigy)"
        if _is_label_studio(fields):
            annotations = _annotations(fields)
            if not annotations:
                return "without annotation (Label Studio)"
            if isinstance(annotations, list) and all(map(_is_cancelled, annotations)):
                return "whose annotations were all cancelled (Label Studio)"
        if isinstance(fields.get("error"), str) and not any(name in fields for name in _ENTITIES_FIELDS):
            return "with an error in place of an answer (`allennlp predict`)"
        return None

    def _text(self, data: dict[str, Any], checker: JsonChecker) -> str:
        names = (self._options.text_field,) if self._options.text_field is not None else _TEXT_FIELDS
        for name in names:
            if data.get(name) is not None:
                return checker.text(data[name], name)
        raise checker.error(
            f"expected a field {' or '.join(map(repr, names))} with the text, got {list_fields(data)}; name the field "
            "with text_field"
        )

    def _document_id(self, data: dict[str, Any], fields: dict[str, Any], checker: JsonChecker) -> str | None:
        given = self._options.id_field
        for name in (given,) if given is not None else _ID_FIELDS:
            # Label Studio numbers its tasks; what the user gave along with the text comes first.
            for source in (data, fields):
                if name in source:
                    return checker.name(source[name], name)
        if given is not None:
            raise checker.error(
                f"expected a field {given!r} with the document's name, got {list_fields(fields)}; correct the object, "
                "or name another field with id_field"
            )
        return f"doc-{self._num_documents_before + self._num_objects}"

    def _mentions(
        self, fields: dict[str, Any], mention_reader: MentionReader, checker: JsonChecker
    ) -> Iterator[CharMention]:
        name = self._entities_field(fields, checker)
        if name is not None:
            self._has_entities_field = True
            yield from mention_reader.read_all(fields[name], name)

    def _entities_field(self, fields: dict[str, Any], checker: JsonChecker) -> str | None:
        given = self._options.entities_field
        if given is not None:
            return given if fields.get(given) is not None else None
        present = [name for name in _ENTITIES_FIELDS if fields.get(name) is not None]
        # A tool may state one label for the whole text, or the one that is asked about, beside the list.
        lists = [name for name in present if not isinstance(fields[name], str)]
        if len(lists) > 1:
            raise checker.error(
                f"the fields {' and '.join(map(repr, lists))} could both hold the mentions; name the right one with "
                "entities_field"
            )
        return next(iter(lists or present), None)

    def _label_studio_mentions(
        self, fields: dict[str, Any], mention_reader: MentionReader, checker: JsonChecker
    ) -> Iterator[CharMention]:
        self._has_entities_field = True
        annotations = [
            checker.members(annotation, f"annotations[{index}]")
            for index, annotation in enumerate(checker.items(_annotations(fields), "annotations"))
        ]
        usable = [index for index, annotation in enumerate(annotations) if not _is_cancelled(annotation)]
        self._num_further_annotations += len(usable) - 1
        # Of several annotators the one who was declared right, else the first.
        chosen = next(
            (index for index in usable if annotations[index].get("ground_truth") is True), usable[0]
        )
        field = f"annotations[{chosen}].result"
        for index, value in enumerate(checker.items(annotations[chosen].get("result"), field)):
            result = checker.members(value, f"{field}[{index}]")
            if result.get("type") in _FOREIGN_RESULTS:
                raise checker.error(
                    f"field '{field}[{index}].type': expected labels of plain text, got {result['type']!r}, whose "
                    "offsets count something else; annotate the data as plain text"
                )
            if result.get("type") == "labels":
                yield from mention_reader.read(result.get("value"), f"{field}[{index}].value")


def _is_label_studio(fields: dict[str, Any]) -> bool:
    return isinstance(fields.get("data"), dict)


def _annotations(fields: dict[str, Any]) -> Any:
    # Before version 1.0 they were called completions.
    return fields.get("annotations", fields.get("completions"))


def _is_cancelled(annotation: Any) -> bool:
    return isinstance(annotation, dict) and annotation.get("was_cancelled") is True
