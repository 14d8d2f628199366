"""A run's `run.json`: what was trained, how it went and on what."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, NoReturn, Self

from blner_allennlp.atomic_file import replacing
from blner_allennlp.corpora.json_objects import describe_json_value
from blner_allennlp.errors import RunError

RECORD_NAME = "run.json"
STATUSES = ("running", "done", "failed")
Setting = str | int | float | None

_FORMAT = 1
_REMEDY = "correct the file, or remove it: the run is then described from its config.json"


@dataclass(frozen=True, slots=True)
class RunRecord:
    """What a run says of itself. Whatever is not known is None or empty, and left out of the file.

    Args:
        name: the run's name, unique among its like.
        corpus: the corpus's name, as experiments spell it.
        model: `SeqNER`, `SpanNER`, `BL-NER`, or what else a user's own model is called.
        variant: what tells the run from its like of the same corpus and model, such as `tagging=crf`.
        seed: its random seed.
        settings: what is known of the model, as in `SystemInfo.settings`.
        command: the arguments that started the training.
        overrides: what the experiment's file was overridden with, by dotted name.
        status: one of `STATUSES`.
        error: why it failed.
        started: when, as ISO 8601 with its time zone.
        finished: likewise.
        seconds: how long it took, by part: `train`, `answer`.
        versions: of Python and libraries, by name.
        hardware: `cpu`, `num_cpus`, `gpu`.
        fingerprint: of everything that the run's outcome depends on; another one means another run.
    """

    name: str | None = None
    corpus: str | None = None
    model: str | None = None
    variant: str = ""
    seed: int | None = None
    settings: Mapping[str, Setting] = field(default_factory=dict)
    command: tuple[str, ...] = ()
    overrides: Mapping[str, Any] = field(default_factory=dict)
    status: str | None = None
    error: str | None = None
    started: str | None = None
    finished: str | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    hardware: Mapping[str, Setting] = field(default_factory=dict)
    fingerprint: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The record as plain JSON values, without what is not known."""
        known: dict[str, Any] = {"format": _FORMAT}
        for member in fields(self):
            value = getattr(self, member.name)
            if isinstance(value, Mapping):
                value = dict(value)
            elif isinstance(value, tuple):
                value = list(value)
            if value is not None and value != "" and value != {} and value != []:
                known[member.name] = value
        return known

    @classmethod
    def from_json(cls, value: Any, path: Path) -> Self:
        """Read a record from JSON values.

        Args:
            value: what `json.loads` gave.
            path: the file, for messages.

        Returns:
            The record.

        Raises:
            RunError: the value is no object of this format, has a field that there is not, or one of the wrong type.
        """
        if not isinstance(value, dict):
            raise RunError(f"expected a JSON object, got {describe_json_value(value)}; {_REMEDY}", path)
        if value.get("format") != _FORMAT:
            _fail(path, "format", f"the number {_FORMAT}", value.get("format"))
        members = {name: member for name, member in value.items() if name != "format"}
        known = [member.name for member in fields(cls)]
        for name, member in members.items():
            if name not in known:
                raise RunError(
                    f"expected the fields {', '.join(['format', *known])}, got {name!r}; {_REMEDY}", path
                )
            _check(name, member, path)
        if "command" in members:
            members["command"] = tuple(members["command"])
        return cls(**members)

    @classmethod
    def read(cls, run_directory: Path) -> Self | None:
        """Read a run's record.

        Args:
            run_directory: the run's directory.

        Returns:
            The record; None if the directory holds none. A RunError if the file cannot be read, or is no such record.
        """
        path = run_directory / RECORD_NAME
        if not path.is_file():
            return None
        return cls.from_json(read_json(path, _REMEDY), path)

    def write(self, run_directory: Path) -> Path:
        """Write the record, in place of one that may be there.

        Args:
            run_directory: the run's directory; made if it is not there.

        Returns:
            The file.
        """
        path = run_directory / RECORD_NAME
        text = json.dumps(self.to_json(), indent=2, ensure_ascii=False)
        with replacing(path) as unfinished:
            unfinished.write_text(text + "\n", encoding="utf-8", errors="replace")
        return path


def read_json(path: Path, remedy: str) -> Any:
    """Read a file with one JSON value.

    Args:
        path: the file.
        remedy: what to do if it cannot be read, for messages.

    Returns:
        The value.

    Raises:
        RunError: the file cannot be read, or is no JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RunError(f"the file cannot be read: {error.strerror or error}; {remedy}", path) from error
    except (ValueError, RecursionError) as error:
        raise RunError(f"expected JSON, got something else ({error}); {remedy}", path) from error


_MAPPINGS: dict[str, tuple[type | None, ...]] = {
    "settings": (str, int, float, None),
    "seconds": (int, float),
    "versions": (str,),
    "hardware": (str, int, float, None),
}


def _check(name: str, value: Any, path: Path) -> None:
    if name == "seed":
        if type(value) is not int:
            _fail(path, name, "a whole number", value)
    elif name == "command":
        if not isinstance(value, list) or not all(isinstance(argument, str) for argument in value):
            _fail(path, name, "a list of texts", value)
    elif name == "overrides":
        if not isinstance(value, dict):
            _fail(path, name, "an object", value)
    elif name in _MAPPINGS:
        if not isinstance(value, dict):
            _fail(path, name, "an object", value)
        for key, member in value.items():
            if (None if member is None else type(member)) not in _MAPPINGS[name]:
                expected = " or ".join(_TYPE_NAMES[kind] for kind in _MAPPINGS[name])
                _fail(path, f"{name}.{key}", expected, member)
    elif not isinstance(value, str):
        _fail(path, name, "a text", value)
    elif name == "status" and value not in STATUSES:
        _fail(path, name, f"one of {', '.join(STATUSES)}", value)


_TYPE_NAMES: dict[type | None, str] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    None: "null",
}


def _fail(path: Path, name: str, expected: str, value: Any) -> NoReturn:
    raise RunError(f"field {name!r}: expected {expected}, got {describe_json_value(value)}; {_REMEDY}", path)
