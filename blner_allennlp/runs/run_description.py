"""What a training's `config.json` tells of the run."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from blner_allennlp.errors import RunError
from blner_allennlp.runs.run_record import Setting, read_json
from blner_allennlp.runs.system_output import BL_SEQNER, BL_SPANNER, SEQNER, SPANNER

CONFIG_NAME = "config.json"
SEQ_HEAD = "seq"
SPAN_HEAD = "span"
HEADS = (SEQ_HEAD, SPAN_HEAD)
BL_NER = "BL-NER"
"""A model with both heads, whichever of them answers."""

DATA_PATH_KEYS = {"train": "train_data_path", "dev": "validation_data_path", "test": "test_data_path"}
"""Where configurations have the data of each split."""

_BUNDLED_NER = ("bundled_ner", "BundledNer")
# What the model does where its configuration says nothing.
_DEFAULT_ALPHA = 0.1
_DEFAULT_TAGGING = "softmax"
_DEFAULT_REPRESENTATION = "hybrid"
_SEEDS = ("random_seed", "numpy_seed", "pytorch_seed")


@dataclass(frozen=True, slots=True)
class RunDescription:
    """What is known of a run. Whatever the configuration does not tell is None or left out.

    Args:
        model: `SeqNER`, `SpanNER`, `BL-NER`, or the type's name of another model.
        corpus: the name of the directory that holds the data, else the name of the training file.
        seed: the random seed, where there is one for all that is random.
        settings: as in `SystemInfo.settings`; settings of a head that is not trained are left out.
    """

    model: str | None = None
    corpus: str | None = None
    seed: int | None = None
    settings: Mapping[str, Setting] = field(default_factory=dict)


def read_config(run_directory: Path) -> Mapping[str, Any]:
    """Read the configuration that a run was trained with.

    Args:
        run_directory: the run's directory.

    Returns:
        The configuration; empty if the directory holds none.

    Raises:
        RunError: the file cannot be read, or is no JSON object.
    """
    path = run_directory / CONFIG_NAME
    if not path.is_file():
        return {}
    remedy = "it is written by `allennlp train`: train again, or remove the file"
    config = read_json(path, remedy)
    if not isinstance(config, dict):
        raise RunError(f"expected a JSON object, got a {type(config).__name__}; {remedy}", path)
    return config


def describe_config(config: Mapping[str, Any]) -> RunDescription:
    """Tell from a configuration what was trained on what.

    Args:
        config: an AllenNLP configuration, all variables and overrides put in.

    Returns:
        What it tells.
    """
    seeds = {config.get(name) for name in _SEEDS if _is_number(config.get(name))}
    seed = seeds.pop() if len(seeds) == 1 else None
    trainer = _members(config, "trainer")
    settings: dict[str, Setting] = {
        **_model_settings(_members(config, "model")),
        "num_epochs": trainer.get("num_epochs"),
        "learning_rate": _members(trainer, "optimizer").get("lr"),
    }
    model_type = _members(config, "model").get("type")
    model = model_type.rpartition(".")[2] if isinstance(model_type, str) else None
    if model in _BUNDLED_NER:
        model = model_of(settings.get("alpha"))
    return RunDescription(
        model=model,
        corpus=_corpus_name(config),
        seed=seed if isinstance(seed, int) else None,
        settings={name: value for name, value in settings.items() if _is_setting(value)},
    )


def model_of(alpha: Setting) -> str | None:
    """Name the bundled model of a loss weight (paper, section 4.5.1).

    Args:
        alpha: weight of the sequence loss.

    Returns:
        `SeqNER` for 1, `SpanNER` for 0, `BL-NER` between; None for what is no such weight.
    """
    if not isinstance(alpha, int | float) or not 0 <= alpha <= 1:
        return None
    return SEQNER if alpha == 1 else SPANNER if alpha == 0 else BL_NER


def heads_of(model: str | None) -> tuple[str, ...]:
    """Tell which heads a model trains.

    Args:
        model: what `model_of` gave, or the name of another model.

    Returns:
        One or both of `HEADS`; nothing for other models, of which that is not known.
    """
    return {SEQNER: (SEQ_HEAD,), SPANNER: (SPAN_HEAD,), BL_NER: HEADS}.get(model or "", ())


def system_of(model: str, head: str, num_heads: int) -> str:
    """Name the system that one head of a model is (paper, section 3.1.4).

    Args:
        model: the model's name.
        head: one of `HEADS`.
        num_heads: how many heads of the model answer.

    Returns:
        One of the paper's four names for its models; the name of another model, with the head if two answer.
    """
    if model == BL_NER:
        return BL_SEQNER if head == SEQ_HEAD else BL_SPANNER
    return f"{model} ({head})" if num_heads > 1 else model


def _model_settings(model: Mapping[str, Any]) -> dict[str, Setting]:
    model_type = model.get("type")
    if not isinstance(model_type, str) or model_type.rpartition(".")[2] not in _BUNDLED_NER:
        return {"encoder": _members(model, "encoder").get("model_name")}
    alpha = model.get("alpha", _DEFAULT_ALPHA)
    heads = heads_of(model_of(alpha))
    settings: dict[str, Setting] = {
        "alpha": alpha if heads else None,
        "encoder": _members(model, "encoder").get("model_name"),
        "decoder": model.get("decoder") or (SPAN_HEAD if SPAN_HEAD in heads else SEQ_HEAD),
    }
    if SEQ_HEAD in heads:
        settings["tagging"] = _type_of(model.get("sequence_head"), _DEFAULT_TAGGING)
    if SPAN_HEAD in heads:
        span_head = _members(model, "span_head")
        settings["representation"] = _type_of(span_head.get("representation"), _DEFAULT_REPRESENTATION)
        settings["max_width"] = span_head.get("max_width")
    return settings


def _type_of(value: Any, default: str) -> str | None:
    """The registered name that a part of a configuration asks for, as its text or as its `type`."""
    if isinstance(value, Mapping):
        value = value.get("type")
    name = default if value is None else value
    return name if isinstance(name, str) else None


def _corpus_name(config: Mapping[str, Any]) -> str | None:
    paths = [config[key] for key in DATA_PATH_KEYS.values() if isinstance(config.get(key), str)]
    if not paths:
        return None
    try:
        directory = os.path.commonpath([Path(path).parent for path in paths])
    except ValueError:  # some of them are absolute, others not
        directory = ""
    return Path(directory).name or Path(paths[0]).name


def _members(config: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = config.get(name)
    return value if isinstance(value, Mapping) else {}


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_setting(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)
