"""The file that says what a sweep trains: axes, and what to change of the experiments."""

from __future__ import annotations

import difflib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from allennlp.common.checks import ConfigurationError

Overrides = Mapping[str, Any]
"""What `allennlp train --overrides` takes: values by dotted name of what they replace."""

GRID_DEFAULTS = {"BLNER_CORPORA": ""}
"""Environment variables that grids may read (`std.extVar`) though nobody has set them, and their values then."""

AXES = ("corpus", "model", "variant", "seed")
SEED_KEYS = ("random_seed", "numpy_seed", "pytorch_seed")

_MAX_SEED = 2**32 - 1  # numpy's
_KEYS = ("corpora", "models", "seeds", "variants", "overrides", "exclude", "single_checkpoint")
_MODEL_KEYS = ("experiment", "overrides")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._=+,-]*")


@dataclass(frozen=True, slots=True)
class GridModel:
    """One model of a grid.

    Args:
        experiment: path of its experiment's file; `%(corpus)s` in it stands for the corpus's name.
        overrides: what to change of it.
    """

    experiment: str
    overrides: Overrides = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grid:
    """Corpora x models x variants x seeds.

    Args:
        path: the grid's file.
        corpora: overrides by corpus; its name goes into the models' `experiment`.
        models: by name.
        seeds: random seeds.
        variants: overrides by variant; a single one with an empty name where the grid has none.
        overrides: what to change in all runs.
        exclude: combinations to leave out; each gives one or more of `AXES` the values that it holds for.
        single_checkpoint: whether the two heads of a bundled model answer from one checkpoint, that of the head which
            the experiment names; else each from the epoch that was best for it.
    """

    path: Path
    corpora: Mapping[str, Overrides]
    models: Mapping[str, GridModel]
    seeds: tuple[int, ...]
    variants: Mapping[str, Overrides] = field(default_factory=lambda: {"": {}})
    overrides: Overrides = field(default_factory=dict)
    exclude: tuple[Mapping[str, tuple[str, ...]], ...] = ()
    single_checkpoint: bool = False


def read_grid(path: Path) -> Grid:
    """Evaluate a grid as AllenNLP evaluates its experiments: jsonnet, with the environment as external variables.

    Args:
        path: the file.

    Returns:
        The grid, every field of it checked. A ConfigurationError that names file and field if the file is missing, no
        jsonnet, or says what a grid cannot say.
    """
    return _GridReader(path).read(evaluated(path, GRID_DEFAULTS))


