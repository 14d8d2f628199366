"""Overrides of experiments: several at once, and checked before anything is trained."""

from __future__ import annotations

import copy
import difflib
from collections.abc import Mapping
from typing import Any

from allennlp.common.checks import ConfigurationError

# What a configuration of `allennlp train` may have at its top.
_TOP_LEVEL = frozenset(
    (
        "batch_weight_key", "data_loader", "dataset_reader", "datasets_for_vocab_creation", "ddp_accelerator",
        "distributed", "evaluate_on_test", "evaluation", "include_in_archive", "model", "numpy_seed",
        "pytorch_seed", "random_seed", "test_data_path", "train_data_path", "trainer", "type",
        "validation_data_loader", "validation_data_path", "validation_dataset_reader", "vocabulary",
    )
)  # fmt: skip
# How alike a new name and one that is there must be to be taken for a slip of the pen.
_SIMILARITY = 0.8


def combined(*overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Make one set of overrides of several.

    Args:
        *overrides: sets of overrides; what comes later wins.

    Returns:
        Overrides that AllenNLP applies at once, with the effect of applying the sets one after the other.
    """
    from allennlp.common.params import with_overrides

    merged: dict[str, Any] = {}
    for each in overrides:
        for key, value in each.items():
            for other in [other for other in merged if other.startswith(f"{key}.")]:
                del merged[other]
            outer = next((other for other in merged if key.startswith(f"{other}.")), None)
            # AllenNLP refuses overrides of what it replaces as a whole.
            if outer is None:
                merged[key] = copy.deepcopy(value)
            else:
                merged[outer] = with_overrides(merged[outer], {key[len(outer) + 1 :]: value})
    return merged


def overridden(config: Any, overrides: Mapping[str, Any], where: str) -> Any:
    """Apply overrides as `allennlp train --overrides` does, and refuse what it would stumble over later.

    A dotted name replaces or adds one value; an object as a value replaces the whole object of that name.

    Args:
        config: an evaluated configuration, or a part of one; it is left as it is.
        overrides: values by dotted name.
        where: what the message about a wrong one starts with.

    Returns:
        The changed configuration.

    Raises:
        ConfigurationError: an override goes into something that is not there, is so near to an existing name that it
            must be a slip, or drops most of an object that it seems to want to change.
    """
    config = copy.deepcopy(config)
    for key, value in overrides.items():
        *path, last = key.split(".")
        node = config
        for depth, part in enumerate(path):
            node = _child(node, part, ".".join(path[:depth]), f"{where}: override `{key}`")
        if isinstance(node, dict):
            if last not in node:
                _check_new(node, last, top_level=not path, where=f"{where}: override `{key}`")
            else:
                _check_replacement(node[last], value, key, where)
            node[last] = copy.deepcopy(value)
        elif isinstance(node, list):
            _child(node, last, ".".join(path), f"{where}: override `{key}`")
            node[int(last)] = copy.deepcopy(value)
        else:
            raise ConfigurationError(f"{where}: override `{key}`: `{'.'.join(path)}` is {node!r}, no object")
    return config


def _child(node: Any, name: str, parent: str, where: str) -> Any:
    if isinstance(node, dict) and name in node:
        return node[name]
    if isinstance(node, list) and name.isdecimal() and int(name) < len(node):
        return node[int(name)]
    there = list(node) if isinstance(node, dict) else []
    if isinstance(node, list):
        there = [str(index) for index in range(len(node))]
    near = difflib.get_close_matches(name, there, n=1)
    raise ConfigurationError(
        f"{where}: the experiment has no `{parent + '.' if parent else ''}{name}` to change"
        + (f"; did you mean `{near[0]}`?" if near else f"; there is {', '.join(there) or 'nothing'}")
    )


def _check_new(node: Mapping[str, Any], name: str, *, top_level: bool, where: str) -> None:
    if top_level and name not in _TOP_LEVEL:
        near = difflib.get_close_matches(name, sorted(_TOP_LEVEL), n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(sorted(_TOP_LEVEL))}"
        raise ConfigurationError(f"{where}: `allennlp train` knows no `{name}`; {hint}")
    if top_level:
        return
    near = difflib.get_close_matches(name, list(node), n=1, cutoff=_SIMILARITY)
    if near:
        raise ConfigurationError(
            f"{where}: the experiment has no such field; did you mean `{near[0]}`? "
            "(If not, write it into the experiment's file.)"
        )


def _check_replacement(old: Any, new: Any, key: str, where: str) -> None:
    if not isinstance(old, dict) or not isinstance(new, dict) or not new.keys() < old.keys():
        return
    if "type" in new and new["type"] != old.get("type"):
        return
    lost = ", ".join(name for name in old if name not in new)
    first = next(iter(new), "name")
    raise ConfigurationError(
        f"{where}: override `{key}`: an object replaces the whole of the old one, and {lost} would be gone; "
        f'name what is to change, as in "{key}.{first}", or state all fields'
    )
