"""Grid -> runs, each with its whole configuration, so that a broken one is found before the first is trained."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from itertools import product
from pathlib import Path
from typing import Any

from allennlp.common.checks import ConfigurationError

from blner_allennlp.runs.run_description import BL_NER, describe_config
from blner_allennlp.sweeps.grid import SEED_KEYS, Grid, GridModel, evaluated
from blner_allennlp.sweeps.overriding import combined, overridden
from blner_allennlp.sweeps.planned_run import PlannedRun

BEST_OF_EACH_HEAD = "best_of_each_head"
"""The trainer's callback that keeps, for each head of a bundled model, the weights of its best epoch."""


def plan_runs(grid: Grid, directory: Path) -> list[PlannedRun]:
    """Work out all runs of a grid.

    Args:
        grid: the grid.
        directory: the sweep's directory.

    Returns:
        The runs: seed by seed, so that a sweep which is broken off has something of every model.

    Raises:
        ConfigurationError: an experiment is missing or cannot be evaluated, an override fits nothing, two
            combinations are the same run, or nothing is left after exclusions.
    """
    experiments: dict[Path, dict[str, Any]] = {}
    runs = []
    used = [False] * len(grid.exclude)
    for seed, corpus, model, variant in product(grid.seeds, grid.corpora, grid.models, grid.variants):
        values = {"corpus": corpus, "model": model, "variant": variant, "seed": str(seed)}
        excluding = [
            index
            for index, exclusion in enumerate(grid.exclude)
            if all(values[axis] in wanted for axis, wanted in exclusion.items())
        ]
        for index in excluding:
            used[index] = True
        if excluding:
            continue
        experiment = _find_experiment(grid, model, grid.models[model], corpus)
        if experiment not in experiments:
            experiments[experiment] = evaluated(experiment)
        runs.append(
            _planned(grid, directory, experiment, experiments[experiment], corpus, model, variant, seed)
        )
    for index, was_used in enumerate(used):
        if not was_used:
            raise ConfigurationError(f"{grid.path}: exclude[{index}]: matches no run that is left; remove it")
    if not runs:
        raise ConfigurationError(f"{grid.path}: exclude: leaves no run")
    _check_different(grid, runs)
    return runs


def choose_runs(runs: Iterable[PlannedRun], patterns: Iterable[str]) -> list[PlannedRun]:
    """Choose runs by name.

    Args:
        runs: all runs.
        patterns: shell patterns such as `wnut17/*` or `*/seed-1`, in which `*` also stands for slashes; a run is
            chosen by any of them. Without patterns all runs are.

    Returns:
        The chosen ones, in the same order.

    Raises:
        ConfigurationError: a pattern matches no run.
    """
    runs, patterns = list(runs), list(patterns)
    for pattern in patterns:
        if not any(fnmatchcase(run.name, pattern) for run in runs):
            raise ConfigurationError(
                f"--only {pattern}: matches none of {len(runs)} runs, such as {runs[0].name}"
            )
    return [run for run in runs if not patterns or any(fnmatchcase(run.name, each) for each in patterns)]


def missing_data(runs: Iterable[PlannedRun]) -> dict[str, list[str]]:
    """Find data that runs will look for in vain.

    Args:
        runs: the runs.

    Returns:
        By corpus the paths that do not exist, of configurations whose reader is this package's.
    """
    missing: dict[str, dict[str, None]] = {}
    for run in runs:
        if run.config.get("dataset_reader", {}).get("type") != "ner_corpus":
            continue
        for key in ("train_data_path", "validation_data_path", "test_data_path"):
            path = run.config.get(key)
            if isinstance(path, str) and "://" not in path and not Path(path).exists():
                missing.setdefault(run.corpus, {})[path] = None
    return {corpus: list(paths) for corpus, paths in missing.items()}


def _planned(
    grid: Grid,
    directory: Path,
    experiment: Path,
    config: Mapping[str, Any],
    corpus: str,
    model: str,
    variant: str,
    seed: int,
) -> PlannedRun:
    parts = {
        "overrides": grid.overrides,
        f"corpora.{corpus}": grid.corpora[corpus],
        f"models.{model}.overrides": grid.models[model].overrides,
        f"variants.{variant}": grid.variants[variant],
        "seeds": dict.fromkeys(SEED_KEYS, seed),
    }
    changed: Any = config
    for where, overrides in parts.items():
        changed = overridden(changed, overrides, f"{grid.path}: {where}")
    merged = combined(*parts.values())
    if not grid.single_checkpoint and describe_config(changed).model == BL_NER:
        callbacks = list(changed.get("trainer", {}).get("callbacks") or ())
        if not any(callback.get("type") == BEST_OF_EACH_HEAD for callback in callbacks):
            callbacks.append({"type": BEST_OF_EACH_HEAD})
            added = {"trainer.callbacks": callbacks}
            changed = overridden(changed, added, f"{grid.path}: {model}")
            merged = combined(merged, added)
    name = "/".join(part for part in (corpus, model, variant, f"seed-{seed}") if part)
    return PlannedRun(name, corpus, model, variant, seed, directory / name, experiment, merged, changed)


def _find_experiment(grid: Grid, name: str, model: GridModel, corpus: str) -> Path:
    where = f"{grid.path}: models.{name}.experiment"
    try:
        relative = model.experiment % {"corpus": corpus}
    except (KeyError, ValueError, TypeError) as error:
        raise ConfigurationError(
            f"{where}: expected a path in which only %(corpus)s stands for something, got {model.experiment!r}"
        ) from error
    candidates = list(dict.fromkeys((grid.path.parent / relative, Path(relative))))
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    raise ConfigurationError(
        f"{where}: expected an experiment for {corpus}, found no {' and no '.join(map(str, candidates))}"
    )


def _check_different(grid: Grid, runs: Iterable[PlannedRun]) -> None:
    first: dict[str, PlannedRun] = {}
    for run in runs:
        same = first.setdefault(run.fingerprint, run)
        if same is not run:
            raise ConfigurationError(
                f"{grid.path}: {same.name} and {run.name} have the same configuration; exclude one of them, or "
                "give it an override that makes the difference"
            )