def evaluated(path: Path, defaults: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Evaluate a jsonnet file.

    Args:
        path: the file.
        defaults: environment variables that it may read though they are not set.

    Returns:
        The object in it, as AllenNLP has it (the string `None` is null).

    Raises:
        ConfigurationError: there is no such file, or it cannot be evaluated to an object.
    """
    from allennlp.common import Params

    if not path.is_file():
        raise ConfigurationError(f"{path}: expected a file in jsonnet, found none")
    variables = {name: os.environ.get(name, value) for name, value in (defaults or {}).items()}
    try:
        values = Params.from_file(path, ext_vars=variables).as_dict(quiet=True)
    except (RuntimeError, json.JSONDecodeError) as error:
        raise ConfigurationError(f"{path}: expected jsonnet that can be evaluated, got {error}") from error
    if not isinstance(values, dict):
        raise ConfigurationError(f"{path}: expected an object, got {_short(values)}")
    return values


class _GridReader:
    """Checks the fields of one grid; every message starts with the file and the field."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, values: dict[str, Any]) -> Grid:
        self.check_keys("", values, _KEYS, required=("corpora", "models", "seeds"))
        corpora = self.axis("corpora", values["corpora"])
        models = {
            name: self.model(f"models.{name}", model)
            for name, model in self.named("models", values["models"]).items()
        }
        variants = self.axis("variants", values["variants"]) if "variants" in values else {"": {}}
        seeds = self.seeds(values["seeds"])
        names = {
            "corpus": tuple(corpora),
            "model": tuple(models),
            "variant": tuple(variants),
            "seed": tuple(map(str, seeds)),
        }
        single_checkpoint = values.get("single_checkpoint", False)
        if not isinstance(single_checkpoint, bool):
            raise self.error("single_checkpoint", f"expected true or false, got {_short(single_checkpoint)}")
        return Grid(
            path=self.path,
            corpora=corpora,
            models=models,
            seeds=seeds,
            variants=variants,
            overrides=self.overrides("overrides", values.get("overrides", {})),
            exclude=self.exclusions(values.get("exclude", []), names),
            single_checkpoint=single_checkpoint,
        )

    def error(self, where: str, what: str) -> ConfigurationError:
        return ConfigurationError(f"{self.path}: {where + ': ' if where else ''}{what}")

    def check_keys(
        self, where: str, values: Any, known: tuple[str, ...], required: tuple[str, ...] = ()
    ) -> None:
        if not isinstance(values, dict):
            raise self.error(where, f"expected an object with {', '.join(known)}, got {_short(values)}")
        for key in values:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                hint = f"; did you mean `{near[0]}`?" if near else ""
                raise self.error(where, f"expected only {', '.join(known)}, got `{key}`{hint}")
        for key in required:
            if key not in values:
                raise self.error(where, f"`{key}` is missing; state it")

    def axis(self, where: str, values: Any) -> dict[str, Overrides]:
        """Names alone, or names with overrides."""
        if isinstance(values, list):
            for name in values:
                if not isinstance(name, str):
                    raise self.error(where, f"expected names, got {_short(name)}")
            self.check_unique(where, values)
            values = {name: {} for name in values}
        return {
            name: self.overrides(f"{where}.{name}", overrides)
            for name, overrides in self.named(where, values).items()
        }

    def named(self, where: str, values: Any) -> dict[str, Any]:
        if not isinstance(values, dict):
            raise self.error(where, f"expected an object of names, got {_short(values)}")
        if not values:
            raise self.error(
                where, "expected at least one, got none; with an empty axis there is nothing to run"
            )
        for name in values:
            if _NAME.fullmatch(name) is None:
                raise self.error(
                    where,
                    f"the name {name!r} becomes a directory's: expected letters, digits and . _ = + , - with a "
                    "letter or digit in front",
                )
        return values

    def model(self, where: str, values: Any) -> GridModel:
        self.check_keys(where, values, _MODEL_KEYS, required=("experiment",))
        experiment = values["experiment"]
        if not isinstance(experiment, str) or not experiment:
            raise self.error(f"{where}.experiment", f"expected a file's path, got {_short(experiment)}")
        return GridModel(experiment, self.overrides(f"{where}.overrides", values.get("overrides", {})))

    def overrides(self, where: str, values: Any) -> Overrides:
        if not isinstance(values, dict):
            raise self.error(
                where, f'expected overrides such as {{"trainer.num_epochs": 4}}, got {_short(values)}'
            )
        for key in values:
            if key in SEED_KEYS:
                raise self.error(where, f"`{key}` comes from the grid's `seeds`; leave it out here")
        return values

    def seeds(self, values: Any) -> tuple[int, ...]:
        if not isinstance(values, list) or not values:
            raise self.error("seeds", f"expected a list of whole numbers, got {_short(values)}")
        for seed in values:
            if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= _MAX_SEED:
                raise self.error("seeds", f"expected whole numbers from 0 to {_MAX_SEED}, got {_short(seed)}")
        self.check_unique("seeds", values)
        return tuple(values)

    def check_unique(self, where: str, values: list[Any]) -> None:
        for index, value in enumerate(values):
            if value in values[:index]:
                raise self.error(where, f"{_short(value)} stands there twice; leave one out")

    def exclusions(
        self, values: Any, names: Mapping[str, tuple[str, ...]]
    ) -> tuple[Mapping[str, tuple[str, ...]], ...]:
        if not isinstance(values, list):
            raise self.error(
                "exclude", f'expected a list such as [{{"model": "SeqNER"}}], got {_short(values)}'
            )
        exclusions = []
        for index, exclusion in enumerate(values):
            where = f"exclude[{index}]"
            self.check_keys(where, exclusion, AXES)
            if not exclusion:
                raise self.error(where, "would leave out every run; name corpus, model, variant or seed")
            chosen = {}
            for axis, wanted in exclusion.items():
                chosen[axis] = tuple(
                    str(value) for value in (wanted if isinstance(wanted, list) else [wanted])
                )
                for value in chosen[axis]:
                    if value not in names[axis]:
                        raise self.error(
                            f"{where}.{axis}", f"expected one of {', '.join(names[axis])}, got {value!r}"
                        )
            exclusions.append(chosen)
        return tuple(exclusions)


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
