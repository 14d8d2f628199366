"""Command line -> the files of a corpus, and how to read them."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from allennlp.common import Params
from allennlp.common.checks import ConfigurationError

from blner_allennlp.corpora import CORPUS_FORMATS, CORPUS_SOURCES, read_corpus
from blner_allennlp.entities import Sentence
from blner_allennlp.errors import CorpusError
from blner_allennlp.flattening import OverlapPolicy, flatten, parse_overlap_policy

SPLITS = ("train", "dev", "test")

_SPLIT_OF_NAME = {
    "train": re.compile("train"),
    "dev": re.compile("dev|valid|testa"),
    "test": re.compile("test"),
}
_DATA_PATHS = {"train": "train_data_path", "dev": "validation_data_path", "test": "test_data_path"}
_ALIASES = {"training": "train", "development": "dev", "valid": "dev", "validation": "dev"}


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """One split of a corpus.

    Args:
        split: its name: `train`, `dev`, `test`, or the file's name where it says none of these.
        path: the file or directory.
        format: its format; None to detect it.
        options: options of the format's reader.
    """

    split: str
    path: Path
    format: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def read(self) -> Iterator[Sentence]:
        """Read the sentences as the file has them, nested mentions included."""
        return read_corpus(self.path, self.format, **self.options)


@dataclass(frozen=True, slots=True)
class CorpusInput:
    """A corpus as the user names it on the command line.

    Args:
        name: the key of `CORPUS_SOURCES` that occurs in an experiment's name or in the paths, where one does.
        files: its splits, in order.
        overlaps: which of the gold mentions that share words stay.
        encoder: the pretrained encoder to cut words into pieces with; None where none is named.
        max_width: ε to check against; None where none is named.
    """

    name: str | None
    files: tuple[CorpusFile, ...]
    overlaps: OverlapPolicy
    encoder: str | None
    max_width: int | None

    def read_flat(self, corpus_file: CorpusFile) -> Iterator[Sentence]:
        """Read one of the splits and flatten its gold by the policy."""
        return (flatten(sentence, self.overlaps) for sentence in corpus_file.read())


def add_input_arguments(parser: argparse.ArgumentParser, *, with_model: bool = True) -> None:
    """Add the arguments that `parse_inputs` understands.

    Args:
        parser: the action's parser.
        with_model: whether the action cares for the model that is to be trained: its encoder and ε.
    """
    parser.add_argument(
        "inputs",
        nargs="+",
        metavar="INPUT",
        help="an experiment (.jsonnet, or the config.json of a run), whose files, options and encoder are taken; "
        "or a file or directory, as `train=PATH`, `dev=PATH`, `test=PATH` or plain",
    )
    parser.add_argument("--format", choices=list(CORPUS_FORMATS), help="default: detected, file by file")
    parser.add_argument(
        "--options",
        type=json_object,
        default=None,
        metavar="JSON",
        help='options of the format, {"encoding": "latin-1"}',
    )
    parser.add_argument(
        "--overlaps",
        type=_policy,
        metavar="POLICY",
        default=None,
        help="which mentions that share words stay: drop_both (none of them, as in the paper; the default), "
        "keep_outer, keep_inner or keep_first",
    )
    if not with_model:
        parser.set_defaults(encoder=None, max_width=None)
        return
    parser.add_argument(
        "--encoder", help="count the word pieces of this encoder: a name, a directory or a hub name"
    )
    parser.add_argument("--max-width", type=_positive, metavar="ε", help="widest candidate span in words")


def parse_inputs(arguments: argparse.Namespace) -> CorpusInput:
    """Find the files that the arguments name.

    An experiment that is not there is a CorpusError; one that cannot be read, or is none of this package, a
    ConfigurationError.

    Args:
        arguments: what the user typed.

    Returns:
        The corpus.

    Raises:
        ConfigurationError: two inputs are the same split.
    """
    files: list[CorpusFile] = []
    names = []
    overlaps = arguments.overlaps
    encoder = arguments.encoder
    max_width = arguments.max_width
    for text in arguments.inputs:
        if _is_experiment(text):
            config = _load_experiment(text)
            files += _files_of_experiment(config)
            overlaps = overlaps or _policy_of_experiment(config, text)
            encoder = encoder or _encoder_of_experiment(config)
            max_width = max_width or _width_of_experiment(config)
            names.append(_name_of_experiment(text))
        else:
            files.append(_parse_file(text))
    files = [_with_arguments(corpus_file, arguments) for corpus_file in files]
    splits = [corpus_file.split for corpus_file in files]
    if len(set(splits)) < len(splits):
        raise ConfigurationError(
            f"expected different splits, got {', '.join(splits)}; write NAME=PATH for each, such as train=PATH"
        )
    names += [_name_in_path(corpus_file.path) for corpus_file in files]
    name = next((name for name in names if name is not None), None)
    return CorpusInput(name, tuple(files), overlaps or OverlapPolicy.DROP_BOTH, encoder, max_width)


def _with_arguments(corpus_file: CorpusFile, arguments: argparse.Namespace) -> CorpusFile:
    options = corpus_file.options if arguments.options is None else arguments.options
    return CorpusFile(corpus_file.split, corpus_file.path, arguments.format or corpus_file.format, options)


def _is_experiment(text: str) -> bool:
    return text.endswith(".jsonnet") or Path(text).name == "config.json"


def _load_experiment(text: str) -> dict[str, Any]:
    if not Path(text).is_file():
        raise CorpusError("expected an experiment here, got no such file; check the path", text)
    try:
        config = Params.from_file(text).as_dict(quiet=True)
    except (RuntimeError, ValueError, OSError) as error:  # jsonnet's, and JSON's where jsonnet is missing
        raise ConfigurationError(
            f"{text}: expected an experiment, got what cannot be read: {error}"
        ) from error
    reader = config.get("dataset_reader")
    if (
        not config.get("train_data_path")
        or not isinstance(reader, dict)
        or reader.get("type") != "ner_corpus"
    ):
        kind = reader.get("type") if isinstance(reader, dict) else reader
        raise ConfigurationError(
            f"{text}: expected an experiment with a `train_data_path` and a dataset reader of type 'ner_corpus', got "
            f"{kind!r}; name the corpus files themselves instead: train=PATH dev=PATH test=PATH"
        )
    return config


def _files_of_experiment(config: Mapping[str, Any]) -> list[CorpusFile]:
    readers = dict.fromkeys(_DATA_PATHS, config["dataset_reader"])
    readers["dev"] = readers["test"] = config.get("validation_dataset_reader") or config["dataset_reader"]
    return [
        CorpusFile(
            split,
            Path(config[key]),
            readers[split].get("corpus_format"),
            readers[split].get("corpus_options") or {},
        )
        for split, key in _DATA_PATHS.items()
        if config.get(key)
    ]


def _policy_of_experiment(config: Mapping[str, Any], text: str) -> OverlapPolicy | None:
    policy = config["dataset_reader"].get("overlaps")
    try:
        return None if policy is None else parse_overlap_policy(policy)
    except ValueError as error:
        raise ConfigurationError(f"{text}: dataset_reader.overlaps: {error}") from error


def _encoder_of_experiment(config: Mapping[str, Any]) -> str | None:
    # The reader's, not the model's: it is what cuts the words, whichever model reads them.
    indexers = config["dataset_reader"].get("token_indexers") or {}
    names = (indexer.get("model_name") for indexer in indexers.values())
    return next((name for name in names if name), None)


def _width_of_experiment(config: Mapping[str, Any]) -> int | None:
    width: int | None = ((config.get("model") or {}).get("span_head") or {}).get("max_width")
    return width


def _parse_file(text: str) -> CorpusFile:
    split, equals, rest = text.partition("=")
    if equals and not Path(text).exists():
        if not split or not rest:
            raise ConfigurationError(f"expected NAME=PATH, such as train=PATH, got {text!r}")
        return CorpusFile(_ALIASES.get(split, split), Path(rest))
    path = Path(text)
    for known, pattern in _SPLIT_OF_NAME.items():
        if pattern.search(path.name.lower()):
            return CorpusFile(known, path)
    # Else the directory's name, but only as a whole: many a directory is called `tests`.
    directory = path.parent.name.lower()
    directory = _ALIASES.get(directory, directory)
    return CorpusFile(directory if directory in SPLITS else path.name or text, path)


def _name_of_experiment(text: str) -> str | None:
    stem = Path(text).stem
    return next((name for name in CORPUS_SOURCES if stem == name or stem.endswith(f"_{name}")), None)


def _name_in_path(path: Path) -> str | None:
    return next((part for part in reversed(path.parts) if part in CORPUS_SOURCES), None)


def json_object(text: str) -> dict[str, Any]:
    """Read an argument that is a JSON object.

    Args:
        text: what the user typed.

    Returns:
        The object.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    try:
        value = json.loads(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"expected a JSON object, got {text!r} ({error})") from error
    if not isinstance(value, dict):
        raise argparse.ArgumentTypeError(f"expected a JSON object, got {text!r}")
    return value


def _policy(text: str) -> OverlapPolicy:
    try:
        return parse_overlap_policy(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number above 0, got {text!r}")
    return int(text)
