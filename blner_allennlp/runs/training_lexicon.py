"""What the training data held: all that attributes of entities need to know of them."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn, Self

from blner_allennlp.atomic_file import replacing
from blner_allennlp.corpora.json_objects import describe_json_value, replace_lone_surrogates
from blner_allennlp.entities import Sentence
from blner_allennlp.errors import RunError
from blner_allennlp.runs.run_record import read_json
from blner_allennlp.runs.string_counts import count_strings

_REMEDY = "let the file be written anew: answer the run again"


@dataclass(frozen=True, slots=True)
class TrainingLexicon:
    """Counts over the training data.

    Args:
        labels_by_surface: for each mention's words, lower-cased and joined by blanks, how often it has which type.
        word_counts: how often each word occurs, as it is spelled.
        string_counts: for each key of `labels_by_surface`, how often these words stand in a row without regard to
            case, whether they are a mention there or not; empty if that was not counted.
    """

    labels_by_surface: Mapping[str, Mapping[str, int]]
    word_counts: Mapping[str, int]
    string_counts: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def from_sentences(cls, sentences: Iterable[Sentence]) -> Self:
        """Count training sentences.

        Args:
            sentences: all of them, with their gold.

        Returns:
            The counts.
        """
        labels_by_surface: defaultdict[str, Counter[str]] = defaultdict(Counter)
        word_counts: Counter[str] = Counter()
        all_words = []
        for sentence in sentences:
            all_words.append(sentence.words)
            word_counts.update(sentence.words)
            for entity in sentence.entities:
                labels_by_surface[surface_of(sentence.words_of(entity))][entity.label] += 1
        return cls(
            {surface: dict(labels) for surface, labels in labels_by_surface.items()},
            dict(word_counts),
            count_strings(labels_by_surface, all_words),
        )

    def to_json(self) -> dict[str, Any]:
        """The counts as plain JSON values, in alphabetical order."""
        return {
            "labels_by_surface": {
                surface: dict(sorted(labels.items()))
                for surface, labels in sorted(self.labels_by_surface.items())
            },
            "word_counts": dict(sorted(self.word_counts.items())),
            "string_counts": dict(sorted(self.string_counts.items())),
        }

    @classmethod
    def from_json(cls, value: Any, path: Path) -> Self:
        """Read counts from JSON values.

        Args:
            value: what `json.loads` gave.
            path: the file, for messages.

        Returns:
            The counts. A RunError if the value is no object with these counts, or holds what is no count.
        """
        if not isinstance(value, dict):
            _fail("the file", "an object", value, path)
        for name in ("labels_by_surface", "word_counts", "string_counts"):
            if not isinstance(value.get(name), dict):
                _fail(f"field {name!r}", "an object", value.get(name), path)
        for surface, labels in value["labels_by_surface"].items():
            if not isinstance(labels, dict) or not labels:
                _fail(f"field 'labels_by_surface', {surface!r}", "an object with counts", labels, path)
            _check_counts(f"labels_by_surface.{surface}", labels, path)
        for name in ("word_counts", "string_counts"):
            _check_counts(name, value[name], path)
        return cls(value["labels_by_surface"], value["word_counts"], value["string_counts"])

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read counts from a file.

        Args:
            path: a file that `write` wrote.

        Returns:
            The counts. A RunError if the file cannot be read, or holds something else.
        """
        return cls.from_json(read_json(path, _REMEDY), path)

    def write(self, path: Path) -> None:
        """Write the counts to a file, in place of one that may be there.

        Args:
            path: the file; directories on the way to it are made.
        """
        text = json.dumps(self.to_json(), indent=0, ensure_ascii=False)
        with replacing(path) as unfinished:
            unfinished.write_text(replace_lone_surrogates(text) + "\n", encoding="utf-8", newline="\n")


def surface_of(words: str) -> str:
    """What counts as the same mention elsewhere in the text: its words without regard to case.

    Args:
        words: a mention's words, joined by blanks.

    Returns:
        The key of `TrainingLexicon.labels_by_surface`.
    """
    return words.lower()


def _check_counts(name: str, counts: Mapping[str, Any], path: Path) -> None:
    for key, count in counts.items():
        if type(count) is not int or count < 1:
            _fail(f"field {name!r}, {key!r}", "a whole number above 0", count, path)


def _fail(place: str, expected: str, value: Any, path: Path) -> NoReturn:
    raise RunError(f"{place}: expected {expected}, got {describe_json_value(value)}; {_REMEDY}", path)
